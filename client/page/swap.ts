import type { SwapPart, SwapPlan } from "../core/extension-types.ts";
import { doc } from "../core/settings.ts";
import type { RequestContext } from "../core/types.ts";

export interface PageContext extends RequestContext {
  /** The reply, taken apart. */
  parts?: SwapPart[];
  /** What of the present head is not in the new one. */
  gone?: Iterable<Element>;
}

/**
 * What happens before anything of a reply is put into the page.
 * 1. With a whole page comes its head: what is equal stays, what is new is added (scripts run once), what is gone is removed.
 * 2. A transition has begun.
 */
export const swap = async (ctx: PageContext, { document, parts }: SwapPlan): Promise<void> => {
  const [main] = parts as [SwapPart]; // cast: the main part is always there
  ctx.parts = [...parts];

  if (document.title && ctx.target === doc.body) {
    // Elements by what they are. Nonces differ, and only the parser shows them; titles are core's. cast: a tuple stays one
    const [old, fresh] = [doc, document].map(
      (page) =>
        new Map(
          [...page.querySelectorAll("head>:not(title,[bus-preserve])")].map((el) => [
            el.outerHTML.replace(/ nonce="[^"]*"/, ""),
            el,
          ]),
        ),
    ) as [Map<string, Element>, Map<string, Element>];
    for (const [what] of fresh) if (old.delete(what)) fresh.delete(what);
    const content = new DocumentFragment();
    content.append(...fresh.values());
    ctx.gone = old.values();
    parts.push({ target: doc.head, swap: "intoHead", content });
  }

  if (/transition:t/.test(main.swap) && !matchMedia("(prefers-reduced-motion:reduce)").matches)
    await new Promise<void>(
      (go) =>
        doc.startViewTransition?.(() => {
          go();
          // What happens until the request is over is what is shown moving.
          return new Promise<void>((end) => ctx.ends.push(end));
        }) ?? go(),
    );
};
