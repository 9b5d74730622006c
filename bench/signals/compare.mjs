// Who is fastest, and by how much ours is ahead: ratios are a peer's time over ours, taken round by round.
import { medianRatio } from "../interval.mjs";
import { NAMES } from "./area.mjs";

/** A subject's samples, if it was timed. */
export function samplesOf({ subjects }, name) {
  const samples = subjects.find((one) => one.name === name)?.samples;
  return samples === undefined || samples.length === 0 ? undefined : samples;
}

/** The peers that were timed, each with its ratio to ours; the fastest first. */
export function leads(one) {
  const ours = samplesOf(one, NAMES.ours);
  if (ours === undefined) return [];
  return one.subjects
    .filter(({ name, samples }) => name !== NAMES.ours && samples?.length > 0)
    .map(({ name, samples }) => ({ name, ratio: medianRatio(samples, ours) }))
    .sort((a, b) => a.ratio.median - b.ratio.median);
}

/** Of a family, the peers that were timed in all its shapes: in each round, the geometric mean over the shapes. */
export function familyOf({ name, shapes }) {
  const subjects = shapes[0].subjects
    .map((subject) => ({ name: subject.name, all: shapes.map((shape) => samplesOf(shape, subject.name)) }))
    .filter(({ all }) => !all.includes(undefined))
    .map((subject) => ({ name: subject.name, samples: means(subject.all) }));
  return { name, subjects };
}

function means(lists) {
  const rounds = Math.min(...lists.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) => {
    const logs = lists.reduce((sum, samples) => sum + Math.log(samples[round]), 0);
    return Math.exp(logs / lists.length);
  });
}

/** A ratio with its interval. */
export function ratioText({ median, low, high }) {
  return `${median.toFixed(2)} (${Number.isFinite(high) ? `${low.toFixed(2)}–${high.toFixed(2)}` : "too few rounds"})`;
}
