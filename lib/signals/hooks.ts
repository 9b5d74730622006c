import { HOOK_ON, HOOK_QUEUED, type Source } from "./links.ts";
import { detached, state } from "./state.ts";

/** What is told when it becomes watched, and when it ceases to be. */
export interface Hooked extends Source {
  /** Calls `onWatched` or `onUnwatched`. */
  told(watched: boolean): void;
}

const changed: Hooked[] = [];

/** A source with hooks got its first subscriber, or lost its last. */
export function noteHook(source: Source): void {
  if (source.flags & HOOK_QUEUED) return;
  source.flags |= HOOK_QUEUED;
  changed.push(source as Hooked); // cast: HOOKED is set where the method is
  state.waiting = true;
}

/** Calls the hooks of what is in another state than it was told last. */
export function callHooks(errors: unknown[]): void {
  for (let source = changed.pop(); source !== undefined; source = changed.pop()) {
    const node = source;
    const watched = node.subs !== undefined;
    node.flags &= ~HOOK_QUEUED;
    if (watched === ((node.flags & HOOK_ON) !== 0)) continue;
    node.flags ^= HOOK_ON;
    try {
      detached(undefined, () => node.told(watched));
    } catch (error) {
      errors.push(error);
    }
  }
}
