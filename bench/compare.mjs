// Questions about measured cases: who was fastest, and by how much, round by round.
import { medianOf, quantile } from "./measure.mjs";

/** A subject of a case or table, unless it was left out or refused the table. */
export function resultOf(one, name) {
  const subject = one?.subjects.find((candidate) => candidate.name === name);
  return subject === undefined || subject.cannotBuild !== undefined ? undefined : subject;
}

/** The fastest subject of some groups. */
export function fastest(area, one, groups) {
  const rivals = one.subjects.filter(
    ({ name, cannotBuild }) => cannotBuild === undefined && groups.includes(area.subjects[name].group),
  );
  return rivals.reduce((a, b) => (a && medianOf(a.samples) <= medianOf(b.samples) ? a : b), undefined);
}

/**
 * How many times as long a rival takes, with the middle half of the rounds. A round's two figures were taken within
 * moments of each other, so that what slows the machine slows both.
 */
export function ratio(rival, ours) {
  const ratios = rival.samples.map((ns, round) => ns / Math.max(ours.samples[round], 0.1));
  return { median: medianOf(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

export function medianNs(subject) {
  return medianOf(subject.samples);
}
