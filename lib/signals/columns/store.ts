import { CodedError } from "../../errors/index.ts";
import { type Signal, signal } from "../index.ts";
import { bitmapBytes, getBit, setBit } from "./bits.ts";
import type { Cell, Column, ColumnKind, Values } from "./column.ts";
import { Stamps } from "./stamps.ts";

/** One column inside a table. It starts on the memory it was given, and copies that before the first write. */
export class Store {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Numbers, codes of `words`, or for `bool` a bitmap. May be longer than the table. */
  values: Values;
  /** Validity, a bitmap; undefined when the column takes no null. */
  valid: Uint8Array | undefined;
  /** The dictionary; empty for other kinds. Only ever grows. */
  words: readonly string[];
  readonly version: Signal<number> = signal(0);
  readonly stamps: Stamps = new Stamps();
  private ownsValues = false;
  private ownsWords = false;
  private codes: Map<string, number> | undefined;

  constructor(name: string, column: Column) {
    this.name = name;
    this.kind = column.kind;
    this.values = column.values;
    this.valid = column.valid;
    this.words = column.dictionary;
  }

  get(row: number): Cell {
    if (this.valid !== undefined && getBit(this.valid, row) === 0) return null;
    if (this.kind === "bool") return getBit(this.values as Uint8Array, row) === 1; // cast: a bool column is a bitmap
    const value = this.values[row] as number; // cast: the table checked the row
    return this.kind === "dictionary" ? (this.words[value] as string) : value; // cast: codes were checked when they came in
  }

  /** What a cell will hold, checked: a number, a code, 0 or 1, or null. A new word enters the dictionary. */
  encode(value: unknown): number | null {
    if (value === null && this.valid !== undefined) return null;
    switch (this.kind) {
      case "f64":
        if (typeof value === "number") return value;
        break;
      case "i32":
        if (typeof value === "number" && (value | 0) === value) return value;
        break;
      case "bool":
        if (typeof value === "boolean") return value ? 1 : 0;
        break;
      case "dictionary":
        if (typeof value === "string") return this.code(value, true);
    }
    const found = value === null ? "null" : typeof value === "number" ? String(value) : `a ${typeof value}`;
    const nullable = this.valid === undefined ? "" : " or null";
    throw new CodedError(
      "SIGNALS_BAD_CELL",
      `Column "${this.name}" takes ${TAKES[this.kind]}${nullable}, not ${found}`,
      {
        value: this.name,
      },
    );
  }

  /** Puts what `encode` gave into a row that `reserve` has made room for. */
  put(row: number, value: number | null): void {
    if (this.valid !== undefined) setBit(this.valid, row, value !== null);
    if (this.kind === "bool")
      setBit(this.values as Uint8Array, row, value === 1); // cast: a bool column is a bitmap
    else this.values[row] = value ?? 0;
  }

  /** Copies one row over another. */
  move(from: number, to: number): void {
    if (this.valid !== undefined) setBit(this.valid, to, getBit(this.valid, from) === 1);
    // casts: a bool column is a bitmap; `from` is a row
    if (this.kind === "bool") setBit(this.values as Uint8Array, to, getBit(this.values as Uint8Array, from) === 1);
    else this.values[to] = this.values[from] as number;
  }

  /** Makes the memory our own, with room for so many rows; grows by doubling. */
  reserve(rows: number): void {
    const length = this.kind === "bool" ? bitmapBytes(rows) : rows;
    const isShort = this.values.length < length || (this.valid !== undefined && this.valid.length < bitmapBytes(rows));
    if (this.ownsValues && !isShort) return;
    const size = isShort ? Math.max(64, 2 ** Math.ceil(Math.log2(rows))) : rows;
    this.values = grown(this.values, this.kind === "bool" ? bitmapBytes(size) : size);
    if (this.valid !== undefined) this.valid = grown(this.valid, bitmapBytes(size));
    this.ownsValues = true;
  }

  /** The code of a word, or -1; with `add` a new word gets one. */
  code(word: string, add = false): number {
    this.codes ??= new Map(this.words.map((known, code) => [known, code]));
    const known = this.codes.get(word);
    if (known !== undefined || !add) return known ?? -1;
    if (!this.ownsWords) this.words = [...this.words];
    this.ownsWords = true;
    const code = this.words.length;
    (this.words as string[]).push(word); // cast: a copy of ours by now
    this.codes.set(word, code);
    return code;
  }
}

const TAKES: Readonly<Record<ColumnKind, string>> = {
  f64: "a number",
  i32: "an integer of 32 bits",
  bool: "a boolean",
  dictionary: "a string",
};

function grown<T extends Values>(values: T, length: number): T {
  // cast: the constructor of an array makes its like
  const next = new (values.constructor as new (length: number) => T)(Math.max(length, values.length));
  next.set(values);
  return next;
}
