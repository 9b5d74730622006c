import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, test } from "vitest";
import {
  join,
  type KeyedCollection,
  keyedList,
  keyedMap,
  observeDeltas,
} from "../../../lib/signals/collections/index.ts";
import { batch, computed, effect, scope, signal } from "../../../lib/signals/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // cast: the flag above defines it in new contexts

/** Waits until all are gone; fails after a number of collections that is ample. */
async function collected(refs: readonly WeakRef<object>[]): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await new Promise((resolve) => setImmediate(resolve)); // WeakRefs hold their target until the job ends
    collect();
    if (refs.every((ref) => ref.deref() === undefined)) return;
  }
  assert.fail(`${refs.filter((ref) => ref.deref() !== undefined).length} of ${refs.length} are still held`);
}

const numbers = (count: number): [number, number][] => Array.from({ length: count }, (_, id) => [id, id]);

/** One of each operator on a map. */
function everyOperator(map: KeyedCollection<number, number>): readonly object[] {
  const groups = map.groupBy((value) => value % 2);
  return [
    map.map((value) => ({ value })),
    map.filter((value) => value > 3),
    map.sortBy((value) => -value),
    map.topK(3, (value) => value),
    map.last(3),
    map.distinct((value) => value % 3),
    map.flatten((value) => [value, value]),
    groups,
    groups.reduce({ initial: 0, add: (a, b) => a + b, remove: (a, b) => a - b }),
    join(map, map),
    map.reduce({ initial: 0, map: (value) => value, combine: (a, b) => a + b }),
    map.sum((value) => value),
  ];
}

const touch = (readable: object): void => void (readable as { peek(): unknown }).peek(); // cast: all of the above have it

describe("what nobody watches", () => {
  test("is freed after a dropped read, while its source lives", async () => {
    const map = keyedMap(numbers(100));
    const refs = everyOperator(map).map((readable) => {
      touch(readable);
      return new WeakRef(readable);
    });
    map.set(3, 30);
    await collected(refs);
    map.set(3, 31);
  });

  test("is freed after it was watched", async () => {
    const map = keyedMap(numbers(100));
    const refs = everyOperator(map).map((readable) => {
      const stop = effect(() => (readable as { get(): unknown }).get()); // cast: all of the above have it
      map.update(5, (value) => (value ?? 0) + 1);
      stop();
      return new WeakRef(readable);
    });
    const sorted = map.sortBy((value) => value);
    observeDeltas(sorted, () => {})();
    await collected([...refs, new WeakRef(sorted.map((value) => value))]);
    map.set(5, 0);
  });

  test("holds no value that was taken out", async () => {
    const map = keyedMap<number, { readonly n: number }>([], { freeze: false });
    const sorted = map.filter(() => true).sortBy((value) => value.n);
    const stop = observeDeltas(sorted, () => {});
    map.set(0, { n: 0 });
    const refs = Array.from({ length: 20 }, (_, i) => {
      const value = { n: i };
      map.set(i + 1, value);
      map.set(-1, value);
      map.delete(i + 1);
      return new WeakRef(value);
    });
    map.delete(-1);
    await collected(refs);
    stop();
  });

  test("of single keys leaves nothing behind, and an effect that nobody holds goes on", async () => {
    const map = keyedMap<number, number>();
    const refs = Array.from({ length: 50 }, (_, key) => {
      const reader = computed(() => [map.get(key), map.has(key)]);
      reader.get();
      return new WeakRef(reader);
    });
    let seen = 0;
    effect(() => {
      seen = map.get(7) ?? 0;
    });
    const kept = computed(() => map.get(8));
    assert.equal(kept.get(), undefined);
    await collected(refs);
    map.set(7, 70);
    map.set(8, 80);
    assert.deepEqual([seen, kept.get()], [70, 80]);
  });
});

describe("a scope that ends", () => {
  test("ends sinks inside, and what they created", () => {
    const map = keyedMap<number, number>();
    const other = signal(0);
    const log: string[] = [];
    const own = scope(() => {
      observeDeltas(map, (deltas) => {
        for (const delta of deltas) effect(() => void log.push(`${delta.key} ${other.get()}`));
      });
    });
    map.set(1, 1);
    map.set(2, 2);
    other.set(1);
    assert.deepEqual(log, ["1 0", "2 0", "1 1", "2 1"]);
    own.dispose();
    map.set(3, 3);
    other.set(2);
    assert.equal(log.length, 4);
  });
});

describe("a callback that throws", () => {
  const boom = new Error("callback");
  const cases: readonly (readonly [
    string,
    (source: KeyedCollection<number, number>, bad: () => boolean) => KeyedCollection<unknown, unknown>,
  ])[] = [
    [
      "map",
      (source, bad) =>
        source.map((value) => {
          if (bad() && value === 13) throw boom;
          return value;
        }),
    ],
    [
      "filter",
      (source, bad) =>
        source.filter((value) => {
          if (bad() && value === 13) throw boom;
          return true;
        }),
    ],
    [
      "sortBy",
      (source, bad) =>
        source.sortBy((value) => {
          if (bad() && value === 13) throw boom;
          return value;
        }),
    ],
    [
      "the comparator of sortBy",
      (source, bad) =>
        source.sortBy((value) => value, {
          compare: (a, b) => {
            if (bad() && (a === 13 || b === 13)) throw boom;
            return a - b;
          },
        }),
    ],
    [
      "groupBy",
      (source, bad) =>
        source
          .groupBy((value) => {
            if (bad() && value === 13) throw boom;
            return value % 2;
          })
          .count(),
    ],
    [
      "reduce of groups",
      (source, bad) =>
        source
          .groupBy((value) => value % 2)
          .reduce({
            initial: 0,
            add: (a, v) => {
              if (bad() && v === 13) throw boom;
              return a + v;
            },
            remove: (a, v) => a - v,
          }),
    ],
    [
      "combine of groups",
      (source, bad) =>
        source
          .groupBy((value) => value % 2)
          .reduce({
            initial: 0,
            map: (v) => v,
            combine: (a, b) => {
              if (bad() && (a === 13 || b === 13)) throw boom;
              return a + b;
            },
          }),
    ],
    [
      "distinct",
      (source, bad) =>
        source.distinct((value) => {
          if (bad() && value === 13) throw boom;
          return value;
        }),
    ],
    [
      "flatten",
      (source, bad) =>
        source.flatten((value) => {
          if (bad() && value === 13) throw boom;
          return [value];
        }),
    ],
    [
      "join",
      (source, bad) =>
        join(source, source, {
          on: (value, key) => {
            if (bad() && value === 13) throw boom;
            return key;
          },
        }),
    ],
    [
      "combine of join",
      (source, bad) =>
        join(source, source, {
          combine: (a, b) => {
            if (bad() && a === 13) throw boom;
            return a + b;
          },
        }),
    ],
  ];

  test.each(cases)(
    "in %s is contained: the error stays until a source changes, and no delta is lost",
    (_name, make) => {
      const map = keyedMap(numbers(6));
      let bad = false;
      const clean = make(map, () => false);
      const made = make(map, () => bad);
      const errors: unknown[] = [];
      const content = new Map<unknown, unknown>();
      scope(
        () => {
          observeDeltas(made, (deltas) => {
            for (const delta of deltas) {
              if (delta.type === "delete") content.delete(delta.key);
              else content.set(delta.key, delta.value);
            }
          });
        },
        { onError: (error) => errors.push(error) },
      );
      const agree = (): void => {
        assert.deepEqual(made.get(), clean.get());
        assert.deepEqual([...content.values()].map(String).sort(), [...clean.get()].map(String).sort());
      };
      agree();
      bad = true;
      const shown = new Map(content);
      batch(() => {
        map.delete(2);
        map.set(1, 13);
        map.set(4, 40);
      });
      assert.deepEqual(errors, [boom]);
      assert.deepEqual(content, shown);
      assert.throws(() => made.get(), boom);
      assert.throws(() => made.peek(), boom);
      map.set(9, 9); // another change, and still one that throws
      assert.throws(() => made.size, boom);
      map.set(1, 1);
      agree();
      map.set(1, 13);
      bad = false;
      assert.throws(() => made.get(), boom); // kept, until a source changes
      map.set(9, 10);
      agree();
    },
  );

  test("in an associative reduction goes on where it stopped", () => {
    const map = keyedMap(numbers(50));
    let bad = false;
    const total = map.reduce({
      initial: 0,
      map: (value) => value,
      combine: (a, b) => {
        if (bad) throw boom;
        return a + b;
      },
    });
    assert.equal(total.get(), 1225);
    bad = true;
    map.set(3, 1003);
    assert.throws(() => total.get(), boom);
    map.set(60, 5);
    assert.throws(() => total.get(), boom);
    bad = false;
    map.delete(60);
    assert.equal(total.get(), 2225);
  });
});

describe("size and depth", () => {
  test("a chain of 20,000 operators is computed, watched, changed and dropped without recursion", () => {
    const map = keyedMap(numbers(3));
    let last: KeyedCollection<number, number> = map;
    for (let i = 0; i < 20_000; i++) last = i % 2 === 0 ? last.map((value) => value + 1) : last.filter(() => true);
    assert.deepEqual(last.get(), [10_000, 10_001, 10_002]);
    const seen: unknown[] = [];
    const stop = observeDeltas(last, (deltas) => seen.push(...deltas));
    map.set(1, 5);
    assert.deepEqual(seen[3], { type: "update", index: 1, key: 1, value: 10_005, previous: 10_001 });
    stop();
    map.delete(0);
    assert.equal(last.size, 2);
  });

  test("100,000 sorted and filtered rows change one by one, a callback each", () => {
    const count = 100_000;
    const list = keyedList(
      Array.from({ length: count }, (_, id) => ({ id, rank: (id * 7919) % count })),
      { key: (row) => row.id, freeze: false },
    );
    let calls = 0;
    const top = list
      .filter((row) => {
        calls++;
        return row.rank % 2 === 0;
      })
      .sortBy((row) => {
        calls++;
        return row.rank;
      });
    let deltas = 0;
    const stop = observeDeltas(top, (change) => {
      deltas += change.length;
    });
    assert.equal(deltas, count / 2);
    calls = 0;
    deltas = 0;
    for (let i = 0; i < 1000; i++) list.update(i, (row) => ({ ...row, rank: row.rank + 2 }));
    assert.ok(calls <= 2000 && deltas <= 2000, `${calls} calls, ${deltas} deltas`);
    for (let i = 0; i < 100; i++) list.move(i, count - 1 - i);
    list.replaceAll(list.peek().slice(50).reverse());
    const expected = list
      .peek()
      .filter((row) => row.rank % 2 === 0)
      .sort((a, b) => a.rank - b.rank);
    assert.deepEqual(top.peek(), expected);
    assert.equal(top.at(777), expected[777]);
    stop();
  });
});
