import { ask, startWorker } from "../../session.mjs";
import { CASES } from "./cases.mjs";

const WORKER = new URL("./worker.mjs", import.meta.url);

/** Every way to escape on every case, in turn; each has given the right bytes before. */
export async function measureEscaping(area, { rounds }) {
  const { ALTERNATIVES } = await import("./alternatives.mjs"); // needs what was prepared
  const workers = [];
  try {
    for (const name of Object.keys(ALTERNATIVES)) {
      const worker = { name, child: await startWorker(area, name, [], WORKER) };
      workers.push(worker);
      await ask(worker, { task: "check" });
    }
    console.error(`escaping: ${workers.length} ways give the expected bytes`);
    const measured = [];
    for (const { name } of rounds > 0 ? CASES : []) measured.push(await measureCase(workers, name, rounds));
    return measured;
  } finally {
    for (const { child } of workers) child?.kill();
  }
}

async function measureCase(workers, caseName, rounds) {
  const subjects = workers.map(({ name }) => ({ name, samples: [] }));
  for (const worker of workers) await ask(worker, { task: "warm", caseName });
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < workers.length; turn++) {
      const at = (turn + round) % workers.length;
      subjects[at].samples.push((await ask(workers[at], { task: "round", caseName })).ns);
    }
  }
  return { name: caseName, subjects };
}
