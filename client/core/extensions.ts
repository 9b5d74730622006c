import { settings } from "./settings.ts";
import type { RequestContext, SwapPlan } from "./types.ts";

/** Asks the extensions, one after the other, until one says no. */
export const isStopped = async (
  hook: "request" | "response" | "swap",
  ctx: RequestContext,
  plan?: SwapPlan,
): Promise<unknown> => {
  // cast: only swap takes a plan
  for (const extension of settings.extensions ?? [])
    if ((await extension[hook]?.(ctx, plan as SwapPlan)) === false) return extension;
  return undefined;
};
