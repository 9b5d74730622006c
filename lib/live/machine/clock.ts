import type { Ledger } from "./states.ts";

/** What a tick says of the time. */
interface Tick {
  readonly nowMs: number;
  /** How much later it comes than it was to. */
  readonly lateMs?: number | undefined;
}

/**
 * When a wait ends, by a clock that people and machines set, and in a process that may have been stopped, as its laptop was closed.
 * 1. Set back: nobody waits longer than from now on.
 * 2. Late by more than half of the wait: what would have come meanwhile could not, or has not been read. So the wait begins anew. Less is not made up for: a process
 *    that is always late must end something, too.
 * @param waitMs - How long it takes.
 */
export function endOfWait(endsAtMs: number, waitMs: number, { nowMs, lateMs = 0 }: Tick): number {
  return lateMs > waitMs / 2 ? nowMs + waitMs : Math.min(endsAtMs, nowMs + waitMs);
}

/** When a client that says nothing is taken for gone. */
export function idleAt(ledger: Ledger, idleMs: number, tick: Tick): number {
  const endsAtMs = endOfWait(ledger.heardAtMs + idleMs, idleMs, tick);
  ledger.heardAtMs = endsAtMs - idleMs;
  return endsAtMs;
}
