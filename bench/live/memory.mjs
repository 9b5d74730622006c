// Part "memory": what an idle session of the page keeps, own rows included, its socket apart: heap and memory beside it, over many sessions of one process, divided
// by their number. What sleeps has slept for some time before it is counted.
import { medianOf } from "../measure.mjs";
import { ask, start, stop } from "./processes.mjs";

const WORKER = "./memory-worker.mjs";
const COPIES = 40;
const DIVISIONS = 5;

/** KiB per session of each subject and number of rows. */
export async function measureMemory({ scale = 1, wants = () => true }) {
  const { CHANNEL, SUBJECTS } = await import(WORKER);
  const options = { copies: Math.max(2, Math.round(COPIES * scale)), divisions: scale < 1 ? 1 : DIVISIONS };
  const results = [];
  for (const name of SUBJECTS.filter((one) => one === CHANNEL || wants(`memory: ${one}`))) {
    const isSession = /^(awake|hibernated)/.test(name);
    for (const rows of isSession && scale === 1 ? [1, 1000] : [1000]) {
      const worker = await start(WORKER, [], `memory ${name} ${rows}`);
      try {
        const given = { name, rows: Math.max(1, Math.round(rows * scale)), ...options };
        const { samples } = await ask(worker, given);
        const socket = isSession ? medianOf(results.find((one) => one.name === CHANNEL)?.samples ?? [0]) : 0;
        results.push({ name, rows, samples: samples.map((kib) => kib - socket) });
      } finally {
        stop(worker);
      }
    }
    console.error(`memory, ${name}: measured`);
  }
  return results;
}
