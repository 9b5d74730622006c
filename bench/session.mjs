// Runs subjects in processes of their own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 120_000;
// no machine code: what remains is the table, its feedback and its byte code, the same in every run
const QUIET = ["--no-opt", "--no-sparkplug", "--no-flush-bytecode"];

/**
 * Times one case: checks every subject, then runs rounds, one subject after the other, the order rotated by one each
 * round, so that whatever else the machine does falls on all of them.
 */
export async function runCase(area, one, { subjects, rounds, refusals }) {
  const workers = [];
  try {
    for (const name of subjects) {
      const reason = refusals.get(`${name}, ${one.table}`);
      const worker = reason === undefined ? await startChecked(area, name, one) : { name, cannotBuild: reason };
      if (worker.cannotBuild !== undefined) refusals.set(`${name}, ${one.table}`, worker.cannotBuild);
      workers.push(worker);
    }
    const running = workers.filter(({ cannotBuild }) => cannotBuild === undefined);
    console.error(`${one.name}: ${running.length} of ${workers.length} subjects give the expected answers`);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < running.length; turn++) {
        const worker = running[(turn + round) % running.length];
        worker.samples.push((await ask(worker, { task: "round" })).ns);
      }
    }
    for (const worker of rounds > 0 ? running : []) worker.bytes = (await ask(worker, { task: "bytes" })).bytes;
    return { ...one, subjects: workers.map(({ child, ...result }) => result) };
  } finally {
    for (const { child } of workers) child?.kill();
  }
}

/** What a table costs each subject to build and to keep. */
export async function runTable(area, table, { subjects, refusals }) {
  const { kinds } = area;
  const input = area.input(table, kinds.at(-1));
  const results = [];
  for (const name of subjects.filter((one) => area.subjects[one].group !== "ceiling")) {
    const cannotBuild = refusals.get(`${name}, ${table}`);
    if (cannotBuild !== undefined) {
      results.push({ name, cannotBuild });
      continue;
    }
    const times = await askOnce(area, name, { task: "build", input }, []);
    const { bytes } = await askOnce(area, name, { task: "heap", input }, QUIET);
    results.push({ name, ...times, bytes });
  }
  console.error(`${table}: built`);
  return { table, routes: input.routes.length, subjects: results };
}

async function startChecked(area, name, one) {
  const worker = { name, samples: [], child: await startWorker(area, name, []) };
  const { cannotBuild } = await ask(worker, { task: "time", caseName: one.name, input: one.input });
  if (cannotBuild === undefined) return worker;
  worker.child.kill();
  return { name, cannotBuild };
}

async function askOnce(area, name, message, flags) {
  const worker = { name, child: await startWorker(area, name, flags) };
  try {
    return await ask(worker, message);
  } finally {
    worker.child.kill();
  }
}

/** Starts the process of a subject, in which an area may run a worker of its own. */
export async function startWorker(area, name, flags, worker = area.worker ?? new URL("./worker.mjs", import.meta.url)) {
  const execArgv = ["--expose-gc", ...(area.subjects[name]?.execArgv ?? []), ...flags];
  const child = fork(worker, [area.name, name], {
    execArgv,
    serialization: "advanced",
  });
  await answerOf({ name, child });
  return child;
}

/** Sends a message and waits for the answer. */
export async function ask(worker, message) {
  const answer = answerOf(worker);
  worker.child.send(message);
  return answer;
}

async function answerOf({ name, child }) {
  const timer = new AbortController();
  const signal = timer.signal;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([answer]) => answer),
      once(child, "exit", { signal }).then(() => Promise.reject(new Error(`${name} failed; nothing is written`))),
      sleep(PATIENCE_MS, undefined, { signal }).then(() => ({ cannotBuild: `not within ${PATIENCE_MS / 1000} s` })),
    ]);
  } finally {
    timer.abort();
  }
}
