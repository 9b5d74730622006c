/**
 * Marks with 1 the entries of a longest strictly rising run (not necessarily neighbours): patience sorting, O(n log n).
 * Twin: test/oracle/longest-rise.ts.
 */
export function longestRise(order: readonly number[]): Uint8Array {
  const tails: number[] = []; // tails[k]: index of the smallest entry that ends a rise of length k + 1
  const before = new Int32Array(order.length).fill(-1);
  for (const [index, entry] of order.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((order[tails[middle] ?? 0] ?? 0) < entry) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[index] = tails[low - 1] ?? -1;
    tails[low] = index;
  }
  const marks = new Uint8Array(order.length);
  for (let index = tails[tails.length - 1] ?? -1; index >= 0; index = before[index] ?? -1) marks[index] = 1;
  return marks;
}
