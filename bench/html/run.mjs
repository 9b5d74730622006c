// One session: prepares, then measures pages, waiting pages, streams and escaping, each subject in a process of its own.
import { rmSync } from "node:fs";
import process from "node:process";
import { medianOf } from "../measure.mjs";
import { renderPlot, styled } from "../plot.mjs";
import { ask, startWorker } from "../session.mjs";
import { PAGES, VARIANTS } from "./data.mjs";
import { measureEscaping } from "./escaping/session.mjs";
import { prepare } from "./prepare.mjs";
import { PREPARED } from "./prepared.mjs";
import { PLOTS, plotFile, renderReport } from "./report.mjs";
import { measureStreams } from "./streams/session.mjs";

const ROUNDS = 11;
const ALLOCATION_FLAGS = ["--min-semi-space-size=128", "--max-semi-space-size=128"];
const AXES = { x: "KiB of the page", y: "time per page" };
const ALLOCATION_VARIANTS = ["ASCII, 5 %", "not ASCII, 5 %"];

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options }) {
  const rounds = options.check ? 0 : Number(options.rounds ?? ROUNDS);
  const names = options.subjects?.split(";") ?? Object.keys(area.subjects);
  const wants = (name) => name.includes(options.case ?? "");
  process.env.NODE_ENV = "production"; // for the processes started below
  const folder = await prepare();
  process.env[PREPARED] = folder;
  const measured = { pages: [], streams: [], escaping: [] };
  try {
    for (const page of area.pages.filter((name) => wants(`page ${name}`))) {
      measured.pages.push(await measurePage(area, page, names, rounds));
    }
    if (wants("streams")) measured.streams = await measureStreams(area, { rounds, options });
    if (wants("escaping")) measured.escaping = await measureEscaping(area, { rounds });
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (options.check) return new Map();
  const text = renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- html" });
  return new Map([["html.md", text], ...plots(area, measured)]);
}

async function measurePage(area, page, names, rounds) {
  const workers = [];
  try {
    await twoAtATime(names, async (name) => workers.push(await startLoaded(area, name, page, [])));
    workers.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    const running = workers.filter(({ missing }) => missing === undefined);
    console.error(`${page}: ${running.length} of ${workers.length} subjects render the expected pages`);
    for (const { name: variant } of rounds > 0 ? VARIANTS : []) {
      for (const output of ["bytes", "text"]) {
        const taking = running.filter(({ outputs }) => outputs.includes(output));
        await timeInTurn(taking, { variant, output }, rounds);
      }
    }
  } finally {
    for (const { child } of workers) child?.kill();
  }
  const subjects = workers.map(({ child, ...result }) => result);
  const present = subjects.filter(({ missing }) => missing === undefined);
  await twoAtATime(rounds > 0 ? present : [], async (subject) => {
    subject.allocated = await allocationsOf(area, subject.name, page);
  });
  return { page, size: PAGES[page].size, subjects };
}

/** What is not timed may share the machine. */
async function twoAtATime(list, run) {
  const queue = [...list];
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await run(one);
  };
  await Promise.all([worker(), worker()]);
}

/** Rounds, one subject after the other, the order rotated by one each round. */
async function timeInTurn(workers, what, rounds) {
  const key = `${what.output}, ${what.variant}`;
  for (const worker of workers) {
    worker.samples[key] = [];
    await ask(worker, { task: "warm", ...what });
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < workers.length; turn++) {
      const worker = workers[(turn + round) % workers.length];
      worker.samples[key].push((await ask(worker, { task: "round", ...what })).ns);
    }
  }
}

async function startLoaded(area, name, page, flags) {
  const worker = { name, samples: {}, child: await startWorker(area, name, flags) };
  const { missing, outputs, sizes } = await ask(worker, {
    task: "load",
    page,
    isChecked: flags.length === 0,
  });
  if (missing === undefined) return { ...worker, outputs, sizes };
  worker.child.kill();
  return { name, samples: {}, missing };
}

async function allocationsOf(area, name, page) {
  const worker = await startLoaded(area, name, page, ALLOCATION_FLAGS);
  const allocated = {};
  for (const variant of ALLOCATION_VARIANTS) {
    allocated[variant] = (await ask(worker, { task: "allocations", variant })).bytes;
  }
  worker.child.kill();
  return allocated;
}

function plots(area, measured) {
  return PLOTS.map(({ output, variant }) => {
    const key = `${output}, ${variant}`;
    const lines = Object.entries(area.subjects).flatMap(([name, { group }]) => {
      const points = measured.pages.flatMap(({ size, subjects }) => {
        const samples = subjects.find((one) => one.name === name)?.samples[key];
        return samples === undefined ? [] : [{ size, ns: medianOf(samples) }];
      });
      return points.length === 0 ? [] : [{ name, isOurs: group === "ours", points }];
    });
    const title = `HTML: time to ${output === "bytes" ? "bytes" : "a flat string"}, ${variant} of the fields need escapes`;
    return [plotFile({ output, variant }), renderPlot(title, styled(lines), AXES)];
  });
}
