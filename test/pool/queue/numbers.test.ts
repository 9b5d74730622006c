import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createNumberQueue, openConsumer, openNumberConsumer, openNumberProducer } from "../../../lib/pool/index.ts";
import { startAt } from "./indexes.ts";

describe("a queue of numbers", () => {
  test("gives whole messages back in order, as many as there is room for", () => {
    const numberStep = fc.record({ isPush: fc.boolean(), count: fc.nat(70), fewer: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(16, 64),
        fc.constantFrom(0, 3, -7, 2 ** 31 - 7),
        fc.array(numberStep, { minLength: 10, maxLength: 120 }),
        (width, messages, start, steps) => {
          const queue = createNumberQueue({ width, messages });
          startAt(queue.buffer, 1, start);
          const producer = openNumberProducer(queue.buffer);
          const consumer = openNumberConsumer(queue.buffer);
          assert.deepEqual([producer.width, consumer.width], [width, width]);
          const model: number[] = [];
          let next = 0;
          for (const { isPush, count, fewer } of steps) {
            if (isPush) {
              const batch = Float64Array.from({ length: count * width }, () => next++ / 3);
              const asked = Math.max(0, count - fewer);
              const done = producer.tryPush(batch, asked);
              assert.equal(done, Math.min(asked, messages - model.length / width));
              model.push(...batch.subarray(0, done * width));
            } else {
              const into = new Float64Array((count + 1) * width + fewer);
              const done = consumer.tryPop(into);
              assert.equal(done, Math.min(Math.floor(into.length / width), model.length / width));
              assert.deepEqual([...into.subarray(0, done * width)], model.splice(0, done * width));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("refuses batches that hold no whole messages", () => {
    const queue = createNumberQueue({ width: 2 });
    const producer = openNumberProducer(queue.buffer);
    assert.throws(() => producer.tryPush(new Float64Array(3)), { code: "POOL_OUT_OF_RANGE" });
    assert.throws(() => producer.tryPush(new Float64Array(2), 2), { code: "POOL_OUT_OF_RANGE" });
    assert.throws(() => producer.tryPush(new Float64Array(2), -1), { code: "POOL_OUT_OF_RANGE" });
    assert.throws(() => openNumberConsumer(queue.buffer).tryPop(new Float64Array(1)), { code: "POOL_OUT_OF_RANGE" });
    assert.throws(() => openConsumer(queue.buffer), { code: "POOL_BAD_QUEUE" });
  });

  test("carries 8 bytes of any kind through a view", () => {
    const queue = createNumberQueue();
    const integers = new Int32Array([-1, 0x7ff80001]); // a NaN with a payload, read as a number
    openNumberProducer(queue.buffer).tryPush(new Float64Array(integers.buffer));
    const into = new Float64Array(1);
    openNumberConsumer(queue.buffer).tryPop(into);
    assert.deepEqual(new Int32Array(into.buffer), integers);
  });

  test("waits on both ends, and gives up", async () => {
    const queue = createNumberQueue({ messages: 16 });
    const producer = openNumberProducer(queue.buffer);
    const consumer = openNumberConsumer(queue.buffer);
    const into = new Float64Array(4);
    assert.equal(consumer.pop(into, { timeoutMs: 1 }), 0);
    assert.equal(producer.push(new Float64Array(20), { timeoutMs: 1 }), 16);
    assert.equal(await consumer.popAsync(into), 4);
    await assert.rejects(producer.pushAsync(new Float64Array(20), { signal: AbortSignal.timeout(5) }));
    let total = 0;
    while (!consumer.ended) {
      total += consumer.pop(into);
      if (total === 16) producer.close();
    }
    assert.equal(total, 16);
  });
});
