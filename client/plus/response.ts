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
    const { path, target = "body", ...given } = location[0] === "{" ? JSON.parse(location) : { path: location };
    // Not the element that asked: its attributes are not about this request.
    const source = doc.createElement("html");
    source.setAttribute("bus-target", target);
    kit.start(source, { method: "GET", push: "true", ...given, url: path });
    return !ctx; // false itself would be made 0
  }

  const rule = [3, 2, 1]
    .map((digits) => read(ctx, `status:${`${status}`.slice(0, digits).padEnd(3, "x")}`))
    .find((text) => text);
  // Whoever cancelled the event of an error has decided.
  if (rule && (ok || ctx.swaps !== false)) {
    const { target, ...words } = kit.words(`- ${rule}`)[1];
    Object.assign(ctx, words, { swaps: true });
    if (target) ctx.target = kit.find(ctx.source, target)[0] as Element; // cast: none is an error, which core reports
  }

  if (ctx.swaps && body && /html/.test(`${headers.get("Content-Type")}`)) {
    const reader = body
      // cast: the types of the decoder allow for shared memory, those of a body do not
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
      .getReader();
    let text = "";
    let found: RegExpExecArray | null | undefined;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
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
