import { CodedError } from "../../errors/index.ts";
import { checkAttached, wrong } from "../arguments.ts";
import { bitmapBytes, getBit, setBit } from "./bits.ts";

/**
 * What a column holds: 64-bit floats, 32-bit integers, booleans, or strings by their code in a dictionary.
 * @public
 */
export type ColumnKind = "f64" | "i32" | "bool" | "dictionary";

/** All kinds there are. */
export const COLUMN_KINDS: readonly ColumnKind[] = ["f64", "i32", "bool", "dictionary"];

/**
 * The content of one cell.
 * @public
 */
export type Cell = number | boolean | string | null;

/**
 * The memory a column lies in.
 * @public
 */
export type Values = Float64Array | Int32Array | Uint8Array;

/**
 * A column to make a table of: its kind and its memory, in Arrow's layout.
 * @public
 */
export interface Column<K extends ColumnKind = ColumnKind, Nullable extends boolean = boolean> {
  readonly kind: K;
  /** Whether cells may be null. Fixed for the column's life: kernels for columns without nulls are faster. */
  readonly nullable: Nullable;
  /** How many rows. */
  readonly length: number;
  /** `Float64Array` for f64, `Int32Array` for i32 and dictionary (codes), a bitmap for bool. */
  readonly values: Values;
  /** Bitmap, least significant bit first: 1 where a cell is not null. Undefined when the column takes no null. */
  readonly valid: Uint8Array | undefined;
  /** The strings that codes stand for, each once; empty for other kinds. */
  readonly dictionary: readonly string[];
}

/**
 * What a column may be given.
 * @public
 */
export interface ColumnOptions<Nullable extends boolean = boolean> {
  /** Whether nulls may come later, though there is none now. @defaultValue whether there is a null now */
  readonly nullable?: Nullable;
}

/**
 * A column of 64-bit floats. A `Float64Array` is taken as it is, and copied before the table's first write to it.
 * @throws CodedError `SIGNALS_BAD_CELL` for anything but numbers and null, `SIGNALS_BAD_ARGUMENT` for what is no list.
 * @public
 */
export function f64(data: Float64Array | readonly number[], options?: ColumnOptions<false>): Column<"f64", false>;
/** The same, with room for nulls that may come later. @public */
export function f64(data: Float64Array | readonly number[], options: ColumnOptions<true>): Column<"f64", true>;
/** The same, with nulls. @public */
export function f64(data: readonly (number | null)[]): Column<"f64", true>;
export function f64(data: Float64Array | readonly (number | null)[], options: ColumnOptions = {}): Column<"f64"> {
  checkList(data);
  if (data instanceof Float64Array) return column("f64", data, data.length, allValid(data.length, options));
  const valid = validity(data, options);
  const values = Float64Array.from(data, (value) => checked(value, typeof value === "number", "f64") ?? 0);
  return column("f64", values, data.length, valid);
}

/**
 * A column of 32-bit integers. An `Int32Array` is taken as it is, and copied before the table's first write to it. Arithmetic on it gives
 * 64-bit floats, so it does not overflow.
 * @throws CodedError `SIGNALS_BAD_CELL` for anything but integers of 32 bits and null.
 * @public
 */
export function i32(data: Int32Array | readonly number[], options?: ColumnOptions<false>): Column<"i32", false>;
/** The same, with room for nulls that may come later. @public */
export function i32(data: Int32Array | readonly number[], options: ColumnOptions<true>): Column<"i32", true>;
/** The same, with nulls. @public */
export function i32(data: readonly (number | null)[]): Column<"i32", true>;
export function i32(data: Int32Array | readonly (number | null)[], options: ColumnOptions = {}): Column<"i32"> {
  checkList(data);
  if (data instanceof Int32Array) return column("i32", data, data.length, allValid(data.length, options));
  const valid = validity(data, options);
  const values = Int32Array.from(
    data,
    (value) => checked(value, typeof value === "number" && (value | 0) === value, "i32") ?? 0,
  );
  return column("i32", values, data.length, valid);
}

/**
 * A column of booleans, one bit each.
 * @throws CodedError `SIGNALS_BAD_CELL` for anything but booleans and null.
 * @public
 */
export function bool(data: readonly boolean[], options?: ColumnOptions<false>): Column<"bool", false>;
/** The same, with room for nulls that may come later. @public */
export function bool(data: readonly boolean[], options: ColumnOptions<true>): Column<"bool", true>;
/** The same, with nulls. @public */
export function bool(data: readonly (boolean | null)[]): Column<"bool", true>;
export function bool(data: readonly (boolean | null)[], options: ColumnOptions = {}): Column<"bool"> {
  checkList(data);
  const values = new Uint8Array(bitmapBytes(data.length));
  for (const [row, value] of data.entries())
    if (checked(value, typeof value === "boolean", "bool")) setBit(values, row, true);
  return column("bool", values, data.length, validity(data, options));
}

/**
 * A column of strings, each distinct one kept once, with a code per row. For texts that repeat, such as names of cities; a column of texts that
 * are all different gains nothing.
 * @throws CodedError `SIGNALS_BAD_CELL` for anything but strings and null.
 * @public
 */
export function dictionary(data: readonly string[], options?: ColumnOptions<false>): Column<"dictionary", false>;
/** The same, with room for nulls that may come later. @public */
export function dictionary(data: readonly string[], options: ColumnOptions<true>): Column<"dictionary", true>;
/** The same, with nulls. @public */
export function dictionary(data: readonly (string | null)[]): Column<"dictionary", true>;
export function dictionary(data: readonly (string | null)[], options: ColumnOptions = {}): Column<"dictionary"> {
  checkList(data);
  const codes = new Map<string, number>();
  const values = Int32Array.from(data, (value) => {
    const word = checked(value, typeof value === "string", "dictionary");
    if (word === null) return 0;
    let code = codes.get(word);
    if (code === undefined) {
      code = codes.size;
      codes.set(word, code);
    }
    return code;
  });
  return column("dictionary", values, data.length, validity(data, options), [...codes.keys()]);
}

/** A column over memory in the right layout. */
export function column<K extends ColumnKind>(
  kind: K,
  values: Values,
  length: number,
  valid: Uint8Array | undefined,
  words: readonly string[] = [],
): Column<K> {
  return Object.freeze({ kind, nullable: valid !== undefined, length, values, valid, dictionary: words });
}

/** The content of a column as an array; slow, for tests and small tables. */
export function cellsOf(from: Column): Cell[] {
  return Array.from({ length: from.length }, (_, row) => {
    if (from.valid !== undefined && getBit(from.valid, row) === 0) return null;
    if (from.kind === "bool") return getBit(from.values as Uint8Array, row) === 1; // cast: a bool column is a bitmap
    const value = from.values[row] as number; // cast: row is in range
    return from.kind === "dictionary" ? (from.dictionary[value] ?? null) : value;
  });
}

/** Lists and typed arrays. */
function checkList(data: unknown): void {
  if (Array.isArray(data)) return;
  if (!ArrayBuffer.isView(data) || !("length" in data)) throw wrong("Cells are no list", data);
  checkAttached(data);
}

/** @throws CodedError `SIGNALS_BAD_ARGUMENT` for what none of the functions here has made, nor a reader. */
export function checkColumn(from: Column): void {
  if (!COLUMN_KINDS.includes(Object(from).kind) || !ArrayBuffer.isView(from.values))
    throw wrong("What should be a column is none", from);
}

function validity(data: readonly unknown[], options: ColumnOptions): Uint8Array | undefined {
  if (!options.nullable && !data.includes(null)) return undefined;
  const valid = new Uint8Array(bitmapBytes(data.length));
  for (const [row, value] of data.entries()) if (value !== null) setBit(valid, row, true);
  return valid;
}

function allValid(rows: number, options: ColumnOptions): Uint8Array | undefined {
  return options.nullable ? new Uint8Array(bitmapBytes(rows)).fill(255) : undefined;
}

function checked<T>(value: T, isRight: boolean, kind: ColumnKind): T {
  if (value === null || isRight) return value;
  const found = typeof value === "number" ? String(value) : `a ${typeof value}`;
  throw new CodedError("SIGNALS_BAD_CELL", `A column of kind ${kind} does not take ${found}`, { value: kind });
}
