import { CodedError } from "../errors/index.ts";
import {
  CHECK,
  DIRTY,
  type Owned,
  QUEUED,
  type Queued,
  RETRIED,
  RUN,
  type Source,
  STALE,
  type Target,
} from "./kinds.ts";
import { fail } from "./owner.ts";
import { state } from "./state.ts";

/** How often one effect may run in one flush before it is taken to invalidate itself for ever. */
const MAX_RUNS = 100;

/**
 * Counts an effect that is to run again in one flush. False when it has run too often: it has failed, the first time, and the next write reaches it again. Computeds
 * that write may have it looked at without end though it runs no more: in the end it waits for the next flush.
 */
export function mayRunAgain(effect: Queued & Owned): boolean {
  effect.flags += RUN;
  if (effect.flags < MAX_RUNS * RUN) {
    if (effect.flags > (MAX_RUNS / 2) * RUN) state.trail ??= new Map();
    return true;
  }
  if (effect.flags < (MAX_RUNS + 1) * RUN) fail(effect.parent, loopOf(effect));
  if (effect.flags < 2 * MAX_RUNS * RUN) effect.flags &= ~(CHECK | DIRTY);
  else effect.flags |= QUEUED | CHECK | STALE | RETRIED;
  return false;
}

/** Names who wrote what that woke whom, back from `effect` to where it begins to repeat. */
function loopOf(effect: Queued): CodedError {
  let value = effect.name;
  let node: Source | Target | undefined = effect;
  while (node !== undefined) {
    const before: Source | Target | undefined = state.trail?.get(node);
    state.trail?.delete(node);
    node = before;
    if (node !== undefined) value = `${node.name} -> ${value}`;
  }
  return new CodedError("SIGNALS_LOOP", `"${effect.name}" ran ${MAX_RUNS} times for one change: ${value}`, { value });
}
