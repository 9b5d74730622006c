import { CHECK, ENDED, HOOKED, type Late, QUEUED, type Queued, STALE, WRITTEN } from "./kinds.ts";
import { state } from "./state.ts";

let next = 0; // those before have had their turn
let nextLate = 0;

/** Runs what waits unless something is being held back, and throws what went wrong in it. */
export function flush(): void {
  if (state.depth > 0 || (state.queued === 0 && state.lates === 0)) return;
  drain();
  if (state.errors.length > 0) throwAll(0);
}

/** After a time of holding back: throws what went wrong in it, which are the errors from the one at `first` on, and in what had waited. */
export function release(first: number): void {
  if (state.depth === 0 && (state.queued > 0 || state.lates > 0)) drain();
  if (state.errors.length > first) throwAll(first);
}

/** Runs `f` with effects held back, then the queue. Every error of both is thrown. */
export function batched<T>(f: () => T): T {
  const { depth, errors } = state;
  const first = errors.length;
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

/** One error as itself, several as an AggregateError, an error met twice as one. */
function throwAll(first: number): never {
  const distinct = [...new Set(state.errors.splice(first))];
  if (distinct.length === 1) throw distinct[0];
  throw new AggregateError(distinct, `${distinct.length} errors in effects`);
}

function drain(): void {
  const { queue, late, retry } = state;
  state.firstRun = state.runs + 1;
  state.depth = 1;
  try {
    do {
      // Effects that an effect's writes invalidate join at the end of the list.
      for (; next < state.queued; next++) {
        const effect = queue[next] as Queued; // cast: in range
        if (effect.flags & QUEUED) effect.process();
        state.effect = undefined;
        queue[next] = undefined;
      }
      next = 0;
      state.queued = 0;
      for (; nextLate < state.lates; nextLate++) {
        const source = late[nextLate] as Late; // cast: in range
        if (source.flags & WRITTEN) {
          source.flags &= ~WRITTEN;
          source.before = undefined;
        }
        if (source.flags & HOOKED) source.tell();
        late[nextLate] = undefined;
      }
      nextLate = 0;
      state.lates = 0;
    } while (state.queued > 0);
  } finally {
    const { effect } = state;
    // The end of the stack came in between. This one is run by the next flush, and so are those behind it.
    if (effect !== undefined && !(effect.flags & ENDED)) effect.flags |= QUEUED | CHECK | STALE;
    state.effect = undefined;
    state.causes = undefined;
    state.depth = 0;
    if (retry.length > 0) {
      for (let i = 0; i < retry.length; i++) queue[state.queued++] = retry[i];
      retry.length = 0;
    }
  }
}
