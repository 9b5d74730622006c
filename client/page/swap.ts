import { doc } from "../core/settings.ts";
import type { RequestContext, SwapPart, SwapPlan } from "../core/types.ts";

export interface PageContext extends RequestContext {
  /** The reply, taken apart. */
  parts?: SwapPart[];
}

/**
 * What happens before anything of a reply is put into the page.
 * 1. With a whole page comes its head (see `intoHead`).
 * 2. A transition has begun.
 */
export const swap = async (ctx: PageContext, { document, parts }: SwapPlan): Promise<void> => {
  const [main] = parts as [SwapPart]; // cast: the main part is always there
  ctx.parts = [...parts];

  if (document.title && ctx.target === doc.body) {
    const content = new DocumentFragment();
    content.append(...document.querySelectorAll("head>:not(title)")); // core reads the title later
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
