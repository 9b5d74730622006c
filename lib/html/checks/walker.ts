import type { FindingKind } from "./finding.ts";
import { LOST, type State } from "./state.ts";
import { OMITTABLE } from "./tags.ts";

/** Reads tokens as the parser would, in the tree as it is written. */
export interface Walker {
  state: State;
  /** The token after the one being read is the end tag of the same name. */
  readonly isEmpty: boolean;
  /** Notes a mistake, and the open element it is about. */
  fault(kind: FindingKind, message: string, about?: State): void;
}

/**
 * The parser closes `target` and what is open in it. That is right when all these left out their end tags, and may. Otherwise what is
 * written is not what the parser makes of it.
 * @returns True when they are closed now.
 */
export function closeThrough(w: Walker, target: State): boolean {
  for (let state: State | undefined = w.state; state !== undefined; state = state.parent) {
    if (!isLeftOpen(state)) return false;
    if (state === target) break;
  }
  w.state = target.parent ?? target;
  return true;
}

/** The element may do without an end tag, and its template has none. */
export function isLeftOpen(state: State): boolean {
  return state.space === "html" && OMITTABLE.has(state.tag) && state.token?.isMatched === false;
}

/** Nothing is judged any more. */
export function isLost(w: Walker): boolean {
  return w.state.phase === LOST;
}
