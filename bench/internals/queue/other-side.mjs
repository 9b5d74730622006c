// The thread on the other side of a subject, and how both know that everything has arrived.
import { Worker } from "node:worker_threads";

const [COUNT, TARGET, SUM] = [0, 1, 2];

/** The side that takes: counts, adds up, and wakes the other side at its target. */
export function createTally(shared) {
  const words = new Int32Array(shared);
  return {
    add(count, weight) {
      words[SUM] = (words[SUM] + weight) | 0;
      const now = Atomics.add(words, COUNT, count) + count;
      if (((now - Atomics.load(words, TARGET)) | 0) >= 0) Atomics.notify(words, COUNT);
    },
  };
}

/**
 * Starts threads and gives what a subject needs.
 * @param url - Its thread, which posts "ready" when it can take.
 */
export async function startOther(url, data, transferList = []) {
  const shared = new SharedArrayBuffer(16);
  const words = new Int32Array(shared);
  const worker = new Worker(url, { workerData: { ...data, shared }, transferList });
  worker.on("error", (error) => {
    throw error;
  });
  await new Promise((resolve) => worker.once("message", resolve));
  return {
    worker,
    expect(count) {
      Atomics.store(words, TARGET, (words[TARGET] + count) | 0);
    },
    /** Blocks until what was expected has been taken. */
    settle() {
      for (;;) {
        const count = Atomics.load(words, COUNT);
        if (count === words[TARGET]) return count;
        Atomics.wait(words, COUNT, count, 1);
      }
    },
    takeSum() {
      return Atomics.exchange(words, SUM, 0);
    },
    stop: () => worker.terminate(),
  };
}
