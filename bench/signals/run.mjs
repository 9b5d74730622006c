// One session, some ten minutes. `--case` takes part of "family: shape", or of a part's name: "memory", "size", "collections", "columns",
// "columns on threads", "data app". BENCH_CLOCK=cpu takes processor time, for a look on a busy machine: what it prints is not written.

import { rmSync } from "node:fs";
import process from "node:process";
import { choose } from "../choice.mjs";
import { isCpu } from "./clock.mjs";
import { measureCollections } from "./collections/session.mjs";
import { measureColumns } from "./columns/session.mjs";
import { measureCore } from "./core.mjs";
import { measureHeap } from "./heap/session.mjs";
import { measurePage } from "./page/session.mjs";
import { plots } from "./plots.mjs";
import { prepare } from "./prepare.mjs";
import { renderReport } from "./report.mjs";
import { measureSizes } from "./size/measure.mjs";

const ROUNDS = 18;

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options }) {
  const { rounds, names, wants } = choose(area, options, ROUNDS);
  process.env.NODE_ENV = "production"; // for the processes started below
  const folder = prepare();
  process.env.BENCH_SIGNALS = folder;
  const measured = {};
  const part = async (name, key, measure) => {
    if (!wants(name)) return;
    const start = performance.now();
    measured[key] = await measure();
    console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  };
  try {
    // what is over soon comes first: a fault in it ends the session early
    if (rounds > 0) await part("size", "sizes", measureSizes);
    if (rounds > 0) await part("memory", "heap", () => measureHeap(area, names));
    await part("data app", "page", () => measurePage(area, rounds));
    await part("collections", "collections", () => measureCollections(rounds));
    await part("columns", "columns", () => measureColumns(rounds));
    await part("columns on threads", "threads", async () => {
      const { measureParallel } = await import("./columns/tried/session.mjs"); // it loads the library, which a part of the others need not
      return measureParallel(rounds);
    });
    measured.core = await measureCore(area, { names, rounds, wants });
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (options.check) return new Map();
  const text = renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- signals" });
  if (isCpu) console.log(text);
  return isCpu ? new Map() : new Map([["signals.md", text], ...plots(area, measured)]);
}
