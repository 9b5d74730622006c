import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Backend, col, count, dictionary, f64, i32, table } from "../../../lib/signals/columns/index.ts";
import { batch, effect } from "../../../lib/signals/index.ts";
import { runs } from "../../helpers/runs.ts";
import type { PlainRow } from "../../oracle/columns.ts";
import { codeOf } from "./codes.ts";
import {
  expand,
  longRows,
  numberFormula,
  numberOf,
  rowArbitrary,
  shortRows,
  tableOf,
  testFormula,
  testOf,
} from "./formulas.ts";

type Edit =
  | { readonly kind: "set"; readonly at: number; readonly name: string; readonly from: PlainRow }
  | { readonly kind: "append"; readonly rows: readonly PlainRow[]; readonly times: number }
  | { readonly kind: "delete"; readonly at: number; readonly times: number }
  | { readonly kind: "batch"; readonly edits: readonly Edit[] };

const { edit } = fc.letrec<{ edit: Edit }>((tie) => ({
  edit: fc.oneof(
    { maxDepth: 1 },
    fc.record({
      kind: fc.constant("set" as const),
      at: fc.nat(),
      name: fc.constantFrom("a", "b", "n", "t", "u", "s"),
      from: rowArbitrary,
    }),
    fc.record({
      kind: fc.constant("append" as const),
      rows: fc.array(rowArbitrary, { minLength: 1, maxLength: 4 }),
      times: fc.constantFrom(1, 1, 400),
    }),
    fc.record({ kind: fc.constant("delete" as const), at: fc.nat(), times: fc.constantFrom(1, 1, 1100) }),
    fc.record({ kind: fc.constant("batch" as const), edits: fc.array(tie("edit"), { minLength: 1, maxLength: 4 }) }),
  ),
}));

/** The same edit to the table and to a list of plain rows. */
function apply(tbl: ReturnType<typeof tableOf>, rows: PlainRow[], edit: Edit): void {
  switch (edit.kind) {
    case "set": {
      if (rows.length === 0) return;
      const row = edit.at % rows.length;
      const value = edit.from[edit.name] ?? null;
      tbl.set(edit.name as "a", row, value as number); // casts: the generator's value fits the column it names
      rows[row] = { ...rows[row], [edit.name]: value };
      return;
    }
    case "append": {
      const added = Array.from({ length: edit.times }, () => edit.rows).flat();
      tbl.append(added as unknown as Parameters<typeof tbl.append>[0]); // cast: the generator's rows fit the table
      for (const row of added) rows.push(row);
      return;
    }
    case "delete":
      for (let time = 0; time < edit.times && rows.length > 0; time++) {
        const row = edit.at % rows.length;
        tbl.delete(row);
        const last = rows.pop() as PlainRow; // cast: there is one
        if (row < rows.length) rows[row] = last;
      }
      return;
    case "batch":
      batch(() => {
        for (const each of edit.edits) apply(tbl, rows, each);
      });
  }
}

/** Everything that is kept up to date, over one table. */
function nodesOf(
  tbl: ReturnType<typeof tableOf>,
  value: ReturnType<typeof numberOf>,
  filter: ReturnType<typeof testOf>,
) {
  const all = {
    sum: value.sum(),
    mean: value.mean(),
    min: value.min(),
    max: value.max(),
    count: value.count(),
    rows: count(),
  };
  const passing = tbl.filter(filter);
  return {
    rows: tbl.select(count()),
    b: tbl.select(col("b").sum()),
    all: passing.select(all),
    distinct: passing.select(col("s").countDistinct()),
    groups: passing.groupBy("s").agg(all),
    chosen: passing.rows(),
    mapped: tbl.map(value),
  };
}

function read(nodes: ReturnType<typeof nodesOf>) {
  const byName = (a: { s: string | null }, b: { s: string | null }): number => (String(a.s) < String(b.s) ? -1 : 1);
  return {
    rows: nodes.rows.get(),
    b: nodes.b.get(),
    all: nodes.all.get(),
    distinct: nodes.distinct.get(),
    groups: [...nodes.groups.get()].sort(byName), // a fresh table meets the strings in another order
    chosen: [...nodes.chosen.get()],
    mapped: nodes.mapped.get().toArray(),
  };
}

test.each<Backend>(["interpreter", "javascript", "wasm"])(
  "after every edit all is what a fresh table of the same rows gives, to the last bit (%s)",
  (backend) => {
    const start = fc.oneof(shortRows, longRows);
    const edits = fc.array(edit, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(start, numberFormula, testFormula, edits, fc.boolean(), (plan, formula, filter, edits, watched) => {
        const rows = expand(plan);
        const tbl = tableOf(rows, { backend });
        const nodes = nodesOf(tbl, numberOf(formula), testOf(filter));
        let seen: unknown;
        const stop = watched
          ? effect(() => {
              seen = read(nodes);
            })
          : () => {};
        for (const edit of edits) {
          apply(tbl, rows, edit);
          const wanted = read(nodesOf(tableOf(rows, { backend: "javascript" }), numberOf(formula), testOf(filter)));
          assert.deepEqual(read(nodes), wanted);
          if (watched) assert.deepEqual(seen, wanted);
        }
        stop();
      }),
      { numRuns: runs(backend === "interpreter" ? 12 : 45) }, // it is far slower than the others
    );
  },
);

test("a hundred thousand changes leave no drift in a sum", () => {
  const tbl = table({ x: f64(Float64Array.from({ length: 3000 }, (_, i) => i / 7)) });
  const sum = tbl.select(col("x").sum());
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state;
  };
  for (let i = 0; i < 100_000; i++) {
    tbl.set("x", next() % 3000, (next() / 3) * 10 ** (next() % 20));
    if (i % 1000 === 0) sum.get();
  }
  const fresh = table({ x: f64(Float64Array.from(tbl.column("x").values)) });
  expect(sum.get()).toBe(fresh.select(col("x").sum()).get());
});

test("an effect on one column sleeps while another changes, and runs once for a batch", () => {
  const tbl = table({ x: f64([1, 2, 3]), y: f64([1, 2, 3]) });
  const sum = tbl.select(col("x").sum());
  const seen: (number | null)[] = [];
  const stop = effect(() => {
    seen.push(sum.get());
  });
  tbl.set("y", 0, 9);
  batch(() => {
    tbl.set("x", 0, 10);
    tbl.append({ x: 100, y: 0 });
    tbl.delete(1); // 100 takes the place of 2
  });
  tbl.set("x", 0, 10); // the same
  stop();
  tbl.set("x", 0, 11);
  expect(seen).toEqual([6, 113]);
  expect(sum.get()).toBe(114);
});

test("a group that did not change keeps its object, an empty one goes, and a new word comes", () => {
  const tbl = table({ city: dictionary(["Oslo", "Rome", "Oslo"]), qty: i32([1, 2, 3]) });
  const groups = tbl.groupBy("city").agg({ qty: col("qty").sum(), rows: count() });
  const [oslo, rome] = groups.get();
  expect([oslo, rome]).toEqual([
    { city: "Oslo", qty: 4, rows: 2 },
    { city: "Rome", qty: 2, rows: 1 },
  ]);
  tbl.set("qty", 1, 20);
  expect(groups.get()[0]).toBe(oslo);
  expect(groups.get()[1]).toEqual({ city: "Rome", qty: 20, rows: 1 });
  tbl.set("city", 1, "Bonn");
  expect(groups.get().map(({ city }) => city)).toEqual(["Oslo", "Bonn"]);
});

test("a thousand groups keep in step while the dictionary grows", () => {
  const tbl = table({ city: dictionary(["c0"]), qty: i32([0]) });
  const groups = tbl.groupBy("city").agg({ qty: col("qty").sum() });
  const filtered = tbl.filter(col("city").inSet(["c7", "c900"])).select(col("qty").sum());
  for (let i = 1; i < 3000; i++) {
    tbl.append({ city: `c${i % 1500}`, qty: i });
    if (i % 500 === 0) expect(groups.get().length).toBe(Math.min(i + 1, 1500));
  }
  expect(groups.get().find(({ city }) => city === "c7")).toEqual({ city: "c7", qty: 7 + 1507 });
  expect(filtered.get()).toBe(7 + 1507 + 900 + 2400);
});

test("a refused change leaves everything as it was", () => {
  const tbl = table({ city: dictionary(["Oslo"]), qty: i32([1]), price: f64([1], { nullable: true }) });
  type Loose = { append(rows: unknown): void; set(name: string, row: number, value: unknown): void };
  const loose = tbl as unknown as Loose; // cast: as a caller without types would
  expect(
    codeOf(() =>
      loose.append([
        { city: "Rome", qty: 1, price: 1 },
        { city: "Rome", qty: 1.5, price: 1 },
      ]),
    ),
  ).toBe("SIGNALS_BAD_CELL");
  expect(codeOf(() => loose.append({ city: "Rome", qty: 1 }))).toBe("SIGNALS_BAD_CELL");
  expect(codeOf(() => loose.set("qty", 0, null))).toBe("SIGNALS_BAD_CELL");
  expect(codeOf(() => loose.set("qty", 0, 2 ** 31))).toBe("SIGNALS_BAD_CELL");
  expect(codeOf(() => loose.set("city", 0, 7))).toBe("SIGNALS_BAD_CELL");
  expect(codeOf(() => loose.set("qty", 1, 7))).toBe("SIGNALS_BAD_ROW");
  expect(codeOf(() => loose.set("qty", -1, 7))).toBe("SIGNALS_BAD_ROW");
  expect(codeOf(() => loose.set("toString", 0, 7))).toBe("SIGNALS_UNKNOWN_COLUMN");
  expect(codeOf(() => tbl.delete(1))).toBe("SIGNALS_BAD_ROW");
  expect(tbl.length.get()).toBe(1);
  expect(tbl.row(0)).toEqual({ city: "Oslo", qty: 1, price: 1 });
  loose.set("price", 0, null);
  expect(tbl.get("price", 0)).toBe(null);
});

test("writes copy memory that came from outside, once", () => {
  const mine = Float64Array.of(1, 2, 3);
  const tbl = table({ x: f64(mine) });
  expect(tbl.column("x").values).toBe(mine);
  tbl.set("x", 0, 9);
  expect(mine[0]).toBe(1);
  const copy = tbl.column("x").values;
  tbl.set("x", 1, 9);
  expect(tbl.column("x").values).toBe(copy);
  expect([...copy]).toEqual([9, 9, 3]);
});
