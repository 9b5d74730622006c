import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { branches } from "../../../lib/signals/columns/backend.ts";
import { column } from "../../../lib/signals/columns/column.ts";
import { type TracedAggregate, treeOf } from "../../../lib/signals/columns/expression.ts";
import { type Backend, col, count, f64, table, when } from "../../../lib/signals/columns/index.ts";
import { addAggregate, Planner } from "../../../lib/signals/columns/plan.ts";
import { Store } from "../../../lib/signals/columns/store.ts";
import { WasmMemory } from "../../../lib/signals/columns/wasm/kernel.ts";
import { runs } from "../../helpers/runs.ts";
import { aggregate, evaluate, grouped, sumBound } from "../../oracle/columns.ts";
import { expand, longRows, numberFormula, numberOf, shortRows, tableOf, testFormula, testOf } from "./formulas.ts";

const BACKENDS: readonly Backend[] = ["interpreter", "javascript", "wasm"];
const anyRows = fc.oneof(shortRows, longRows);

function close(found: number | null, wanted: number | null, bound: number): void {
  if (found === null || wanted === null || !Number.isFinite(wanted) || !Number.isFinite(bound)) {
    if (Number.isFinite(wanted) || wanted === null) assert.equal(found === null, wanted === null);
    return;
  }
  assert.ok(Math.abs(found - wanted) <= bound, `${found} is not within ${bound} of ${wanted}`);
}

describe.each(BACKENDS)("the %s", (backend) => {
  test("gives each row the value the oracle gives it", () => {
    fc.assert(
      fc.property(shortRows, numberFormula, (plan, formula) => {
        const rows = expand(plan);
        const found = tableOf(rows, { backend }).map(numberOf(formula)).get().toArray();
        assert.deepEqual(
          found,
          rows.map((row) => evaluate(formula, row)),
        );
      }),
      { numRuns: runs(300) },
    );
  });

  test("gives each row the truth value the oracle gives it, in three-valued logic", () => {
    fc.assert(
      fc.property(shortRows, testFormula, (plan, formula) => {
        const rows = expand(plan);
        const tbl = tableOf(rows, { backend });
        const wanted = rows.map((row) => evaluate(formula, row));
        assert.deepEqual(tbl.map(testOf(formula)).get().toArray(), wanted);
        const passing = wanted.flatMap((value, row) => (value === true ? [row] : []));
        assert.deepEqual([...tbl.filter(testOf(formula)).rows().get()], passing);
      }),
      { numRuns: runs(300) },
    );
  });

  test("aggregates what the oracle aggregates: counts and extremes exactly, sums within the bound", () => {
    fc.assert(
      fc.property(anyRows, numberFormula, testFormula, (plan, formula, filter) => {
        const rows = expand(plan);
        const value = numberOf(formula);
        const tbl = tableOf(rows, { backend }).filter(testOf(filter));
        const found = tbl
          .select({
            sum: value.sum(),
            min: value.min(),
            max: value.max(),
            mean: value.mean(),
            count: value.count(),
            rows: count(),
          })
          .get();
        const wanted = aggregate(rows, formula, filter);
        const exact = ({ min, max, count, rows }: typeof wanted) => ({ min, max, count, rows });
        assert.deepEqual(exact(found), exact(wanted));
        const passing = rows.filter((row) => evaluate(filter, row) === true).map((row) => evaluate(formula, row));
        const bound = sumBound(passing.map(Number));
        close(found.sum, wanted.sum, bound);
        close(found.mean, wanted.mean, bound);
      }),
      { numRuns: runs(150) },
    );
  });

  test("aggregates by group what the oracle does, null a group of its own", () => {
    fc.assert(
      fc.property(anyRows, numberFormula, testFormula, (plan, formula, filter) => {
        const rows = expand(plan);
        const value = numberOf(formula);
        const found = tableOf(rows, { backend })
          .filter(testOf(filter))
          .groupBy("s")
          .agg({ min: value.min(), max: value.max(), count: value.count(), rows: count() })
          .get();
        const passing = rows.filter((row) => evaluate(filter, row) === true);
        const groups = grouped(passing, "s");
        assert.equal(found.length, groups.size);
        for (const { s, ...rest } of found) {
          const { min, max, count, rows } = aggregate(groups.get(s) ?? [], formula);
          assert.deepEqual(rest, { min, max, count, rows });
        }
      }),
      { numRuns: runs(150) },
    );
  });
});

test("all backends agree to the last bit, sums in groups included", () => {
  fc.assert(
    fc.property(longRows, numberFormula, testFormula, (plan, formula, filter) => {
      const rows = expand(plan);
      const value = numberOf(formula);
      const results = BACKENDS.map((backend) => {
        const tbl = tableOf(rows, { backend }).filter(testOf(filter));
        const all = tbl.select({ sum: value.sum(), mean: value.mean(), min: value.min(), max: value.max() }).get();
        return { all, groups: tbl.groupBy("s").agg({ sum: value.sum(), mean: value.mean() }).get() };
      });
      for (const result of results) assert.deepEqual(result, results[0]); // deepEqual tells -0 from 0, and takes NaN for NaN
    }),
    { numRuns: runs(200) },
  );
});

test("vectors are chosen for filters and for values chosen by a condition, not for nulls that are passed over", () => {
  const stores = new Map([["x", new Store("x", f64([1, null]))]]);
  const x = col("x");
  const isChosen = (aggregate: unknown, filter?: unknown): boolean => {
    const planner = new Planner(stores);
    addAggregate(planner, "value", aggregate as TracedAggregate); // cast: an aggregate is one at run time
    const test = filter === undefined ? -1 : planner.test(treeOf(filter));
    return branches(planner.finish("fold", { filter: test }));
  };
  for (const plain of [x.sum(), x.mean(), x.min(), x.count(), x.mul(2).add(x).sum(), x.neg().mod(3).max(), count()])
    assert.equal(isChosen(plain), false);
  for (const chosen of [x.fillNull(1).sum(), when(x.gt(1), x, 0).min(), x.add(x.fillNull(2)).sum()])
    assert.equal(isChosen(chosen), true);
  assert.equal(isChosen(count(), x.gt(1)), true);
});

test("a sum over nulls is the same whatever stands in their cells", () => {
  for (const backend of BACKENDS)
    for (const rows of [1, 2, 3, 4, 5, 7, 8, 9, 1023, 1024, 1030]) {
      const given = Array.from({ length: rows }, (_, row) => (row % 3 === 1 ? null : row));
      const { valid } = f64([...given, null]);
      const values = Float64Array.from(
        given,
        (value, row) => value ?? [Number.NaN, Number.POSITIVE_INFINITY, -0][row % 4] ?? -1e9,
      );
      const tbl = table({ x: column("f64", values, rows, valid), y: f64(given.map(() => null)) }, { backend });
      const known = given.filter((value) => value !== null);
      const x = col("x");
      const found = tbl
        .select({ sum: x.sum(), min: x.min(), max: x.max(), count: x.count(), none: col("y").sum() })
        .get();
      const sum = known.reduce((a, b) => a + b, 0);
      assert.deepEqual(found, { sum, min: known[0], max: known.at(-1), count: known.length, none: null });
    }
});

test("a vector kernel is made for every operation but mod and sets of many words", () => {
  const column = f64([1, null]);
  const stores = new Map([["x", new Store("x", column)]]);
  const made = (value: { sum(): unknown }): boolean => {
    const planner = new Planner(stores);
    addAggregate(planner, "value", value.sum() as TracedAggregate); // cast: an aggregate is one at run time
    return new WasmMemory().kernel(planner.finish("fold", {})) !== undefined;
  };
  const x = col("x");
  const test = x
    .lt(1)
    .and(x.ge(2).or(x.eq(3).not()))
    .and(x.isNull());
  assert.equal(made(when(test, x.add(1).sub(x).mul(2).div(3).least(4), x.neg().abs().greatest(0).fillNull(1))), true);
  assert.equal(made(x.mod(2)), false);
});
