/** Sets of counters as sorted intervals that neither overlap nor touch: a set has one form, however it came about. */

/** Bounds, in turns: an interval begins at each even place and ends, exclusively, at the next. */
export type Intervals = number[];

/** Deleted counters of one replica. */
export interface Deleted {
  readonly bounds: Intervals;
  /** Where the last change was: the next is likely beside it. */
  near: number;
}

export function createDeleted(): Deleted {
  return { bounds: [], near: 0 };
}

/** Adds `start` up to, not including, `end`; returns how many were new. O(log n), plus moving what stands behind when an interval is new. */
export function addInterval(set: Deleted, start: number, end: number): number {
  const { bounds } = set;
  const first = placeOf(set, start);
  let last = first; // the first interval after the new one
  let known = 0;
  let low = start;
  let high = end;
  while (last < bounds.length && (bounds[last] as number) <= end) {
    // cast: within the list
    const from = bounds[last] as number; // cast: within the list
    const to = bounds[last + 1] as number; // cast: bounds come in pairs
    if (from < low) low = from;
    if (to > high) high = to;
    known += Math.max(0, Math.min(to, end) - Math.max(from, start));
    last += 2;
  }
  if (last === first + 2) {
    bounds[first] = low;
    bounds[first + 1] = high;
  } else if (first === bounds.length) bounds.push(low, high);
  else bounds.splice(first, last - first, low, high);
  set.near = first;
  return end - start - known;
}

/** How many counters from `start` to `end` are in the set. O(log n + intervals between). */
export function countIn(bounds: Intervals, start: number, end: number): number {
  let count = 0;
  for (let i = search(bounds, start); i < bounds.length && (bounds[i] as number) < end; i += 2) {
    // cast: within the list
    count += Math.max(0, Math.min(bounds[i + 1] as number, end) - Math.max(bounds[i] as number, start)); // cast: bounds come in pairs
  }
  return count;
}

/** Calls `f` with each stretch from `start` to `end` that is not in the set. */
export function eachOutside(
  bounds: Intervals,
  start: number,
  end: number,
  f: (start: number, end: number) => void,
): void {
  let at = start;
  for (let i = search(bounds, start); i < bounds.length && (bounds[i] as number) < end; i += 2) {
    // cast: within the list
    const from = bounds[i] as number; // cast: within the list
    if (from > at) f(at, from);
    at = Math.max(at, bounds[i + 1] as number); // cast: bounds come in pairs
  }
  if (at < end) f(at, end);
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

function placeOf({ bounds, near }: Deleted, counter: number): number {
  const isNear =
    near < bounds.length &&
    (bounds[near + 1] as number) >= counter && // cast: within the list
    (near === 0 || (bounds[near - 1] as number) < counter); // cast: within the list
  return isNear ? near : search(bounds, counter);
}

/** The union of several sets. O(n log n). */
export function unite(sets: readonly Intervals[]): Intervals {
  if (sets.length === 1) return [...(sets[0] as Intervals)]; // cast: within the list
  const starts: { readonly start: number; readonly end: number }[] = [];
  for (const bounds of sets) {
    for (let i = 0; i < bounds.length; i += 2)
      starts.push({ start: bounds[i] as number, end: bounds[i + 1] as number }); // cast: bounds come in pairs
  }
  starts.sort((a, b) => a.start - b.start);
  const united: Intervals = [];
  let last = -1; // where the last interval ends
  for (const { start, end } of starts) {
    if (start > last) united.push(start, end);
    else united[united.length - 1] = Math.max(last, end);
    last = Math.max(last, end);
  }
  return united;
}
