import { HOOK_ON } from "./kinds.ts";
import { detached, state } from "./state.ts";

/** Calls the hooks of what is in another state than it was told last. */
export function callHooks(errors: unknown[]): void {
  for (let source = state.hooked.pop(); source !== undefined; source = state.hooked.pop()) {
    const node = source;
    const watched = node.subs !== undefined;
    if (watched === ((node.flags & HOOK_ON) !== 0)) continue;
    node.flags ^= HOOK_ON;
    try {
      detached(undefined, () => node.told(watched));
    } catch (error) {
      errors.push(error);
    }
  }
}
