import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { CHANGES } from "../../../lib/pool/index.ts";
import { type KeyedList, keyedList } from "../../../lib/signals/collections/index.ts";
import { batch, computed, effect } from "../../../lib/signals/index.ts";
import { runs } from "../../helpers/runs.ts";

interface Item {
  readonly id: number | string;
  readonly rank: number;
}

type Id = Item["id"];

/** Keys of several kinds, among them some that `===` and maps do not agree on. */
const id = fc.oneof(
  fc.nat(400),
  fc.constantFrom<Id>(Number.NaN, 0, -0, "0", "NaN"),
  fc.nat(40).map((n) => `k${n}`),
);
const item = fc.record({ id, rank: fc.nat(9) });
const items = (maxLength: number) =>
  fc.uniqueArray(item, { maxLength, selector: (one) => one.id, comparator: "SameValueZero" });

/** What is done to a list and to an array alike; `derive` makes it one that others follow from. */
type Step =
  | { readonly kind: "push" | "update" | "remove" | "key"; readonly item: Item }
  | { readonly kind: "insert" | "all"; readonly at: number; readonly items: readonly Item[] }
  | { readonly kind: "move" | "cut" | "before"; readonly from: number; readonly to: number }
  | {
      readonly kind: "near";
      readonly cuts: readonly number[];
      readonly moves: readonly number[];
      readonly items: readonly Item[];
    }
  | { readonly kind: "derive" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("push", "update", "remove", "key"), item }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("insert", "all"), at: fc.nat(300), items: items(200) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("move", "cut", "before"), from: fc.nat(300), to: fc.nat(300) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("near" as const),
      cuts: fc.array(fc.nat(300), { maxLength: 3 }),
      moves: fc.array(fc.nat(300), { maxLength: 4 }),
      items: items(4),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "derive" } as const) },
);

const same = (a: Id, b: Id): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

/** Does one step to the list, and what it says to the array. */
function perform(list: KeyedList<Id, Item>, plain: Item[], one: Step): void {
  const place = (key: Id): number => plain.findIndex((other) => same(other.id, key));
  switch (one.kind) {
    case "push":
    case "update": {
      const at = place(one.item.id);
      if (at >= 0) {
        list.update(one.item.id, () => one.item);
        plain[at] = one.item;
      } else if (one.kind === "push") {
        list.push(one.item);
        plain.push(one.item);
      } else assert.throws(() => list.update(one.item.id, () => one.item), { code: "SIGNALS_UNKNOWN_KEY" });
      break;
    }
    case "remove": {
      const at = place(one.item.id);
      assert.equal(list.remove(one.item.id), at >= 0);
      if (at >= 0) plain.splice(at, 1);
      break;
    }
    case "key":
      assert.equal(list.indexOf(one.item.id), place(one.item.id));
      assert.equal(list.has(one.item.id), place(one.item.id) >= 0);
      assert.equal(list.peek(one.item.id), plain[place(one.item.id)]);
      break;
    case "insert": {
      const at = Math.min(one.at, plain.length);
      if (one.items.some(({ id: key }) => place(key) >= 0)) {
        assert.throws(() => list.insertAt(at, ...one.items), { code: "SIGNALS_DUPLICATE_KEY" });
      } else {
        list.insertAt(at, ...one.items);
        plain.splice(at, 0, ...one.items);
      }
      break;
    }
    case "all":
      list.replaceAll(one.items);
      plain.splice(0, plain.length, ...one.items);
      break;
    case "near": {
      const next = plain.filter((_, at) => !one.cuts.includes(at));
      for (const pick of one.moves)
        next.splice(pick % (next.length + 1), 0, ...next.splice((pick * 7) % (next.length + 1), 1));
      for (const [at, row] of one.items.entries()) {
        const known = next.findIndex((other) => same(other.id, row.id));
        next.splice(known < 0 ? (at * 50) % (next.length + 1) : known, known < 0 ? 0 : 1, row);
      }
      list.replaceAll(next);
      plain.splice(0, plain.length, ...next);
      break;
    }
    case "cut": {
      const gone = list.removeAt(one.from);
      assert.deepEqual(gone, plain[one.from]);
      if (gone !== undefined) plain.splice(one.from, 1);
      break;
    }
    case "move":
      if (one.from < plain.length && one.to < plain.length) {
        list.move(one.from, one.to);
        plain.splice(one.to, 0, ...plain.splice(one.from, 1));
      } else assert.throws(() => list.move(one.from, one.to), { code: "SIGNALS_BAD_INDEX" });
      break;
    case "before": {
      const [moved, before] = [plain[one.from], plain[one.to]];
      if (moved === undefined || moved === before) return;
      list.moveBefore(moved.id, before?.id);
      plain.splice(one.from, 1);
      plain.splice(before === undefined ? plain.length : plain.indexOf(before), 0, moved);
      break;
    }
    default:
      list.filter(() => true).peek();
  }
}

describe("a list", () => {
  test("does what an array does, before something derives from it and after", () => {
    fc.assert(
      fc.property(items(300), fc.array(step, { maxLength: 40 }), (first, steps) => {
        const plain = [...first];
        const list = keyedList<Id, Item>(first, (one) => one.id);
        for (const one of steps) {
          perform(list, plain, one);
          assert.deepEqual(list.peek(), plain);
          assert.equal(list.size, plain.length);
          assert.deepEqual(list.at(-1), plain[plain.length - 1]);
          assert.deepEqual(
            list.keys(),
            plain.map((row) => (row.id === 0 ? 0 : row.id)),
          );
        }
      }),
      { numRuns: runs(250) },
    );
  });

  test("tells its readers the same, before something derives from it and after", () => {
    fc.assert(
      fc.property(
        items(150),
        fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 12 }),
        id,
        (first, rounds, key) => {
          const plain = [...first];
          const list = keyedList<Id, Item>(first, (one) => one.id);
          const reader = list[CHANGES]();
          let known = reader.all().map((row) => row.value);
          let seen: readonly Item[] = [];
          let ofKey: Item | undefined;
          let isThere = false;
          const stops = [
            effect(() => {
              seen = list.get();
            }),
            effect(() => {
              ofKey = list.get(key);
            }),
            effect(() => {
              isThere = list.has(key);
            }),
          ];
          const last = computed(() => list.at(-1));
          for (const steps of rounds) {
            batch(() => {
              for (const one of steps) perform(list, plain, one);
            });
            const told = reader.take();
            known = told === undefined ? reader.all().map((row) => row.value) : applied(known, told);
            assert.deepEqual(known, plain);
            assert.deepEqual(seen, plain);
            const at = plain.findIndex((row) => same(row.id, key));
            assert.deepEqual(ofKey, plain[at]);
            assert.equal(isThere, at >= 0);
            assert.deepEqual(last.get(), plain[plain.length - 1]);
          }
          for (const stop of stops) stop();
        },
      ),
      { numRuns: runs(200) },
    );
  });

  test("replaced by nearly the same tells its readers what differs, and nothing else", () => {
    const rows = Array.from({ length: 1000 }, (_, at): Item => ({ id: at, rank: 0 }));
    const list = keyedList<Id, Item>(rows, (one) => one.id);
    const reader = list[CHANGES]();
    reader.all();
    const next = [...rows];
    next.splice(700, 0, ...next.splice(3, 1));
    next.splice(500, 1);
    next.splice(10, 0, { id: "new", rank: 1 });
    next[20] = { ...(next[20] as Item), rank: 5 }; // cast: in range
    list.replaceAll(next);
    const told = reader.take();
    assert.deepEqual([told?.gone.length, told?.moved.length, told?.fresh.length, told?.changed.length], [1, 1, 1, 1]);
    assert.deepEqual(list.peek(), next);
  });

  test("is the same frozen snapshot to all who read it, also once something derives from it", () => {
    const list = keyedList([{ id: 1, rank: 0 }], (one) => one.id);
    const before = list.peek();
    list.map((one) => one.rank).peek();
    assert.equal(list.peek(), before);
  });

  test("written to by its own comparison and by an update's callback stays whole", () => {
    let again: (() => void) | undefined;
    const list: KeyedList<number, { id: number; rank: number }> = keyedList(
      Array.from({ length: 5 }, (_, at) => ({ id: at, rank: 0 })),
      {
        key: (one) => one.id,
        equals: (a, b) => {
          const run = again;
          again = undefined;
          run?.();
          return a.rank === b.rank;
        },
      },
    );
    again = () => list.move(4, 0);
    list.update(4, (one) => ({ ...one, rank: 1 }));
    assert.deepEqual(
      list.peek().map(({ id: key, rank }) => [key, rank]),
      [
        [4, 1],
        [0, 0],
        [1, 0],
        [2, 0],
        [3, 0],
      ],
    );
    assert.throws(
      () =>
        list.update(2, (one) => {
          list.remove(2);
          return one;
        }),
      { code: "SIGNALS_UNKNOWN_KEY" },
    );
    assert.deepEqual(list.keys(), [4, 0, 1, 3]);
  });
});

function applied(
  rows: readonly Item[],
  change: NonNullable<ReturnType<ReturnType<KeyedList<Id, Item>[typeof CHANGES]>["take"]>>,
): Item[] {
  const stay = rows.filter((_, index) => !change.gone.includes(index));
  const next = stay.filter((_, index) => !change.moved.some(({ from }) => from === index));
  for (const { from, to } of change.moved) next.splice(to, 0, stay[from] as Item); // cast: in range
  for (const { index, row } of change.fresh) next.splice(index, 0, row.value);
  for (const { index, row } of change.changed) next[index] = row.value;
  return next;
}
