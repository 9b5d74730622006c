import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { CHANGES } from "../../../lib/pool/index.ts";
import {
  type KeyedChange,
  type KeyedCollection,
  type KeyedList,
  keyedList,
} from "../../../lib/signals/collections/index.ts";
import { runs } from "../../helpers/runs.ts";

interface Item {
  readonly id: number;
  readonly rank: number;
}

/** Applies a change the obvious way. @returns the rows, and the keys of those that are not known to be as they were. */
function apply(rows: readonly Item[], change: KeyedChange<number, Item>): Item[] {
  const stay = rows.filter((_, index) => !change.gone.includes(index));
  const next = stay.filter((_, index) => !change.moved.some(({ from }) => from === index));
  for (const { from, to } of change.moved) next.splice(to, 0, stay[from] as Item); // cast: in range
  for (const { index, row } of change.fresh) next.splice(index, 0, row.value);
  for (const { index, row } of change.changed) next[index] = row.value;
  return next;
}

const item = fc.record({ id: fc.nat(15), rank: fc.nat(9) });
const change: fc.Arbitrary<(list: KeyedList<number, Item>) => void> = fc.oneof(
  item.map((one) => (list: KeyedList<number, Item>) => {
    if (list.has(one.id)) list.update(one.id, () => one);
    else list.push(one);
  }),
  fc.tuple(fc.nat(15), item).map(([at, one]) => (list: KeyedList<number, Item>) => {
    if (!list.has(one.id)) list.insertAt(Math.min(at, list.size), one);
  }),
  fc.nat(15).map((id) => (list: KeyedList<number, Item>) => void list.remove(id)),
  fc.tuple(fc.nat(15), fc.nat(15)).map(([from, to]) => (list: KeyedList<number, Item>) => {
    if (from < list.size && to < list.size) list.move(from, to);
  }),
  fc
    .uniqueArray(item, { selector: (one) => one.id })
    .map((items) => (list: KeyedList<number, Item>) => list.replaceAll(items)),
);

test("a reader knows what has changed since its last look, of lists and what follows from them", () => {
  const derive: readonly ((list: KeyedList<number, Item>) => KeyedCollection<number, Item>)[] = [
    (list) => list,
    (list) => list.filter((one) => one.rank % 2 === 0),
    (list) => list.sortBy((one) => one.rank),
    (list) => list.map((one) => ({ ...one, rank: -one.rank })).filter((one) => one.id > 3),
  ];
  fc.assert(
    fc.property(
      fc.uniqueArray(item, { selector: (one) => one.id }),
      fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 15 }),
      fc.constantFrom(...derive),
      (first, steps, make) => {
        const list = keyedList(first, (one) => one.id);
        const shown = make(list);
        const reader = shown[CHANGES]();
        assert.equal(reader.take(), undefined); // it has seen nothing
        let known = reader.all().map((row) => row.value);
        for (const changes of steps) {
          for (const run of changes) run(list);
          reader.track();
          const told = reader.take();
          known = told === undefined ? reader.all().map((row) => row.value) : apply(known, told);
          assert.deepEqual(known, shown.peek());
          const again = reader.take();
          assert.deepEqual(again, { gone: [], moved: [], fresh: [], changed: [] });
        }
      },
    ),
    { numRuns: runs(600) },
  );
});

test("a reader is told of single changes exactly, and of none that was taken back", () => {
  const list = keyedList(
    Array.from({ length: 1000 }, (_, id): Item => ({ id, rank: 0 })),
    (one) => one.id,
  );
  const reader = list[CHANGES]();
  reader.all();
  const after = (run: () => void): object => {
    run();
    const { gone, moved, fresh, changed } = reader.take() ?? assert.fail("too much has changed");
    return { gone, moved, fresh: fresh.map(({ index }) => index), changed: changed.map(({ index }) => index) };
  };
  const nothing = { gone: [], moved: [], fresh: [], changed: [] };
  const one: Item = { id: 5000, rank: 1 };
  assert.deepEqual(
    after(() => list.insertAt(500, one)),
    { ...nothing, fresh: [500] },
  );
  assert.deepEqual(
    after(() => list.update(5000, (old) => ({ ...old, rank: 2 }))),
    { ...nothing, changed: [500] },
  );
  assert.deepEqual(
    after(() => list.move(500, 3)),
    { ...nothing, moved: [{ from: 500, to: 3 }] },
  );
  assert.deepEqual(
    after(() => void list.remove(5000)),
    { ...nothing, gone: [3] },
  );
  assert.deepEqual(
    after(() => {
      list.move(10, 700);
      list.push(one);
      list.move(700, 10);
      list.remove(5000);
    }),
    nothing,
  );
  assert.deepEqual(
    after(() => {
      list.move(1, 998);
      list.move(997, 1);
    }),
    {
      ...nothing,
      moved: [
        { from: 998, to: 1 },
        { from: 1, to: 998 },
      ],
    },
  );
});

test("a reader left behind takes a look at everything, and costs nobody anything", () => {
  const list = keyedList(
    Array.from({ length: 100 }, (_, id): Item => ({ id, rank: 0 })),
    (one) => one.id,
  );
  const [slow, quick] = [list[CHANGES](), list[CHANGES]()];
  slow.all();
  quick.all();
  for (let i = 0; i < 1000; i++) {
    list.update(i % 100, () => ({ id: i % 100, rank: i }));
    list.move(0, 99);
    assert.equal(quick.take()?.changed.length, 1);
  }
  assert.equal(slow.take(), undefined);
  assert.deepEqual(
    slow.all().map((row) => row.value),
    list.peek(),
  );
  assert.equal(slow.take()?.moved.length, 0);
});

test("readers that come and go at any time know what has changed, each since its own last look", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(item, { selector: (one) => one.id }),
      fc.constantFrom<(list: KeyedList<number, Item>) => KeyedCollection<number, Item>>(
        (list) => list,
        (list) => list.filter((one) => one.rank % 2 === 0),
      ),
      fc.array(fc.tuple(fc.array(change, { maxLength: 3 }), fc.nat(3)), { maxLength: 30 }),
      (first, make, steps) => {
        const list = keyedList(first, (one) => one.id);
        const shown = make(list);
        const readers = new Map<number, { reader: ReturnType<typeof open>; known: Item[] }>();
        const open = () => shown[CHANGES]();
        for (const [changes, who] of steps) {
          for (const run of changes) run(list);
          const { reader, known } = readers.get(who) ?? { reader: open(), known: [] };
          reader.track();
          const told = reader.take();
          const now = told === undefined ? reader.all().map((row) => row.value) : apply(known, told);
          assert.deepEqual(now, shown.peek());
          readers.set(who, { reader, known: now });
        }
      },
    ),
    { numRuns: runs(600) },
  );
});
