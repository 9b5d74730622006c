/** Time that passes when a test says so. @public */
export interface VirtualClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `f` once after `ms` milliseconds of virtual time. Returns its cancel. */
  after(ms: number, f: () => void): () => void;
  /** When the next timer is due; `undefined` without one. */
  readonly nextAtMs: number | undefined;
  /** Moves to a time and calls the first timer that is due by then, if there is one. @returns whether it called one. */
  step(untilMs: number): boolean;
}

interface Timer {
  readonly atMs: number;
  readonly f: () => void;
}

/**
 * Makes a clock that stands still until it is stepped. Timers run in the order of their times, those of one time in the order they were set.
 * @public
 */
export function createVirtualClock(startMs: number = Date.UTC(2030, 0, 1)): VirtualClock {
  const timers = new Set<Timer>();
  let nowMs = startMs;
  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) if (first === undefined || timer.atMs < first.atMs) first = timer;
    return first;
  };
  return {
    now: () => nowMs,
    after(ms, f) {
      const timer: Timer = { atMs: nowMs + Math.max(0, ms), f };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get nextAtMs() {
      return next()?.atMs;
    },
    step(untilMs) {
      const timer = next();
      if (timer === undefined || timer.atMs > untilMs) {
        nowMs = Math.max(nowMs, untilMs);
        return false;
      }
      timers.delete(timer);
      nowMs = Math.max(nowMs, timer.atMs);
      timer.f();
      return true;
    },
  };
}
