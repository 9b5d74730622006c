import { callHooks } from "./hooks.ts";
import { CHECK, ENDED, QUEUED, type Queued, STALE, type Written } from "./kinds.ts";
import { state } from "./state.ts";

const written: Written[] = [];
let next = 0; // those before have had their turn

/** Remembers a signal whose write may yet be taken back before anybody sees it. */
export function holdBack(signal: Written): void {
  written.push(signal);
  state.waiting = true;
}

/** Runs what waits unless something is being held back, and throws what went wrong in it. */
export function flush(): void {
  if (state.depth > 0 || !hasWork()) return;
  const errors: unknown[] = [];
  drain(errors);
  if (errors.length > 0) throwAll(errors);
}

/** Ends a time of holding back, and throws what went wrong in it and in what had waited. */
export function release(depth: number, errors: unknown[]): void {
  state.depth = depth;
  if (depth === 0 && hasWork()) drain(errors);
  if (errors.length > 0) throwAll(errors);
}

/** Runs `f` with effects held back, then the queue. Every error of both is thrown. */
export function batched<T>(f: () => T): T {
  const { depth } = state;
  state.depth = depth + 1;
  let value: T;
  try {
    value = f();
  } catch (error) {
    state.depth = depth;
    release(depth, [error]);
    throw error; // not reached: the list is not empty
  }
  state.depth = depth;
  flush();
  return value;
}

/** One error as itself, several as an AggregateError, an error met twice as one. */
function throwAll(errors: readonly unknown[]): never {
  const distinct = [...new Set(errors)];
  if (distinct.length === 1) throw distinct[0];
  throw new AggregateError(distinct, `${distinct.length} errors in effects`);
}

function hasWork(): boolean {
  return (state.queued > 0 || state.waiting || state.hooked.length > 0) && !state.flushing;
}

function drain(errors: unknown[]): void {
  const { queue } = state;
  state.flushing = true;
  state.firstRun = state.runs + 1;
  state.depth = 1;
  try {
    do {
      // Effects that an effect's writes invalidate join at the end of the list.
      for (; next < state.queued; next++) {
        const effect = queue[next] as Queued; // cast: in range
        if (effect.flags & QUEUED) effect.process(errors);
        state.effect = undefined;
        queue[next] = undefined;
      }
      next = 0;
      state.queued = 0;
      if (state.waiting) {
        state.waiting = false;
        for (let signal = written.pop(); signal !== undefined; signal = written.pop()) signal.forget();
      }
      if (state.hooked.length > 0) callHooks(errors);
    } while (state.queued > 0 || state.waiting || state.hooked.length > 0);
  } finally {
    const { effect, retry } = state;
    // The end of the stack came in between. This one is run by the next flush, and so are those behind it.
    if (effect !== undefined && !(effect.flags & ENDED)) effect.flags |= QUEUED | CHECK | STALE;
    if (written.length > 0) state.waiting = true;
    state.effect = undefined;
    state.flushing = false;
    state.causes = undefined;
    state.depth = 0;
    for (let i = 0; i < retry.length; i++) queue[state.queued++] = retry[i];
    retry.length = 0;
  }
}
