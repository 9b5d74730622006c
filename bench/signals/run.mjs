// One session.
import { rmSync } from "node:fs";
import process from "node:process";
import { measureCore } from "./core.mjs";
import { prepare } from "./prepare.mjs";

const ROUNDS = 15;

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options }) {
  const rounds = options.check ? 0 : Number(options.rounds ?? ROUNDS);
  const names = (options.subjects ?? Object.keys(area.subjects).join(";")).split(/[;,](?! )/);
  const unknown = names.find((name) => area.subjects[name] === undefined);
  if (unknown !== undefined) throw new Error(`no subject "${unknown}"`);
  const wants = (name) => name.includes(options.case ?? "");
  process.env.NODE_ENV = "production"; // for the processes started below
  const folder = prepare();
  process.env.BENCH_SIGNALS = folder;
  const measured = {};
  try {
    measured.core = await measureCore(area, { names, rounds, wants });
  } finally {
    rmSync(folder, { recursive: true });
  }
  for (const f of measured.core)
    for (const s of f.shapes)
      console.log(
        f.name,
        s.name,
        s.subjects
          .map((x) => `${x.name} ${(x.samples.sort((a, b) => a - b)[x.samples.length >> 1] / 1000).toFixed(1)}`)
          .join(" | "),
      );
  return new Map();
}
