import type { ReadableSignal } from "../index.ts";
import type { Cell, Column } from "./column.ts";
import type {
  Aggregate,
  BoolExpression,
  ColumnExpression,
  DistinctAggregate,
  NumberExpression,
} from "./expression-types.ts";

/**
 * The columns of a table by name.
 * @public
 */
export type Columns = Readonly<Record<string, Column>>;

/**
 * What a cell of a column holds.
 * @public
 */
export type CellOf<C extends Column> =
  | { readonly f64: number; readonly i32: number; readonly bool: boolean; readonly dictionary: string }[C["kind"]]
  | (C["nullable"] extends false ? never : null);

/**
 * One row as an object.
 * @public
 */
export type RowOf<S extends Columns> = { [K in keyof S]: CellOf<S[K]> };

/**
 * What expressions may take the columns for. When the names are not known before run time, anything compiles and is checked then.
 * @public
 */
export type KindsOf<S extends Columns> = string extends keyof S
  ? never
  : { readonly [K in keyof S]: KindOf<S[K]["kind"]> };

/**
 * What expressions may take a column for, by the kind it is stored as.
 * @public
 */
export type KindOf<K extends Column["kind"]> = K extends "bool" ? "bool" : K extends "dictionary" ? "string" : "number";

/**
 * The value of an aggregate.
 * @public
 */
export type ResultOf<A> = A extends Aggregate<never, infer T> ? T : A extends DistinctAggregate<never> ? number : never;

/**
 * The columns of one kind.
 * @public
 */
export type NamesOf<S extends Columns, K extends Column["kind"]> = string extends keyof S
  ? string
  : { [N in keyof S]: S[N]["kind"] extends K ? N & string : never }[keyof S];

/**
 * Aggregates by the names of their results.
 * @public
 */
export type Aggregates<S extends Columns> = Readonly<Record<string, Aggregate<KindsOf<S>, unknown>>>;

/**
 * One value per row, as it stood when it was read: read it again after a change.
 * @public
 */
export interface ColumnValues<T extends Cell> extends Iterable<T> {
  /** How many rows. */
  readonly length: number;
  /** The value of a row; null outside. */
  at(row: number): T | null;
  toArray(): T[];
}

/**
 * Some rows of a table, or all of them, to compute from.
 * @public
 */
export interface Rows<S extends Columns> {
  /**
   * One aggregate, kept up to date. A changed cell costs folding its block of 1,024 rows, and O(log rows).
   * @throws CodedError `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_EXPRESSION`.
   */
  select<T>(aggregate: Aggregate<KindsOf<S>, T>): ReadableSignal<T>;
  select(aggregate: DistinctAggregate<KindsOf<S>>): ReadableSignal<number>;
  /**
   * Several aggregates in one pass over the rows.
   * @throws CodedError `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_EXPRESSION`.
   */
  select<R extends Aggregates<S>>(aggregates: R): ReadableSignal<{ readonly [K in keyof R]: ResultOf<R[K]> }>;
  /** The rows for which the test is true: not false, and not null. Several filters are joined by `and`. */
  filter(test: boolean | BoolExpression<KindsOf<S>> | ColumnExpression<NamesOf<S, "bool">>): Rows<S>;
  /**
   * The rows by the strings of a column; null is a group too.
   * @throws CodedError `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_EXPRESSION`.
   */
  groupBy<K extends NamesOf<S, "dictionary">>(name: K): Groups<S, K>;
  /** The numbers of the rows, rising. An update costs its changed blocks and O(result). */
  rows(): ReadableSignal<Uint32Array>;
}

/**
 * Rows in groups.
 * @public
 */
export interface Groups<S extends Columns, K extends string> {
  /**
   * The aggregates of each group that has a row, in the order their strings came in, null first. An object of an unchanged group stays the
   * same. A changed cell costs folding its block of 1,024 rows (of as many as there are groups, if those are more).
   * @throws CodedError `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_EXPRESSION`.
   */
  agg<R extends Aggregates<S>>(aggregates: R): ReadableSignal<readonly GroupRow<S, K, R>[]>;
}

/**
 * One group: its string under the column's name, and its aggregates.
 * @public
 */
export type GroupRow<S extends Columns, K extends string, R> = {
  readonly [P in K | (keyof R & string)]: P extends keyof R
    ? ResultOf<R[P]>
    : P extends keyof S
      ? CellOf<S[P]>
      : string | null;
};

/**
 * Columns of equal length that can be changed, and from which aggregates are computed and kept up to date.
 * @public
 */
export interface Table<S extends Columns> extends Rows<S> {
  /** How many rows there are. */
  readonly length: ReadableSignal<number>;
  readonly names: readonly (keyof S & string)[];
  /**
   * One value per row. An update costs the changed blocks of 1,024 rows.
   * @throws CodedError `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_EXPRESSION`.
   */
  map(expression: NumberExpression<KindsOf<S>>): ReadableSignal<ColumnValues<number | null>>;
  map(expression: BoolExpression<KindsOf<S>>): ReadableSignal<ColumnValues<boolean | null>>;
  /** The memory of a column as it stands; written to only by the table. Noted like a read. @throws CodedError `SIGNALS_UNKNOWN_COLUMN`. */
  column<K extends keyof S & string>(name: K): S[K];
  /** One cell, noted as a read of its column. @throws CodedError `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_ROW`. */
  get<K extends keyof S & string>(name: K, row: number): CellOf<S[K]>;
  /** One row. @throws CodedError `SIGNALS_BAD_ROW`. */
  row(row: number): RowOf<S>;
  /**
   * Changes one cell, in O(1) but for the first write to memory that came from outside, which is copied. In `batch` effects wait.
   * @throws CodedError `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_ROW`, `SIGNALS_BAD_CELL`; then nothing has changed.
   */
  set<K extends keyof S & string>(name: K, row: number, value: CellOf<S[K]>): void;
  /** Adds rows at the end, all or none. @throws CodedError `SIGNALS_BAD_CELL`, `SIGNALS_TOO_LARGE`. */
  append(rows: RowOf<S> | readonly RowOf<S>[]): void;
  /** Takes a row out, in O(1): the last row takes its place. @throws CodedError `SIGNALS_BAD_ROW`. */
  delete(row: number): void;
}
