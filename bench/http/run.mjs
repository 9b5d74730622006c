// One session: servers under load, the pipeline without a host, and ways to write a reply. Some seventeen minutes on a quiet machine,
// twelve of them for the servers. `--case pipeline` and `--case "fast path"` run these parts alone; `--rounds` says how often each
// server is started.

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

const STARTS = 6;
/** Of ways to write a reply there are many, and none has a target. */
const FAST_PATH_STARTS = 3;
const SHORT = { rounds: 6, ms: 100 };
/** wrk counts in whole seconds. */
const LONG = { rounds: 1, ms: 1000 };

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options }) {
  const { rounds: starts, names: named, wants } = choose(area, options, STARTS);
  process.env.NODE_ENV = "production"; // for the processes started below
  const cores = findCores();
  const loader = await startLoader(area, cores);
  const measured = { generator: loader.name, cores, validation: [], cases: [], pipeline: [], fastPath: [] };
  const shared = { starts, loader, cores, ...(loader.name === "wrk" ? LONG : SHORT) };
  try {
    if (starts > 0) measured.validation = await validateGenerator(area, shared);
    for (const name of Object.keys(CASES).filter(wants)) {
      const names = named.filter((subject) => area.only[name]?.includes(subject) ?? true);
      const one = { name, ...CASES[name]() };
      const subjects = await measureServers(area, one, { ...shared, names });
      measured.cases.push({ name, subjects });
    }
    if (wants("pipeline")) measured.pipeline = await measurePipeline(starts);
    // always by our own: its rounds are shorter than wrk's, and ways of one server differ by little
    const few = { starts: Math.min(starts, FAST_PATH_STARTS), loader: loader.kept, cores, ...SHORT };
    if (wants("fast path")) measured.fastPath = await measureFastPath(few);
  } finally {
    loader.stop();
  }
  if (options.check) return new Map();
  const text = renderReport(area, measured, {
    ...facts,
    rounds: starts * shared.rounds,
    command: "npm run bench -- http",
  });
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
