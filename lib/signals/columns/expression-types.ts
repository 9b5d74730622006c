/**
 * What an expression takes a column for: f64 and i32 columns are numbers, dictionary columns are strings.
 * @public
 */
export type ValueKind = "number" | "bool" | "string";

/**
 * Whatever is computed from columns. `N` lists the columns it reads with their kinds; a table takes it when it has all of them.
 * @public
 */
export interface Needing<in N> {
  /** Never present: a place for the type. */
  readonly needs?: (columns: N) => void;
}

/** What arithmetic takes: a number, an expression of numbers, or a column of them. @public */
export type NumberOperand = number | NumberExpression<never> | ColumnExpression<string>;

/** What logic takes: a boolean, a test, or a column of booleans. @public */
export type BoolOperand = boolean | BoolExpression<never> | ColumnExpression<string>;

/**
 * What an operand needs, when a bare column is taken for the kind `K`.
 * @public
 */
export type NeedsOf<E, K extends ValueKind> =
  E extends ColumnExpression<infer C>
    ? Readonly<Record<C, K>>
    : E extends Needing<infer M>
      ? unknown extends M
        ? unknown
        : M
      : unknown;

/**
 * What one value on the right makes of the column on its left: a number, a string or a boolean.
 * @public
 */
export type ComparedNeeds<C extends string, E> = E extends string
  ? Readonly<Record<C, "string">>
  : E extends boolean
    ? Readonly<Record<C, "bool">>
    : Readonly<Record<C, "number">> & NeedsOf<E, "number">;

/**
 * A number per row. A null on either side makes the result null, but for `fillNull`, `isNull` and `count`.
 * @public
 */
export interface NumberExpression<in N> extends Needing<N> {
  add<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  sub<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  mul<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  /** IEEE 754: by zero gives an infinity, or NaN. */
  div<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  /** The remainder, with the sign of the left side, as `%`. */
  mod<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  neg(): NumberExpression<N>;
  abs(): NumberExpression<N>;
  /** The smaller of the two; NaN when one is, null when one is. */
  least<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  /** The larger of the two; NaN when one is, null when one is. */
  greatest<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  lt<E extends NumberOperand>(other: E): BoolExpression<N & NeedsOf<E, "number">>;
  le<E extends NumberOperand>(other: E): BoolExpression<N & NeedsOf<E, "number">>;
  gt<E extends NumberOperand>(other: E): BoolExpression<N & NeedsOf<E, "number">>;
  ge<E extends NumberOperand>(other: E): BoolExpression<N & NeedsOf<E, "number">>;
  eq<E extends NumberOperand>(other: E): BoolExpression<N & NeedsOf<E, "number">>;
  ne<E extends NumberOperand>(other: E): BoolExpression<N & NeedsOf<E, "number">>;
  isNull(): BoolExpression<N>;
  /** The other value where this one is null. */
  fillNull<E extends NumberOperand>(other: E): NumberExpression<N & NeedsOf<E, "number">>;
  /** The sum of what is not null; null when that is nothing. */
  sum(): Aggregate<N, number | null>;
  /** NaN when there is one. Null when nothing is not null. */
  min(): Aggregate<N, number | null>;
  /** NaN when there is one. Null when nothing is not null. */
  max(): Aggregate<N, number | null>;
  /** The sum divided by the count. Null when nothing is not null. */
  mean(): Aggregate<N, number | null>;
  /** How many are not null. */
  count(): Aggregate<N, number>;
}

/**
 * True, false or null per row, in three-valued logic: `false.and(null)` is false, `true.or(null)` is true, other mixtures with null are null.
 * @public
 */
export interface BoolExpression<in N> extends Needing<N> {
  and<E extends BoolOperand>(other: E): BoolExpression<N & NeedsOf<E, "bool">>;
  or<E extends BoolOperand>(other: E): BoolExpression<N & NeedsOf<E, "bool">>;
  not(): BoolExpression<N>;
  isNull(): BoolExpression<N>;
  fillNull<E extends BoolOperand>(other: E): BoolExpression<N & NeedsOf<E, "bool">>;
  /** How many are not null, false ones included. */
  count(): Aggregate<N, number>;
}

/**
 * Arithmetic that begins with a column: it needs the column as numbers, and what the operand needs.
 * @public
 */
export type NumberOfColumn<C extends string, E> = NumberExpression<
  Readonly<Record<C, "number">> & NeedsOf<E, "number">
>;

/**
 * A comparison that begins with a column of numbers.
 * @public
 */
export type TestOfColumn<C extends string, E> = BoolExpression<Readonly<Record<C, "number">> & NeedsOf<E, "number">>;

/**
 * A column by name. What is done with it says which kind it must have.
 * @public
 */
export interface ColumnExpression<out C extends string> {
  /** Its name. */
  readonly column: C;
  add<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  sub<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  mul<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  /** IEEE 754: by zero gives an infinity, or NaN. */
  div<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  /** The remainder, with the sign of the left side, as `%`. */
  mod<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  neg(): NumberOfColumn<C, 0>;
  abs(): NumberOfColumn<C, 0>;
  least<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  greatest<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  lt<E extends NumberOperand>(other: E): TestOfColumn<C, E>;
  le<E extends NumberOperand>(other: E): TestOfColumn<C, E>;
  gt<E extends NumberOperand>(other: E): TestOfColumn<C, E>;
  ge<E extends NumberOperand>(other: E): TestOfColumn<C, E>;
  /** Equal to a string, a boolean or a number, as the column's kind is. */
  eq<E extends string | boolean | NumberOperand>(other: E): BoolExpression<ComparedNeeds<C, E>>;
  /** Differs from a string, a boolean or a number, as the column's kind is. */
  ne<E extends string | boolean | NumberOperand>(other: E): BoolExpression<ComparedNeeds<C, E>>;
  /** One of these strings. At most 1,024. */
  inSet(words: readonly string[]): BoolExpression<Readonly<Record<C, "string">>>;
  and<E extends BoolOperand>(other: E): BoolExpression<Readonly<Record<C, "bool">> & NeedsOf<E, "bool">>;
  or<E extends BoolOperand>(other: E): BoolExpression<Readonly<Record<C, "bool">> & NeedsOf<E, "bool">>;
  not(): BoolExpression<Readonly<Record<C, "bool">>>;
  isNull(): BoolExpression<Readonly<Record<C, ValueKind>>>;
  /** The other value where the cell is null: a boolean for a column of booleans, else a number. */
  fillNull(other: boolean): BoolExpression<Readonly<Record<C, "bool">>>;
  fillNull<E extends NumberOperand>(other: E): NumberOfColumn<C, E>;
  /** The sum of what is not null; null when that is nothing. */
  sum(): Aggregate<Readonly<Record<C, "number">>, number | null>;
  /** NaN when there is one. Null when nothing is not null. */
  min(): Aggregate<Readonly<Record<C, "number">>, number | null>;
  /** NaN when there is one. Null when nothing is not null. */
  max(): Aggregate<Readonly<Record<C, "number">>, number | null>;
  /** The sum divided by the count. Null when nothing is not null. */
  mean(): Aggregate<Readonly<Record<C, "number">>, number | null>;
  /** How many are not null. */
  count(): Aggregate<Readonly<Record<C, ValueKind>>, number>;
  /** How many different strings there are, null not counted. Not inside `groupBy`. */
  countDistinct(): DistinctAggregate<Readonly<Record<C, "string">>>;
}

/**
 * One value from many rows.
 * @public
 */
export interface Aggregate<in N, out T> extends Needing<N> {
  readonly aggregate: "sum" | "min" | "max" | "mean" | "count" | "rows";
  /** Never present: a place for the type. */
  readonly result?: T;
}

/**
 * A count of different strings.
 * @public
 */
export interface DistinctAggregate<in N> extends Needing<N> {
  readonly aggregate: "distinct";
  /** Never present: a place for the type. */
  readonly result?: number;
}
