// 64 tasks started together, four at once. Ways: ours (semaphore), batch (busbar/app, batches of one), free (no limit: what the promises cost).
import { batch } from "busbar/app";
import { createSemaphore } from "../tried/semaphore.mjs";
import { wayOf } from "./data.mjs";

const TASKS = 64;
const AT_ONCE = 4;

export function setUp() {
  let running = 0;
  let most = 0;
  const work = async (n) => {
    running++;
    most = Math.max(most, running);
    await undefined;
    running--;
    return n + 1;
  };
  const limited = { ours, batch: batches, free: () => work }[wayOf(import.meta.url)](work);
  const round = async (start) => {
    const tasks = [];
    for (let i = 0; i < TASKS; i++) tasks.push(limited(start + i));
    let sum = 0;
    for (const result of await Promise.all(tasks)) sum += result;
    return sum;
  };
  return {
    async answer() {
      const sum = await round(0);
      if (wayOf(import.meta.url) !== "free" && most > AT_ONCE) throw new Error(`${most} at once`);
      return String(sum);
    },
    async run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += await round(i);
      return sum;
    },
  };
}

function ours(work) {
  const semaphore = createSemaphore(AT_ONCE);
  return (n) => semaphore.run(() => work(n));
}

function batches(work) {
  return batch(async ([n]) => [await work(n)], { maxSize: 1, maxWaitMs: 0, maxRunning: AT_ONCE });
}
