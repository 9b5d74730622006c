/**
 * Marks with 1 the entries of a longest strictly rising run, not necessarily neighbours: what need not move when rows are put in order.
 * @param order - Any numbers but NaN.
 * @remarks Patience sorting: O(n log n), O(n) when all rise.
 * @example
 * ```ts
 * longestRise([2, 0, 1, 3]); // 0, 1, 1, 1
 * ```
 * @public
 */
export function longestRise(order: readonly number[]): Uint8Array {
  // Twin: test/oracle/longest-rise.ts.
  const marks = new Uint8Array(order.length);
  const tails = new Int32Array(order.length); // tails[k]: index of the smallest entry that ends a rise of length k + 1
  const before = new Int32Array(order.length);
  let length = 0;
  for (const [index, entry] of order.entries()) {
    let low = 0;
    let high = length;
    // Mostly it goes on rising: look there first.
    if (length > 0 && (order[tails[length - 1] ?? 0] ?? 0) < entry) low = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((order[tails[middle] ?? 0] ?? 0) < entry) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
    if (low === length) length++;
  }
  for (let index = length > 0 ? (tails[length - 1] ?? -1) : -1; index >= 0; index = before[index] ?? -1)
    marks[index] = 1;
  return marks;
}
