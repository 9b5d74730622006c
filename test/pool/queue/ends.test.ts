import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  createNumberQueue,
  createQueue,
  openConsumer,
  openNumberConsumer,
  openNumberProducer,
  openProducer,
} from "../../../lib/pool/index.ts";

describe("the ends of a queue", () => {
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
    for (const timeoutMs of [1, 0, -1, Number.NaN]) assert.equal(consumer.pop({ timeoutMs }), undefined);
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
