import { CodedError } from "../errors/index.ts";
import type { Cause, ComputedTarget, Link, Queued, Source } from "./kinds.ts";
import { state } from "./state.ts";

/** How often one effect may run in one flush before it is taken to invalidate itself for ever. */
const MAX_RUNS = 100;

let flush = 0; // by its first run
let counts = new Map<Queued, number>();

/** Counts an effect that is to run again in one flush. Returns an error when it has run too often. */
export function countRun(effect: Queued): CodedError | undefined {
  if (flush !== state.firstRun) counts = new Map();
  flush = state.firstRun;
  const before = counts.get(effect) ?? 1;
  if (before > MAX_RUNS / 2) state.causes ??= new Map();
  if (before < MAX_RUNS) {
    counts.set(effect, before + 1);
    return undefined;
  }
  const loop = pathTo(effect).join(" -> ");
  return new CodedError("SIGNALS_LOOP", `"${effect.name}" ran ${MAX_RUNS} times for one change: ${loop}`, {
    value: loop,
  });
}

/** Who wrote what that woke whom, back from `effect` to where it begins to repeat. */
function pathTo(effect: Queued): string[] {
  const path = [effect.name];
  const met = new Set<Queued>();
  let at: Queued | undefined = effect;
  while (at !== undefined && !met.has(at)) {
    met.add(at);
    const cause: Cause | undefined = state.causes?.get(at);
    if (cause?.written !== undefined) path.unshift(...between(cause.written, at));
    at = cause?.writer;
    if (at !== undefined) path.unshift(at.name);
  }
  return path;
}

/** The names from a signal over computeds to an effect, which itself is left out. */
function between(signal: Source, effect: Queued): string[] {
  const above = new Map<Source, ComputedTarget | undefined>();
  const waiting: (Queued | ComputedTarget)[] = [effect];
  for (let target = waiting.pop(); target !== undefined && !above.has(signal); target = waiting.pop()) {
    for (let link: Link | undefined = target.deps; link !== undefined; link = link.nextDep) {
      const { source } = link;
      if (above.has(source)) continue;
      above.set(source, target === effect ? undefined : (target as ComputedTarget)); // cast: all others are computeds
      if ("deps" in source) waiting.push(source as ComputedTarget); // cast: it has sources
    }
  }
  const names: string[] = [];
  for (let node: Source | undefined = signal; node !== undefined; node = above.get(node)) {
    names.push((node as ComputedTarget).name); // cast: signals are named like computeds
  }
  return names;
}
