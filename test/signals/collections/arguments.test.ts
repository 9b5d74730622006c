import assert from "node:assert/strict";
import { test } from "vitest";
import { type KeyedCollection, keyedList, keyedMap } from "../../../lib/signals/collections/index.ts";
import { recordInputs, signal } from "../../../lib/signals/index.ts";

type Rows = KeyedCollection<number, number>;

const CALLS: Readonly<Record<string, (rows: Rows, wrong: never) => unknown>> = {
  map: (rows, f) => rows.map(f),
  filter: (rows, f) => rows.filter(f),
  sortBy: (rows, f) => rows.sortBy(f),
  topK: (rows, f) => rows.topK(1, f),
  groupBy: (rows, f) => rows.groupBy(f),
  flatten: (rows, f) => rows.flatten(f),
  sum: (rows, f) => rows.sum(f),
  min: (rows, f) => rows.min(f),
  max: (rows, f) => rows.max(f),
  reduce: (rows, f) => rows.reduce(f),
  add: (rows, f) => rows.reduce({ initial: 0, add: f, remove: (a, n) => a - n }),
  remove: (rows, f) => rows.reduce({ initial: 0, add: (a, n) => a + n, remove: f }),
  combine: (rows, f) => rows.reduce({ initial: 0, map: (n) => n, combine: f }),
  keyedList: (_, f) => keyedList([1], f),
  key: (_, f) => keyedList([1], { key: f }),
};

/** What may be left out, and must be a function otherwise. */
const OPTIONAL: Readonly<Record<string, (rows: Rows, wrong: never) => unknown>> = {
  compare: (rows, f) => rows.sortBy((n) => n, { compare: f }),
  distinct: (rows, f) => rows.distinct(f),
  count: (rows, f) => rows.count(f),
  equals: (_, f) => keyedMap([], { equals: f }),
  "equals of a list": (_, f) => keyedList([1], { key: (n) => n, equals: f }),
};

test.each([undefined, null, Number.NaN, 5, "name", {}, []])(
  "%o as a callback is refused where it is given",
  (wrong) => {
    const rows = keyedMap([[1, 1]]);
    for (const [name, call] of Object.entries(wrong === undefined ? CALLS : { ...CALLS, ...OPTIONAL }))
      assert.throws(() => call(rows, wrong as never), { code: "SIGNALS_BAD_ARGUMENT" }, name); // cast: what the types forbid
  },
);

test.each([Number.NaN, -1, "5", null])("a log of %o sets, which would have no end, is refused", (maxSets) => {
  const inputs = { price: signal(1) };
  assert.throws(() => recordInputs(inputs, { maxSets: maxSets as never }), { code: "SIGNALS_BAD_ARGUMENT" }); // cast: what the types forbid
});

test.each([null, 5, {}, true])("%o as rows is refused where it is given, and nothing has changed", (wrong) => {
  const given = wrong as never; // cast: what the types forbid
  const refused = { code: "SIGNALS_BAD_ARGUMENT" };
  const [map, list] = [keyedMap([[1, 1]]), keyedList([1], (n) => n)];
  assert.throws(() => keyedMap(given), refused);
  assert.throws(() => keyedList(given, (n) => n), refused);
  for (const rows of [map, list]) assert.throws(() => rows.replaceAll(given), refused);
  assert.throws(() => map.setAll(given), refused);
  assert.deepEqual([[...map.entries()], [...list.entries()]], [[[1, 1]], [[1, 1]]]);
});
