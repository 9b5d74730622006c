import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type KeyedCollection, keyedList, keyedMap, observeDeltas } from "../../../lib/signals/collections/index.ts";
import { effect } from "../../../lib/signals/index.ts";
import { runs } from "../../helpers/runs.ts";
import { applyDeltas, type Entry } from "../../oracle/collections.ts";

interface Item {
  readonly id: number;
  readonly n: number;
}

/** What the user's functions do at their n-th call, and all that can be written. */
interface Subject {
  readonly rows: KeyedCollection<number, Item>;
  put(items: readonly Item[]): void;
  replace(items: Iterable<Item>): void;
}

const items = fc.uniqueArray(fc.record({ id: fc.nat(5), n: fc.nat(2) }), { selector: ({ id }) => id });
const writes = fc.array(fc.record({ items, replaces: fc.boolean(), throwsAt: fc.option(fc.nat(6)) }), { maxLength: 8 });

/** Counts calls down to the one that throws. */
class Fuse {
  left: number | undefined;

  burn(): void {
    if (this.left === undefined || this.left-- > 0) return;
    this.left = undefined;
    throw new Error("a function of the user's");
  }

  passes<T>(value: T): T {
    this.burn();
    return value;
  }
}

const SUBJECTS: Readonly<Record<string, (fuse: Fuse) => Subject>> = {
  map(fuse) {
    const rows = keyedMap<number, Item>([], { equals: (a, b) => fuse.passes(a.n === b.n) });
    function* pairs(items: Iterable<Item>): Generator<[number, Item]> {
      for (const item of items) {
        fuse.burn();
        yield [item.id, item];
      }
    }
    return { rows, put: (items) => rows.setAll(pairs(items)), replace: (items) => rows.replaceAll(pairs(items)) };
  },
  "list without operators": (fuse) => listSubject(fuse),
  list(fuse) {
    const subject = listSubject(fuse);
    subject.rows.filter(() => true).peek();
    return subject;
  },
};

function listSubject(fuse: Fuse): Subject {
  const rows = keyedList<number, Item>([], {
    key: ({ id }) => fuse.passes(id),
    equals: (a, b) => fuse.passes(a.n === b.n),
  });
  return {
    rows,
    put: (items) => rows.insertAt(Math.min(1, rows.peek().length), ...items.filter(({ id }) => !rows.has(id))),
    replace: (items) => rows.replaceAll(items),
  };
}

describe.each(Object.entries(SUBJECTS))("a %s", (name, make) => {
  test("is as it was when a comparison, a key function or an iterator throws, for whoever looks", () => {
    fc.assert(
      fc.property(writes, (steps) => {
        const fuse = new Fuse();
        const { rows, put, replace } = make(fuse);
        const isPlain = name === "list without operators";
        const sum = isPlain ? undefined : rows.sum(({ n }) => n);
        let shown: Entry[] | undefined;
        const follow = (): (() => void) =>
          observeDeltas(rows, (deltas) => {
            shown = applyDeltas(shown ?? [], deltas);
          });
        const stop = isPlain ? () => {} : follow();
        let seen: readonly Item[] = [];
        const stopSeeing = effect(() => {
          seen = rows.get();
        });
        for (const { items, replaces, throwsAt } of steps) {
          const before = [...rows.entries()];
          fuse.left = throwsAt ?? undefined;
          let failed = false;
          try {
            if (replaces) replace(items);
            else put(items);
          } catch (error) {
            assert.equal((error as Error).message, "a function of the user's"); // cast: the only one thrown
            failed = true;
          }
          fuse.left = undefined;
          const after = [...rows.entries()];
          if (failed) assert.deepEqual(after, before);
          else if (replaces) assert.deepEqual(new Map(after), wanted(items, new Map(before)));
          for (const [key, item] of after) assert.equal(rows.get(key), item);
          if (!isPlain) assert.deepEqual(shown ?? [], after);
          assert.deepEqual([...seen], [...rows.get()]);
          if (sum !== undefined)
            assert.equal(
              sum.get(),
              after.reduce((total, [, { n }]) => total + n, 0),
            );
        }
        stop();
        stopSeeing();
      }),
      { numRuns: runs(1000) },
    );
  });
});

/** What is equal to what was there is what was there. */
function wanted(items: readonly Item[], before: ReadonlyMap<number, Item>): Map<number, Item> {
  return new Map(
    items.map((item) => {
      const old = before.get(item.id);
      return [item.id, old?.n === item.n ? old : item];
    }),
  );
}

test("entries that are none change nothing", () => {
  const map = keyedMap([[1, 1]]);
  const sum = map.sum((n) => n);
  assert.throws(() => map.setAll([[2, 2], 5 as never]), { code: "SIGNALS_BAD_ARGUMENT" });
  assert.throws(() => map.replaceAll([[2, 2], 5 as never]), { code: "SIGNALS_BAD_ARGUMENT" });
  assert.deepEqual([map.keys(), map.get(), sum.get()], [[1], [1], 1]);
});
