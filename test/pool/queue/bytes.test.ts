import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createQueue, openConsumer, openProducer, type QueueProducer } from "../../../lib/pool/index.ts";
import { startAt } from "./indexes.ts";
import { filled } from "./messages.ts";

const cellsOf = (length: number): number => 1 + Math.ceil(length / 8);

/** The cells of a ring, counted by hand: a record that does not fit before the end leaves what is there unused. */
function createRoom(cells: number, start: number): { push(need: number): boolean; shift(): void } {
  const records: number[] = [];
  let at = ((start % cells) + cells) % cells;
  return {
    push(need) {
      const unused = at + need > cells ? cells - at : 0;
      if (records.reduce((sum, record) => sum + record, 0) + unused + need > cells) return false;
      records.push(unused + need);
      at = (at + unused + need) % cells;
      return true;
    },
    shift: () => void records.shift(),
  };
}

type Step =
  | { readonly kind: "push"; readonly lane: number; readonly length: number; readonly offset: number }
  | { readonly kind: "pop" }
  | { readonly kind: "reopenConsumer" }
  | { readonly kind: "drain"; readonly max: number }
  | { readonly kind: "reopenProducer"; readonly lane: number };

const length = fc.oneof(
  { weight: 6, arbitrary: fc.nat(60) },
  { weight: 2, arbitrary: fc.nat(504) },
  { weight: 1, arbitrary: fc.constantFrom(0, 7, 8, 9, 503, 504) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("push" as const), lane: fc.nat(2), length, offset: fc.nat(9) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("pop" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("drain" as const), max: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopenConsumer" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopenProducer" as const), lane: fc.nat(2) }) },
);

describe("a queue of bytes", () => {
  test("gives each producer's messages back whole, once and in order, as arrays would", () => {
    const starts = fc.constantFrom(0, 5, 2 ** 31 - 40, -40);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        starts,
        fc.array(step, { minLength: 20, maxLength: 150 }),
        (lanes, start, steps) => {
          const queue = createQueue({ bytes: 1024, producers: lanes });
          startAt(queue.buffer, lanes, start);
          let consumer = openConsumer(queue.buffer);
          const producers = Array.from({ length: lanes }, (_, lane) => openProducer(queue.buffer, { lane }));
          const model: Uint8Array[][] = Array.from({ length: lanes }, () => []);
          const room = model.map(() => createRoom(128, start));
          let seed = 0;
          const took = (message: Uint8Array, lane: number): void => {
            assert.deepEqual(message, model[lane]?.shift());
            room[lane]?.shift();
          };
          const popOne = (): void => {
            const message = consumer.tryPop();
            if (message === undefined) assert.ok(model.every((row) => row.length === 0));
            else took(message, message[0] ?? 0);
          };
          for (const now of steps) {
            if (now.kind === "push") {
              const lane = now.lane % lanes;
              const row = model[lane] as Uint8Array[]; // cast: one per lane
              const length = lane === 0 ? now.length : Math.max(1, now.length); // an empty one is lane 0's
              const message = new Uint8Array(length + 16).subarray(now.offset).subarray(0, length);
              message.set(filled(length, ++seed));
              if (length > 0) message[0] = lane;
              const isIn = (producers[lane] as QueueProducer).tryPush(message); // cast: one per lane
              assert.equal(isIn, room[lane]?.push(cellsOf(length)));
              if (isIn) row.push(message.slice());
            } else if (now.kind === "pop") popOne();
            else if (now.kind === "drain") {
              const total = model.reduce((sum, row) => sum + row.length, 0);
              assert.equal(
                consumer.drain((message, lane) => took(message.slice(), lane), now.max),
                Math.min(now.max, total),
              );
            } else if (now.kind === "reopenConsumer") {
              queue.consumerEnded();
              assert.throws(() => consumer.tryPop(), { code: "POOL_QUEUE_CLOSED" });
              consumer = openConsumer(queue.buffer);
            } else {
              const lane = now.lane % lanes;
              (producers[lane] as QueueProducer).close();
              assert.throws(() => producers[lane]?.tryPush(new Uint8Array(1)), { code: "POOL_QUEUE_CLOSED" });
              producers[lane] = openProducer(queue.buffer, { lane });
            }
          }
          for (const producer of producers) producer.close();
          consumer.drain((message, lane) => took(message.slice(), lane));
          assert.ok(model.every((row) => row.length === 0));
          assert.equal(consumer.ended, true);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("takes a message of half a lane wherever its ring stands, and none that is longer", () => {
    for (let before = 0; before < 130; before++) {
      const queue = createQueue({ bytes: 1024 });
      startAt(queue.buffer, 1, before);
      const producer = openProducer(queue.buffer);
      assert.equal(producer.maxMessageBytes, 504);
      assert.equal(producer.tryPush(filled(504, before)), true);
      assert.deepEqual(openConsumer(queue.buffer).tryPop(), filled(504, before));
      assert.throws(() => producer.tryPush(new Uint8Array(505)), { code: "POOL_TOO_LARGE" });
    }
  });

  test("a busy producer does not silence the others", () => {
    const queue = createQueue({ producers: 2 });
    const [busy, calm] = [openProducer(queue.buffer), openProducer(queue.buffer)];
    for (let i = 0; i < 1000; i++) busy.tryPush(new Uint8Array([0]));
    calm.tryPush(new Uint8Array([1]));
    const consumer = openConsumer(queue.buffer);
    const order = Array.from({ length: 200 }, () => consumer.tryPop()?.[0]);
    assert.ok(order.includes(1));
  });

  test("a message on which the reader throws counts as taken", () => {
    const queue = createQueue();
    const producer = openProducer(queue.buffer);
    const consumer = openConsumer(queue.buffer);
    for (const value of [1, 2, 3]) producer.tryPush(new Uint8Array([value]));
    assert.throws(() =>
      consumer.drain(([value]) => {
        if (value === 2) throw new Error("no");
      }),
    );
    assert.deepEqual(consumer.tryPop(), new Uint8Array([3]));
  });
});
