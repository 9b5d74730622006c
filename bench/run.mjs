// Runs one area: npm run bench -- <area> [--check] [--rounds N] [--case TEXT]
//
// 1. For each case, start one process per subject. Each asserts its answers against the area's own before anything
//    is timed, and ends the run when one is wrong.
// 2. Time them in rounds, one subject after the other, the order rotated by one each round, so that whatever else the
//    machine does falls on all of them.
// 3. Write medians, spread and ratios to bench/results/<area>.md.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderReport } from "./report.mjs";

const MIN_ROUNDS = 15;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean" }, rounds: { type: "string" }, case: { type: "string" } },
});
const [areaName = ""] = positionals;
const areaUrl = new URL(`./${areaName}/area.mjs`, import.meta.url);
if (!/^[\w-]+$/.test(areaName) || !existsSync(fileURLToPath(areaUrl))) {
  console.error(`bench: no area "${areaName}"; an area is a folder of bench/ with an area.mjs`);
  process.exit(1);
}
const { area } = await import(areaUrl.href);
const rounds = Math.max(MIN_ROUNDS, Number(values.rounds ?? MIN_ROUNDS));
const cases = area.cases.filter((name) => values.case === undefined || name.includes(values.case));
const measured = [];
for (const name of cases) {
  const result = await runCase(name);
  if (result !== undefined) measured.push(result);
}
if (!values.check) {
  const file = new URL(`./results/${areaName}.md`, import.meta.url);
  mkdirSync(new URL("./results/", import.meta.url), { recursive: true });
  const text = renderReport(area, measured, { ...machine(), rounds, command: `npm run bench -- ${areaName}` });
  if (cases.length === area.cases.length) writeFileSync(file, text);
  console.log(text);
}

async function runCase(caseName) {
  const names = Object.keys(area.subjects);
  const workers = [];
  try {
    for (const subject of names) workers.push(await startWorker(subject, caseName));
    console.error(`${caseName}: all ${names.length} subjects give the expected answers`);
    if (values.check) return undefined;
    const samples = workers.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < workers.length; turn++) {
        const index = (turn + round) % workers.length;
        const { nsPerOperation } = await ask(workers[index].child, { kind: "round" });
        samples[index].push(nsPerOperation);
      }
    }
    return {
      name: caseName,
      subjects: workers.map(({ buildMs }, i) => ({ name: names[i], samples: samples[i], buildMs })),
    };
  } finally {
    for (const { child } of workers) child.kill();
  }
}

async function startWorker(subject, caseName) {
  const child = fork(new URL("./worker.mjs", import.meta.url), [areaName, subject, caseName]);
  const ready = await Promise.race([once(child, "message"), once(child, "exit").then(() => undefined)]);
  if (ready === undefined) throw new Error(`${subject} failed on ${caseName}; nothing was timed`);
  return { child, buildMs: ready[0].buildMs };
}

async function ask(child, message) {
  const answer = once(child, "message");
  child.send(message);
  return (await answer)[0];
}

function machine() {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const git = (...words) => execFileSync("git", words, { cwd, encoding: "utf8" }).trim();
  // results change with every run, and change nothing
  const changes = git("status", "--porcelain", "--", "lib", "bench", ":!bench/results");
  const commit = git("rev-parse", "--short", "HEAD") + (changes === "" ? "" : ", with uncommitted changes");
  return { commit, node: process.version, cpu: `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores` };
}
