import { CHECK, DIRTY, type Owned, QUEUED, type Queued, RETRIED, RUN, STALE } from "./kinds.ts";
import { fail } from "./owner.ts";
import { refusal, suspectLoop } from "./refusals.ts";
import { state } from "./state.ts";

/** How often one effect may run in one flush before it is taken to invalidate itself for ever. */
const MAX_RUNS = 100;

/**
 * Counts an effect that is to run again in one flush. False when it has run too often: it has failed, the first time, and the next write reaches it again. Computeds
 * that write may have it looked at without end though it runs no more: in the end it waits for the next flush.
 */
export function mayRunAgain(effect: Queued & Owned): boolean {
  effect.flags += RUN;
  const runs = Math.floor(effect.flags / RUN);
  if (runs === MAX_RUNS / 2) suspectLoop(state);
  if (runs < MAX_RUNS) return true;
  if (runs === MAX_RUNS) fail(effect.parent, refusal("SIGNALS_LOOP", effect));
  if (runs < 2 * MAX_RUNS) effect.flags &= ~(CHECK | DIRTY);
  else effect.flags |= QUEUED | CHECK | STALE | RETRIED;
  return false;
}
