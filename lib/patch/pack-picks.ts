import type { Picks } from "../wire/index.ts";
import { wireBytes } from "./reorder.ts";

/**
 * Packs rising indexes in the smaller of their two forms: every second of 1,000 takes 129 bytes, few far from each other up to 5 each.
 * Twin: `unpackPicks` of busbar/wire.
 */
export function packPicks(indexes: readonly number[]): Picks {
  const gaps: number[] = [];
  let run = 0;
  let last = -1;
  for (const index of indexes) {
    if (index === last + 1 && gaps.length > 0) run++;
    else {
      if (run > 0) gaps.push(-run);
      gaps.push(index - last - 1);
      run = 0;
    }
    last = index;
  }
  if (run > 0) gaps.push(-run);
  const first = indexes[0] ?? 0;
  const least = (last - first) >> 3;
  if (gaps.length <= least) return gaps;
  const bits = new Uint8Array(last < first ? 0 : least + 1);
  for (const index of indexes)
    bits[(index - first) >> 3] = (bits[(index - first) >> 3] ?? 0) | (1 << ((index - first) & 7));
  return 1 + wireBytes(first) + wireBytes(bits) < listBytes(gaps) ? [first, bits] : gaps;
}

function listBytes(numbers: readonly number[]): number {
  let bytes = numbers.length < 16 ? 1 : 3;
  for (const number of numbers) bytes += wireBytes(number);
  return bytes;
}
