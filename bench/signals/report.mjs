// The Markdown of bench/results/signals.md.

import { medianRatio } from "../interval.mjs";
import { medianOf, quantile } from "../measure.mjs";
import { opening, row } from "../report.mjs";
import { NAMES } from "./area.mjs";
import { SUBJECTS as ROW_SUBJECTS, NAMES as ROWS } from "./collections/names.mjs";
import { SUBJECTS as COLUMN_SUBJECTS, NAMES as COLUMNS } from "./columns/names.mjs";
import { familyOf, leads, ratioText, samplesOf } from "./compare.mjs";
import { columnPlot, familyPlot, HEAP_PLOT, ROWS_PLOT } from "./names-of-plots.mjs";
import { COLUMNS_NOTE, CORE_NOTES, HEAP_NOTE, PAGE_NOTE, ROWS_NOTE, SIZE_NOTE, THREADS_NOTE } from "./notes.mjs";
import { judge } from "./targets.mjs";

export function renderReport(area, measured, facts) {
  const lines = [
    ...opening(area, facts),
    ...targets(measured),
    ...(measured.core?.length > 0 ? ["## Shapes", "", ...CORE_NOTES.flatMap((note) => [note, ""])] : []),
    ...(measured.core ?? []).flatMap((family) => familyTable(area, family)),
    ...heapTable(area, measured.heap ?? []),
    ...sizeTable(measured.sizes ?? []),
    ...rowTables(measured.collections ?? []),
    ...columnTables(measured.columns ?? []),
    ...threadTables(measured.threads ?? []),
    ...pageTable(measured.page ?? []),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function targets(measured) {
  const rows = judge(measured).map(({ target, value, met, miss }) =>
    row([target, value, met ? "met" : `**missed** ${miss}`]),
  );
  return [
    "## Targets",
    "",
    "Ratios to a peer are its time over ours: above 1 ours is faster; `within` is our time over its. A ratio holds when its whole interval does; `not shown` is a miss whose interval reaches the target.",
    "",
    ...table(["Target", "measured", ""], rows, "---"),
  ];
}

function familyTable(area, family) {
  const names = Object.keys(area.subjects).filter((name) => family.shapes.some((shape) => samplesOf(shape, name)));
  const peers = names.filter((name) => name !== NAMES.ours);
  const whole = familyOf(family);
  const rows = [...family.shapes, { ...whole, name: "**geometric mean**" }].map((shape) => {
    const ours = samplesOf(shape, NAMES.ours);
    const over = (name) => {
      const samples = samplesOf(shape, name);
      return ours === undefined || samples === undefined ? "–" : medianRatio(samples, ours).median.toFixed(2);
    };
    const [first] = leads(shape);
    const best = first === undefined ? "–" : `${ratioText(first.ratio)}, ${first.name}`;
    return row([shape.name, ours === undefined ? "–" : micros(medianOf(ours)), ...peers.map(over), best]);
  });
  const left = names.length < Object.keys(area.subjects).length ? leftOut(area, family.name) : [];
  return [
    `### ${family.name}`,
    "",
    `![Speed: ${family.name}](${familyPlot(family.name)})`,
    "",
    "Microseconds per step of ours, and times over ours.",
    "",
    ...table(["Shape", `${NAMES.ours}, µs`, ...peers, "fastest peer over ours"], rows),
    ...left,
  ];
}

function leftOut(area, family) {
  return Object.entries(area.subjects)
    .filter(([, { cannot }]) => cannot?.[family] !== undefined)
    .flatMap(([name, { cannot }]) => [`${name} is left out: ${cannot[family]}.`, ""]);
}

function heapTable(area, heap) {
  if (heap.length === 0) return [];
  const rows = heap
    .toSorted((a, b) => a.bytes.effect - b.bytes.effect)
    .map(({ name, bytes }) => {
      const cells = [bytes.signal, bytes.computed, bytes.effect, Math.max(0, bytes.dropped)];
      return row([label(area.subjects, name), ...cells.map((one) => one.toFixed(1))]);
    });
  return [
    "## Memory",
    "",
    `![Bytes per effect](${HEAP_PLOT})`,
    "",
    HEAP_NOTE,
    "",
    ...table(["Library", "signal, bytes", "computed", "effect", "kept"], rows),
  ];
}

function sizeTable(sizes) {
  if (sizes.length === 0) return [];
  const rows = sizes.map(({ name, exports, bytes, gzip }) =>
    row([`${name}: ${exports.join(", ")}`, thousands(bytes), thousands(gzip)]),
  );
  return [
    "## Size",
    "",
    "What importing these adds to a bundle by rollup and terser.",
    "",
    SIZE_NOTE,
    "",
    ...table(["Import", "minified, bytes", "gzip -9, bytes"], rows),
  ];
}

function rowTables(collections) {
  if (collections.length === 0) return [];
  const names = Object.keys(ROW_SUBJECTS);
  const rows = collections.map((one) => {
    const ours = samplesOf(one, ROWS.ours);
    const cells = names.map((name) => {
      const samples = samplesOf(one, name);
      if (samples === undefined) return one.subjects.find((subject) => subject.name === name)?.cannot ?? "–";
      return micros(medianOf(samples));
    });
    const ivm = samplesOf(one, ROWS.ivm);
    const lead = ours === undefined || ivm === undefined ? "–" : ratioText(medianRatio(ivm, ours));
    return row([`${one.name}, ${thousands(one.rows)}`, ...cells, lead]);
  });
  return [
    "## Collections: one changed row",
    "",
    `![Time for one changed row](${ROWS_PLOT})`,
    "",
    ROWS_NOTE,
    "",
    ...table(["View and rows", ...names.map((name) => `${name}, µs`), `${ROWS.ivm} over ours`], rows),
  ];
}

function columnTables(columns) {
  if (columns.length === 0) return [];
  const tables = columns.flatMap(({ rows, subjects }) => {
    const asked = Object.keys(subjects[0].samples);
    const lines = subjects.map((subject) => columnRow(subject, asked));
    const pictures = asked.flatMap((what) => [`![${what}, ${thousands(rows)} rows](${columnPlot(what, rows)})`, ""]);
    const head = ["Subject", ...asked.map((what) => `${what}, µs`), "converting", `together, ${asked[0]}`, "one cell"];
    return [`### ${thousands(rows)} rows`, "", ...pictures, ...table(head, lines)];
  });
  return ["## Columns", "", COLUMNS_NOTE, "", ...tables];
}

function columnRow({ name, cannot, samples, converting, changing }, asked) {
  const named = label(COLUMN_SUBJECTS, name);
  if (cannot !== undefined) return row([named, cannot, ...asked.slice(1).map(() => ""), "", "", ""]);
  const questions = asked.map((what) => micros(medianOf(samples[what])));
  const convert = medianOf(converting);
  const together = micros(convert + medianOf(samples[asked[0]]));
  return row([
    named,
    ...questions,
    micros(convert),
    together,
    changing.length === 0 ? "–" : micros(medianOf(changing)),
  ]);
}

/** What was tried and dropped: medians, the 10th percentile, and times as fast as the library's own table on one thread. */
function threadTables(sizes) {
  const timed = sizes.filter(({ subjects }) =>
    subjects.some(({ samples }) => Object.values(samples).flat().length > 0),
  );
  if (timed.length === 0) return [];
  const tables = timed.flatMap(({ rows, subjects }) => {
    const alone = subjects.find(({ name }) => name === COLUMNS.ours).samples;
    const cell = (samples, what) => {
      if (samples === undefined) return "–";
      const [half, tenth] = [0.5, 0.1].map((share) => quantile(samples, share));
      const leads = [medianRatio(alone[what], samples).median, quantile(alone[what], 0.1) / tenth];
      return `${micros(half)}, ${micros(tenth)}: ${leads.map((lead) => lead.toFixed(2)).join(", ")}`;
    };
    const lines = subjects.map(({ name, samples }) =>
      row([name, ...Object.keys(alone).map((what) => cell(samples[what], what))]),
    );
    return [`### ${thousands(rows)} rows on threads`, "", ...table(["Subject", ...Object.keys(alone)], lines)];
  });
  return ["## Columns on several threads: dropped", "", THREADS_NOTE, "", ...tables];
}

function pageTable(page) {
  const timed = page.filter(({ samples }) => samples.length > 0);
  if (timed.length === 0) return [];
  const rows = timed.map(({ name, samples, calls, bytes }) => {
    const spread = `${micros(quantile(samples, 0.25))}–${micros(quantile(samples, 0.75))}`;
    return row([name, calls.toFixed(0), thousands(bytes), micros(medianOf(samples)), spread]);
  });
  return [
    "## A data app: one slider is moved",
    "",
    PAGE_NOTE,
    "",
    ...table(["Way", "calls", "bytes sent", "µs", "p25–p75"], rows),
  ];
}

function table(head, rows, align = "---:") {
  return [row(head), row(head.map((_, i) => (i === 0 ? "---" : align))), ...rows, ""];
}

function label(subjects, name) {
  return subjects[name]?.group === "ours" ? `**${name}**` : name;
}

function micros(ns) {
  const us = ns / 1000;
  return us >= 100 ? thousands(us) : us.toFixed(us >= 10 ? 1 : 2);
}

function thousands(number) {
  return Math.round(number).toLocaleString("en-US");
}
