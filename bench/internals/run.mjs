// Twelve minutes. `--case` takes part of "part: case"; then, and with BENCH_DEVELOPMENT=1, a part's folder may be missing. BENCH_CLOCK=cpu takes processor
// time, for a look on a busy machine: what it prints is not written.
import process from "node:process";
import { choose } from "../choice.mjs";
import { isCpu } from "../signals/clock.mjs";
import { loadParts } from "./parts.mjs";
import { plots } from "./plots.mjs";
import { renderReport } from "./report.mjs";
import { runCase } from "./session.mjs";

const ROUNDS = 15;

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options }) {
  process.env.NODE_ENV = "production"; // for the processes started below
  const mayLack = options.case !== undefined || process.env.BENCH_DEVELOPMENT === "1";
  const parts = await loadParts(area.parts, mayLack);
  const subjects = Object.assign({}, ...parts.flatMap(({ cases }) => cases.map((one) => one.subjects)));
  // what a part measures in its own way is asked for by case only
  const { rounds, names, wants } = choose({ subjects }, options, ROUNDS);
  const measured = [];
  for (const part of parts) {
    const start = performance.now();
    const result = await measurePart(part, { rounds, names, wants });
    if (result === undefined) continue;
    measured.push(result);
    const what = `${result.cases.length} cases with equal answers`;
    console.error(`${part.name}: ${what}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  if (options.check) return new Map();
  const text = renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- internals" });
  if (isCpu) console.log(text);
  return isCpu ? new Map() : new Map([["internals.md", text], ...plots(measured)]);
}

async function measurePart(part, { rounds, names, wants }) {
  const wanted = (name) => wants(`${part.name}: ${name}`);
  const cases = part.cases.filter(({ name }) => wanted(name));
  const results = [];
  for (const one of cases) results.push(await runCase(part, one, { rounds, names }));
  const own = await part.measure?.({ rounds, wants: wanted });
  if (results.length === 0 && (own?.cases ?? []).length === 0 && (own?.tables ?? []).length === 0) return undefined;
  return { part, cases: [...results, ...(own?.cases ?? [])], verdicts: own?.verdicts, tables: own?.tables ?? [] };
}
