import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type BatchOptions, batch } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";

/** Time that passes when it is told to. */
function createTimers(): {
  readonly after: NonNullable<BatchOptions["after"]>;
  readonly waiting: () => number;
  ring(): void;
} {
  let timers: (() => void)[] = [];
  return {
    after: (_ms, f) => {
      timers.push(f);
      return () => {
        timers = timers.filter((timer) => timer !== f);
      };
    },
    waiting: () => timers.length,
    ring: () => {
      const due = timers;
      timers = [];
      for (const f of due) f();
    },
  };
}
/** Gives inputs back as they are, after a look at them. */
const noting = (note: (inputs: readonly number[]) => void) => (inputs: readonly number[]) => {
  note(inputs);
  return inputs;
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const code = (wanted: string) => (error: unknown) => isCodedError(error) && error.code === wanted;

describe("a batch", () => {
  test("gathers what is called within its time, in the order of the calls", async () => {
    const { after, ring } = createTimers();
    const seen: (readonly number[])[] = [];
    const double = batch(
      (inputs: readonly number[]) => {
        seen.push(inputs);
        return inputs.map((n) => n * 2);
      },
      { maxSize: 10, maxWaitMs: 5, after },
    );
    const calls = [1, 2, 3].map((n) => double(n));
    await settle();
    assert.deepEqual(seen, []);
    ring();
    assert.deepEqual(await Promise.all(calls), [2, 4, 6]);
    assert.deepEqual(seen, [[1, 2, 3]]);
  });

  test("goes off at once when it is full, and the rest waits for its own time", async () => {
    const { after, ring, waiting } = createTimers();
    const sizes: number[] = [];
    const count = batch(
      noting((inputs) => sizes.push(inputs.length)),
      {
        maxSize: 2,
        maxWaitMs: 5,
        maxRunning: 9,
        after,
      },
    );
    const calls = [1, 2, 3].map((n) => count(n));
    await settle();
    assert.deepEqual([sizes, waiting()], [[2], 1]);
    ring();
    assert.deepEqual(await Promise.all(calls), [1, 2, 3]);
    assert.deepEqual([sizes, waiting()], [[2, 1], 0]);
  });

  test("fills up while others run", async () => {
    const { after, ring } = createTimers();
    const open: (() => void)[] = [];
    const sizes: number[] = [];
    const slow = batch(
      async (inputs: readonly number[]) => {
        sizes.push(inputs.length);
        await new Promise<void>((resolve) => open.push(resolve));
        return inputs;
      },
      { maxSize: 100, maxWaitMs: 1, after },
    );
    const first = slow(1);
    ring();
    const later = [2, 3, 4].map((n) => slow(n));
    ring();
    await settle();
    assert.deepEqual(sizes, [1]);
    open[0]?.();
    assert.equal(await first, 1);
    await settle();
    assert.deepEqual(sizes, [1, 3]);
    open[1]?.();
    assert.deepEqual(await Promise.all(later), [2, 3, 4]);
  });

  test("does not let calls wait a second time that only waited for room", async () => {
    const { after, ring, waiting } = createTimers();
    const open: (() => void)[] = [];
    const seen: (readonly number[])[] = [];
    const slow = batch(
      async (inputs: readonly number[]) => {
        seen.push(inputs);
        await new Promise<void>((resolve) => open.push(resolve));
        return inputs;
      },
      { maxSize: 2, maxWaitMs: 1, maxRunning: 2, after },
    );
    const calls = [1, 2, 3, 4, 5, 6, 7].map((n) => slow(n));
    ring(); // the time of 5, 6 and 7 is up, and both places are taken
    const late = slow(8);
    open[0]?.();
    open[1]?.();
    await settle();
    assert.deepEqual(seen.slice(2), [
      [5, 6],
      [7, 8],
    ]);
    assert.equal(waiting(), 0);
    open[2]?.();
    open[3]?.();
    assert.deepEqual(await Promise.all([...calls, late]), [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("lets twenty thousand callers leave at once, and as many go off one by one", async () => {
    const { after, waiting } = createTimers();
    const open: (() => void)[] = [];
    const one = batch(
      async (inputs: readonly number[]) => {
        if (open.length === 0) await new Promise<void>((resolve) => open.push(resolve));
        return inputs;
      },
      { maxSize: 1, maxWaitMs: 5, maxQueued: 1_000_000, after },
    );
    const first = one(0);
    const numbers = Array.from({ length: 20_000 }, (_, i) => i);
    const leavers = numbers.map(() => new AbortController());
    const gone = leavers.map(({ signal }, n) => one(n, { signal }));
    const stay = numbers.map((n) => one(n));
    for (const leaver of leavers) leaver.abort(new Error("left"));
    const results = await Promise.allSettled(gone);
    assert.ok(results.every(({ status }) => status === "rejected"));
    open[0]?.();
    assert.equal(await first, 0);
    assert.deepEqual(await Promise.all(stay), numbers);
    assert.equal(waiting(), 0);
  });

  test("drops the input of a caller that leaves, before its batch goes off and not after", async () => {
    const { after, ring, waiting } = createTimers();
    const seen: (readonly number[])[] = [];
    const same = batch(
      noting((inputs) => seen.push(inputs)),
      {
        maxSize: 9,
        maxWaitMs: 5,
        after,
      },
    );
    const leaver = new AbortController();
    const gone = same(1, { signal: leaver.signal });
    const stays = same(2);
    leaver.abort(new Error("left"));
    await assert.rejects(gone, /left/);
    ring();
    assert.equal(await stays, 2);
    assert.deepEqual(seen, [[2]]);
    const alone = new AbortController();
    const last = same(3, { signal: alone.signal });
    alone.abort(new Error("left too"));
    await assert.rejects(last, /left too/);
    assert.equal(waiting(), 0);
    await assert.rejects(same(4, { signal: alone.signal }), /left too/);
    assert.equal(seen.length, 1);
  });

  test("fails as a whole, or for one call alone", async () => {
    const { after, ring } = createTimers();
    const fussy = batch(
      async (inputs: readonly string[]) => {
        if (inputs.includes("all")) throw new Error("everything");
        return inputs.map((text) => (text === "one" ? new Error("just this") : text));
      },
      { maxSize: 9, maxWaitMs: 5, after },
    );
    const some = [fussy("a"), fussy("one")] as const;
    ring();
    assert.equal(await some[0], "a");
    await assert.rejects(some[1], /just this/);
    const all = [fussy("a"), fussy("all")] as const;
    ring();
    await assert.rejects(all[0], /everything/);
    await assert.rejects(all[1], /everything/);
  });

  test("with another number of outputs than inputs is refused", async () => {
    const { after, ring } = createTimers();
    const short = batch(() => [1], { maxSize: 9, maxWaitMs: 5, after });
    const calls = [short(1), short(2)] as const;
    ring();
    await assert.rejects(calls[0], code("APP_BATCH_SIZE"));
    await assert.rejects(calls[1], code("APP_BATCH_SIZE"));
  });

  test.each([null, undefined, 7, "two"])(
    "with no list of outputs, but %s, is refused by the same code",
    async (given) => {
      const { after, ring } = createTimers();
      const listless = batch(() => given as never, { maxSize: 9, maxWaitMs: 5, after }); // cast: as from JavaScript
      const calls = [listless(1), listless(2), listless(3)] as const;
      ring();
      for (const call of calls) await assert.rejects(call, code("APP_BATCH_SIZE"));
    },
  );

  test("takes outputs in a typed array, as models give them", async () => {
    const { after, ring } = createTimers();
    const doubled = batch((inputs: readonly number[]) => Float32Array.from(inputs, (n) => 2 * n) as never, {
      maxSize: 9,
      maxWaitMs: 5,
      after,
    }); // cast: reads as a list does
    const calls = [doubled(1), doubled(2)];
    ring();
    assert.deepEqual(await Promise.all(calls), [2, 4]);
  });

  test("takes no more than it may hold", async () => {
    const { after, ring } = createTimers();
    const same = batch((inputs: readonly number[]) => inputs, { maxSize: 9, maxWaitMs: 5, maxQueued: 2, after });
    const held = [same(1), same(2)];
    await assert.rejects(same(3), code("APP_BATCH_FULL"));
    ring();
    assert.deepEqual(await Promise.all(held), [1, 2]);
    const next = same(4); // there is room again
    ring();
    assert.equal(await next, 4);
  });

  test.each([
    { maxSize: 0, maxWaitMs: 1 },
    { maxSize: 1.5, maxWaitMs: 1 },
    { maxSize: 1, maxWaitMs: -1 },
    { maxSize: 1, maxWaitMs: Number.NaN },
    { maxSize: 1, maxWaitMs: 1, maxRunning: 0 },
    { maxSize: 1, maxWaitMs: 1, maxQueued: 0 },
  ])("is not made with the limits %j", (options) => {
    assert.throws(() => batch((inputs: readonly number[]) => inputs, options), code("APP_BAD_LIMIT"));
  });

  test("gives every call its own output, whatever the sizes, and never more than the largest at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        async (inputs, maxSize, maxRunning) => {
          let running = 0;
          const triple = batch(
            async (given: readonly number[]) => {
              assert.ok(given.length >= 1 && given.length <= maxSize);
              assert.ok(++running <= maxRunning);
              await settle();
              running--;
              return given.map((n) => n * 3);
            },
            { maxSize, maxRunning, maxWaitMs: 0 },
          );
          assert.deepEqual(
            await Promise.all(inputs.map((n) => triple(n))),
            inputs.map((n) => n * 3),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
