/** Sets of counters as sorted intervals that neither overlap nor touch: a set has one form, however it came about. */

import { firstAfter } from "./long-list.ts";

/** Bounds, in turns: an interval begins at each even place and ends, exclusively, at the next. */
export type Intervals = number[];

/** Deleted counters of one replica: intervals in chunks, so that a new one in the midst of many moves few. */
export interface Deleted {
  readonly chunks: Intervals[];
  /** The chunk of the last change: the next is likely in it. */
  near: number;
  /** Its place there, as far as it is still one. */
  nearAt: number;
}

const MAX_CHUNK = 2048;

export function createDeleted(): Deleted {
  return { chunks: [[]], near: 0, nearAt: 0 };
}

/** Adds `start` up to, not including, `end`; returns how many were new. O(log n), plus the intervals it joins. */
export function addInterval(set: Deleted, start: number, end: number): number {
  const { chunks } = set;
  const place = chunkOf(set, start);
  set.near = place;
  const chunk = chunks[place] as Intervals; // cast: there is always one
  const { nearAt } = set;
  const isNear = (chunk[nearAt + 1] ?? -1) >= start && (nearAt === 0 || (chunk[nearAt - 1] as number) < start); // cast: bounds come in pairs
  const first = isNear ? nearAt : search(chunk, start);
  set.nearAt = first;
  let low = start;
  let high = end;
  let known = 0;
  let last = first; // the first interval after the new one
  for (let from = chunk, at = first; ; at = 0) {
    for (; at < from.length && (from[at] as number) <= end; at += 2) {
      const [left, right] = [from[at] as number, from[at + 1] as number]; // casts: bounds come in pairs
      if (left < low) low = left;
      if (right > high) high = right;
      known += Math.max(0, Math.min(right, end) - Math.max(left, start));
    }
    if (from === chunk) last = at;
    else if (at < from.length) {
      from.splice(0, at);
      break;
    } else chunks.splice(place + 1, 1);
    const next = chunks[place + 1];
    if (at < from.length || next === undefined) break;
    from = next;
  }
  if (last === first + 2) {
    chunk[first] = low;
    chunk[first + 1] = high;
  } else if (first === chunk.length) chunk.push(low, high);
  else chunk.splice(first, last - first, low, high);
  if (chunk.length > MAX_CHUNK) chunks.splice(place, 1, chunk.slice(0, MAX_CHUNK / 2), chunk.slice(MAX_CHUNK / 2)); // copies: no longer than they are
  return end - start - known;
}

/** The stretches from `start` to `end` that are not in the set. O(log n + intervals between). */
export function outside(set: Deleted, start: number, end: number): Intervals {
  const found: Intervals = [];
  let at = start;
  for (let place = chunkOf(set, start); place < set.chunks.length && at < end; place++) {
    const chunk = set.chunks[place] as Intervals; // cast: within the list
    for (let i = search(chunk, at); i < chunk.length && at < end; i += 2) {
      const left = Math.min(chunk[i] as number, end); // cast: within the list
      if (left > at) found.push(at, left);
      at = Math.max(at, chunk[i + 1] as number); // cast: bounds come in pairs
    }
  }
  if (at < end) found.push(at, end);
  return found;
}

/** Place of the first interval that ends at or after `counter`. */
export function search(bounds: Intervals, counter: number): number {
  let low = 0;
  let high = bounds.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle * 2 + 1] as number) < counter)
      low = middle + 1; // cast: within the list
    else high = middle;
  }
  return low * 2;
}

/** The first chunk that ends at or after `counter`, or else the last. */
function chunkOf({ chunks, near }: Deleted, counter: number): number {
  if (chunks.length === 1) return 0;
  if (near < chunks.length && endOf(chunks, near) >= counter && endOf(chunks, near - 1) < counter) return near;
  return Math.min(
    firstAfter(chunks as Intervals[], (chunk) => (chunk.at(-1) ?? -1) >= counter), // cast: nothing is changed
    chunks.length - 1,
  );
}

function endOf(chunks: readonly Intervals[], place: number): number {
  const chunk = place < 0 ? undefined : chunks[place];
  return chunk === undefined || chunk.length === 0 ? -1 : (chunk[chunk.length - 1] as number); // cast: it is not empty
}

/** The union of two sets. O(n log n). */
export function unite(a: Intervals, b: Intervals): Intervals {
  const united = createDeleted();
  for (const bounds of [a, b])
    for (let i = 0; i < bounds.length; i += 2) addInterval(united, bounds[i] as number, bounds[i + 1] as number); // casts: bounds come in pairs
  return united.chunks.flat();
}

/** How many counters the set has, or those of a stretch that `outside` gives. */
export function lengthOf(bounds: Intervals): number {
  return bounds.reduce((sum, bound, i) => (i % 2 === 0 ? sum - bound : sum + bound), 0);
}
