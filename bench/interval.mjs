// What the rounds say about a ratio: its median, and where the true median lies with 95 %, whatever the distribution.
import { medianOf } from "./measure.mjs";

const ALPHA = 0.05;

/** The median of `a[i] / b[i]`, with the interval of the sign test; with fewer than six rounds that is everything. */
export function medianRatio(a, b) {
  const ratios = a.map((value, i) => value / b[i]).sort((x, y) => x - y);
  const rank = rankOf(ratios.length);
  const [low, high] = rank === 0 ? [0, Number.POSITIVE_INFINITY] : [ratios[rank - 1], ratios[ratios.length - rank]];
  return { median: medianOf(ratios), low, high };
}

/** How far from each end the bounds stand: the largest rank whose tails hold at most 5 % together; 0 when none does. */
export function rankOf(count) {
  let chance = 2 ** -count;
  let tail = 0;
  for (let rank = 0; rank < count; rank++) {
    tail += chance;
    if (2 * tail > ALPHA) return rank;
    chance *= (count - rank) / (rank + 1);
  }
  return 0;
}
