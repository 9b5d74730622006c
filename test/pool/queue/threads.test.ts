import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createNumberQueue, createQueue, openConsumer, openProducer } from "../../../lib/pool/index.ts";
import { root } from "../../helpers/imports.ts";
import { makeMessage, readMessage } from "./messages.ts";
import type { ThreadTask } from "./thread.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "busbar-queue-"));
const script = join(folder, "queue-thread.mjs");
const pool = join(folder, "pool.mjs");

beforeAll(async () => {
  const bundle = { bundle: true, format: "esm", platform: "node" } as const;
  await build({ ...bundle, entryPoints: [join(root, "test/pool/queue/thread.ts")], outfile: script });
  await build({ ...bundle, entryPoints: [join(root, "lib/pool/index.ts")], outfile: pool });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Thread {
  readonly worker: Worker;
  readonly exit: Promise<void>;
  readonly messages: unknown[];
}

/** Starts a thread and waits until it runs. */
async function start(task: ThreadTask): Promise<Thread> {
  const worker = new Worker(script, { workerData: task });
  const messages: unknown[] = [];
  let failure: Error | undefined;
  worker.on("error", (error: Error) => {
    failure = error;
  });
  const exit = new Promise<void>((resolve, reject) =>
    worker.on("exit", () => (failure === undefined ? resolve() : reject(failure))),
  );
  exit.catch(() => {});
  await new Promise<void>((resolve) => worker.once("message", () => resolve()));
  worker.on("message", (message) => messages.push(message));
  return { worker, exit, messages };
}

const counters = (): SharedArrayBuffer => new SharedArrayBuffer(64);

describe("a queue between threads", () => {
  test("carries every message once and in order, with both ends blocking on a small ring", async () => {
    const queue = createQueue({ bytes: 2048 });
    const done = counters();
    const consumer = await start({ role: "pop", buffer: queue.buffer, done, count: 0 });
    const producer = await start({ role: "push", buffer: queue.buffer, done: counters(), count: 20_000 });
    await Promise.all([producer.exit, consumer.exit]);
    const words = new Int32Array(done);
    assert.deepEqual([words[0], words[2]], [20_000, 0]); // taken, out of order
  });

  test("carries numbers in batches of other sizes than they are taken in", async () => {
    const queue = createNumberQueue({ width: 2, messages: 64 });
    const done = counters();
    const consumer = await start({ role: "popNumbers", buffer: queue.buffer, done, count: 0 });
    const producer = await start({ role: "pushNumbers", buffer: queue.buffer, done: counters(), count: 37 * 2000 });
    await Promise.all([producer.exit, consumer.exit]);
    const words = new Int32Array(done);
    assert.deepEqual([words[0], words[2]], [37 * 2000, 0]);
  });

  test("carries what four producers push, each in its order, to an end that does not block", async () => {
    const queue = createQueue({ bytes: 4096, producers: 4 });
    const consumer = openConsumer(queue.buffer);
    const count = 4000;
    const next = [0, 0, 0, 0];
    const threads = await Promise.all(
      next.map((_, lane) => start({ role: "push", buffer: queue.buffer, done: counters(), lane, count })),
    );
    while (await consumer.waitAsync()) {
      consumer.drain((message, from) => {
        const { lane, index } = readMessage(message);
        assert.deepEqual([lane, index], [from, next[from]]);
        next[from] = index + 1;
      }, 100);
      await pause(0);
    }
    await Promise.all(threads.map(({ exit }) => exit));
    assert.deepEqual(next, [count, count, count, count]);
  });

  test("loses, doubles and tears nothing when producers are killed in the middle", async () => {
    const queue = createQueue({ bytes: 4096, producers: 2 });
    const consumer = openConsumer(queue.buffer);
    const done = counters();
    const words = new Int32Array(done);
    const next = [0, 0];
    const drain = (max?: number): number =>
      consumer.drain((message, from) => {
        const { lane, index } = readMessage(message);
        assert.deepEqual([lane, index], [from, next[from]]);
        next[from] = index + 1;
      }, max);
    const steady = await start({ role: "push", buffer: queue.buffer, done, lane: 1, count: 1e9 });
    for (let round = 0; round < 25; round++) {
      const first = next[0] as number; // cast: two lanes
      const killed = await start({ role: "push", buffer: queue.buffer, done, lane: 0, first, count: 1e9 });
      const until = performance.now() + (round % 5) * 4;
      do {
        drain(200);
        await pause(0);
      } while (performance.now() < until);
      await killed.worker.terminate();
      queue.producerEnded(0);
      drain();
      // all it had seen through, and at most the one it was killed behind
      const [delivered = 0, seen = 0] = [next[0], words[0]];
      assert.ok(delivered === Math.max(first, seen) || delivered === Math.max(first, seen) + 1);
    }
    assert.ok((next[0] as number) > 0); // cast: two lanes
    const before = next[1] as number; // cast: two lanes
    // It may have to wait for its turn on a busy machine; should it never go on, the test's own limit ends this.
    while (next[1] === before) {
      await pause(1);
      drain();
    }
    await steady.worker.terminate();
    queue.producerEnded(1);
    drain();
    assert.equal(consumer.ended, true);
  });

  test("goes on with the next message when its consumer is killed in the middle", async () => {
    const queue = createQueue({ bytes: 4096 });
    const producer = openProducer(queue.buffer);
    const done = counters();
    const words = new Int32Array(done);
    let index = 0;
    for (let round = 0; round < 25; round++) {
      const killed = await start({ role: "pop", buffer: queue.buffer, done, count: 0 });
      const until = performance.now() + (round % 5) * 3;
      do {
        for (let i = 0; i < 100 && producer.tryPush(makeMessage(0, index, 300)); i++) index++;
        await pause(0);
      } while (performance.now() < until);
      await killed.worker.terminate();
      queue.consumerEnded();
      const taken = Atomics.load(words, 0);
      const next = openConsumer(queue.buffer);
      const message = next.tryPop();
      // what it had taken stays taken, whether it came to say so or not
      if (message !== undefined) assert.ok([taken, taken + 1].includes(readMessage(message).index));
      Atomics.store(words, 0, message === undefined ? index : readMessage(message).index + 1);
      queue.consumerEnded();
    }
    assert.equal(words[2], 0);
    assert.ok(index > 0);
  });

  test("wakes and refuses those who wait when it is closed", async () => {
    const queue = createQueue({ bytes: 1024, producers: 2 });
    const threads = await Promise.all(
      [0, 1].map((lane) => start({ role: "pushUntilClosed", buffer: queue.buffer, done: counters(), lane, count: 0 })),
    );
    const empty = createQueue({ producers: 3 });
    const waiting = await start({ role: "pop", buffer: empty.buffer, done: counters(), count: 0 });
    openProducer(empty.buffer);
    await pause(30); // all asleep by now, or not: it must not matter
    queue.close();
    empty.close();
    await Promise.all([...threads, waiting].map(({ exit }) => exit));
    assert.deepEqual(
      threads.map(({ messages }) => messages),
      [["POOL_QUEUE_CLOSED"], ["POOL_QUEUE_CLOSED"]],
    );
  });

  test("wakes a consumer whose only producer was killed", async () => {
    const queue = createQueue();
    const consumer = openConsumer(queue.buffer);
    const done = counters();
    const killed = await start({ role: "push", buffer: queue.buffer, done, count: 1e9 });
    while (consumer.drain(() => {}) === 0) await pause(0);
    await killed.worker.terminate();
    consumer.drain(() => {});
    const waiting = consumer.waitAsync();
    queue.producerEnded(0);
    assert.equal(await waiting, false);
  });

  test("uses no processor while everybody waits", async () => {
    const source = `
      import { Worker, isMainThread, workerData } from "node:worker_threads";
      import { createQueue, openConsumer, openProducer } from ${JSON.stringify(pool)};
      if (!isMainThread) {
        const { role, buffer } = workerData;
        if (role === "pop") openConsumer(buffer).pop();
        else for (const producer = openProducer(buffer); ; ) producer.push(new Uint8Array(100));
      } else {
        const queues = [createQueue(), createQueue(), createQueue()];
        openProducer(queues[0].buffer); // or it would have ended
        openProducer(queues[2].buffer);
        new Worker(new URL(import.meta.url), { workerData: { role: "pop", buffer: queues[0].buffer } });
        new Worker(new URL(import.meta.url), { workerData: { role: "push", buffer: queues[1].buffer } });
        openConsumer(queues[2].buffer).popAsync();
        let used;
        for (let i = 0; i < 40 && !(used < 100); i++) { // they start, and fall asleep
          const before = process.cpuUsage();
          await new Promise((resolve) => setTimeout(resolve, 500));
          const { user, system } = process.cpuUsage(before);
          used = (user + system) / 1000;
        }
        console.log(used);
        process.exit();
      }`;
    const file = join(folder, "idle.mjs");
    writeFileSync(file, source);
    const { stdout } = await run("node", [file]);
    assert.ok(Number(stdout) < 100, `${stdout.trim()} ms of processor in 500 ms`); // one end that spins takes 500
  });
});
