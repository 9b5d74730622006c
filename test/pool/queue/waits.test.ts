import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { isCodedError } from "../../../lib/errors/index.ts";
import { createQueue, openConsumer, openProducer, type QueueProducer } from "../../../lib/pool/index.ts";

const step = fc.record({
  // mostly what fills a lane and leaves its waits behind
  kind: fc.constantFrom(
    "push",
    "push",
    "push",
    "push",
    "reopen",
    "reopen",
    "turn",
    "turn",
    "drain",
    "pop",
    "abortPush",
    "abortPop",
  ),
  lane: fc.nat(2),
  length: fc.constantFrom(8, 60, 300, 500, 504),
});
const given = new Error("given up");
const numberOf = (message: Uint8Array): number =>
  new DataView(message.buffer, message.byteOffset, message.length).getFloat64(0);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets a promise be refused for an abort or a close, and for nothing else. */
const mayBeRefused = (error: unknown): undefined => {
  assert.ok(error === given || (isCodedError(error) && error.code === "POOL_QUEUE_CLOSED"), String(error));
};

test("what is waited for, given up and closed in any order is delivered once, and nobody waits for ever", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 60, size: "max" }),
      async (lanes, steps) => {
        const queue = createQueue({ bytes: 1024, producers: lanes });
        const consumer = openConsumer(queue.buffer);
        const producers = Array.from({ length: lanes }, (_, lane) => openProducer(queue.buffer, { lane }));
        const pushed: number[] = [];
        const taken: number[] = [];
        const pushes: Promise<void>[] = [];
        const pops: Promise<void>[] = [];
        const take = (message: Uint8Array | undefined): void => {
          if (message !== undefined) taken.push(numberOf(message));
        };
        const push = async (producer: QueueProducer, length: number, number: number, signal: AbortSignal) => {
          const message = new Uint8Array(length);
          new DataView(message.buffer).setFloat64(0, number);
          await producer.pushAsync(message, { signal });
          pushed.push(number);
        };
        for (const [number, { kind, lane: any, length }] of steps.entries()) {
          const lane = any % lanes;
          const producer = producers[lane] as QueueProducer; // cast: one for each lane
          const control = new AbortController();
          if (kind === "push" || kind === "abortPush")
            pushes.push(push(producer, length, number, control.signal).catch(mayBeRefused));
          else if (kind === "pop" || kind === "abortPop")
            pops.push(consumer.popAsync({ signal: control.signal }).then(take, mayBeRefused));
          else if (kind === "drain") consumer.drain(take, length % 5);
          else if (kind === "turn") await turn();
          else {
            producer.close();
            producers[lane] = openProducer(queue.buffer, { lane });
          }
          if (kind === "abortPush" || kind === "abortPop") control.abort(given);
        }
        await settled(pushes, () => consumer.drain(take));
        for (const producer of producers) producer.close();
        await settled(pops, () => consumer.drain(take));
        assert.equal(consumer.ended, true);
        assert.deepEqual(taken.toSorted(rising), pushed.toSorted(rising));
      },
    ),
  );
});

const rising = (a: number, b: number): number => a - b;

/** Does something in every turn until all have settled: pending waits do not keep the process. */
async function settled(all: readonly Promise<void>[], work: () => void): Promise<void> {
  let isDone = false;
  const done = Promise.all(all).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    work();
    await turn();
  }
  await done;
}
