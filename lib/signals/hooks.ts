import { HOOK_ON, type Source } from "./kinds.ts";
import { detached, state } from "./state.ts";
import type { SignalOptions } from "./types.ts";

/** Calls the hook of a source that is in another state than it was told last. */
export function tell(source: Source, { onWatched, onUnwatched }: SignalOptions<never>): void {
  const watched = source.subs !== undefined;
  if (watched === ((source.flags & HOOK_ON) !== 0)) return;
  source.flags ^= HOOK_ON;
  try {
    detached(undefined, () => (watched ? onWatched?.() : onUnwatched?.()));
  } catch (error) {
    state.errors.push(error);
  }
}
