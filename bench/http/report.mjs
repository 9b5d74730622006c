// The Markdown of bench/results/http.md.
import { medianNs } from "../compare.mjs";
import { medianOf, quantile } from "../measure.mjs";
import { opening, row } from "../report.mjs";
import { fastPathRows } from "./gains.mjs";
import { timeRatio } from "./interval.mjs";
import { NAMES } from "./names.mjs";
import { judge, ratioText } from "./targets.mjs";

/** The file of a case's plot. */
export function plotFile(caseName) {
  return `http-${caseName.toLowerCase().replace(/\W+/g, "-")}.svg`;
}

export function renderReport(area, measured, facts) {
  const lines = [
    ...opening(area, facts, area.notes),
    ...generator(measured),
    ...targets(measured),
    ...measured.cases.flatMap((one) => caseTable(area, one)),
    ...pipelineTable(measured.pipeline),
    ...fastPathTables(measured.fastPath),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function generator({ generator: name, cores, validation }) {
  const pinned =
    cores === undefined
      ? "Processes could not be pinned to cores here: what the servers and the generator take from each other is in the figures."
      : `Servers ran on core ${cores.server}, the generator on core ${cores.generator}.`;
  const used =
    name === "wrk"
      ? "The load generator was wrk, in rounds of one second."
      : "The load generator was the one in `bench/http/load`, since wrk is not installed here: sockets with ready requests, answers told by comparing heads.";
  const rows = validation.map((one) => {
    const cells = [one.name, one.total, one.seen, thousands(one.perSecond), micros(one.generatorNs)];
    return row(cells);
  });
  return [
    "## Load generator",
    "",
    `${used} ${pinned} Before the rounds it and autocannon asked the same \`node:http\` server, which counted as well; another count would have ended the run.`,
    "",
    row(["Generator", "answers it counted", "requests the server counted", "per second", "its own µs per request"]),
    row(["---", "---:", "---:", "---:", "---:"]),
    ...rows,
    "",
  ];
}

function targets(measured) {
  const rows = judge(measured).map(({ target, value, met, miss }) =>
    row([target, value, met ? "met" : `**missed** ${miss}`]),
  );
  return [
    "## Targets",
    "",
    "A target holds when the whole interval lies above it. `not shown` is a miss whose interval reaches the target.",
    "",
    row(["Target", "measured", ""]),
    "|---|---|---|",
    ...rows,
    "",
  ];
}

function caseTable(area, { name, subjects }) {
  const bare = subjects.find((one) => one.name === NAMES.bare);
  const rows = [...subjects]
    .sort((a, b) => serverNsOf(a) - serverNsOf(b))
    .map((subject) => {
      const { rounds } = subject;
      const rates = rounds.map(({ perSecond }) => perSecond);
      const label = area.subjects[subject.name].group === "ours" ? `**${subject.name}**` : subject.name;
      return row([
        label,
        micros(serverNsOf(subject)),
        bare === undefined || bare === subject ? "–" : ratioText(timeRatio(subject, bare)),
        thousands(medianOf(rates)),
        `${thousands(quantile(rates, 0.25))}–${thousands(quantile(rates, 0.75))}`,
        share(rounds, "serverShare"),
        share(rounds, "generatorShare"),
      ]);
    });
  return [
    `## ${name}`,
    "",
    `![Requests per second: ${name}](${plotFile(name)})`,
    "",
    row(["Subject", "server µs", `of ${NAMES.bare}`, "requests/s", "p25–p75", "server busy", "generator busy"]),
    row(["---", "---:", "---:", "---:", "---:", "---:", "---:"]),
    ...rows,
    "",
  ];
}

function serverNsOf({ rounds }) {
  return medianOf(rounds.map(({ serverNs }) => serverNs));
}

function pipelineTable(pipeline) {
  if (pipeline.length === 0) return [];
  const rows = pipeline.map(({ name, subjects: [subject] }) => {
    const bytes = subject.bytes === undefined ? "–" : Math.max(0, subject.bytes).toFixed(0);
    return row([name, medianNs(subject).toFixed(0), bytes]);
  });
  return [
    "## The pipeline without I/O",
    "",
    "`app.handle` with a fake host, in one process: the request object is there before the clock starts, and the handler gives back a reply that is there already, except with `c.text`, which makes one. Bytes are what the heap grows by over requests without a collection in between.",
    "",
    row(["Request", "ns", "bytes"]),
    row(["---", "---:", "---:"]),
    ...rows,
    "",
  ];
}

function fastPathTables(fastPath) {
  if (fastPath.length === 0) return [];
  const tables = fastPath.flatMap((one) => [
    `### ${one.name}`,
    "",
    row(["Way to write", "requests/s", "ratio", ""]),
    row(["---", "---:", "---:", "---"]),
    ...fastPathRows(one).map(({ name, rate, ratio, verdict }) =>
      row([name, thousands(rate), ratio === undefined ? "–" : ratioText(ratio), verdict]),
    ),
    "",
  ]);
  return [
    "## Ways to write a reply",
    "",
    "One server per way, with the same answer, asked by the generator in `bench/http/load`, each started three times. The first is what the others are compared with, busbar's with busbar's, by the processor time of a request. `no gain` means that the interval holds 1 and ends below 1.05, `no gain shown` that it holds 1 and is wider. Those marked undocumented write to fields of Node's response that no library may rely on: they show what there would be to gain.",
    "",
    ...tables,
  ];
}

function share(rounds, key) {
  const shares = rounds.map((round) => round[key]);
  return shares.includes(undefined) ? "–" : `${(medianOf(shares) * 100).toFixed(0)} %`;
}

function thousands(perSecond) {
  return Math.round(perSecond).toLocaleString("en-US");
}

function micros(ns) {
  return (ns / 1000).toFixed(1);
}
