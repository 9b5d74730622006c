import assert from "node:assert/strict";
import { describe, test } from "vitest";
import * as collections from "../../lib/signals/collections/index.ts";
import * as columns from "../../lib/signals/columns/index.ts";
import * as signals from "../../lib/signals/index.ts";
import { refusesByCode } from "../helpers/hostile.ts";

const { batch, computed, effect, resource, scope, signal, watchable, writable } = signals;

/** Makes a resource, looks at it, and ends it. */
function tried(options: never): void {
  const own = scope(() => {
    resource(() => 1, options).get();
  });
  own.dispose();
}

describe("wrong arguments of busbar/signals are refused by code, in the place of", () => {
  refusesByCode(signals, {
    "batch f": (f) => batch(f),
    "computed f": (f) => computed(f),
    "computed equals": (equals) => {
      const count = signal(0);
      const twice = computed(() => count.get() * 2, { equals });
      twice.get();
      count.set(1);
      twice.get();
    },
    "effect f": (f) => effect(f)(),
    "exportGraph roots": (roots) => signals.exportGraph({ roots }),
    "exportGraph root": (root) => signals.exportGraph({ roots: [root] }),
    "exportGraph limits": (limit) => signals.exportGraph({ roots: [], maxNodes: limit, maxPreviewChars: limit }),
    "graphPage options": (options) => signals.graphPage(options),
    "graphPage url": (url) => signals.graphPage({ url }),
    "graphPage title": (title) => signals.graphPage({ url: "/", title, nonce: title, intervalMs: title }),
    "holdingsOf own": (own) => signals.holdingsOf(own),
    "inspect clock": (clock) => signals.inspect({ clock })(),
    "nodeKind value": (value) => signals.nodeKind(value),
    "readonly source": (source) => signals.readonly(source).get(),
    "recordInputs inputs": (inputs) => signals.recordInputs(inputs),
    "recordInputs input": (source) => signals.recordInputs({ source }),
    "recordInputs maxSets": (maxSets) => signals.recordInputs({}, { maxSets }),
    "replayInputs log": (log) => signals.replayInputs(log, {}),
    "replayInputs inputs": (inputs) =>
      signals.replayInputs({ version: 1, initial: [["a", 1]], batches: [], folded: 0 }, inputs),
    "replayInputs input": (set) =>
      signals.replayInputs({ version: 1, initial: [["a", 1]], batches: [], folded: 0 }, { a: { set } }),
    "replayInputs onBatch": (f) => signals.replayInputs({ version: 1, initial: [], batches: [], folded: 0 }, {}, f),
    "rerunEffects own": (own) => signals.rerunEffects(own),
    "resource load": (load) => resource(load).dispose(),
    "resource options": (options) => tried(options),
    "resource initial": (initial) => tried({ initial } as never), // cast: what the types forbid; so on below
    "resource retry": (retry) => tried({ retry } as never),
    "resource retry.delay": (delay) => tried({ retry: { times: 1, delay } } as never),
    "resource equals": (equals) => tried({ equals } as never),
    "resource after": (after) => tried({ after } as never),
    "resource random": (random) => tried({ random } as never),
    "resource update": (f) => resource(() => 1).update(f),
    "scope f": (f) => scope(f),
    "scope onError": (onError) => scope(() => {}, { onError }),
    "scope run": (f) => scope(() => {}).run(f),
    "scope onCleanup": (f) => scope(() => {}).onCleanup(f),
    "signal equals": (equals) => signal(0, { equals }).set(1),
    "signal update": (f) => signal(0).update(f),
    "toDot graph": (graph) => signals.toDot(graph),
    "toDot nodes": (nodes) => signals.toDot({ nodes, edges: [], truncated: false }),
    "toDot node": (node) => signals.toDot({ nodes: [node], edges: [node], truncated: false }),
    "toDot edges": (edges) => signals.toDot({ nodes: [], edges, truncated: false }),
    "untracked f": (f) => signals.untracked(f),
    "watchable source": (source) => watchable(source, {}),
    "writable f": (f) => writable(f, () => {}),
    "writable set": (set) => writable(() => 0, set),
  });

  test("what a resource tracks", () => {
    for (const wrong of [undefined, null, 5, {}, () => {}]) {
      const failed = resource(({ track }) => track(wrong as never)); // cast: as above
      assert.equal((failed.error.get() as { code?: unknown } | undefined)?.code, "SIGNALS_BAD_ARGUMENT");
      failed.dispose();
    }
  });

  test("one of several inputs, and none of them is recorded", () => {
    const count = signal(0);
    assert.throws(() => signals.recordInputs({ count, wrong: 5 as never }), { code: "SIGNALS_BAD_ARGUMENT" }); // cast: as above
    assert.equal(signals.exportGraph({ roots: [count] }).edges.length, 0);
  });

  test("what is called after each batch of a log, and no batch of it is set", () => {
    const count = signal(0);
    const log = { version: 1, initial: [["count", 5]], batches: [], folded: 0 } as const;
    assert.throws(() => signals.replayInputs(log, { count }, 5 as never), { code: "SIGNALS_BAD_ARGUMENT" }); // cast: as above
    assert.equal(count.get(), 0);
  });
});

describe("wrong arguments of busbar/signals/collections are refused by code, in the place of", () => {
  const { join, keyedList, keyedMap, leftJoin, observeDeltas } = collections;
  const rows = () =>
    keyedMap([
      [1, 1],
      [2, 2],
    ]);
  const list = () => keyedList([1, 2], (value) => value);
  refusesByCode(collections, {
    "keyedMap entries": (entries) => keyedMap(entries),
    "keyedMap entry": (entry) => keyedMap([entry]),
    "keyedMap equals": (equals) => keyedMap([[1, 1]], { equals }),
    "keyedMap setAll": (entries) => rows().setAll(entries),
    "keyedMap setAll entry": (entry) => rows().setAll([entry]),
    "keyedMap replaceAll": (entries) => rows().replaceAll(entries),
    "keyedMap update": (f) => rows().update(1, f),
    "keyedMap keys": (key) => rows().set(key, 1).delete(key),
    "keyedMap at": (index) => rows().at(index),
    "keyedMap topK": (k) => rows().topK(k, (value) => value).size,
    "keyedMap window": (at) => [rows().window(at, 5).size, rows().window(0, at).size],
    "keyedMap flatten": (items) => rows().flatten(() => items).size,
    "keyedMap groupBy": (key) => rows().groupBy(() => key).size,
    "keyedMap distinct of what gives it": (by) => rows().distinct(signal(by)).size,
    "keyedMap sortBy of what gives it": (by) => rows().sortBy(signal(by)).size,
    "keyedList items": (items) => keyedList(items, (value) => value),
    "keyedList key": (key) => keyedList([1], key),
    "keyedList insertAt": (index) => list().insertAt(index, 3),
    "keyedList move": (from) => list().move(from, 0),
    "keyedList move to": (to) => list().move(0, to),
    "keyedList moveBefore": (key) => list().moveBefore(key, 1),
    "keyedList removeAt": (index) => list().removeAt(index),
    "keyedList update": (f) => list().update(1, f),
    "keyedList replaceAll": (items) => list().replaceAll(items),
    "join left": (left) => join(left, rows(), { on: (value: number) => value }),
    "join right": (right) => join(rows(), right, { on: (value: number) => value }),
    "join on": (on) => join(rows(), rows(), { on }),
    "leftJoin right": (right) => leftJoin(rows(), right, { on: (value: number) => value }),
    "observeDeltas of": (of) => observeDeltas(of, () => {}),
    "observeDeltas to": (sink) => observeDeltas(rows(), sink)(),
  });

  test("one of several rows, and none of them is taken", () => {
    const map = rows();
    for (const wrong of [5, null, "ab", {}] as never[]) {
      for (const put of [() => map.setAll([[3, 3], wrong]), () => map.replaceAll([[3, 3], wrong])])
        assert.throws(put, { code: "SIGNALS_BAD_ARGUMENT" });
    }
    assert.deepEqual(
      [...map],
      [
        [1, 1],
        [2, 2],
      ],
    );
  });

  test("a callback that comes by a signal, and it goes on with the next one", () => {
    const by = signal((value: number): number => value % 2);
    const kinds = rows().distinct(by);
    assert.deepEqual(kinds.get(), [1, 0]);
    by.set(5 as never); // cast: as above
    assert.throws(() => kinds.get(), { code: "SIGNALS_BAD_ARGUMENT" });
    by.set(() => 7);
    assert.deepEqual(kinds.get(), [7]);
  });
});

describe("wrong arguments of busbar/signals/columns are refused by code, in the place of", () => {
  const { bool, col, count, dictionary, f64, fromArrow, i32, readArrow, readCsv, table, when, writeArrow } = columns;
  const make = () => table({ a: f64([1, 2]), b: dictionary(["x", "y"]), e: bool([true, false]) });
  const asked = (expression: unknown) => make().map(expression as never); // casts: what the types forbid
  const tested = (test: unknown) =>
    make()
      .filter(test as never)
      .select(count());
  const arrow = writeArrow(readCsv("a\n1"));
  const field = { name: "a", nullable: true };
  refusesByCode(columns, {
    "bool cells": (cells) => bool(cells),
    "bool cell": (cell) => bool([cell]),
    "col name": (name) => make().select(col(name).sum()),
    "col add": (operand) => asked(col("a").add(operand)).get(),
    "col lt": (operand) => tested(col("a").lt(operand)).get(),
    "col eq": (operand) => tested(col("b").eq(operand)).get(),
    "col inSet": (words) => tested(col("b").inSet(words)).get(),
    "count filter": (test) => make().filter(test).select(count()).get(),
    "dictionary cells": (cells) => dictionary(cells),
    "dictionary cell": (cell) => dictionary([cell]),
    "f64 cells": (cells) => f64(cells),
    "f64 cell": (cell) => f64([cell]),
    "fromArrow table": (from) => fromArrow(from),
    "fromArrow names": (names) => fromArrow({ schema: { fields: [] }, getChildAt: () => null }, names),
    "fromArrow schema": (schema) => fromArrow({ schema, getChildAt: () => null }),
    "fromArrow fields": (fields) => fromArrow({ schema: { fields }, getChildAt: () => null }),
    "fromArrow child": (child) => fromArrow({ schema: { fields: [field] }, getChildAt: () => child }),
    "fromArrow data": (data) => fromArrow({ schema: { fields: [field] }, getChildAt: () => ({ data }) }),
    "fromArrow values": (values) =>
      [2, 3, 5, 6, -1].map((typeId) => {
        const type = { typeId, bitWidth: 32, isSigned: true, precision: 2 };
        const data = [{ type, length: 1, offset: 0, nullCount: 0, values, valueOffsets: values, dictionary: [] }];
        return fromArrow({ schema: { fields: [field] }, getChildAt: () => ({ data }) });
      }),
    "i32 cells": (cells) => i32(cells),
    "i32 cell": (cell) => i32([cell]),
    "readArrow bytes": (bytes) => readArrow(bytes),
    "readArrow columns": (names) => readArrow(arrow, { columns: names }),
    "readArrow limits": (limit) => readArrow(arrow, { maxBytes: limit, maxRows: limit }),
    "readCsv input": (input) => readCsv(input),
    "readCsv delimiter": (delimiter) => readCsv("a\n1", { delimiter }),
    "readCsv kind": (kind) => readCsv("a\n1", { kinds: { a: kind } }),
    "readCsv limits": (limit) => readCsv("a\n1", { maxLength: limit, maxRows: limit, maxColumns: limit }),
    "table columns": (given) => table(given),
    "table column": (column) => table({ column }),
    "table set": (name) => make().set(name, 0, 1 as never),
    "table set row": (row) => make().set("a", row, 1),
    "table set cell": (cell) => make().set("a", 0, cell),
    "table get": (name) => make().get(name, 0),
    "table row": (row) => make().row(row),
    "table append": (row) => make().append(row),
    "table delete": (row) => make().delete(row),
    "table select": (wanted) => make().select(wanted),
    "table map": (expression) => make().map(expression),
    "table groupBy": (name) => make().groupBy(name),
    "when test": (test) => asked(when(test, 1, 2)),
    "writeArrow columns": (given) => writeArrow(given),
    "writeArrow column": (column) => writeArrow({ column }),
  });
});
