import { CodedError } from "../errors/index.ts";
import type { Queued, Source, Target } from "./kinds.ts";
import { state } from "./state.ts";

/** How often one effect may run in one flush before it is taken to invalidate itself for ever. */
const MAX_RUNS = 100;

/** Counts an effect that is to run again in one flush. Returns an error when it has run too often. */
export function countRun(effect: Queued): CodedError | undefined {
  state.counts ??= new Map();
  const runs = state.counts.get(effect) ?? 1;
  state.counts.set(effect, runs + 1);
  if (runs > MAX_RUNS / 2) state.trail ??= new Map();
  return runs < MAX_RUNS ? undefined : loopOf(effect);
}

/** Names who wrote what that woke whom, back from `effect` to where it begins to repeat. */
function loopOf(effect: Queued): CodedError {
  const met = new Set<Source | Target>();
  let value = effect.name;
  for (let node: Source | Target = effect; !met.has(node); ) {
    met.add(node);
    const before: Source | Target | undefined = state.trail?.get(node);
    if (before === undefined) break;
    value = `${before.name} -> ${value}`;
    node = before;
  }
  return new CodedError("SIGNALS_LOOP", `"${effect.name}" ran ${MAX_RUNS} times for one change: ${value}`, { value });
}
