// What the rounds say about a ratio: paired, on logarithms, with a 95 % interval.
import { medianOf } from "../measure.mjs";

// Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; beyond that the last is a little too wide.
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The geometric mean of `ours[i] / theirs[i]` and its 95 % interval; with one of each the interval is everything. */
export function ratioInterval(ours, theirs) {
  const logs = ours.map((value, i) => Math.log(value / theirs[i]));
  const count = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  if (count < 2) return { mean: Math.exp(mean), low: 0, high: Number.POSITIVE_INFINITY };
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (count - 1);
  const half = T95[Math.min(count - 1, T95.length) - 1] * Math.sqrt(variance / count);
  return { mean: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) };
}

/**
 * How many times as little processor time ours took per request as theirs. Of each start, the median of its rounds, taken in pairs; of the
 * starts, the interval: what differs from process to process is in it, and a round that was disturbed is not.
 */
export function timeRatio(ours, theirs) {
  const starts = [...new Set(ours.rounds.map(({ start }) => start))];
  const medians = starts.map((start) => {
    const [mine, other] = [ours, theirs].map(({ rounds }) => rounds.filter((round) => round.start === start));
    return medianOf(mine.map(({ serverNs }, i) => other[i].serverNs / serverNs));
  });
  return ratioInterval(
    medians,
    medians.map(() => 1),
  );
}
