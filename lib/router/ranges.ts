/** A set of UTF-16 units: sorted, disjoint, inclusive ranges as `[low, high, low, high, ...]`. */
export type Ranges = readonly number[];

const LAST = 0xffff;

export const ANY: Ranges = [0, LAST];
export const DIGIT: Ranges = [48, 57];
export const WORD: Ranges = [48, 57, 65, 90, 95, 95, 97, 122];
// What \s means in JavaScript.
export const SPACE: Ranges = [
  9, 13, 32, 32, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000,
  0x3000, 0xfeff, 0xfeff,
];
// What . means in JavaScript: all but the line terminators.
export const NOT_LINE_END: Ranges = complement([10, 10, 13, 13, 0x2028, 0x2029]);

export function complement(ranges: Ranges): Ranges {
  const rest: number[] = [];
  let next = 0;
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const low = ranges[i] ?? 0;
    if (low > next) rest.push(next, low - 1);
    next = (ranges[i + 1] ?? 0) + 1;
  }
  if (next <= LAST) rest.push(next, LAST);
  return rest;
}

/** Sorts and joins ranges that may overlap. */
export function normalise(pairs: readonly number[]): Ranges {
  const list: (readonly [number, number])[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) list.push([pairs[i] ?? 0, pairs[i + 1] ?? 0]);
  list.sort((a, b) => a[0] - b[0]);
  const joined: number[] = [];
  for (const [low, high] of list) {
    const last = joined[joined.length - 1];
    if (last !== undefined && low <= last + 1) joined[joined.length - 1] = Math.max(last, high);
    else joined.push(low, high);
  }
  return joined;
}

export function contains(ranges: Ranges, unit: number): boolean {
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    if (unit >= (ranges[i] ?? 0) && unit <= (ranges[i + 1] ?? 0)) return true;
  }
  return false;
}
