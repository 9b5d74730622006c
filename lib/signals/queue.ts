import { CHECK, ENDED, HOOKED, QUEUED, RETRIED, STALE, WRITTEN } from "./kinds.ts";
import { callable } from "./refusals.ts";
import { state } from "./state.ts";

/** Runs what waits unless something is being held back, and throws what went wrong in it. */
export function flush(): void {
  if (state.depth === 0) release(0);
}

/** After a time of holding back: throws what went wrong in it, which are the errors from the one at `first` on, and in what had waited. */
export function release(first: number): void {
  if (state.depth === 0 && (state.queued > 0 || state.lates > 0)) drain();
  if (state.errors.length === first) return;
  // One error as itself, several as an AggregateError, an error met twice as one.
  const distinct = [...new Set(state.errors.splice(first))];
  throw distinct.length === 1 ? distinct[0] : new AggregateError(distinct, `${distinct.length} errors in effects`);
}

/** Runs `f` with effects held back, then the queue. Throws every error of both. */
export function batch<T>(f: () => T): T {
  const { depth, errors } = state;
  const first = errors.length;
  callable(f);
  let value: T | undefined;
  state.depth = depth + 1;
  try {
    value = f();
  } catch (error) {
    errors[errors.length] = error;
  }
  state.depth = depth;
  release(first);
  return value as T; // cast: had it thrown, so had `release`
}

/**
 * Runs the queue, then sees to the late sources, until nothing waits. Where the end of the stack comes in between, all that is left is there for
 * the next flush.
 */
function drain(): void {
  const { queue, late } = state;
  let next = 0;
  let kept = 0;
  let nextLate = 0;
  state.firstRun = state.runs + 1;
  state.depth = 1;
  try {
    do {
      // Effects that an effect's writes invalidate join at the end of the list.
      for (; next < state.queued; next++) {
        const effect = queue[next];
        if (!effect) continue; // it had its turn before the stack came to its end
        if (effect.flags & QUEUED) effect.process();
        state.effect = undefined;
        queue[next] = undefined;
        if ((effect.flags & (RETRIED | ENDED)) === RETRIED) queue[kept++] = effect; // for the next flush
      }
      for (; nextLate < state.lates; nextLate++) {
        const source = late[nextLate];
        if (!source) continue; // as above
        if (source.flags & WRITTEN) {
          source.flags &= ~WRITTEN;
          source.before = undefined;
        }
        if (source.flags & HOOKED) state.tell?.(source);
        late[nextLate] = undefined;
      }
    } while (next < state.queued);
    state.queued = kept;
    state.lates = 0;
  } finally {
    const { effect } = state;
    // The end of the stack came while this one ran.
    if (effect && !(effect.flags & ENDED)) effect.flags |= QUEUED | CHECK | STALE;
    state.effect = undefined;
    state.depth = 0;
  }
}
