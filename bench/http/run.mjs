// One session: servers under load, the pipeline without a host, and ways to write a reply. Some eleven minutes; about
// seventeen with wrk, which counts in whole seconds. `--case pipeline` and `--case "fast path"` run these parts alone.

import process from "node:process";
import { choose } from "../choice.mjs";
import { runCase } from "../session.mjs";
import { renderBars } from "./bars.mjs";
import { CASES } from "./cases.mjs";
import { findCores } from "./cores.mjs";
import { measureFastPath } from "./fast-path.mjs";
import { startLoader } from "./load/loader.mjs";
import { area as pipelineArea } from "./pipeline/area.mjs";
import { plotFile, renderReport } from "./report.mjs";
import { measureServers } from "./session.mjs";
import { rateOf } from "./targets.mjs";
import { validateGenerator } from "./validate.mjs";

const ROUNDS = 9;
const ROUND_MS = 500;

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options }) {
  const { rounds, names: named, wants } = choose(area, options, ROUNDS);
  process.env.NODE_ENV = "production"; // for the processes started below
  const cores = findCores();
  const loader = await startLoader(area, cores);
  const measured = { generator: loader.name, cores, validation: [], cases: [], pipeline: [], fastPath: [] };
  const shared = { rounds, loader, cores };
  try {
    if (rounds > 0) measured.validation = await validateGenerator(area, shared);
    for (const name of Object.keys(CASES).filter(wants)) {
      const names = named.filter((subject) => area.only[name]?.includes(subject) ?? true);
      const one = { name, ...CASES[name]() };
      const subjects = await measureServers(area, one, { ...shared, names, ms: ROUND_MS });
      measured.cases.push({ name, subjects });
    }
    if (wants("pipeline")) measured.pipeline = await measurePipeline(rounds);
    // always by our own: its rounds are shorter than wrk's, and ways of one server differ by little
    if (wants("fast path")) measured.fastPath = await measureFastPath({ ...shared, loader: { load: loader.own } });
  } finally {
    loader.stop();
  }
  if (options.check) return new Map();
  const text = renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- http" });
  return new Map([["http.md", text], ...plots(area, measured)]);
}

async function measurePipeline(rounds) {
  const measured = [];
  for (const one of pipelineArea.cases) {
    const input = pipelineArea.input(one.kind);
    const options = { subjects: Object.keys(pipelineArea.subjects), rounds, refusals: new Map() };
    measured.push(await runCase(pipelineArea, { ...one, input }, options));
  }
  return measured;
}

function plots(area, { cases }) {
  return cases.map(({ name, subjects }) => {
    const bars = subjects.map((subject) => ({
      name: subject.name,
      group: area.subjects[subject.name].group,
      value: rateOf(subject),
    }));
    return [plotFile(name), renderBars(`HTTP: requests per second, ${name}`, bars)];
  });
}
