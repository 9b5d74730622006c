// Runs one area: npm run bench -- <area> [--check] [--rounds N] [--case TEXT] [--subjects A,B]
//
// 1. For each case, start one process per subject. Each asserts its answers against the area's own before anything
//    is timed, and ends the run when one is wrong. A subject that cannot build a table is reported as such.
// 2. Time them in rounds, one subject after the other; then count the bytes that an operation allocates.
// 3. For each table, in processes of their own: the time to build it, and the bytes it keeps.
// 4. Write medians, spread, ratios and what became of the targets to bench/results/<area>.md, with plots beside it.
//    A part of an area, or fewer rounds than it takes, is printed only.
// An area that measures something else altogether brings a run() of its own.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderPlots } from "./plot.mjs";
import { renderReport } from "./report.mjs";
import { runCase, runTable } from "./session.mjs";

const ROUNDS = 15;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: "boolean" },
    rounds: { type: "string" },
    case: { type: "string" },
    subjects: { type: "string" },
  },
});
const [areaName = ""] = positionals;
const areaUrl = new URL(`./${areaName}/area.mjs`, import.meta.url);
if (!/^[\w-]+$/.test(areaName) || !existsSync(fileURLToPath(areaUrl))) {
  console.error(`bench: no area "${areaName}"; an area is a folder of bench/ with an area.mjs`);
  process.exit(1);
}
const { area } = await import(areaUrl.href);
const part = values.case !== undefined || values.subjects !== undefined || Number(values.rounds ?? ROUNDS) < ROUNDS;
const files = area.run === undefined ? await runCases() : await area.run({ facts: machine(), options: values, save });
console.log(files.get(`${areaName}.md`) ?? "");
save(files);

/** Writes the files of bench/results. A long area may save what it has before its end: a run that is cut off then leaves that. */
function save(found) {
  if (values.check || part) return;
  mkdirSync(new URL("./results/", import.meta.url), { recursive: true });
  for (const [name, text] of found) writeFileSync(new URL(`./results/${name}`, import.meta.url), text);
}

async function runCases() {
  const rounds = values.check ? 0 : Number(values.rounds ?? ROUNDS);
  const named = (values.subjects ?? Object.keys(area.subjects).join(";")).split(/[;,](?! )/);
  const unknown = named.find((name) => area.subjects[name] === undefined);
  if (unknown !== undefined) throw new Error(`no subject "${unknown}"`);
  const cases = area.cases.filter(({ name }) => name.includes(values.case ?? ""));
  const refusals = new Map();
  const takes = (table) => named.filter((name) => area.subjects[name].tables?.includes(table) ?? true);
  const measured = { cases: [], tables: [] };
  for (const one of cases) {
    const input = area.input(one.table, one.kind);
    const options = { subjects: takes(one.table), rounds, refusals };
    const { input: _, ...result } = await runCase(area, { ...one, input }, options);
    measured.cases.push(result);
  }
  if (values.check) return new Map();
  const tables = area.tables.filter((table) => cases.some((one) => one.table === table));
  for (const table of tables) measured.tables.push(await runTable(area, table, { subjects: takes(table), refusals }));
  const facts = { ...machine(), rounds, command: `npm run bench -- ${areaName}` };
  return new Map([[`${areaName}.md`, renderReport(area, measured, facts)], ...renderPlots(area, measured)]);
}

function machine() {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const git = (...words) => execFileSync("git", words, { cwd, encoding: "utf8" }).trim();
  // results change with every run, and change nothing
  const changes = git("status", "--porcelain", "--", "lib", "client", "bench", ":!bench/results");
  const commit = git("rev-parse", "--short", "HEAD") + (changes === "" ? "" : ", with uncommitted changes");
  return { commit, node: process.version, cpu: `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores` };
}
