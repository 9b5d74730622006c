import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createLru } from "../../../lib/pool/index.ts";
import { ListLru } from "../../oracle/lru.ts";

const key = fc.constantFrom("a", "b", "c", "d", "__proto__", "constructor", "");
const action = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), key, value: fc.nat(), bytes: fc.nat(12) }),
  fc.record({ kind: fc.constantFrom("get" as const, "peek" as const, "delete" as const), key }),
  fc.record({ kind: fc.constantFrom("clear" as const), key }),
);

describe("an LRU", () => {
  test("holds, orders and lets go what a list does, after any actions under any bounds", () => {
    const bounds = fc.tuple(fc.nat(30), fc.nat(6));
    fc.assert(
      fc.property(
        bounds,
        fc.array(fc.oneof({ weight: 20, arbitrary: action }), { maxLength: 60 }),
        (limits, actions) => {
          const [maxBytes, maxEntries] = limits;
          const evicted: string[] = [];
          const lru = createLru<string, number>({ maxBytes, maxEntries, onEvict: (_, gone) => evicted.push(gone) });
          const list = new ListLru<string, number>(maxBytes, maxEntries);
          for (const each of actions) {
            if (each.kind === "set")
              assert.equal(lru.set(each.key, each.value, each.bytes), list.set(each.key, each.value, each.bytes));
            else if (each.kind === "get") assert.equal(lru.get(each.key), list.get(each.key));
            else if (each.kind === "peek")
              assert.equal(lru.peek(each.key), list.list.find((entry) => entry.key === each.key)?.value);
            else if (each.kind === "delete") assert.equal(lru.delete(each.key), list.delete(each.key));
            else {
              lru.clear();
              list.list = [];
            }
            assert.deepEqual(
              [...lru.keys()],
              list.list.map((entry) => entry.key),
            );
            assert.deepEqual([lru.size, lru.bytes], [list.list.length, list.bytes]);
          }
          assert.deepEqual(evicted, list.evicted);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("keeps everything without bounds", () => {
    const lru = createLru<number, number>();
    for (let i = 0; i < 1000; i++) assert.ok(lru.set(i, i, 1e9));
    assert.equal(lru.size, 1000);
  });

  test("does not keep what is larger than all it may hold, whatever it is said to be", () => {
    const lru = createLru<string, string>({ maxBytes: 10 });
    lru.set("a", "old", 5);
    for (const bytes of [11, -1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN]) {
      assert.equal(lru.set("b", "new", bytes), false);
      assert.deepEqual([...lru.keys()], ["a"]);
    }
    assert.equal(lru.set("a", "new", 11), false);
    assert.equal(lru.size, 0);
    const unbounded = createLru<string, string>();
    assert.equal(unbounded.set("a", "endless", Number.POSITIVE_INFINITY), false);
    assert.equal(unbounded.bytes, 0);
  });

  test("keeps nothing under a bound that is no number", () => {
    for (const options of [{ maxEntries: Number.NaN }, { maxBytes: Number.NaN }])
      assert.equal(createLru<string, string>(options).set("a", "value"), false);
  });
});

test("sizes beyond what numbers add exactly are not kept, and bounds hold afterwards", () => {
  const lru = createLru<string, number>();
  assert.equal(lru.set("small", 1, 10), true);
  for (const huge of [1e308, 2 ** 53, Number.POSITIVE_INFINITY]) assert.equal(lru.set(`huge ${huge}`, 2, huge), false);
  assert.deepEqual([lru.bytes, [...lru.keys()]], [10, ["small"]]);
  const fractions = createLru<number, number>({ maxBytes: 1 });
  for (let i = 0; i < 1000; i++) fractions.set(i, i, 0.1);
  for (const key of [...fractions.keys()]) fractions.delete(key);
  assert.equal(fractions.bytes, 0);
});

test("a key of -0 is 0, as in a Map", () => {
  const gone: unknown[] = [];
  const lru = createLru<number, string>({ maxEntries: 1, onEvict: (_, key) => gone.push(key) });
  lru.set(-0, "zero");
  assert.ok(Object.is([...lru.keys()][0], 0));
  lru.set(1, "one");
  assert.ok(Object.is(gone[0], 0));
});
