/** Length of a longest rising run, by trying every entry as the end of every shorter one. */
export function longestRiseLength(order: readonly number[]): number {
  const lengths: number[] = [];
  for (const [index, entry] of order.entries()) {
    let best = 1;
    for (let before = 0; before < index; before++) {
      if ((order[before] ?? 0) < entry) best = Math.max(best, (lengths[before] ?? 0) + 1);
    }
    lengths.push(best);
  }
  return Math.max(0, ...lengths);
}
