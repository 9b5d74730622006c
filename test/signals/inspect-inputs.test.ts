import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  batch,
  computed,
  effect,
  type InputLog,
  recordInputs,
  replayInputs,
  scope,
  signal,
} from "../../lib/signals/index.ts";
import { runs } from "../helpers/runs.ts";

const throughJson = (log: InputLog): InputLog => JSON.parse(JSON.stringify(log));

describe("a log of inputs", () => {
  test("has every batch in order, each with its sets in the order of the first writes", () => {
    const a = signal(1);
    const b = signal("x");
    const recording = recordInputs({ a, b });
    a.set(2);
    batch(() => {
      b.set("y");
      a.set(3);
      b.set("z");
    });
    a.set(3);
    recording.stop();
    recording.stop();
    a.set(4);
    assert.deepEqual(recording.log(), {
      version: 1,
      initial: [
        ["a", 1],
        ["b", "x"],
      ],
      batches: [
        [["a", 2]],
        [
          ["b", "z"],
          ["a", 3],
        ],
      ],
      folded: 0,
    });
  });

  test("what effects write belongs to the batch that set them off", () => {
    const a = signal(1);
    const twice = signal(2);
    effect(() => twice.set(a.get() * 2));
    const recording = recordInputs({ a, twice });
    a.set(5);
    assert.deepEqual(recording.log().batches, [
      [
        ["a", 5],
        ["twice", 10],
      ],
    ]);
    recording.stop();
  });

  test("ends with the scope it is made in", () => {
    const a = signal(1);
    let recording: { log(): InputLog } | undefined;
    const own = scope(() => {
      recording = recordInputs({ a });
    });
    a.set(2);
    own.dispose();
    a.set(3);
    assert.deepEqual(recording?.log().batches, [[["a", 2]]]);
  });

  test("keeps maxSets, folds older batches into the initial values, and still replays to the same", () => {
    const a = signal(0);
    const b = signal(0);
    const recording = recordInputs({ a, b }, { maxSets: 3 });
    for (let i = 1; i <= 10; i++) a.set(i);
    b.set(1);
    const log = throughJson(recording.log());
    recording.stop();
    assert.equal(log.batches.length, 3);
    assert.equal(log.folded, 8);
    assert.deepEqual(log.initial[0], ["a", 8]);
    const again = { a: signal(-1), b: signal(-1) };
    replayInputs(log, again);
    assert.deepEqual([again.a.get(), again.b.get()], [10, 1]);
  });

  test("copies values, so that later mutation does not reach it", () => {
    const list = [1];
    const a = signal<readonly number[]>([]);
    const recording = recordInputs({ a });
    a.set(list);
    list.push(2);
    assert.deepEqual(recording.log().batches, [[["a", [1]]]]);
    recording.stop();
  });
});

describe("replay", () => {
  /** Values that a log carries; no -0 inside of dates. */
  const plain = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withNullPrototype: false, maxDepth: 3 }),
    fc.constantFrom<unknown>(
      undefined,
      null,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2n ** 70n,
      "\ud800",
      { $: "lost" },
      { $: { $: 1 }, value: 2 },
    ),
    fc.constant(JSON.parse('{"__proto__": 1, "constructor": {"prototype": 2}}')),
  );

  test("gives every signal the same values after every batch, by way of JSON", () => {
    const writes = fc.array(fc.array(fc.tuple(fc.constantFrom("a", "b", "__proto__"), plain), { maxLength: 4 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(writes, (batches) => {
        const make = () => {
          const [a, b, c] = [signal<unknown>("a"), signal<unknown>(1), signal<unknown>(null)];
          const inputs = Object.fromEntries([
            ["a", a],
            ["b", b],
            ["__proto__", c],
          ]);
          return { inputs, all: computed(() => [a.get(), b.get(), c.get()]) };
        };
        const first = make();
        const recording = recordInputs(first.inputs);
        const seen: unknown[] = [first.all.get()];
        let logged = 0;
        for (const each of batches) {
          batch(() => {
            for (const [name, value] of each) first.inputs[name]?.set(value);
          });
          const { length } = recording.log().batches;
          if (length > logged) seen.push(first.all.get());
          logged = length;
        }
        const second = make();
        const replayed: unknown[] = [];
        replayInputs(throughJson(recording.log()), second.inputs, () => replayed.push(second.all.get()));
        recording.stop();
        assert.deepEqual(replayed, seen);
      }),
      { numRuns: runs(600) },
    );
  });

  test("refuses a value that was lost, and says why, before anything is set", () => {
    class Point {}
    const deep: unknown[] = [];
    let inner = deep;
    for (let i = 0; i < 100; i++) {
      const next: unknown[] = [];
      inner.push(next);
      inner = next;
    }
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const throwing = Object.defineProperty({}, "x", { get: () => assert.fail("no"), enumerable: true });
    for (const [value, why] of [
      [() => 1, /a function/],
      [Symbol("s"), /a symbol/],
      [{ at: new Point() }, /a class/],
      [new Map(), /a class/],
      [deep, /too large/],
      [cycle, /too large/],
      [new Array(200_000).fill(1), /too large/],
      [throwing, /could not be read/],
    ] as const) {
      const a = signal<unknown>(0);
      const recording = recordInputs({ a });
      a.set(1);
      a.set(value);
      const log = throughJson(recording.log());
      recording.stop();
      const again = signal<unknown>("untouched");
      assert.throws(() => replayInputs(log, { a: again }), { code: "SIGNALS_BAD_LOG", message: why });
      assert.equal(again.get(), "untouched");
    }
  });

  test("refuses what is no log, and names it was not given signals for", () => {
    const a = signal<unknown>("untouched");
    const good = { version: 1, initial: [], batches: [], folded: 0 };
    const bad: unknown[] = [
      undefined,
      null,
      {},
      "log",
      { ...good, version: 2 },
      { ...good, initial: {} },
      { ...good, batches: [1] },
      { ...good, batches: [["a"]] },
      { ...good, batches: [[["a"]]] },
      { ...good, batches: [[[1, 2]]] },
      { ...good, batches: [[["b", 1]]] },
      { ...good, batches: [[["toString", 1]]] },
      { ...good, batches: [[["a", 1]], [["a", { $: "other" }]]] },
      { ...good, batches: [[["a", { $: "bigint", value: "1e9" }]]] },
      { ...good, batches: [[["a", { $: "object", value: [["x"]] }]]] },
      { ...good, batches: [[["a", { $: "object", value: [[1, 2]] }]]] },
      { ...good, batches: [[["a", JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`)]]] },
    ];
    for (const log of bad) assert.throws(() => replayInputs(log as InputLog, { a }), { code: "SIGNALS_BAD_LOG" }); // cast: what JSON may hold
    assert.equal(a.get(), "untouched");
  });
});
