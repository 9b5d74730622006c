import { Session } from "node:inspector";

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/**
 * Counts how often the blocks of the library's code run: the work, as a number that a busy machine does not change. What the platform does inside one call, a sort
 * or a copy, is not seen. Only what is imported after this is counted.
 */
export function workCounter(): (run: () => void) => number {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return (run) => {
    take(session);
    run();
    return take(session);
  };
}

/** The work since the last time. */
function take(session: Session): number {
  let work = 0;
  session.post("Profiler.takePreciseCoverage", (error, coverage) => {
    if (error !== null) throw error;
    for (const { url, functions } of (coverage as unknown as Coverage).result) // cast: what the protocol says
      if (url.includes("/lib/")) for (const { ranges } of functions) for (const { count } of ranges) work += count;
  });
  return work;
}
