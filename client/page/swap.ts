import type { SwapPart, SwapPlan } from "../core/extension-types.ts";
import { doc } from "../core/settings.ts";
import type { RequestContext } from "../core/types.ts";

export interface PageContext extends RequestContext {
  /** The reply, taken apart. */
  parts?: SwapPart[];
}

/** Before anything of a reply is put into the page: notes where its parts go, and begins a transition. */
export const swap = async (ctx: PageContext, { parts }: SwapPlan): Promise<void> => {
  ctx.parts = [...parts];
  if (/transition:t/.test((parts[0] as SwapPart).swap) && !matchMedia("(prefers-reduced-motion:reduce)").matches)
    await new Promise<void>(
      (go) =>
        doc
          .startViewTransition?.(() => {
            go();
            // What happens until the request is over is what is shown moving.
            return new Promise<void>((end) => ctx.ends.push(end));
          })
          .ready.catch(() => {}) ?? go(), // one that is skipped, as the next one begins, is no error
    );
};
