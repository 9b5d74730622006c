// The Markdown of bench/results/client.md.

import { medianRatio } from "../interval.mjs";
import { medianOf, quantile } from "../measure.mjs";
import { row } from "../report.mjs";
import { NAMES } from "./names.mjs";
import { judge, ratioText } from "./targets.mjs";

export const START_UP_PLOT = "client-start-up.svg";

/** The file of a case's plot. */
export function plotFile({ name }) {
  return `client-${name.toLowerCase().replaceAll(",", "").replace(/\W+/g, "-")}.svg`;
}

export function renderReport(area, measured, facts) {
  const lines = [
    `# ${area.title}`,
    "",
    `Commit ${facts.commit} · ${facts.browser} · Node ${facts.node} · ${facts.cpu} · ${facts.rounds} rounds · \`${facts.command}\``,
    "",
    ...area.notes.flatMap((note) => [note, ""]),
    ...targets(area, measured),
    ...measured.swaps.flatMap((one) => swapTable(area, one)),
    ...startUpTables(area, measured.startUps),
    ...keptTable(area, measured.kept),
    ...elementTable(area, measured.elements),
    ...partialTable(measured.partial),
    ...sizeTable(measured.sizes),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function targets(area, measured) {
  const rows = judge(area, measured).map(({ target, value, met, miss }) =>
    row([target, value, met ? "met" : `**missed** ${miss}`]),
  );
  return [
    "## Targets",
    "",
    "Ratios to a peer are its time over ours: above 1 ours is faster. A ratio holds when its whole interval does; `not shown` is a miss whose interval reaches the target.",
    "",
    ...table(["Target", "measured", ""], rows, "---"),
  ];
}

function swapTable(area, one) {
  const lines = timedRows(area, one, ({ layouts }) => [milliseconds(medianOf(layouts))]);
  const head = ["Subject", "script, ms", "p25–p75", `over ${NAMES.ours}`, "style and layout, ms"];
  return [
    `## ${one.name}`,
    "",
    `![Script: ${one.name}](${plotFile(one)})`,
    "",
    ...table(head, lines),
    ...refusals(one),
  ];
}

function startUpTables(area, startUps) {
  if (startUps.length === 0) return [];
  const tables = startUps.flatMap((one) => {
    const lines = timedRows(area, one, ({ evaluations }) => [milliseconds(medianOf(evaluations))]);
    const head = [
      "Subject",
      "script until the first request, ms",
      "p25–p75",
      `over ${NAMES.ours}`,
      "of it evaluation, ms",
    ];
    return [`### ${one.name}`, "", ...table(head, lines), ...refusals(one)];
  });
  return ["## Start-up", "", `![Script until the first request](${START_UP_PLOT})`, "", ...tables];
}

function timedRows(area, { subjects }, more) {
  const timed = subjects.filter(({ samples }) => samples?.length > 0);
  const ours = timed.find(({ name }) => name === NAMES.ours);
  return timed
    .toSorted((a, b) => medianOf(a.samples) - medianOf(b.samples))
    .map((subject) => {
      const { name, samples } = subject;
      const spread = `${milliseconds(quantile(samples, 0.25))}–${milliseconds(quantile(samples, 0.75))}`;
      const over = ours === undefined || ours === subject ? "–" : ratioText(medianRatio(samples, ours.samples));
      return row([labelOf(area, name), milliseconds(medianOf(samples)), spread, over, ...more(subject)]);
    });
}

function refusals({ subjects }) {
  return subjects
    .filter(({ cannot }) => cannot !== undefined)
    .flatMap(({ name, cannot }) => [`${name}: ${cannot}.`, ""]);
}

function keptTable(area, kept) {
  if (kept.length === 0) return [];
  const rows = kept.map(({ name, before, after, bytesPerSwap }) => {
    const change = (key) => `${before[key]} → ${after[key]}`;
    const heap = `${kib(before.bytes)} → ${kib(after.bytes)}`;
    return row([
      labelOf(area, name),
      change("nodes"),
      change("detached"),
      change("listeners"),
      heap,
      bytesPerSwap.toFixed(0),
    ]);
  });
  return [
    "## Memory after 1,000 swaps",
    "",
    "A list of 100 attributed rows is swapped (inner) 1,000 times, after 1,000 times before. Heap: of scripts, after three collections; that of the page without a client shows what the engine and the bench add. Detached: nodes outside of a document that scripts still hold, at the top of their trees.",
    "",
    ...table(["Subject", "nodes", "detached", "listeners", "heap, KiB", "bytes per swap"], rows),
  ];
}

function elementTable(area, elements) {
  if (elements.length === 0) return [];
  const rows = elements
    .toSorted((a, b) => a.bytes - b.bytes)
    .map(({ name, bytes, usedBytes }) =>
      row([labelOf(area, name), kib(bytes), usedBytes === undefined ? "–" : kib(usedBytes)]),
    );
  return [
    "## Memory of elements",
    "",
    "Heap that 1,000 elements that ask take once the subject has started: a page of 10,000, less a page of one, less what both held before. What a subject does only when an element is used comes in the last column: after a click on each, whose reply is 204.",
    "",
    ...table(["Subject", "KiB per 1,000 elements", "each used once"], rows),
  ];
}

function partialTable(partial) {
  if (partial === undefined) return [];
  const { samples, page, replies } = partial;
  const cells = ({ name, bytes, gzip }) =>
    row([name, thousands(bytes), saved(bytes, page.bytes), thousands(gzip), saved(gzip, page.gzip)]);
  return [
    "## Partials on the server",
    "",
    `A reply of 50 rows by \`busbar/partial\`, to bytes, other rows each time: ${medianOf(samples).toFixed(3)} ms (p25–p75 ${quantile(samples, 0.25).toFixed(3)}–${quantile(samples, 0.75).toFixed(3)}, p99 ${quantile(samples, 0.99).toFixed(3)}). Bytes of bodies, on a page of 50 rows:`,
    "",
    ...table(
      ["Reply", "bytes", "fewer", "gzip -9", "fewer"],
      [...replies.map(cells), row(["the whole page", thousands(page.bytes), "", thousands(page.gzip), ""])],
    ),
  ];
}

function sizeTable(sizes) {
  if (sizes.length === 0) return [];
  const rows = sizes
    .toSorted((a, b) => a.bytes - b.bytes)
    .map(({ name, bytes, gzip, isOurs, isShipped }) => {
      const how = isShipped ? "as shipped" : "by esbuild";
      return row([isOurs ? `**${name}**` : name, thousands(bytes), thousands(gzip), how]);
    });
  return [
    "## Sizes",
    "",
    "alpine-ajax needs Alpine as well.",
    "",
    ...table(["Script", "minified, bytes", "gzip -9, bytes", "minified"], rows),
  ];
}

function table(head, rows, align = "---:") {
  return [row(head), row(head.map((_, i) => (i === 0 ? "---" : align))), ...rows, ""];
}

function labelOf(area, name) {
  return area.subjects[name].group === "ours" ? `**${name}**` : name;
}

function saved(bytes, whole) {
  return `${((1 - bytes / whole) * 100).toFixed(1)} %`;
}

function milliseconds(ms) {
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(2);
}

function kib(bytes) {
  return (bytes / 1024).toFixed(1);
}

function thousands(number) {
  return Math.round(number).toLocaleString("en-US");
}
