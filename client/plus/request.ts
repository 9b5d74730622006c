import type { SwapFunction } from "../core/extension-types.ts";
import { doc } from "../core/settings.ts";
import { fragmentOf, kit, loading, type PlusContext, read, running, wishOf } from "./kit.ts";

const AGES_MS = 1e9;

/**
 * What happens before a request leaves. It does not if this says false.
 * 1. If the same is under way, its reply is awaited and serves both. If nothing comes of that, this one is sent after all.
 * 2. It has until its time is over.
 * 3. A template is shown by the element's own swap. What that replaces waits in a fragment: if another request does the same meanwhile,
 *    either can be taken back first.
 */
export const request = async (ctx: PlusContext): Promise<boolean> => {
  const target = ctx.target;
  const swap = ctx.swap;
  const controller = ctx.controller;
  const wish = wishOf(ctx);
  let other: PlusContext | undefined;
  while ((other = running[wish])) {
    await new Promise<void>((go) => (other as PlusContext).ends.push(go)); // cast: asked right before
    if (other.response || controller.signal.aborted) return !ctx;
  }
  const ahead = loading[wish];
  delete loading[wish];

  const timer = setTimeout(
    () => {
      if (ctx.text == null) {
        controller.abort();
        kit.tell("error", ctx, { reason: "timeout" });
        if (ctx.restored) location.reload(); // the address has changed already
      }
    },
    kit.milliseconds((read(ctx, "timeout") ?? kit.timeout) as string) || AGES_MS,
  );

  const template = doc.getElementById(read(ctx, "optimistic") as string) as HTMLTemplateElement | null; // cast: others have no content
  if (template) {
    const content = fragmentOf([template.content.cloneNode(true), ""]); // the empty text marks the place
    for (const slot of content.querySelectorAll("slot")) slot.replaceWith((ctx.data.get(slot.name) as string) ?? "");
    const added = [...content.childNodes];
    const before = [target, ...target.childNodes];
    const [word] = kit.words(swap);
    const ways: Record<string, string> = {
      o: "replaceWith",
      d: "replaceWith",
      i: "replaceChildren",
      t: "replaceChildren",
    };
    const way = ways[word[0] as string] ?? kit.vocabulary[word] ?? word; // cast: no word is empty
    // casts: only functions have a call, and what else there is names a method
    (way as SwapFunction).call?.(kit, target, content, ctx) ?? target[way as "append"]?.(content);
    const kept = fragmentOf(before.filter((node) => !node.parentNode));
    ctx._undo = () => {
      added.find((node) => node.parentNode)?.before(kept);
      added.map((node) => node.remove());
    };
  }

  running[wish] = ctx;
  // Core ends each request by this, however it went; at once, before any request that replaces it.
  controller.signal.onabort = () => {
    delete running[wish];
    clearTimeout(timer);
    ctx._undo?.();
    ctx.target?.classList.remove("bus-swapping");
  };
  ctx.response ??= (await ahead) as Response; // cast: core fetches it where there is none
  return !controller.signal.aborted; // the reply to a request that is over would be shown
};
