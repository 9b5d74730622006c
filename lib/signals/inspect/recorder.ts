import { checkFunction } from "../arguments.ts";
import { type Probe, setProbe } from "../probe.ts";

/** How often a node has run, and for how long, without what ran inside it. */
export interface RunStats {
  runs: number;
  timeMs: number;
}

/**
 * Counts runs while it is on. Nodes are held weakly: what nobody else holds is collected and forgotten.
 */
export interface Recorder {
  statsOf(node: object): RunStats | undefined;
  /** What has run since it was switched on and still exists, the oldest first. */
  seen(): object[];
}

/** A run that goes on. */
interface Frame {
  insideMs: number;
}

let current: Recorder | undefined;
let users = 0;

/** The one that is on. */
export function currentRecorder(): Recorder | undefined {
  return current;
}

/**
 * What `inspect` may be given.
 * @public
 */
export interface InspectOptions {
  /** Milliseconds from any point, rising. Counts only for whoever switches inspection on. @defaultValue performance.now of the machine */
  readonly clock?: () => number;
}

/**
 * Switches inspection on for all graphs of this process: from now on every run of a computed or effect is counted and timed, for `exportGraph`.
 * @returns Its stop; stopping twice is harmless. Inspection is off when all who switched it on have stopped, and the counts are gone.
 * @remarks Nodes are held weakly. On, a run costs two calls of the clock; off, inspection costs nothing.
 * @example
 * ```ts
 * const stop = inspect();
 * toDot(exportGraph());
 * stop();
 * ```
 * @public
 */
export function inspect(options: InspectOptions = {}): () => void {
  const { clock = () => performance.now() } = options;
  checkFunction(clock, "A clock");
  if (users++ === 0) {
    const { recorder, probe } = createRecorder(clock);
    current = recorder;
    setProbe(probe);
  }
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    if (--users > 0) return;
    current = undefined;
    setProbe(undefined);
  };
}

function createRecorder(clock: () => number): { readonly recorder: Recorder; readonly probe: Probe } {
  const stats = new WeakMap<object, RunStats>();
  const refs = new Map<number, WeakRef<object>>();
  const registry = new FinalizationRegistry<number>((key) => refs.delete(key));
  let frame: Frame | undefined;
  let nextKey = 0;

  function statsFor(node: object): RunStats {
    let found = stats.get(node);
    if (found === undefined) {
      found = { runs: 0, timeMs: 0 };
      stats.set(node, found);
      const key = nextKey++;
      refs.set(key, new WeakRef(node));
      registry.register(node, key);
    }
    return found;
  }

  return {
    recorder: {
      statsOf: (node) => stats.get(node),
      seen: () => [...refs.values()].flatMap((ref) => ref.deref() ?? []),
    },
    probe(node, f) {
      const outer = frame;
      const own = { insideMs: 0 };
      const stat = statsFor(node);
      stat.runs++;
      frame = own;
      const startedAt = clock();
      try {
        return f();
      } finally {
        const ms = clock() - startedAt;
        frame = outer;
        stat.timeMs += ms - own.insideMs;
        if (outer !== undefined) outer.insideMs += ms;
      }
    },
  };
}
