// The Markdown of bench/results/internals.md.
import { medianOf } from "../measure.mjs";
import { opening, row } from "../report.mjs";
import { ratioOf } from "./compare.mjs";
import { oursOf } from "./parts.mjs";
import { linePlots, partPlot } from "./plots.mjs";
import { figure, judge, ratioText } from "./targets.mjs";

const NOTES = [
  "Before anything is timed, the answers of a case's subjects are compared. Each subject runs by itself in a process for each case, three times anew, and more often where a verdict stands near its target; it is warmed up, then timed in rounds of 10 ms, one subject after the other, while the processes of the others are stopped. Inputs change from one operation to the next, and what reading them costs is in the time of all.",
  "Times are medians of all rounds. A ratio is the other's time over that of the first of ours, taken round by round: above 1 ours is faster; in brackets stands the 95 % interval of its median (sign test). Bytes allocated are counted in the heap and beside it, over operations that no collection interrupts; memory of WebAssembly is not among them.",
];

export function renderReport(area, measured, facts) {
  const lines = [
    ...opening(area, facts, NOTES),
    ...targets(measured),
    ...dropped(measured),
    ...measured.flatMap(partSection),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function targets(measured) {
  const verdicts = measured.flatMap((one) => judge(one.part, one));
  const rows = (aims) =>
    verdicts
      .filter(({ aim }) => aim === aims)
      .map(({ part, target, value, met, miss }) => row([part, target, value, met ? "met" : `**missed** ${miss}`]));
  const head = ["Part", "Target", "measured", ""];
  const note =
    "A figure reaches its target when its whole interval does; `not shown` is a miss whose median reaches it.";
  return [
    ...section("## Targets", [note], head, rows(false)),
    ...section("### Figures once set for the long list", [], head, rows(true)),
  ];
}

function dropped(measured) {
  const rows = measured.flatMap(({ part, cases }) =>
    (part.dropped ?? []).map(({ what, reason, figure: text, from }) =>
      row([part.name, what, text ?? computed(cases, from), reason]),
    ),
  );
  const note =
    "Not in the library, or no longer. What was built for the comparison is kept under `bench/internals/*/tried`, so that it can be measured again.";
  return section("## Tried and dropped", [note], ["Part", "What", "Measured", "Why it went"], rows);
}

/** What one that was dropped takes, compared with what is used instead. */
function computed(cases, { case: name, tried, over }) {
  const one = cases.find((candidate) => candidate.name === name);
  const ratio = one === undefined ? undefined : ratioOf(one, over, tried);
  if (ratio === undefined) return "not measured in this run";
  return `${name}: ${over} takes ${ratioText(ratio)} of its time`;
}

function partSection(result) {
  const { part, cases, tables } = result;
  const pictures = [partPlot(result), ...linePlots(result)].flatMap((plot) =>
    plot === undefined ? [] : [`![${plot.title}](${plot.file})`, ""],
  );
  return [
    `## ${part.title}`,
    "",
    ...(part.notes ?? []).flatMap((note) => [note, ""]),
    ...pictures,
    ...casesTable(cases),
    ...tables.flatMap(({ title, notes = [], head, rows }) => section(`### ${title}`, notes, head, rows.map(row))),
  ];
}

function casesTable(cases) {
  const all = cases.flatMap(({ subjects }) => subjects);
  const speeds = all.some(({ bytes }) => bytes !== undefined);
  const bytes = all.some(({ allocated }) => allocated !== undefined);
  const head = ["Case", "Subject", "ns", "operations/s"];
  if (speeds) head.push("GB/s");
  if (bytes) head.push("bytes allocated");
  head.push("over ours");
  const rows = cases.flatMap((one) =>
    one.subjects
      .filter(({ samples }) => samples.length > 0)
      .toSorted((a, b) => medianOf(a.samples) - medianOf(b.samples))
      .map((subject, i) => row(subjectCells(one, subject, i, { speeds, bytes }))),
  );
  return rows.length === 0 ? [] : [row(head), row(head.map((_, i) => (i < 2 ? "---" : "---:"))), ...rows, ""];
}

function subjectCells(one, subject, i, { speeds, bytes }) {
  const ns = medianOf(subject.samples);
  const cells = [i === 0 ? one.name : "", label(one, subject.name), figure(ns), perSecond(1e9 / ns)];
  if (speeds) cells.push(subject.bytes === undefined ? "" : (subject.bytes / ns).toPrecision(3));
  if (bytes) cells.push(subject.allocated === undefined ? "" : figureOfBytes(subject.allocated));
  const [ours] = oursOf(one);
  const ratio = subject.name === ours ? undefined : ratioOf(one, subject.name, ours);
  return [...cells, ratio === undefined ? "" : ratioText(ratio)];
}

function label(one, name) {
  if (oursOf(one).includes(name)) return `**${name}**`;
  return one.tried?.includes(name) ? `${name} (tried)` : name;
}

function perSecond(count) {
  const [size, unit] = count >= 1e6 ? [1e6, "M"] : count >= 1e3 ? [1e3, "k"] : [1, ""];
  return `${Number((count / size).toPrecision(3))}${unit}`;
}

function figureOfBytes(bytes) {
  return Math.round(bytes).toLocaleString("en-US");
}

function section(heading, notes, head, rows) {
  if (rows.length === 0) return [];
  return [heading, "", ...notes.flatMap((note) => [note, ""]), row(head), row(head.map(() => "---")), ...rows, ""];
}
