// Sending pages: what a stream costs, how soon its first byte leaves, and what waiting costs.
import { ask, startWorker } from "../../session.mjs";
import { STREAMS } from "./load.mjs";

const WORKER = new URL("./worker.mjs", import.meta.url);
const CASES = [
  { kind: "ready", page: "20 KiB" },
  { kind: "ready", page: "170 KiB" },
  { kind: "waiting", page: "20 KiB" },
  { kind: "late", page: "20 KiB" },
];

/** Every way to send a page that takes the case, in turn. */
export async function measureStreams(area, { rounds }) {
  const workers = [];
  try {
    for (const name of Object.keys(STREAMS)) {
      const worker = { name, child: await startWorker(area, name, [], WORKER) };
      workers.push({ ...worker, ...(await ask(worker, { task: "load" })) });
    }
    console.error("streams: all send the expected pages");
    const measured = [];
    for (const one of rounds > 0 ? CASES : []) measured.push(await measureCase(workers, one, rounds));
    return {
      cases: measured,
      missing: workers.filter(({ missing }) => missing !== undefined).map(({ missing }) => missing),
    };
  } finally {
    for (const { child } of workers) child?.kill();
  }
}

async function measureCase(workers, one, rounds) {
  const taking = workers.filter(({ kinds }) => kinds?.includes(one.kind));
  const subjects = taking.map(({ name }) => ({ name, samples: [], firsts: [] }));
  for (const worker of taking) await ask(worker, { task: "warm", ...one });
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < taking.length; turn++) {
      const at = (turn + round) % taking.length;
      const { ns, firstNs } = await ask(taking[at], { task: "round", ...one });
      subjects[at].samples.push(ns);
      subjects[at].firsts.push(firstNs);
    }
  }
  return { ...one, subjects };
}
