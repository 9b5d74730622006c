// The Markdown of bench/results/crdt.md.
import { renderBars } from "../http/bars.mjs";
import { medianRatio } from "../interval.mjs";
import { medianOf } from "../measure.mjs";
import { row } from "../report.mjs";
import { NAMES } from "./area.mjs";
import { judge, samplesOf } from "./targets.mjs";

export function renderReport(area, measured, facts) {
  const names = Object.keys(area.subjects);
  const lines = [
    `# ${area.title}`,
    "",
    `Commit ${facts.commit} · Node ${facts.node} · ${facts.cpu} · ${facts.rounds} rounds · \`${facts.command}\``,
    "",
    "B4 is the recorded writing of a paper: 259,778 edits of one character each, which leave 104,852. friendsforever is two people at one text: 26,078",
    "edits, 2,258 merges. The traces and their credit are in bench/data/editing-traces. Every run ends in the recorded text, or nothing is written.",
    "",
    "## Targets",
    "",
    ...table(
      ["Target", "measured", ""],
      judge(measured).map(({ target, value, met }) => row([target, value, met ? "met" : "**missed**"])),
    ),
    "## Time",
    "",
    "Milliseconds: the median; in brackets its ratio to ours, with the interval that holds the true median with 95 %.",
    "",
    ...table(
      ["Task", ...names],
      measured.tasks.map((task) => row([task.name, ...names.map((name) => cell(task, name))])),
    ),
    ...reasons(measured.tasks),
    ...plotsOf(area, measured).flatMap(({ file, title }) => [`![${title}](${file})`, ""]),
    "## Bytes and memory",
    "",
    "B4's document, plain and gzipped (yjs: its version 2), all of its history gzipped, keystroke by keystroke (of libraries that have one; automerge: in changes of",
    "1,000 edits), the mean update of one edit, and what a loaded document keeps of heap and array buffers (WebAssembly keeps its own, which is not seen).",
    "",
    ...table(
      ["Library", "bytes", "gzipped", "history", "mean update", "heap kept"],
      measured.weights.map(({ name, bytes, gzip, history = "–", meanUpdate, heap }) =>
        row([
          name,
          bytes,
          gzip,
          history,
          meanUpdate.toFixed(1),
          heap === undefined ? "–" : `${(heap / 1e6).toFixed(2)} MB`,
        ]),
      ),
    ),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Pairs of a file's name and its text: a plot of bars for each task, in microseconds. */
export function plots(area, measured) {
  return plotsOf(area, measured).map(({ file, text }) => [file, text]);
}

function plotsOf(area, { tasks }) {
  return tasks.flatMap((task) => {
    const bars = Object.entries(area.subjects).flatMap(([name, { group }]) => {
      const samples = samplesOf(task, name);
      return samples === undefined ? [] : [{ name, group, value: 1000 * medianOf(samples) }];
    });
    const title = `Documents: microseconds, ${task.name}`;
    const file = `crdt-${task.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.svg`;
    return bars.length < 2 ? [] : [{ file, title, text: renderBars(title, bars) }];
  });
}

function cell(task, name) {
  const samples = samplesOf(task, name);
  if (samples === undefined) return "–";
  const ms = medianOf(samples);
  const shown = ms < 10 ? ms.toFixed(2) : ms.toFixed(0);
  const ours = samplesOf(task, NAMES.ours);
  if (name === NAMES.ours || ours === undefined) return shown;
  const { median, low, high } = medianRatio(samples, ours.slice(0, samples.length));
  const interval = Number.isFinite(high) ? `${low.toFixed(2)}–${high.toFixed(2)}` : "too few rounds";
  return `${shown} (${median.toFixed(2)}; ${interval})`;
}

function reasons(tasks) {
  const found = new Set();
  for (const { subjects } of tasks)
    for (const { name, cannot } of subjects) if (cannot) found.add(`${name} is left out: ${cannot}.`);
  return [...found].flatMap((line) => [line, ""]);
}

function table(heads, rows) {
  return [row(heads), row(heads.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows, ""];
}
