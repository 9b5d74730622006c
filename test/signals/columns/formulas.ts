import fc from "fast-check";
import {
  type BoolExpression,
  bool,
  type Column,
  col,
  dictionary,
  f64,
  i32,
  type NumberExpression,
  type TableOptions,
  table,
  when,
} from "../../../lib/signals/columns/index.ts";
import type { Formula, PlainRow } from "../../oracle/columns.ts";

/** Random rows and formulas over the columns a and b (f64), n (i32), t and u (bool), s (dictionary); a, t and s may be null. */
export const numbers: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -20, max: 20 }) },
  { weight: 3, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e308, 5e-324) },
);
const words = fc.constantFrom("Oslo", "Rome", "", "__proto__", "Zürich", "a'b\"c\\");

export const rowArbitrary: fc.Arbitrary<PlainRow> = fc.record({
  a: fc.option(numbers, { freq: 3 }),
  b: numbers,
  n: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31))),
  t: fc.option(fc.boolean(), { freq: 3 }),
  u: fc.boolean(),
  s: fc.option(words, { freq: 4 }),
});

/** Few rows repeated up to a length, so that failures stay readable. */
export interface Rows {
  readonly some: readonly PlainRow[];
  readonly length: number;
}

export const shortRows: fc.Arbitrary<Rows> = fc
  .array(rowArbitrary, { maxLength: 40 })
  .map((some) => ({ some, length: some.length }));

/** Enough for two or three blocks. */
export const longRows: fc.Arbitrary<Rows> = fc.record({
  some: fc.array(rowArbitrary, { minLength: 1, maxLength: 30 }),
  length: fc.integer({ min: 1000, max: 2100 }),
});

export function expand({ some, length }: Rows): PlainRow[] {
  return Array.from({ length }, (_, i) => some[(i * 7) % some.length] ?? {});
}

const NUMBERS = ["add", "sub", "mul", "div", "mod", "least", "greatest"];
const TESTS = ["lt", "le", "gt", "ge", "eq", "ne"];

const letrec = fc.letrec<{ number: Formula; test: Formula }>((tie) => {
  const binary = (ops: readonly string[], arg: fc.Arbitrary<Formula>): fc.Arbitrary<Formula> =>
    fc.record({ op: fc.constantFrom(...ops), args: fc.tuple(arg, arg) });
  const unary = (ops: readonly string[], arg: fc.Arbitrary<Formula>): fc.Arbitrary<Formula> =>
    fc.record({ op: fc.constantFrom(...ops), args: fc.tuple(arg) });
  const choice = (arg: fc.Arbitrary<Formula>): fc.Arbitrary<Formula> =>
    fc.record({ op: fc.constant("when"), args: fc.tuple(tie("test"), arg, arg) });
  const named = (names: readonly string[]): fc.Arbitrary<Formula> =>
    fc.record({ op: fc.constant("col" as const), name: fc.constantFrom(...names) });
  const set = fc.record({
    op: fc.constant("inSet" as const),
    name: fc.constant("s"),
    words: fc.oneof(
      fc.array(fc.oneof(words, fc.constant("nowhere")), { maxLength: 3 }),
      fc.constant(["Oslo", "1", "2", "3", "4", "5", "6", "7", "8", "Rome"]),
    ),
  });
  return {
    number: fc.oneof(
      { maxDepth: 3 },
      named(["a", "b", "n"]),
      fc.record({ op: fc.constant("lit" as const), value: numbers }),
      binary([...NUMBERS, "fillNull"], tie("number")),
      unary(["neg", "abs"], tie("number")),
      choice(tie("number")),
    ),
    test: fc.oneof(
      { maxDepth: 3 },
      named(["t", "u"]),
      fc.record({ op: fc.constant("lit" as const), value: fc.boolean() }),
      set,
      binary(TESTS, tie("number")),
      binary(["and", "or", "fillNull"], tie("test")),
      unary(["not", "isNull"], tie("test")),
      unary(["isNull"], tie("number")),
      choice(tie("test")),
    ),
  };
});

export const numberFormula: fc.Arbitrary<Formula> = letrec.number;
export const testFormula: fc.Arbitrary<Formula> = letrec.test;

/** A formula as an expression of the library. */
export function numberOf(formula: Formula): NumberExpression<unknown> {
  return build(formula) as NumberExpression<unknown>; // cast: the generator makes numbers where it says so
}

export function testOf(formula: Formula): BoolExpression<unknown> {
  return build(formula) as BoolExpression<unknown>; // cast: the generator makes tests where it says so
}

type Call = (...args: readonly unknown[]) => unknown;

function build(formula: Formula): unknown {
  if ("words" in formula) return col(formula.name).inSet(formula.words);
  // A bare column or constant becomes an expression of its kind by something that changes nothing.
  if ("name" in formula) return isTest(formula) ? col(formula.name).eq(true) : when(true, col(formula.name));
  if ("value" in formula) {
    const { value } = formula;
    return typeof value === "boolean" ? col("u").isNull().or(value) : when(true, value);
  }
  const args = formula.args.map(build);
  if (formula.op === "when") return (when as Call)(...args); // cast: kinds are right by generator
  const [first, ...rest] = args;
  const method = (first as Readonly<Record<string, Call>>)[formula.op]; // cast: an expression has its operations as methods
  return method?.apply(first, rest);
}

function isTest(formula: Formula): boolean {
  if ("name" in formula) return "words" in formula || formula.name === "t" || formula.name === "u";
  return "value" in formula && typeof formula.value === "boolean";
}

export interface TestTable {
  readonly a: Column<"f64", true>;
  readonly b: Column<"f64", false>;
  readonly n: Column<"i32", false>;
  readonly t: Column<"bool", true>;
  readonly u: Column<"bool", false>;
  readonly s: Column<"dictionary", true>;
  readonly [name: string]: Column;
}

export function tableOf(rows: readonly PlainRow[], options: TableOptions = {}) {
  const cells = <T>(name: string): T[] => rows.map((row) => row[name] as T); // cast: the generator's rows have these kinds
  return table(
    {
      a: f64(cells<number>("a"), { nullable: true }),
      b: f64(cells<number>("b")),
      n: i32(cells<number>("n")),
      t: bool(cells<boolean>("t"), { nullable: true }),
      u: bool(cells<boolean>("u")),
      s: dictionary(cells<string>("s"), { nullable: true }),
    },
    options,
  );
}
