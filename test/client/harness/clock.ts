interface Timer {
  readonly id: number;
  at: number;
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

/** A clock that stands still: what the page waits for happens when a case says that time passes. */
export interface Clock {
  /** Runs what is due now. False when nothing was. */
  runDue(): boolean;
  /** Goes on by so many milliseconds, or to the next thing that is due if that comes first. Returns what is left of them. */
  advance(milliseconds: number): number;
  /** How many timers wait. */
  readonly waiting: number;
  /** Gives the page the real clock back. */
  stop(): void;
  start(): void;
}

export function installClock(): Clock {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const timers = new Map<number, Timer>();
  let now = 0;
  let lastId = 1_000_000; // apart from those of timers that began before

  const add =
    (repeats: boolean) =>
    (handler: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]): number => {
      if (typeof handler !== "function") throw new Error("a string is never run");
      const wait = Number.isFinite(Number(milliseconds)) ? Math.max(0, Number(milliseconds)) : 0;
      const id = ++lastId;
      const everyMs = repeats ? Math.max(1, wait) : undefined;
      timers.set(id, { id, at: now + wait, everyMs, run: () => handler(...args) });
      return id;
    };
  const remove = (id: unknown): void => {
    if (!timers.delete(id as number)) clearTimeout(id as number); // cast: an id of either clock
  };
  const next = (): Timer | undefined => [...timers.values()].sort((a, b) => a.at - b.at || a.id - b.id)[0];

  const start = (): void =>
    void Object.assign(globalThis, {
      setTimeout: add(false),
      setInterval: add(true),
      clearTimeout: remove,
      clearInterval: remove,
    });
  start();
  return {
    runDue: () => {
      const due = next();
      if (!due || due.at > now) return false;
      if (due.everyMs === undefined) timers.delete(due.id);
      else due.at += due.everyMs;
      due.run();
      return true;
    },
    advance: (milliseconds) => {
      const step = Math.min(milliseconds, Math.max(0, (next()?.at ?? Number.POSITIVE_INFINITY) - now));
      now += step;
      return milliseconds - step;
    },
    get waiting() {
      return timers.size;
    },
    stop: () => void Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval }),
    start,
  };
}
