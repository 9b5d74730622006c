import type { SwapFunction } from "../core/extension-types.ts";
import { doc } from "../core/settings.ts";
import { fragmentOf, kit, type PlusContext, read, running } from "./kit.ts";

const AGES_MS = 1e9;

interface Known extends Element {
  /** The first order that was seen for it as a target. */
  busbar?: number;
}

/**
 * What happens before a request leaves. It does not if this says false.
 * 1. All that makes the reply to a GET what it is, and what becomes of it, is written down; who asks does not count. The target is known by
 *    the first order that was seen for it.
 * 2. If the same is under way, its reply is awaited and serves both. If nothing comes of that, this one is sent after all.
 * 3. It has until its time is over.
 * 4. A template is shown by the element's own swap. What that replaces waits in a fragment: if another request does the same meanwhile,
 *    either can be taken back first.
 */
export const request = async (ctx: PlusContext): Promise<boolean> => {
  const { target, order, swap, controller } = ctx as PlusContext & { target: Known }; // cast: a name nobody else has
  target.busbar ??= order;
  const isGet = ctx.method === "GET";
  const wish: string | number = isGet
    ? `${[ctx.url, swap, ctx.select, ctx.push, ctx.replace, target.busbar, read(ctx, "headers")]}`
    : order;
  ctx.wish = wish;

  for (const other of running)
    if (other.wish === wish) {
      await new Promise<void>((go) => other.ends.push(go));
      if (other.response || controller.signal.aborted) return !ctx;
    }

  const timer = setTimeout(
    () => {
      if (ctx.text == null) {
        controller.abort();
        kit.tell("error", ctx, { reason: "timeout" });
        if (ctx.restored) location.reload(); // the address has changed already
      }
    },
    kit.milliseconds(`${read(ctx, "timeout") ?? kit.timeout}`) || AGES_MS,
  );

  const template = doc.getElementById(`${read(ctx, "optimistic")}`) as HTMLTemplateElement | null; // cast: others have no content
  if (template) {
    const content = fragmentOf(template.content.cloneNode(true), ""); // the empty text marks the place
    for (const slot of content.querySelectorAll("slot")) slot.replaceWith((ctx.data.get(slot.name) as string) ?? "");
    const added = [...content.childNodes];
    const before = [target, ...target.childNodes];
    const [word] = kit.words(swap);
    const way = /^[od]/.test(word)
      ? "replaceWith"
      : /^[it]/.test(word)
        ? "replaceChildren"
        : (kit.vocabulary[word] ?? word);
    // casts: only functions have a call, and what else there is names a method
    (way as SwapFunction).call?.(kit, target, content, ctx) ?? target[way as "append"]?.(content);
    const kept = fragmentOf(...before.filter((node) => !node.parentNode));
    ctx.undo = () => {
      added.find((node) => node.parentNode)?.before(kept);
      for (const node of added) node.remove();
    };
  }

  running.add(ctx);
  // Core ends each request by this, however it went; at once, before any request that replaces it.
  controller.signal.onabort = () => {
    running.delete(ctx);
    clearTimeout(timer);
    ctx.undo?.();
    ctx.target?.classList.remove("bus-swapping");
  };
  return true;
};
