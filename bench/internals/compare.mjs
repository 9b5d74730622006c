// Who is fastest, and by how much ours is ahead: ratios are a peer's time over ours, taken round by round.
import { medianRatio } from "../interval.mjs";
import { oursOf } from "./parts.mjs";

/** A subject's samples, if it was timed. */
export function samplesOf({ subjects }, name) {
  const samples = subjects.find((one) => one.name === name)?.samples;
  return samples === undefined || samples.length === 0 ? undefined : samples;
}

/** The peers that were timed, each with its ratio to ours; the fastest first. */
export function leads(one, ours = oursOf(one)[0]) {
  const mine = samplesOf(one, ours);
  if (mine === undefined) return [];
  const no = new Set([...oursOf(one), ...(one.tried ?? [])]);
  return one.subjects
    .filter(({ name, samples }) => !no.has(name) && samples.length > 0)
    .map(({ name, samples }) => ({ name, ratio: medianRatio(samples, mine) }))
    .sort((a, b) => a.ratio.median - b.ratio.median);
}

/** How many times as long a peer takes as ours; undefined when one of them was not timed. */
export function ratioOf(one, peer, ours = oursOf(one)[0]) {
  const [a, b] = [samplesOf(one, peer), samplesOf(one, ours)];
  return a === undefined || b === undefined ? undefined : medianRatio(a, b);
}

/** The same over several cases: in each round, the geometric mean. */
export function meanRatio(cases, peerOf, oursIn) {
  const pairs = cases.map((one) => [samplesOf(one, peerOf(one)), samplesOf(one, oursIn(one))]);
  if (pairs.length === 0 || pairs.flat().includes(undefined)) return undefined;
  const rounds = Math.min(...pairs.flat().map(({ length }) => length));
  const ratios = Array.from({ length: rounds }, (_, round) => {
    const logs = pairs.reduce((sum, [peer, ours]) => sum + Math.log(peer[round] / ours[round]), 0);
    return Math.exp(logs / pairs.length);
  });
  return medianRatio(ratios, Array(rounds).fill(1));
}

/** The median of nanoseconds with its interval. */
export function medianTime(samples) {
  return medianRatio(samples, Array(samples.length).fill(1));
}
