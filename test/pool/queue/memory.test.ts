import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { isCodedError } from "../../../lib/errors/index.ts";
import { createNumberQueue, createQueue, openConsumer, openProducer } from "../../../lib/pool/index.ts";
import { HEAD, laneBase, TAIL } from "../../../lib/pool/queue/layout.ts";
import { filled } from "./messages.ts";

describe("a queue's memory", () => {
  test.each([
    ["an empty buffer", () => new SharedArrayBuffer(0)],
    ["zeros", () => new SharedArrayBuffer(4096)],
    ["an odd size", () => new SharedArrayBuffer(4097)],
    ["a queue of numbers", () => createNumberQueue().buffer],
    // cast: what plain JavaScript may pass
    ["memory that is not shared", () => new ArrayBuffer(4096) as unknown as SharedArrayBuffer],
    [
      "a head that names more than there is",
      () => {
        const { buffer } = createQueue({ bytes: 1024 });
        new Int32Array(buffer)[1] = 256;
        return buffer;
      },
    ],
  ])("is refused when it is %s", (_what, make) => {
    assert.throws(() => openProducer(make()), { code: "POOL_BAD_QUEUE" });
    assert.throws(() => openConsumer(make()), { code: "POOL_BAD_QUEUE" });
  });

  test("is bounded", () => {
    assert.throws(() => createQueue({ producers: 0 }), { code: "POOL_OUT_OF_RANGE" });
    assert.throws(() => createQueue({ producers: 1025 }), { code: "POOL_OUT_OF_RANGE" });
    assert.throws(() => createQueue({ bytes: 2 ** 31 }), { code: "POOL_TOO_LARGE" });
    assert.throws(() => createQueue({ bytes: Number.NaN }), { code: "POOL_TOO_LARGE" });
    assert.throws(() => createNumberQueue({ width: 65 }), { code: "POOL_OUT_OF_RANGE" });
  });

  test("damaged at random gives messages from inside the lane or a code, and the other lane goes on", () => {
    let damaged = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.oneof(fc.integer(), fc.integer({ min: -2, max: 600 }))), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(fc.nat(300), { minLength: 1, maxLength: 12 }),
        (writes, lengths) => {
          const queue = createQueue({ bytes: 1024, producers: 2 });
          const consumer = openConsumer(queue.buffer);
          const [hit, whole] = [openProducer(queue.buffer), openProducer(queue.buffer)];
          for (const count of lengths) hit.tryPush(filled(count, 1));
          whole.tryPush(filled(9, 9));
          const words = new Int32Array(queue.buffer);
          const start = laneBase(2);
          for (const [at, value] of writes) {
            // lane 0's data, or its two indexes
            const choice = at % 258;
            const word = choice < 256 ? start + choice : laneBase(0) + (choice === 256 ? TAIL : HEAD);
            words[word] = value;
          }
          const taken: number[] = [];
          let isWholeSeen = false;
          for (let i = 0; i < 300; i++) {
            try {
              const count = consumer.drain((message, lane) => {
                if (lane === 1) {
                  assert.deepEqual(message.slice(), filled(9, 9));
                  isWholeSeen = true;
                } else {
                  assert.ok(message.byteOffset >= start * 4 && message.byteOffset + message.length <= start * 4 + 1024);
                  taken.push(message.length);
                }
              }, 5);
              if (count === 0) break;
            } catch (error) {
              assert.ok(isCodedError(error) && error.code === "POOL_QUEUE_CORRUPT", String(error));
              damaged++;
              assert.throws(() => hit.tryPush(new Uint8Array(1)), { code: "POOL_QUEUE_CLOSED" });
            }
          }
          assert.ok(isWholeSeen);
          assert.ok(taken.length <= 128 + 1);
        },
      ),
      { numRuns: 5000 },
    );
    assert.ok(damaged > 100);
  });

  test("with a consumer's index that cannot be is refused by the producer", () => {
    const queue = createQueue({ bytes: 1024 });
    const producer = openProducer(queue.buffer);
    new Int32Array(queue.buffer)[laneBase(0) + HEAD] = 500;
    for (let i = 0; i < 2; i++) assert.equal(producer.tryPush(new Uint8Array(504)), true); // it knew of that room
    assert.throws(() => producer.tryPush(new Uint8Array(504)), { code: "POOL_QUEUE_CORRUPT" });
  });
});
