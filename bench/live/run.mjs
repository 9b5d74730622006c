// Under ten minutes; each part is saved when it is done. `--case` takes part of "wire", "change: a text in a row", "memory: awake", "browser: head". BENCH_CLOCK=cpu takes processor time,
// for a look on a busy machine; BENCH_PROFILE=<folder> writes profiles of the processes. With either nothing is written, nor with --check, which runs all parts at a tiny scale.
import process from "node:process";
import { startBrowser } from "../client/browser.mjs";
import { isCpu } from "../signals/clock.mjs";
import { measureBrowser } from "./browser.mjs";
import { measureChanges } from "./change.mjs";
import { measureMemory } from "./memory.mjs";
import { plots } from "./plots.mjs";
import { renderReport } from "./report.mjs";
import { captureAll } from "./wire.mjs";

const ROUNDS = 15;
const TINY = { rounds: 1, scale: 0.001, rows: 20, codings: [false] };

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options, save }) {
  const full = { rounds: Number(options.rounds ?? ROUNDS), scale: 1, rows: 1000 };
  const { rounds, scale, rows, codings } = options.check ? TINY : full;
  const asked = options.case ?? "";
  const wants = (name) => name.includes(asked);
  const wantsPart = (part) => asked === "" || part.startsWith(asked) || asked.startsWith(part);
  const measured = { wire: [], changes: [], memory: [], browser: [] };
  const isKept = !options.check && !isCpu && process.env.BENCH_PROFILE === undefined;
  const files = () => {
    const text = renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- live" });
    return new Map([["live.md", text], ...plots(measured)]);
  };
  const keep = () => isKept && save(files());
  if (wantsPart("change")) measured.changes = await timed("change", () => measureChanges({ rounds, scale, wants }));
  keep();
  if (wantsPart("memory")) measured.memory = await timed("memory", () => measureMemory({ scale, wants }));
  keep();
  if (wantsPart("wire") || wantsPart("browser")) {
    const browser = await startBrowser();
    facts.browser = `Chromium ${browser.version()}`;
    try {
      if (wantsPart("wire")) measured.wire = await timed("wire", () => captureAll(browser, { rows, codings }));
      keep();
      if (wantsPart("browser"))
        measured.browser = await timed("browser", () => measureBrowser(browser, { rounds, rows, wants }));
    } finally {
      await browser.close();
    }
  }
  if (isKept) return files();
  console.log(renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- live" }));
  plots(measured);
  return new Map();
}

async function timed(part, run) {
  const start = performance.now();
  const result = await run();
  console.error(`${part}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
