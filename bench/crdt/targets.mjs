// What issue 10 asks for, and what became of it. A ratio to a peer is its time over ours, or ours over its where `most` is given.
import { medianRatio } from "../interval.mjs";
import { medianOf } from "../measure.mjs";
import { NAMES } from "./area.mjs";

const SPEED = [
  ["B4, apply", NAMES.yjs, 10],
  ["B4, apply", NAMES.joy, 2.5],
  ["B4, apply with updates", NAMES.yjs, 8],
  ["B4, remote, update by update", NAMES.yjs, 5],
  ["B4, load to text", NAMES.yjs, 10],
  ["B4, load to text", NAMES.loro, 1],
  ["B4, load to first edit", NAMES.yjs, 3],
  ["friendsforever, update by update", NAMES.yjs, 3],
];
const WINDOWS = ["friendsforever, in windows of 50", "friendsforever, in windows of 1,000"];

/** Rows `{ target, value, met }`, of what was measured. */
export function judge({ tasks, weights }) {
  const samples = (task, name) =>
    samplesOf(
      tasks.find((one) => one.name === task),
      name,
    );
  const rows = [];
  for (const [task, peer, least] of SPEED) {
    const [theirs, ours] = [samples(task, peer), samples(task, NAMES.ours)];
    if (theirs === undefined || ours === undefined) continue;
    const { median, low } = medianRatio(theirs, ours);
    rows.push({
      target: `${task}: at least ${least} times as fast as ${peer}`,
      value: median.toFixed(2),
      met: low >= least,
    });
  }
  const inOrder = samples("friendsforever, update by update", NAMES.ours);
  for (const task of WINDOWS) {
    const ours = samples(task, NAMES.ours);
    if (ours === undefined || inOrder === undefined) continue;
    const ratio = medianOf(ours) / medianOf(inOrder);
    rows.push({ target: `${task}: within 2 times the time in order`, value: ratio.toFixed(2), met: ratio <= 2 });
  }
  const [once, tenTimes] = [samples("B4, apply", NAMES.ours), samples("B4 x 10, apply", NAMES.ours)];
  if (once !== undefined && tenTimes !== undefined) {
    const ratio = medianOf(tenTimes) / medianOf(once);
    rows.push({ target: "B4 x 10: linear, within 12 times B4", value: ratio.toFixed(2), met: ratio <= 12 });
  }
  return [...rows, ...weightRows(weights)];
}

export function samplesOf(task, name) {
  const samples = task?.subjects.find((subject) => subject.name === name)?.samples;
  return samples === undefined || samples.length === 0 ? undefined : samples;
}

function weightRows(weights) {
  const [ours, yjs] = [NAMES.ours, NAMES.yjs].map((name) => weights.find((one) => one.name === name));
  if (ours === undefined) return [];
  const rows = [
    { target: "B4: mean update at most 24 bytes", value: ours.meanUpdate.toFixed(1), met: ours.meanUpdate <= 24 },
  ];
  if (yjs === undefined) return rows;
  for (const [key, what, most] of [
    ["bytes", "plain", 0.78],
    ["gzip", "gzipped", 0.65],
    ["heap", "heap kept", 0.5],
  ]) {
    const ratio = ours[key] / yjs[key];
    const of = key === "heap" ? "yjs" : "yjs, its version 2";
    rows.push({ target: `B4: ${what}, at most ${most} of ${of}`, value: ratio.toFixed(3), met: ratio <= most });
  }
  return rows;
}
