// Turns what was measured into the Markdown of bench/results/.
import { fastest, medianNs, ratio, resultOf } from "./compare.mjs";
import { quantile } from "./measure.mjs";
import { plotFile } from "./plot.mjs";

export function renderReport(area, measured, facts) {
  const lines = [
    ...opening(area, facts, area.notes),
    ...targets(area, measured),
    ...summary(area, measured),
    ...plots(area),
    ...measured.tables.flatMap((table) => costs(area, table)),
    ...measured.cases.flatMap((one) => caseTable(area, one)),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** How a report begins: what was measured, where, and what there is to know before the figures. */
export function opening(area, { commit, node, cpu, rounds, command }, notes = []) {
  const line = [`Commit ${commit}`, `Node ${node}`, cpu, `${rounds} rounds`, `\`${command}\``].join(" · ");
  return [`# ${area.title}`, "", line, "", ...notes.flatMap((note) => [note, ""])];
}

function targets(area, measured) {
  const rows = area.judge(area, measured).map(({ target, value, met, miss }) => {
    return `| ${target} | ${value} | ${met ? "met" : `**missed** ${miss}`} |`;
  });
  return ["## Targets", "", "| Target | measured | |", "|---|---|---|", ...rows, ""];
}

function summary(area, measured) {
  const groups = Object.keys(area.groups);
  const head = ["Case", ...area.ours.map((name) => `${name}, ns`)];
  for (const group of groups) head.push(`fastest of the ${area.groups[group]}, ns`);
  for (const name of area.ours) head.push(`${name}: ratio to the fastest`);
  head.push(`${area.ours[0]}: ratio to the fastest of the ${area.groups[groups[0]]}`);
  const rows = measured.cases.map((one) => {
    const ours = area.ours.map((name) => resultOf(one, name));
    const best = fastest(area, one, groups);
    const cells = [one.name, ...ours.map((subject) => (subject ? figure(medianNs(subject)) : "–"))];
    for (const group of groups) cells.push(nameAndTime(fastest(area, one, [group])));
    for (const subject of ours) cells.push(spread(best, subject));
    cells.push(spread(fastest(area, one, groups.slice(0, 1)), ours[0]));
    return row(cells);
  });
  return [
    "## Summary",
    "",
    "Times are medians of the rounds. A ratio is the peer's time over ours: above 1 ours is faster, below 1 it is slower. It is taken round by round; in brackets the middle half of the rounds.",
    "",
    row(head),
    row(head.map(() => "---")),
    ...rows,
    "",
  ];
}

function plots(area) {
  const images = area.plots.flatMap(({ kind }) => [`![Time over table size: ${kind}](${plotFile(area, kind)})`, ""]);
  return ["## Time over table size", "", ...images];
}

function costs(area, { table, subjects }) {
  const ours = resultOf({ subjects }, area.ours[0]);
  const rows = subjects.map((one) => {
    if (one.cannotBuild !== undefined) return row([one.name, `cannot build: ${one.cannotBuild}`, "–", "–", "–", "–"]);
    const { coldMs, buildMs, firstMs } = one;
    const share = ours === undefined ? "–" : (one.bytes / ours.bytes).toFixed(2);
    return row([
      one.name,
      coldMs.toFixed(2),
      buildMs.toFixed(2),
      firstMs.toFixed(3),
      (one.bytes / 1024).toFixed(1),
      share,
    ]);
  });
  return [
    `## ${table}: building and keeping`,
    "",
    row([
      "Subject",
      "first build and find in a new process, ms",
      "build, ms",
      "first find, ms",
      "heap per table, KiB",
      `compared with ${area.ours[0]}`,
    ]),
    row(["---", "---:", "---:", "---:", "---:", "---:"]),
    ...rows,
    "",
  ];
}

function caseTable(area, one) {
  const ours = area.ours.map((name) => resultOf(one, name));
  const refused = one.subjects.filter(({ cannotBuild }) => cannotBuild !== undefined);
  const rows = one.subjects
    .filter((subject) => !refused.includes(subject))
    .sort((a, b) => medianNs(a) - medianNs(b))
    .map((subject) => {
      const { name, samples } = subject;
      const label = area.ours.includes(name) ? `**${name}**` : name;
      const middle = `${figure(quantile(samples, 0.25))}–${figure(quantile(samples, 0.75))}`;
      const bytes = subject.bytes === undefined ? "–" : Math.max(0, subject.bytes).toFixed(0);
      return row([label, figure(medianNs(subject)), middle, bytes, ...ours.map((mine) => spread(subject, mine))]);
    });
  const notes = refused.map(({ name, cannotBuild }) => `${name} cannot build this table: ${cannotBuild}.`);
  return [
    `## ${one.name}`,
    "",
    row(["Subject", "ns per find", "p25–p75", "bytes per find", ...area.ours.map((name) => `over ${name}`)]),
    row(["---", "---:", "---:", "---:", ...ours.map(() => "---:")]),
    ...rows,
    "",
    ...notes.flatMap((note) => [note, ""]),
  ];
}

function nameAndTime(subject) {
  return subject === undefined ? "–" : `${subject.name} ${figure(medianNs(subject))}`;
}

/** How many times as long a rival takes, with the middle half of the rounds. */
export function spread(rival, ours) {
  if (rival === undefined || ours === undefined) return "–";
  const { median, low, high } = ratio(rival, ours);
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** A row of a table. */
export function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

function figure(ns) {
  return ns >= 100 ? ns.toFixed(0) : ns.toFixed(1);
}
