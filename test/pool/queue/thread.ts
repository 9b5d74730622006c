/** What runs in the threads of the queue's tests, bundled for them. */
import { parentPort, workerData } from "node:worker_threads";
import { openConsumer, openNumberConsumer, openNumberProducer, openProducer } from "../../../lib/pool/index.ts";
import { makeMessage, readMessage } from "./messages.ts";

export interface ThreadTask {
  readonly role: "push" | "pop" | "pushNumbers" | "popNumbers" | "pushUntilClosed";
  readonly buffer: SharedArrayBuffer;
  /** One word: how many messages this thread has seen through. */
  readonly done: SharedArrayBuffer;
  readonly lane?: number;
  readonly first?: number;
  readonly count: number;
  readonly maxBytes?: number;
}

const task: ThreadTask = workerData;
const done = new Int32Array(task.done);
parentPort?.postMessage("started");

switch (task.role) {
  case "push": {
    const { lane = 0, first = 0, count, maxBytes = 400 } = task;
    const producer = openProducer(task.buffer, { lane });
    for (let i = first; i < first + count; i++) {
      producer.push(makeMessage(lane, i, maxBytes));
      Atomics.store(done, lane, i + 1);
    }
    producer.close();
    break;
  }
  case "pop": {
    const consumer = openConsumer(task.buffer);
    for (let message = consumer.pop(); message !== undefined; message = consumer.pop()) {
      const { index } = readMessage(message);
      Atomics.store(done, 1, index);
      if (index !== Atomics.load(done, 0)) Atomics.add(done, 2, 1);
      Atomics.store(done, 0, index + 1);
    }
    break;
  }
  case "pushNumbers": {
    const producer = openNumberProducer(task.buffer, { lane: task.lane ?? 0 });
    const batch = new Float64Array(2 * 37);
    for (let i = 0; i < task.count; i += 37) {
      for (let k = 0; k < 37; k++) {
        batch[2 * k] = i + k;
        batch[2 * k + 1] = -(i + k);
      }
      producer.push(batch);
    }
    producer.close();
    break;
  }
  case "popNumbers": {
    const consumer = openNumberConsumer(task.buffer);
    const into = new Float64Array(2 * 50);
    for (let next = 0; ; ) {
      const count = consumer.pop(into);
      if (count === 0) break;
      for (let k = 0; k < count; k++, next++) {
        if (into[2 * k] !== next || into[2 * k + 1] !== -next) Atomics.add(done, 2, 1);
      }
      Atomics.store(done, 0, next);
    }
    break;
  }
  case "pushUntilClosed": {
    const producer = openProducer(task.buffer, { lane: task.lane ?? 0 });
    try {
      for (;;) {
        producer.push(new Uint8Array(100));
        Atomics.add(done, 0, 1);
      }
    } catch (error) {
      parentPort?.postMessage(error instanceof Error && "code" in error ? error.code : String(error));
    }
  }
}
