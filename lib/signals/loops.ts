import { CodedError } from "../errors/index.ts";
import type { Source, Target } from "./kinds.ts";
import { state } from "./state.ts";

/** How often one effect may run in one flush before it is taken to invalidate itself for ever. */
const MAX_RUNS = 100;

/**
 * An error when an effect has run again too often in one flush: it names who wrote what that woke whom, back from the effect to where that begins
 * to repeat. Who does is noted from half-way on.
 */
export function loopOf(effect: Target, reruns: number): CodedError | undefined {
  if (reruns > MAX_RUNS / 2) state.trail ??= new Map();
  if (reruns < MAX_RUNS) return undefined;
  const { name } = effect;
  const met = new Set<Source | Target>();
  let value = name;
  for (let node: Source | Target | undefined = effect; node !== undefined && !met.has(node); ) {
    met.add(node);
    node = state.trail?.get(node);
    if (node !== undefined) value = `${node.name} -> ${value}`;
  }
  return new CodedError("SIGNALS_LOOP", `"${name}" ran ${MAX_RUNS} times for one change: ${value}`, { value });
}
