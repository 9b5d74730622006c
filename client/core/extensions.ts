import type { Kit, SwapPlan } from "./extension-types.ts";
import { settings } from "./settings.ts";
import type { RequestContext } from "./types.ts";

/** Asks the extensions, one after the other, until one says no. */
export const isStopped = async (
  hook: "init" | "request" | "response" | "swap",
  subject: RequestContext | Kit,
  plan?: SwapPlan,
): Promise<unknown> => {
  // cast: init takes the kit, the others a request, and only swap a plan
  for (const extension of settings.extensions ?? [])
    if ((await extension[hook]?.(subject as never, plan as SwapPlan)) === false) return extension;
  return undefined;
};
