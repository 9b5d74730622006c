import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import {
  createNumberQueue,
  createQueue,
  openConsumer,
  openNumberConsumer,
  openNumberProducer,
  openProducer,
  type QueueProducer,
} from "../../lib/pool/index.ts";
import { HEAD, laneBase, TAIL } from "../../lib/pool/queue/layout.ts";

const filled = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7) & 255);
const cellsOf = (length: number): number => 1 + Math.ceil(length / 8);
/** Indexes start where the test says: they wrap at 2^32 only after hours otherwise. */
function startAt(buffer: SharedArrayBuffer, lanes: number, index: number): void {
  const words = new Int32Array(buffer);
  for (let lane = 0; lane < lanes; lane++) {
    words[laneBase(lane) + TAIL] = index;
    words[laneBase(lane) + HEAD] = index;
  }
}

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

  test("a consumer that closes itself while it drains is given no more", () => {
    const queue = createQueue();
    const producer = openProducer(queue.buffer);
    const consumer = openConsumer(queue.buffer);
    for (const value of [1, 2, 3]) producer.tryPush(new Uint8Array([value]));
    const taken: (number | undefined)[] = [];
    const count = consumer.drain(([value]) => {
      taken.push(value);
      if (value !== 2) return;
      consumer.close();
      assert.deepEqual(openConsumer(queue.buffer).tryPop(), new Uint8Array([3])); // the next one begins where this one stopped
    });
    assert.deepEqual([count, taken], [2, [1, 2]]);
  });

  test("a producer that closes ends its own waits for room, and not those of its lane's next one", async () => {
    const queue = createQueue({ bytes: 1024 });
    const producer = openProducer(queue.buffer);
    const consumer = openConsumer(queue.buffer);
    for (let i = 0; i < 2; i++) producer.tryPush(new Uint8Array(500));
    const keep = setInterval(() => {}, 1000); // a pending wait does not keep the process
    try {
      const waiting = producer.pushAsync(new Uint8Array(500));
      producer.close();
      const next = openProducer(queue.buffer).pushAsync(new Uint8Array(500));
      await assert.rejects(waiting, { code: "POOL_QUEUE_CLOSED" });
      assert.equal(
        consumer.drain(() => {}),
        2,
      );
      await next;
    } finally {
      clearInterval(keep);
    }
  });

  test("a consumer that opens as soon as the last one's end is told does not miss its wake-up", async () => {
    const queue = createQueue();
    const producer = openProducer(queue.buffer);
    openConsumer(queue.buffer);
    const { compareExchange } = Atomics;
    let popped: Promise<Uint8Array | undefined> | undefined;
    // Another thread opens at once when the end is free, and sleeps.
    Atomics.compareExchange = ((words: Int32Array, at: number, before: number, after: number) => {
      const was = compareExchange(words, at, before, after);
      Atomics.compareExchange = compareExchange;
      popped = openConsumer(queue.buffer).popAsync();
      return was;
    }) as typeof compareExchange; // cast: one of its overloads is called
    const keep = setInterval(() => {}, 1000);
    try {
      queue.consumerEnded();
      producer.tryPush(new Uint8Array([1]));
      assert.deepEqual(await popped, new Uint8Array([1]));
    } finally {
      Atomics.compareExchange = compareExchange;
      clearInterval(keep);
    }
  });

  test("lends each lane and the consumer's end once", () => {
    const queue = createQueue({ producers: 2 });
    assert.deepEqual([openProducer(queue.buffer).lane, openProducer(queue.buffer).lane], [0, 1]);
    assert.throws(() => openProducer(queue.buffer), { code: "POOL_QUEUE_TAKEN" });
    assert.throws(() => openProducer(queue.buffer, { lane: 1 }), { code: "POOL_QUEUE_TAKEN" });
    assert.throws(() => openProducer(queue.buffer, { lane: 2 }), { code: "POOL_OUT_OF_RANGE" });
    openConsumer(queue.buffer);
    assert.throws(() => openConsumer(queue.buffer), { code: "POOL_QUEUE_TAKEN" });
    queue.producerEnded(0);
    assert.equal(openProducer(queue.buffer).lane, 0);
  });

  test("has ended when it is closed, or each of its producers has begun and ended, and what they pushed is taken", () => {
    const queue = createQueue({ producers: 2 });
    const consumer = openConsumer(queue.buffer);
    assert.equal(consumer.ended, false); // nobody has begun
    const producer = openProducer(queue.buffer);
    producer.tryPush(new Uint8Array([1]));
    producer.close();
    producer.close();
    assert.equal(consumer.ended, false);
    assert.deepEqual(consumer.pop(), new Uint8Array([1]));
    assert.equal(consumer.ended, false); // the second has not begun: its thread may only be slow to start
    queue.producerEnded(1); // it has died before it began
    assert.equal(consumer.ended, true);
    assert.equal(consumer.pop(), undefined);
    const late = openProducer(queue.buffer);
    assert.equal(consumer.ended, false);
    late.tryPush(new Uint8Array([2]));
    queue.close();
    assert.throws(() => late.tryPush(new Uint8Array(1)), { code: "POOL_QUEUE_CLOSED" });
    assert.throws(() => late.push(new Uint8Array(1)), { code: "POOL_QUEUE_CLOSED" });
    assert.deepEqual(consumer.pop(), new Uint8Array([2]));
    assert.equal(consumer.wait(), false);
    consumer.close();
    consumer.close();
    assert.throws(() => consumer.tryPop(), { code: "POOL_QUEUE_CLOSED" });
  });

  test("gives up waiting when nothing comes, and when no room is made", async () => {
    const queue = createQueue({ bytes: 1024 });
    const consumer = openConsumer(queue.buffer);
    const producer = openProducer(queue.buffer);
    assert.equal(consumer.pop({ timeoutMs: 1 }), undefined);
    for (let i = 0; i < 2; i++) assert.equal(producer.push(new Uint8Array(500)), true);
    assert.equal(producer.push(new Uint8Array(500), { timeoutMs: 1 }), false);
    const signal = AbortSignal.timeout(5);
    await assert.rejects(producer.pushAsync(new Uint8Array(500), { signal }), { name: "TimeoutError" });
    consumer.drain(() => {});
    await assert.rejects(consumer.popAsync({ signal: AbortSignal.abort(new Error("gone")) }), /gone/);
    await assert.rejects(consumer.popAsync({ signal: AbortSignal.timeout(5) }), { name: "TimeoutError" });
  });

  test("waits of one thread do not wake each other up for good", async () => {
    const queue = createQueue();
    const consumer = openConsumer(queue.buffer);
    const keep = setInterval(() => {}, 1000); // a pending wait does not keep the process
    try {
      const first = consumer.popAsync();
      const second = consumer.popAsync();
      assert.equal(consumer.pop({ timeoutMs: 1 }), undefined); // its end must not take the others' bed away
      const producer = openProducer(queue.buffer);
      producer.tryPush(new Uint8Array([1]));
      producer.tryPush(new Uint8Array([2]));
      assert.deepEqual([await first, await second].map((message) => message?.[0]).sort(), [1, 2]);
    } finally {
      clearInterval(keep);
    }
  });

  test("of two waits in one thread, the one that finds the only message taken goes on waiting", async () => {
    const queue = createQueue();
    const consumer = openConsumer(queue.buffer);
    const producer = openProducer(queue.buffer);
    const both = [consumer.popAsync(), consumer.popAsync()];
    producer.tryPush(new Uint8Array([1]));
    const first = await Promise.any(both);
    producer.tryPush(new Uint8Array([2]));
    assert.deepEqual([first?.[0], ...(await Promise.all(both)).map((message) => message?.[0]).sort()], [1, 1, 2]);
    const numbers = createNumberQueue({ width: 1, messages: 16 });
    const taker = openNumberConsumer(numbers.buffer);
    const giver = openNumberProducer(numbers.buffer);
    const into = new Float64Array(1);
    const counts = [taker.popAsync(into), taker.popAsync(into)];
    giver.tryPush(Float64Array.of(1));
    await Promise.any(counts);
    giver.tryPush(Float64Array.of(2));
    assert.deepEqual(await Promise.all(counts), [1, 1]);
  });

  test("waits where there is no Atomics.waitAsync", async () => {
    const { waitAsync } = Atomics as unknown as Record<string, unknown>; // cast: the language level has no such name
    Reflect.deleteProperty(Atomics, "waitAsync");
    try {
      const queue = createQueue({ bytes: 1024 });
      const consumer = openConsumer(queue.buffer);
      const producer = openProducer(queue.buffer);
      const taken = consumer.popAsync();
      for (let i = 1; i <= 3; i++) await producer.pushAsync(new Uint8Array(400).fill(i));
      assert.equal((await taken)?.[0], 1);
      for (let i = 2; i <= 3; i++) assert.equal((await consumer.popAsync())?.[0], i);
      await assert.rejects(consumer.popAsync({ signal: AbortSignal.timeout(2) }), { name: "TimeoutError" });
      const last = consumer.popAsync();
      producer.close();
      assert.equal(await last, undefined);
    } finally {
      Object.defineProperty(Atomics, "waitAsync", { value: waitAsync, configurable: true, writable: true });
    }
  });

  test("closes the lane of a producer that is silent, and never lends it again", () => {
    const queue = createQueue({ producers: 2 });
    const [slow, lively] = [openProducer(queue.buffer), openProducer(queue.buffer)];
    const consumer = openConsumer(queue.buffer);
    slow.tryPush(new Uint8Array([1]));
    assert.deepEqual(queue.reap(0, 100), []);
    lively.beat();
    assert.deepEqual(queue.reap(99, 100), []);
    assert.deepEqual(queue.reap(100, 100), [0]);
    assert.deepEqual(queue.reap(101, 100), []);
    assert.throws(() => slow.tryPush(new Uint8Array(1)), { code: "POOL_QUEUE_CLOSED" });
    assert.deepEqual(consumer.tryPop(), new Uint8Array([1]));
    lively.close();
    assert.equal(openProducer(queue.buffer).lane, 1);
    assert.throws(() => openProducer(queue.buffer), { code: "POOL_QUEUE_TAKEN" });
  });

  test("says how long the consumer was silent", () => {
    const queue = createQueue();
    const producer = openProducer(queue.buffer);
    const consumer = openConsumer(queue.buffer);
    assert.equal(queue.consumerSilentMs(10), 0);
    assert.equal(queue.consumerSilentMs(30), 20);
    consumer.beat();
    assert.equal(queue.consumerSilentMs(40), 0);
    producer.tryPush(new Uint8Array(1));
    consumer.tryPop();
    assert.equal(queue.consumerSilentMs(50), 0);
    assert.equal(queue.consumerSilentMs(51), 1);
  });
});

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
