import { CodedError } from "../../../errors/index.ts";
import { checkAttached, limitOf, wrong } from "../../arguments.ts";
import { bitmapBytes, setBit } from "../bits.ts";
import { COLUMN_KINDS, type Column, type ColumnKind, column, type Values } from "../column.ts";
import { badCsv, scanCsv } from "./scan.ts";

/**
 * How CSV is read.
 * @public
 */
export interface CsvOptions<T extends Readonly<Record<string, ColumnKind>> = Readonly<Record<string, ColumnKind>>> {
  /** Kinds by column name; columns not named here are inferred. @defaultValue all inferred */
  readonly kinds?: T;
  /** One character. @defaultValue "," */
  readonly delimiter?: string;
  /** Texts that mean null when they stand without quotes. @defaultValue [""] */
  readonly nulls?: readonly string[];
  /** @defaultValue 10_000_000 */
  readonly maxRows?: number;
  /** @defaultValue 1_000 */
  readonly maxColumns?: number;
  /** Of the text, in UTF-16 units or, for bytes, in bytes. @defaultValue 2^29 */
  readonly maxLength?: number;
}

/**
 * Columns as CSV gives them: the kinds asked for, each of which may hold null.
 * @public
 */
export type CsvColumns<T extends Readonly<Record<string, ColumnKind>>> = string extends keyof T
  ? Record<string, Column>
  : { readonly [K in keyof T]: Column<T[K]> };

/**
 * Reads CSV as RFC 4180 has it; the first record names the columns. A column is inferred as i32 when all its fields are integers of 32 bits, else
 * f64 when all are finite numbers that lose no digit before the point, else bool when all are true or false, else dictionary. Numbers with zeros in
 * front, such as 007, are taken for texts. Nulls do not count; a column of nothing else is a dictionary.
 * @param input - Text, or its UTF-8, with or without a byte order mark.
 * @throws CodedError `SIGNALS_BAD_CSV` with the record, `SIGNALS_TOO_LARGE`, `SIGNALS_BAD_ARGUMENT`.
 * @remarks Two passes: one to infer and count, one to fill. Memory beside the result: the text, and each distinct word once.
 * @example
 * ```ts
 * const sales = table(readCsv("city,qty\nOslo,10\nRome,4\n", { kinds: { city: "dictionary", qty: "i32" } }));
 * ```
 * @public
 */
export function readCsv<const T extends Readonly<Record<string, ColumnKind>>>(
  input: string | Uint8Array,
  options: CsvOptions<T> = {},
): CsvColumns<T> {
  if (typeof input !== "string" && !ArrayBuffer.isView(input))
    throw wrong("The input is neither text nor a Uint8Array", input);
  if (typeof input !== "string") checkAttached(input);
  const { delimiter = ",", nulls = [""] } = options;
  const maxRows = limitOf("maxRows", options.maxRows, 10_000_000);
  const maxColumns = limitOf("maxColumns", options.maxColumns, 1000);
  const maxLength = limitOf("maxLength", options.maxLength, 2 ** 29);
  if (typeof delimiter !== "string" || delimiter.length !== 1 || '"\r\n'.includes(delimiter))
    throw badCsv("The delimiter is not one plain character", 0);
  if ((typeof input === "string" ? input.length : input.byteLength) > maxLength)
    throw tooLarge(`The text is longer than ${maxLength} (maxLength)`);
  const text = textOf(input);
  const guesses: Guess[] = [];
  const isNull = new Set(nulls);
  const records = scanCsv(text, delimiter, (record, at, field, isQuoted) => {
    if (record > maxRows) throw tooLarge(`There are more than ${maxRows} rows (maxRows)`);
    if (record > 0) {
      if (isQuoted || !isNull.has(field)) guesses[at]?.see(field);
      else guesses[at]?.seeNull();
      return;
    }
    if (at >= maxColumns) throw tooLarge(`There are more than ${maxColumns} columns (maxColumns)`);
    guesses.push(new Guess(field));
  });
  const names = new Set(guesses.map((guess) => guess.name));
  if (names.size !== guesses.length) throw badCsv("Two columns have the same name", 1);
  const kinds = new Map<string, ColumnKind>(Object.entries(options.kinds ?? {}));
  for (const [name, kind] of kinds) {
    if (!names.has(name)) throw badCsv(`There is no column "${name}"`, 1);
    if (kind !== undefined && !COLUMN_KINDS.includes(kind))
      throw wrong(`Column "${name}" is of no kind there is`, kind);
  }
  const rows = Math.max(0, records - 1);
  const columns = guesses.map(
    (guess) => new Filler(guess.name, kinds.get(guess.name) ?? guess.kind(), rows, guess.hasNull),
  );
  scanCsv(text, delimiter, (record, at, field, isQuoted) => {
    if (record > 0) columns[at]?.put(record - 1, isQuoted || !isNull.has(field) ? field : null);
  });
  const entries = columns.map((each) => [each.name, each.finish()] as const);
  return Object.fromEntries(entries) as unknown as CsvColumns<T>; // cast: the kinds were taken from T
}

// One way to write a number each, so that no id such as 007 becomes another text.
const INTEGER = /^(?:0|-?[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** What a column said to be numbers may hold. */
const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity|NaN)$/;
const TRUE = new Set(["true", "True", "TRUE"]);
const FALSE = new Set(["false", "False", "FALSE"]);

/** What a column can still be. */
class Guess {
  readonly name: string;
  hasNull = false;
  private seen = false;
  private i32 = true;
  private f64 = true;
  private bool = true;

  constructor(name: string) {
    this.name = name;
  }

  see(field: string): void {
    this.seen = true;
    if (this.i32) this.i32 = INTEGER.test(field) && (Number(field) | 0) === Number(field);
    if (this.f64) this.f64 = DECIMAL.test(field) && keepsDigits(field);
    if (this.bool) this.bool = TRUE.has(field) || FALSE.has(field);
  }

  seeNull(): void {
    this.hasNull = true;
  }

  kind(): ColumnKind {
    if (!this.seen) return "dictionary";
    return this.i32 ? "i32" : this.f64 ? "f64" : this.bool ? "bool" : "dictionary";
  }
}

/** Beyond 2^53 digits before the point would be lost: it is an id, not a quantity. With an exponent it says itself how exact it is. */
function keepsDigits(field: string): boolean {
  const size = Math.abs(Number(field));
  return size < 2 ** 53 || (/e/i.test(field) && size < Number.POSITIVE_INFINITY);
}

class Filler {
  readonly name: string;
  private readonly kind: ColumnKind;
  private readonly rows: number;
  private readonly values: Values;
  private readonly valid: Uint8Array | undefined;
  private readonly codes = new Map<string, number>();

  constructor(name: string, kind: ColumnKind, rows: number, nullable: boolean) {
    this.name = name;
    this.kind = kind;
    this.rows = rows;
    this.values =
      kind === "f64"
        ? new Float64Array(rows)
        : kind === "bool"
          ? new Uint8Array(bitmapBytes(rows))
          : new Int32Array(rows);
    this.valid = nullable ? new Uint8Array(bitmapBytes(rows)) : undefined;
  }

  put(row: number, field: string | null): void {
    if (field === null) return;
    if (this.valid !== undefined) setBit(this.valid, row, true);
    if (this.kind === "bool") {
      if (!TRUE.has(field) && !FALSE.has(field)) throw this.bad(row);
      setBit(this.values as Uint8Array, row, TRUE.has(field)); // cast: a bool column is a bitmap
    } else this.values[row] = this.kind === "dictionary" ? this.code(field) : this.number(row, field);
  }

  finish(): Column {
    return column(this.kind, this.values, this.rows, this.valid, [...this.codes.keys()]);
  }

  private number(row: number, field: string): number {
    const value = Number(field);
    if (!NUMBER.test(field) || (this.kind === "i32" && (value | 0) !== value)) throw this.bad(row);
    return value;
  }

  private code(word: string): number {
    const known = this.codes.get(word);
    if (known !== undefined) return known;
    // A slice would keep the whole text alive.
    const own = ` ${word}`.slice(1);
    this.codes.set(own, this.codes.size);
    return this.codes.size - 1;
  }

  private bad(row: number): CodedError {
    return badCsv(`Column "${this.name}" holds no ${this.kind} in record ${row + 2}`, row + 2);
  }
}

function textOf(input: string | Uint8Array): string {
  if (typeof input === "string") return input.startsWith("\ufeff") ? input.slice(1) : input;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(input);
  } catch (error) {
    throw new CodedError("SIGNALS_BAD_CSV", "The bytes are not UTF-8", { cause: error });
  }
}

function tooLarge(message: string): CodedError {
  return new CodedError("SIGNALS_TOO_LARGE", message);
}
