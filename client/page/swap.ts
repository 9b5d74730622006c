import type { SwapPart, SwapPlan } from "../core/extension-types.ts";
import type { RequestContext } from "../core/types.ts";

export interface PageContext extends RequestContext {
  /** The reply, taken apart. */
  parts?: SwapPart[];
}

/** Notes where the parts of a reply go, before anything of it is put into the page. */
export const swap = (ctx: PageContext, { parts }: SwapPlan): void => {
  ctx.parts = [...parts];
};
