// Every library replays every task: one process each, a round of one after a round of the other, the order rotated. A library whose rounds take
// long is timed in fewer. BENCH_CLOCK=cpu takes processor time, for a look on a busy machine: what it prints is not written.
import process from "node:process";
import { choose } from "../choice.mjs";
import { ask, startWorker } from "../session.mjs";
import { plots, renderReport } from "./report.mjs";
import { TASKS } from "./tasks.mjs";

const ROUNDS = 15;
const BUDGET_MS = 14_000; // of one library in one task, after which its rounds end

/** Measures everything asked for; yields the files of bench/results. */
export async function runArea(area, { facts, options }) {
  const { rounds, names, wants } = choose(area, options, ROUNDS);
  const measured = { tasks: [], weights: [] };
  for (const { name } of TASKS) {
    if (wants(name)) measured.tasks.push(await measureTask(area, name, names, rounds));
  }
  if (rounds > 0 && wants("weight")) {
    for (const name of names) measured.weights.push(await weigh(area, name));
  }
  if (options.check) return new Map();
  const text = renderReport(area, measured, { ...facts, rounds, command: "npm run bench -- crdt" });
  const isCpu = process.env.BENCH_CLOCK === "cpu";
  if (isCpu) console.log(text);
  return isCpu ? new Map() : new Map([["crdt.md", text], ...plots(area, measured)]);
}

async function measureTask(area, task, names, rounds) {
  const workers = [];
  try {
    for (const name of names) {
      const worker = { name, samples: [], spent: 0, child: await startWorker(area, name, []) };
      workers.push(worker);
      worker.cannot = await check(worker, task);
    }
    const running = workers.filter(({ cannot }) => cannot === undefined);
    console.error(`${task}: ${running.length} of ${workers.length} libraries end in the expected text`);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < running.length; turn++) {
        const worker = running[(turn + round) % running.length];
        if (worker.spent > BUDGET_MS) continue;
        const { ms } = await asked(worker, { task: "round" });
        worker.samples.push(ms);
        worker.spent += ms;
      }
    }
  } finally {
    for (const { child } of workers) child.kill();
  }
  return { name: task, subjects: workers.map(({ name, samples, cannot }) => ({ name, samples, cannot })) };
}

/** The first round is checked and warms up; a library that takes minutes over it is left out, with that as its reason. */
async function check(worker, task) {
  for (const message of [{ task: "start", name: task }, { task: "round" }]) {
    const { error, cannot, cannotBuild } = await ask(worker, message);
    if (error !== undefined) throw new Error(`${worker.name}, ${task}: ${error}`);
    if (cannot !== undefined) return cannot;
    if (cannotBuild !== undefined) return `${task}: ${cannotBuild}`;
  }
  return undefined;
}

async function weigh(area, name) {
  const once = async (task) => {
    const worker = { name, child: await startWorker(area, name, []) };
    try {
      return await asked(worker, { task });
    } finally {
      worker.child.kill();
    }
  };
  const { bytes, gzip, meanUpdate, history } = await once("bytes");
  const heap = area.subjects[name].isWasm ? undefined : (await once("heap")).bytes;
  console.error(`${name}: weighed`);
  return { name, bytes, gzip, meanUpdate, history, heap };
}

async function asked(worker, message) {
  const answer = await ask(worker, message);
  const problem = answer.error ?? answer.cannotBuild;
  if (problem !== undefined) throw new Error(`${worker.name}, ${message.name ?? message.task}: ${problem}`);
  return answer;
}
