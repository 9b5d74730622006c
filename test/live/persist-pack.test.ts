import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { packState } from "../../lib/live/persist/pack.ts";
import { unpackState } from "../../lib/live/persist/unpack.ts";
import { keyedList, keyedMap } from "../../lib/signals/collections/index.ts";
import { computed, effect, signal, writable } from "../../lib/signals/index.ts";

const again = (value: unknown): unknown => unpackState(packState(value), undefined);

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "row 1", "row 12", "\ud800", "😀", "😁"),
);
const typedArray = fc.oneof(
  ...[fc.int8Array(), fc.uint8Array(), fc.uint8ClampedArray(), fc.int16Array(), fc.uint16Array(), fc.int32Array()],
  ...[fc.uint32Array(), fc.float32Array(), fc.float64Array(), fc.bigInt64Array(), fc.bigUint64Array()],
);
const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(text, fc.double(), fc.maxSafeInteger(), fc.integer({ min: -5, max: 300 }), fc.boolean(), fc.bigInt()),
    fc.constantFrom(null, undefined, Number.NaN, -0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
    fc.date({ noInvalidDate: true }), // node:assert of Node 20 finds no two invalid ones equal
    typedArray,
    fc.array(tie("value"), { maxLength: 6 }),
    fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 40 }),
    fc.array(fc.boolean(), { maxLength: 40 }),
    fc.array(text, { maxLength: 20 }),
    fc.array(fc.record({ id: fc.nat(), name: text, due: fc.option(fc.date({ noInvalidDate: true })) }), {
      maxLength: 12,
    }),
    fc.array(fc.tuple(fc.nat(), tie("value")), { maxLength: 8 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom("__proto__", "constructor", "toString")), tie("value"), {
      maxKeys: 5,
    }),
    fc.sparseArray(tie("value"), { maxNumElements: 4, maxLength: 8 }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).value;

describe("packed values", () => {
  test("come back equal, whatever they are", () => {
    fc.assert(
      fc.property(plain, (value) => {
        assert.deepStrictEqual(again(value), value);
      }),
      { numRuns: 3000 },
    );
  });

  test("hold dates that are none", () => {
    const [alone, row] = again([new Date(Number.NaN), [{ due: new Date(Number.NaN) }]]) as [Date, { due: Date }[]]; // cast: as packed
    assert.ok(alone instanceof Date && Number.isNaN(alone.getTime()));
    assert.ok(row[0]?.due instanceof Date && Number.isNaN(row[0].due.getTime()));
  });

  test("of a signal, a map and a list come back into what mount has made anew", () => {
    const mount = (count: unknown, entries: [unknown, unknown][], items: { id: number }[]) => {
      const made = {
        count: signal(count),
        byKey: keyedMap<unknown, unknown>(entries),
        nested: { rows: keyedList(items, (item) => item.id) },
      };
      return { ...made, both: computed(() => made.byKey.size + made.nested.rows.size) };
    };
    fc.assert(
      fc.property(
        plain,
        fc.uniqueArray(fc.tuple(fc.oneof(fc.string(), fc.integer()), plain), {
          selector: ([key]) => key,
          maxLength: 8,
        }),
        fc.uniqueArray(fc.record({ id: fc.nat(), more: plain }), { selector: (item) => item.id, maxLength: 8 }),
        (count, entries, items) => {
          const fresh = mount(0, [["old", 1]], [{ id: -1 }]);
          assert.equal(unpackState(packState(mount(count, entries, items)), fresh), fresh);
          assert.deepStrictEqual(fresh.count.peek(), count);
          assert.deepStrictEqual(
            [...fresh.byKey.entries()],
            entries.map(([key, value]) => [Object.is(key, -0) ? 0 : key, value]),
          );
          assert.deepStrictEqual([...fresh.nested.rows], items);
          assert.equal(fresh.both.get(), entries.length + items.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("never hang or yield what was not packed when bytes are lost or changed", () => {
    const whole = packState({
      a: [1, 2, 3],
      rows: [
        { x: "one", y: 1 },
        { x: "two", y: 2 },
      ],
      s: "text",
    });
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        (at, byte, cut) => {
          const bytes = cut ? whole.slice(0, at) : Uint8Array.from(whole, (old, index) => (index === at ? byte : old));
          try {
            unpackState(bytes, {});
          } catch (error) {
            assert.match(String((error as { code?: unknown }).code), /^(LIVE_BAD_SNAPSHOT|POOL_)/);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("keep what is shared shared, also in itself", () => {
    const row = { id: 1 };
    const state = { rows: [row, { id: 2 }], chosen: signal(row), ring: [] as unknown[] };
    state.ring.push(state.ring);
    const fresh = { rows: [] as { id: number }[], chosen: signal({ id: 0 }), ring: [] as unknown[] };
    unpackState(packState(state), fresh);
    assert.equal(fresh.chosen.peek(), fresh.rows[0]);
    assert.deepEqual(fresh.rows, [{ id: 1 }, { id: 2 }]);
    const inner = fresh.ring[0] as unknown[];
    assert.equal(inner[0], inner);
  });

  test("of 1,000 rows with three slots take a few KiB", () => {
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, name: `row ${id}`, count: (id * 7919) % 100 }));
    const state = { count: signal(7), rows: keyedList(rows, (row) => row.id) };
    const { length } = packState(state);
    assert.ok(length < 6 * 1024, `${length} bytes`);
  });
});

describe("what mount makes", () => {
  test("is made by mount again: computeds, functions, effects and derived collections follow from what is put back", () => {
    const seen: number[] = [];
    const mount = () => {
      const count = signal(1);
      const rows = keyedList([1, 2, 3], (n) => n);
      effect(() => void seen.push(count.get()));
      return {
        ...{ count, rows, even: rows.filter((n) => n % 2 === 0), double: computed(() => count.get() * 2) },
        half: writable(
          () => count.get() / 2,
          (half: number) => count.set(half * 2),
        ),
        add: () => count.update((n) => n + 1),
        get shown() {
          return count.get();
        },
      };
    };
    const before = mount();
    before.add();
    before.half.set(5);
    before.rows.push(4);
    seen.length = 0;
    const after = mount();
    unpackState(packState(before), after);
    assert.deepEqual([after.count.get(), after.double.get(), after.half.get(), after.shown], [10, 20, 5, 10]);
    assert.deepEqual(after.even.get(), [2, 4]);
    after.add();
    assert.deepEqual(seen, [1, 10, 11]);
  });

  test("and holds in a closure is filled where it stands, not replaced", () => {
    const mount = () => {
      const list: number[] = [1];
      const set = new Set(["a"]);
      const byName: Record<string, number> = { one: 1 };
      return { list, set, byName, sizes: () => [list.length, set.size, Object.keys(byName).length] };
    };
    const before = mount();
    before.list.push(2, 3);
    before.set.add("b");
    before.byName["two"] = 2;
    before.byName["three"] = 3;
    const after = mount();
    unpackState(packState(before), after);
    assert.deepEqual(after.sizes(), [3, 2, 3]);
  });

  test("may lack what a handler has added, and have what a handler took away", () => {
    const before: Record<string, unknown> = { here: 1, add: () => 0, late: [1] };
    const after: Record<string, unknown> = { here: 0, gone: 5, add: () => 0 };
    unpackState(packState(before), after);
    assert.deepEqual({ ...after, add: 0 }, { here: 1, late: [1], add: 0 });
  });

  test.each([
    ["another kind of thing", { count: signal(1) }, { count: 1 }],
    ["nothing where a signal was", { count: signal(1) }, {}],
    ["a signal nobody packed", { f: () => 0 }, { f: () => 0, count: signal(0) }],
    ["fewer signals in a list", [signal(1), signal(2)], [signal(1)]],
    ["a plain value for what it made", { even: keyedList([1], String).map((n) => n) }, { even: 1 }],
    ["a map for a list", { rows: keyedList([1], String) }, { rows: keyedMap() }],
  ])("is refused when it is %s, and nothing is changed", (_, before, made) => {
    const kept = packState(made);
    assert.throws(() => unpackState(packState(before), made), { code: "LIVE_BAD_SNAPSHOT" });
    assert.deepEqual(packState(made), kept);
  });
});

describe("what cannot be packed", () => {
  class Cart {
    items = [1];
  }
  test.each<[string, unknown, RegExp]>([
    ["an instance of a class", { deep: { cart: new Cart() } }, /state\.deep\.cart is an instance of Cart/],
    [
      "a promise",
      { rows: keyedList([{ id: 1, load: Promise.resolve() }], (row) => row.id) },
      /state\.rows\.values\(\)\.load is an instance of Promise/,
    ],
    ["a function in a signal", { done: signal(() => 0) }, /state\.done is a function/],
    ["a signal in a signal", { inner: signal(signal(1)) }, /state\.inner is/],
    ["a signal in a Map", { inner: new Map([["a", signal(1)]]) }, /state\.inner\.values\(\) is/],
    ["a symbol", { s: Symbol("s") }, /state\.s is a symbol/],
    ["an object with symbols", { s: { [Symbol("s")]: 1 } }, /state\.s is no plain object/],
    ["a list with a name", { list: Object.assign([1], { note: "x" }) }, /state\.list is a list with properties/],
    ["a Buffer", { bytes: Buffer.from("x") }, /state\.bytes is an instance of Buffer/],
    [
      "what is nested without end",
      { deep: Array.from({ length: 300 }).reduce((inner: unknown) => [inner, 1], 0) },
      /nested more than 200/,
    ],
  ])("is named by its path: %s", (_, state, message) => {
    assert.throws(() => packState(state), { code: "LIVE_UNPACKABLE", message });
  });

  test("is a state beyond the size that was asked for", () => {
    assert.throws(() => packState({ text: signal("x".repeat(100)) }, { maxBytes: 100 }), { code: "LIVE_UNPACKABLE" });
  });
});
