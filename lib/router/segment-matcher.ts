import { DEAD, type Dfa, dfaMatches, dfaStep, START } from "./dfa.ts";
import type { MixedSegment, Param } from "./pattern.ts";

/** Where captured values begin and end, by index of the parameter. */
export interface Captures {
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * Matches one segment against a mixed pattern; each parameter takes as little as lets the rest fit. Linear: a segment
 * is read at most once per parameter and state of its constraint.
 * @param text - Decoded, and in lower case when the router ignores case.
 * @param first - Index of the first capture.
 */
export function matchSegment(
  segment: MixedSegment,
  text: string,
  from: number,
  to: number,
  captures: Captures,
  first: number,
): boolean {
  const { folded, params } = segment;
  const prefix = folded[0] ?? "";
  const suffix = folded[folded.length - 1] ?? "";
  const start = from + prefix.length;
  const end = to - suffix.length;
  if (end <= start) return false; // a parameter is never empty
  if (prefix !== "" && !text.startsWith(prefix, from)) return false;
  if (suffix !== "" && !text.startsWith(suffix, end)) return false;
  if (params.length === 1) {
    const dfa = params[0]?.constraint?.dfa;
    if (dfa !== undefined && !dfaMatches(dfa, text, start, end)) return false;
    captures.starts[first] = start;
    captures.ends[first] = end;
    return true;
  }
  if (matchEager(segment, text, start, end, captures, first)) return true;
  // without constraints the earliest place of every literal is the best one: no other choice can succeed either
  return segment.constrained && matchThorough(segment, text, start, end, captures, first);
}

/** Takes the earliest place for each literal in turn; a success is the shortest reading, a failure proves nothing. */
function matchEager(
  segment: MixedSegment,
  text: string,
  start: number,
  end: number,
  captures: Captures,
  first: number,
): boolean {
  const { folded, params } = segment;
  let at = start;
  for (let i = 0; i < params.length; i++) {
    const last = i === params.length - 1;
    const literal = folded[i + 1] ?? "";
    const stop = last ? end : text.indexOf(literal, at + 1);
    if (stop <= at || stop > end || (!last && stop + literal.length >= end)) return false;
    const dfa = params[i]?.constraint?.dfa;
    if (dfa !== undefined && !dfaMatches(dfa, text, at, stop)) return false;
    captures.starts[first + i] = at;
    captures.ends[first + i] = stop;
    at = stop + literal.length;
  }
  return true;
}

/**
 * Finds the shortest reading when constraints decide where a parameter ends.
 * 1. From the right, for each parameter: the places where it may end, and from them the places where it may start.
 * 2. From the left: run each constraint from its start to the first place where it may end.
 */
function matchThorough(
  segment: MixedSegment,
  text: string,
  start: number,
  end: number,
  captures: Captures,
  first: number,
): boolean {
  const { folded, params } = segment;
  const endsOf: Uint8Array[] = [];
  let ends = new Uint8Array(end - start + 1);
  ends[end - start] = 1;
  for (let i = params.length - 1; i >= 0; i--) {
    endsOf[i] = ends;
    const starts = startsBefore(params[i], text, start, end, ends);
    if (i > 0) ends = shiftBack(starts, folded[i] ?? "", text, start);
    else if (starts[0] !== 1) return false;
  }
  let at = start;
  for (let i = 0; i < params.length; i++) {
    const stop = firstEnd(params[i], text, at, end, start, endsOf[i]);
    captures.starts[first + i] = at;
    captures.ends[first + i] = stop;
    at = stop + (folded[i + 1]?.length ?? 0);
  }
  return true;
}

/** The places from which a parameter can reach one of its ends: its automaton, run backwards over sets of states. */
function startsBefore(param: Param | undefined, text: string, from: number, to: number, ends: Uint8Array): Uint8Array {
  const size = to - from;
  const starts = new Uint8Array(size + 1);
  const dfa = param?.constraint?.dfa;
  if (dfa === undefined) {
    for (let i = size - 1; i >= 0; i--) starts[i] = starts[i + 1] === 1 || ends[i + 1] === 1 ? 1 : 0;
    return starts;
  }
  let live = new Uint8Array(dfa.states);
  for (let i = size; i >= 0; i--) {
    const before = new Uint8Array(dfa.states);
    for (let state = START; state < dfa.states; state++) {
      const goesOn = i < size && live[dfaStep(dfa, state, text.charCodeAt(from + i))] === 1;
      if (goesOn || (ends[i] === 1 && dfa.accepts[state] === 1)) before[state] = 1;
    }
    live = before;
    starts[i] = live[START] ?? 0;
  }
  return starts;
}

function shiftBack(starts: Uint8Array, literal: string, text: string, from: number): Uint8Array<ArrayBuffer> {
  const ends = new Uint8Array(starts.length);
  for (let i = literal.length; i < starts.length; i++) {
    if (starts[i] === 1 && text.startsWith(literal, from + i - literal.length)) ends[i - literal.length] = 1;
  }
  return ends;
}

function firstEnd(
  param: Param | undefined,
  text: string,
  at: number,
  to: number,
  from: number,
  ends: Uint8Array | undefined,
): number {
  const dfa: Dfa | undefined = param?.constraint?.dfa;
  let state = START;
  for (let i = at; i < to; i++) {
    if (dfa !== undefined) state = dfaStep(dfa, state, text.charCodeAt(i));
    if (state === DEAD) break;
    if (ends?.[i + 1 - from] === 1 && (dfa === undefined || dfa.accepts[state] === 1)) return i + 1;
  }
  return to;
}
