import { type UpdateRange, updateRanges } from "../../crdt/index.ts";

/** Those of some transactions that an update consists of: what waited enters a document together with what it waited for. */
export function within(transactions: readonly Uint8Array[], update: Uint8Array): readonly Uint8Array[] {
  const ranges = updateRanges(update);
  const isIn = (range: UpdateRange): boolean =>
    ranges.some(({ replica, from, to }) => replica === range.replica && range.from < to && from < range.to);
  const found = transactions.filter((other) => updateRanges(other).some(isIn));
  return found.sort((left, right) => (updateRanges(left)[0]?.from ?? 0) - (updateRanges(right)[0]?.from ?? 0));
}

/** Whether transactions bring all of a range. */
export function bring(transactions: readonly Uint8Array[], { replica, from, to }: UpdateRange): boolean {
  const ranges = transactions.flatMap((update) => updateRanges(update).filter((range) => range.replica === replica));
  let at = from;
  for (const range of ranges.sort((left, right) => left.from - right.from))
    if (range.from <= at) at = Math.max(at, range.to);
  return at >= to;
}
