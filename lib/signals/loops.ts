import { CodedError } from "../errors/index.ts";
import { type Queued, RUN, type Source, type Target } from "./kinds.ts";
import { state } from "./state.ts";

/** How often one effect may run in one flush before it is taken to invalidate itself for ever. */
const MAX_RUNS = 100;

/** Counts an effect that is to run again in one flush. Returns an error when it has run too often. */
export function countRun(effect: Queued): CodedError | undefined {
  if (effect.flags >= (MAX_RUNS - 1) * RUN) return loopOf(effect);
  effect.flags += RUN;
  if (effect.flags > (MAX_RUNS / 2) * RUN) state.trail ??= new Map();
  return undefined;
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
