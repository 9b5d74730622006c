// The Markdown of bench/results/html.md.
import { medianNs } from "../compare.mjs";
import { medianOf } from "../measure.mjs";
import { opening, row, spread } from "../report.mjs";
import { VARIANTS } from "./data.mjs";
import { STREAMS } from "./streams/load.mjs";
import { judge, sampled } from "./targets.mjs";

const OURS = "html``";
const MAIN = "ASCII, 5 %";
const OUTPUTS = { bytes: "to bytes", text: "to a flat string" };
const SHIPPED = "by length: loop or indexOf, then char codes and slices";

/** What is drawn. */
export const PLOTS = [
  { output: "bytes", variant: "ASCII, 0 %" },
  { output: "bytes", variant: "ASCII, 50 %" },
  { output: "bytes", variant: "not ASCII, 5 %" },
  { output: "text", variant: "ASCII, 5 %" },
];

export function plotFile({ output, variant }) {
  return `html-${output}-${variant.toLowerCase().replace(/[, ]+/g, "-").replace("-%", "")}.svg`;
}

export function renderReport(area, measured, facts) {
  const lines = [
    ...opening(area, facts, area.notes),
    ...missing(measured),
    ...targets(area, measured),
    ...(measured.pages.length > 0 ? plots() : []),
    ...measured.pages.flatMap((page) => pageTables(area, page)),
    ...streamTables(measured.streams.cases ?? []),
    ...escapingTable(measured.escaping),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function missing(measured) {
  const names = new Set([
    ...measured.pages.flatMap(({ subjects }) => subjects.filter((one) => one.missing).map((one) => one.name)),
    ...(measured.streams.missing ?? []).map((text) => text.replace(": not built yet", "")),
  ]);
  return names.size === 0 ? [] : [`Not built yet: ${[...names].join(", ")}.`, ""];
}

function targets(area, measured) {
  const rows = judge(area, measured).map(({ target, value, met, miss }) => {
    return row([target, value, met ? "met" : `**missed** ${miss}`]);
  });
  return [
    "## Targets",
    "",
    "A target holds for all variants of its page; the ratio shown is the one of the variant where it is smallest, in brackets the middle half of the rounds, then that of the variant where it is largest.",
    "",
    row(["Target", "measured", ""]),
    "|---|---|---|",
    ...rows,
    "",
  ];
}

function plots() {
  const images = PLOTS.flatMap((plot) => [`![Time ${OUTPUTS[plot.output]}: ${plot.variant}](${plotFile(plot)})`, ""]);
  return ["## Time over page size", "", ...images];
}

function pageTables(area, page) {
  const present = page.subjects.filter((one) => one.missing === undefined);
  return Object.entries(OUTPUTS).flatMap(([output, text]) => {
    const keys = VARIANTS.map(({ name }) => `${output}, ${name}`);
    const mine = keys.map((key) => sampled(page, OURS, key));
    const subjects = present.filter(({ samples }) => samples[keys[0]] !== undefined);
    const total = ({ samples }) => keys.reduce((sum, key) => sum + Math.log(medianOf(samples[key])), 0);
    const rows = subjects
      .sort((a, b) => total(a) - total(b))
      .map((subject) => {
        const { name, samples, allocated, sizes } = subject;
        const cells = keys.map((key) => micros(medianOf(samples[key])));
        const main = keys.findIndex((key) => key.endsWith(`, ${MAIN}`));
        const over = spread(sampled(page, name, keys[main]), mine[main]);
        const own = output === "bytes" ? [kib(allocated[MAIN]), kib(allocated[`not ${MAIN}`]), kib(sizes[MAIN])] : [];
        return row([area.subjects[name].group === "ours" ? `**${name}**` : name, ...cells, over, ...own]);
      });
    const head = ["Subject, µs per page", ...VARIANTS.map(({ name }) => name), `over ${OURS} at ${MAIN}`];
    if (output === "bytes") head.push("allocates, KiB", "not ASCII, KiB", "page, KiB");
    return [`## ${page.page} ${text}`, "", row(head), row(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows, ""];
  });
}

const STREAM_TITLES = {
  ready: "everything is there: time to send a page",
  waiting: "each result is awaited: time to send a page",
  late: "the results come 3 ms later: time to the first byte",
};

function streamTables(cases) {
  return cases.flatMap(({ kind, page, subjects }) => {
    const isLate = kind === "late";
    const of = (subject) => ({ name: subject.name, samples: isLate ? subject.firsts : subject.samples });
    const base = subjects.find(({ name }) => STREAMS[name].group === "ours");
    const rows = subjects
      .toSorted((a, b) => medianNs(of(a)) - medianNs(of(b)))
      .map((subject) => {
        const label = STREAMS[subject.name].group === "ours" ? `**${subject.name}**` : subject.name;
        const cells = [label, micros(medianNs(of(subject)))];
        cells.push(base === undefined ? "–" : spread(of(subject), of(base)));
        if (kind === "ready") cells.push(micros(medianOf(subject.firsts)), throughput(page, medianNs(subject)));
        return row(cells);
      });
    const head = ["Subject", "µs", `over ${base?.name ?? "–"}`];
    if (kind === "ready") head.push("first byte, µs", "MiB/s");
    return [
      `## ${page}, ${STREAM_TITLES[kind]}`,
      "",
      row(head),
      row(head.map((_, i) => (i === 0 ? "---" : "---:"))),
      ...rows,
      "",
    ];
  });
}

function throughput(page, ns) {
  return ((Number.parseInt(page, 10) / 1024) * (1e9 / ns)).toFixed(0);
}

function escapingTable(cases) {
  if (cases.length === 0) return [];
  const names = cases[0].subjects.map(({ name }) => name);
  const score = (name) => cases.reduce((sum, one) => sum + Math.log(timeOf(one, name)), 0);
  const ranked = names.toSorted((a, b) => score(a) - score(b));
  const best = cases.map((one) => Math.min(...names.map((name) => timeOf(one, name))));
  const rows = ranked.map((name) => {
    const cells = cases.map((one, i) => {
      const ns = timeOf(one, name);
      return ns === best[i] ? `**${ns.toFixed(0)}**` : ns.toFixed(0);
    });
    const over = Math.exp((score(name) - score(SHIPPED)) / cases.length);
    return row([name === SHIPPED ? `**${name}**` : name, ...cells, over.toFixed(2)]);
  });
  const head = ["ns per field", ...cases.map(({ name }) => name), "mean over the one shipped"];
  return [
    "## Ways to escape",
    "",
    `Each field is escaped for the place between two tags and written as UTF-8, one fixed piece of 24 bytes after it; all gave the same bytes. Short fields have about 20 characters, long ones about 400. The ways that work on text gather 16 KiB of it per conversion. The fastest of a case is bold. Over all cases, by geometric mean, the winner is: ${ranked[0]}. Shipped is: ${SHIPPED}; the ways over bytes give no strings, and WASM needs memory of its own and a content security policy that allows it.`,
    "",
    row(head),
    row(head.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows,
    "",
  ];
}

function timeOf(one, name) {
  return medianNs(one.subjects.find((subject) => subject.name === name));
}

function micros(ns) {
  const us = ns / 1000;
  return us >= 100 ? us.toFixed(0) : us >= 10 ? us.toFixed(1) : us.toFixed(2);
}

function kib(bytes) {
  return bytes === undefined ? "–" : (Math.max(0, bytes) / 1024).toFixed(1);
}
