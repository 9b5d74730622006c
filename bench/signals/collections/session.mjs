// Collections: what one changed row costs, from the write to the last delta.
import { ask, startWorker } from "../../session.mjs";
import { CASES } from "./cases.mjs";
import { SUBJECTS } from "./names.mjs";

const WORKER = new URL("./worker.mjs", import.meta.url);
const FEW_ROUNDS = 8; // where a change takes a long time, and for the largest size
const LONG_NS = 20e6;
const MANY_ROWS = 1_000_000;

/** For each case and size its subjects, with samples in nanoseconds per change. */
export async function measureCollections(rounds) {
  const measured = [];
  for (const { name, sizes } of CASES) {
    for (const rows of rounds > 0 ? sizes : sizes.slice(0, 1)) measured.push(await measureCase(name, rows, rounds));
  }
  return measured;
}

async function measureCase(name, rows, rounds) {
  const workers = [];
  try {
    for (const subject of Object.keys(SUBJECTS)) {
      const worker = { name: subject, samples: [] };
      workers.push(worker);
      worker.child = await startWorker({ name: "collections", subjects: SUBJECTS }, subject, [], WORKER);
      const { cannotBuild } = await asked(worker, { task: "load", name, rows });
      worker.cannot = cannotBuild;
    }
    const running = workers.filter(({ cannot }) => cannot === undefined);
    console.error(`${name}, ${rows} rows: ${running.length} of ${workers.length} subjects give the expected rows`);
    if (rounds > 0) await timeInTurn(running, rows, rounds);
    return { name, rows, subjects: workers.map(({ child, rounds: _, ...result }) => result) };
  } finally {
    for (const { child } of workers) child?.kill();
  }
}

async function timeInTurn(workers, rows, rounds) {
  for (const worker of workers) {
    const { ns } = await asked(worker, { task: "warm" });
    worker.rounds = ns > LONG_NS || rows >= MANY_ROWS ? Math.min(rounds, FEW_ROUNDS) : rounds;
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < workers.length; turn++) {
      const worker = workers[(turn + round) % workers.length];
      if (round < worker.rounds) worker.samples.push((await asked(worker, { task: "round" })).ns);
    }
  }
}

async function asked(worker, message) {
  const answer = await ask(worker, message);
  if (answer.error !== undefined) throw new Error(`${worker.name}, ${message.task}: ${answer.error}`);
  return answer;
}
