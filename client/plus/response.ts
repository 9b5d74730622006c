import { doc } from "../core/settings.ts";
import { kit, type PlusContext, read } from "./kit.ts";

/** A partial at the start of a text, and its end if that is there. One that has others inside is none. */
const PARTIAL = /^\s*<bus-partial((?!<bus-partial).)*?(<\/bus-partial\s*>|$)/is;

/**
 * What happens when status and headers of a reply are there. Nothing more is done with it if this says false.
 * 1. `Bus-Location`, a path or JSON of a path and more, starts another request in its place.
 * 2. The most exact rule for the status is applied: `404`, `40x`, `4xx`. It counts more than the headers.
 * 3. The reply is read. As long as it begins with a partial, that goes into the page as soon as it is complete; what remains is put there at
 *    the end, as ever, unless it is half a partial.
 */
export const response = async (ctx: PlusContext): Promise<boolean> => {
  const { status, headers, ok, body } = ctx.response as Response; // cast: it is there by now
  const location = headers.get("Bus-Location");
  if (location) {
    const given = location[0] === "{" ? JSON.parse(location) : { path: location };
    // Not the element that asked: its attributes are not about this request.
    const source = doc.createElement("html");
    source.setAttribute("bus-target", given.target ?? "body");
    kit.start(source, {
      method: "GET",
      push: "true",
      ...given,
      url: given.path,
    });
    return !ctx; // false itself would be made 0
  }

  let rule: string | null | undefined;
  [status, `${(status / 10) | 0}x`, `${(status / 100) | 0}xx`].find((code) => (rule = read(ctx, `status:${code}`)));
  // Whoever cancelled the event of an error has decided.
  if (rule && (ok || ctx.swaps !== false)) {
    const words = kit.words(`- ${rule}`)[1];
    const target = words["target"];
    // What is not found is an error, which core reports
    Object.assign(ctx, words, {
      swaps: true,
      target: target ? kit.find(ctx.source, target)[0] : ctx.target,
    });
  }

  if (ctx.swaps && body && /html/.test(headers.get("Content-Type") as string)) {
    const reader = body
      // cast: the types of the decoder allow for shared memory, those of a body do not
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
      .getReader();
    let text = "";
    let found: RegExpExecArray | null | undefined;
    let part: ReadableStreamReadResult<string>;
    while (!(part = await reader.read()).done) {
      text += part.value;
      for (;;) {
        found = PARTIAL.exec(text);
        if (!found?.[2]) break;
        ctx.text = found[0];
        text = text.slice(ctx.text.length);
        if (kit.tell("before:swap", ctx)) await kit.swap(ctx);
      }
    }
    if (found) throw Error();
    if (ctx.text && !text.trim()) ctx.swap = "none"; // nothing is left for the target
    ctx.text = text;
  }
  return !location;
};
