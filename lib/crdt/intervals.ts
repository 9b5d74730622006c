/** Sets of counters as sorted intervals that neither overlap nor touch: a set has one form, however it came about. */

import { firstAfter, LongList } from "./sequence/long-list.ts";

/** Bounds, in turns: an interval begins at each even place and ends, exclusively, at the next. */
export type Intervals = number[];

/** Deleted counters of one replica: their bounds in pieces, so that a new one in the midst of many moves few. */
export type Deleted = LongList<number>;

export function createDeleted(): Deleted {
  return new LongList([]);
}

/** Adds `start` up to, not including, `end`; returns how many were new. O(log n), plus the intervals it joins. */
export function addInterval(set: Deleted, start: number, end: number): number {
  const from = set.firstAfter((bound) => bound >= start);
  const to = firstFrom(set, from, end);
  let added = 0;
  let at = start;
  for (let i = from; i <= to; i++) {
    const bound = i < to ? (set.at(i) as number) : end; // cast: within the list
    if (i % 2 === 0) added += bound - at;
    at = bound;
  }
  // A bound of its own where it begins, or ends, outside of all that touch it.
  const isStart = from % 2 === 0;
  const isEnd = to % 2 === 0;
  if (to === from + 1 && isStart !== isEnd)
    set.put(from, isStart ? start : end); // it grows, as most do
  else if (added > 0) set.splice(from, to - from, ...(isStart ? [start] : []), ...(isEnd ? [end] : []));
  return added;
}

/** Index of the first bound beyond `end`, not before `from`: mostly one of the next. */
function firstFrom(set: Deleted, from: number, end: number): number {
  for (let to = from; to < from + 4; to++) if ((set.at(to) ?? Number.POSITIVE_INFINITY) > end) return to;
  return set.firstAfter((bound) => bound > end);
}

/** The stretches from `start` to `end` that are not in the set. O(log n + intervals between). */
export function outside(set: Deleted, start: number, end: number): Intervals {
  const found: Intervals = [];
  let i = set.firstAfter((bound) => bound > start);
  let at = i % 2 === 0 ? start : (set.at(i++) as number); // cast: where an interval begins, it ends
  for (; at < end; i += 2) {
    found.push(at, Math.min(set.at(i) ?? end, end));
    at = set.at(i + 1) ?? end;
  }
  return found;
}

/** Place of the first interval that ends at or after `counter`. */
export function search(bounds: Intervals, counter: number): number {
  const at = firstAfter(bounds, (bound) => bound >= counter);
  return at - (at % 2);
}

/**
 * The union of sets, however many: thousands of replicas may have deleted of one. Starts and ends are sorted apart: behind as many ends as there are starts before
 * it, a start begins an interval of its own. O(n log n).
 */
export function unite(sets: readonly Intervals[]): Intervals {
  const [first, second] = sets;
  if (first === undefined || second === undefined) return first ?? [];
  const bounds = sets.flat();
  const starts = Float64Array.from({ length: bounds.length / 2 }, (_, i) => bounds[2 * i] as number).sort(); // casts: within the lists, here and below
  const ends = Float64Array.from(starts, (_, i) => bounds[2 * i + 1] as number).sort();
  const united: Intervals = [];
  let from = starts[0] as number;
  for (let i = 1; i < starts.length; i++) {
    const start = starts[i] as number;
    const end = ends[i - 1] as number;
    if (start <= end) continue;
    united.push(from, end);
    from = start;
  }
  united.push(from, ends[ends.length - 1] as number);
  return united;
}

/** How many counters the set has, or those of a stretch that `outside` gives. */
export function lengthOf(bounds: Intervals): number {
  return bounds.reduce((sum, bound, i) => (i % 2 === 0 ? sum - bound : sum + bound), 0);
}
