import { doc, fragmentOf, kit, type PlusContext, read, running } from "./kit.ts";

const KEPT_MS = 5000;
const AGES_MS = 1e9;

interface Ahead extends AbortController {
  reply?: Promise<Response | undefined>;
}

interface Known extends Element {
  /** The first order that was seen for it as a target. */
  busbar?: number;
}

/** Replies that were asked for ahead of time, by what was asked. */
const loading: Record<string, Ahead> = {};

/**
 * What happens before a request leaves. It does not if this says false.
 * 1. All that makes the reply to a GET what it is, and what becomes of it, is written down; who asks does not count. The target is known by
 *    the first order that was seen for it.
 * 2. One that asks ahead of time only keeps the reply, for a few seconds.
 * 3. If the same is under way, its reply is awaited and serves both. If nothing comes of that, this one is sent after all.
 * 4. It has until its time is over.
 * 5. A template is shown by the element's own swap. What that replaces waits in a fragment: if another request does the same meanwhile,
 *    either can be taken back first.
 * 6. A reply that is at hand is taken. It serves once.
 */
export const request = async (ctx: PlusContext): Promise<boolean> => {
  const { source, target, order, swap, controller } = ctx as PlusContext & { target: Known }; // cast: a name nobody else has
  target.busbar ??= order;
  const isGet = ctx.method === "GET";
  const wish: string | number = isGet
    ? `${[ctx.url, swap, ctx.select, ctx.push, ctx.replace, target.busbar, read(ctx, "headers")]}`
    : order;
  ctx.wish = wish;

  if (ctx.event?.preload === source) {
    if (isGet && !loading[wish]) {
      const ahead: Ahead = new AbortController();
      loading[wish] = ahead;
      ahead.reply = fetch(ctx.url, { headers: ctx.headers, mode: "same-origin", signal: ahead.signal }).catch(
        () => undefined,
      );
      setTimeout(() => {
        loading[wish]?.abort();
        delete loading[wish];
      }, KEPT_MS);
    }
    return !ctx; // false itself would be made 0
  }

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
    const method = /^[od]/.test(word)
      ? "replaceWith"
      : /^[it]/.test(word)
        ? "replaceChildren"
        : (kit.vocabulary[word] ?? word);
    target[method as "append"]?.(content); // cast: for `none` there is no such method
    const kept = fragmentOf(...before.filter((node) => !node.parentNode));
    ctx.undo = () => {
      added.find((node) => node.parentNode)?.before(kept);
      for (const node of added) node.remove();
    };
  }

  running.add(ctx);
  const ahead = loading[wish];
  delete loading[wish];
  // Core ends each request by this, however it went; at once, before any request that replaces it.
  controller.signal.onabort = () => {
    running.delete(ctx);
    clearTimeout(timer);
    ahead?.abort();
    ctx.undo?.();
    ctx.target?.classList.remove("bus-swapping");
  };
  const reply = await ahead?.reply;
  // An old reply for a request that is over would be shown; core's own fetch ends at once. cast: none is fetched
  if (!controller.signal.aborted) ctx.response = reply as Response;
  return true;
};
