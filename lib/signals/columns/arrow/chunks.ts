import { CodedError } from "../../../errors/index.ts";
import { bitmapBytes, countBits, getBit, setBit, sliceBits } from "../bits.ts";
import { type Column, type ColumnKind, column, type Values } from "../column.ts";
import { badArrow, utf8 } from "./flatbuffer.ts";

/** The types of Arrow that become columns. */
export type LeafType =
  | { readonly id: "int"; readonly bits: number; readonly isSigned: boolean }
  | { readonly id: "float"; readonly bits: number }
  | { readonly id: "bool" }
  | { readonly id: "utf8"; readonly isLarge: boolean };

/** Integers and floats as Arrow's buffers hold them. */
export type Numbers =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** One column of one batch. */
export interface Chunk {
  readonly kind: ColumnKind;
  readonly length: number;
  readonly values: Values;
  readonly valid: Uint8Array | undefined;
  readonly words: readonly string[];
}

/** Numbers as a chunk: f64 and i32 as they are, others widened into a copy. */
export function numberChunk(type: LeafType, values: Numbers, length: number, valid: Uint8Array | undefined): Chunk {
  const rest = { length, valid, words: [] };
  if (values instanceof Float64Array) return { kind: "f64", values: values.subarray(0, length), ...rest };
  if (values instanceof Int32Array) return { kind: "i32", values: values.subarray(0, length), ...rest };
  if (type.id === "int" && type.bits <= 16)
    return { kind: "i32", values: Int32Array.from(narrow(values, length)), ...rest };
  const isBig = values instanceof BigInt64Array || values instanceof BigUint64Array;
  if (!isBig) return { kind: "f64", values: Float64Array.from(narrow(values, length)), ...rest };
  const copy = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    if (valid !== undefined && getBit(valid, row) === 0) continue;
    const value = Number(values[row]);
    if (!Number.isSafeInteger(value))
      throw unsupported(`the 64-bit integer ${values[row]}, which no 64-bit float holds safely`);
    copy[row] = value;
  }
  return { kind: "f64", values: copy, ...rest };
}

/** Strings as a chunk: each distinct one once. `offsets` has one entry more than there are rows. */
export function textChunk(
  offsets: Int32Array | BigInt64Array,
  bytes: Uint8Array,
  length: number,
  valid: Uint8Array | undefined,
): Chunk {
  const codes = new Map<string, number>();
  const values = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    if (valid !== undefined && getBit(valid, row) === 0) continue;
    values[row] = codeIn(codes, textAt(offsets, bytes, row));
  }
  return { kind: "dictionary", length, values, valid, words: [...codes.keys()] };
}

/** All strings of a dictionary. */
export function textsOf(offsets: Int32Array | BigInt64Array, bytes: Uint8Array, length: number): string[] {
  return Array.from({ length }, (_, row) => textAt(offsets, bytes, row));
}

/** A dictionary as it came in, and as columns want it: each word once. Grows in place, as many batches may refer to it. */
export class Words {
  readonly unique: string[] = [];
  /** The code among `unique` of each word as it came in. */
  readonly codes: number[] = [];
  private readonly known = new Map<string, number>();

  add(words: Iterable<string>): void {
    for (const word of words) {
      const code = codeIn(this.known, word);
      if (code === this.unique.length) this.unique.push(word);
      this.codes.push(code);
    }
  }
}

/** Codes as a chunk. They are checked against the dictionary, and copied when that says a word twice. */
export function codeChunk(codes: Numbers, words: Words, length: number, valid: Uint8Array | undefined): Chunk {
  const isPlain = codes instanceof Int32Array && words.unique.length === words.codes.length;
  const values = isPlain ? codes.subarray(0, length) : new Int32Array(length);
  for (let row = 0; row < length; row++) {
    if (valid !== undefined && getBit(valid, row) === 0) continue;
    const code = words.codes[Number(codes[row])];
    if (code === undefined)
      throw badArrow(`Row ${row} has the code ${codes[row]}, the dictionary ${words.codes.length} words`);
    if (!isPlain) values[row] = code;
  }
  return { kind: "dictionary", length, values, valid, words: words.unique };
}

/** A chunk of nulls: writers may leave out the data of one. The bitmap that says so is in the input, so its size bounds what is made here. */
export function blankChunk(
  type: LeafType | undefined,
  length: number,
  valid: Uint8Array | undefined,
): Chunk | undefined {
  if (valid === undefined || countBits(valid, length) > 0) return undefined;
  const rest = { length, valid, words: [] };
  if (type?.id === "bool") return { kind: "bool", values: new Uint8Array(bitmapBytes(length)), ...rest };
  if (type?.id === "utf8") return { kind: "dictionary", values: new Int32Array(length), ...rest };
  const isInt = type?.id === "int" && (type.bits <= 16 || (type.bits === 32 && type.isSigned));
  return { kind: isInt ? "i32" : "f64", values: isInt ? new Int32Array(length) : new Float64Array(length), ...rest };
}

/** A bitmap of validity from bit `from` on; undefined when nothing is null. */
export function validity(bits: Uint8Array | undefined, from: number, length: number): Uint8Array | undefined {
  if (bits === undefined || bits.length === 0 || length === 0) return undefined;
  if (bits.length < bitmapBytes(from + length)) throw badArrow("A validity bitmap is too short");
  const valid = sliceBits(bits, from, length);
  return countBits(valid, length) === length ? undefined : valid;
}

/** Chunks as one column. One alone is taken as it is; several are copied together. */
export function joinChunks(name: string, chunks: readonly Chunk[], nullable: boolean): Column {
  const [only] = chunks;
  if (only === undefined) return column("f64", new Float64Array(0), 0, nullable ? new Uint8Array(0) : undefined);
  if (chunks.length === 1) return column(only.kind, only.values, only.length, only.valid, only.words);
  const rows = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const isBool = only.kind === "bool";
  const values = isBool
    ? new Uint8Array(bitmapBytes(rows))
    : only.kind === "f64"
      ? new Float64Array(rows)
      : new Int32Array(rows);
  const valid = chunks.some((chunk) => chunk.valid !== undefined) ? new Uint8Array(bitmapBytes(rows)) : undefined;
  const codes = new Map<string, number>();
  const remaps = new Map<readonly string[], readonly number[]>();
  let at = 0;
  for (const chunk of chunks) {
    if (chunk.kind !== only.kind) throw badArrow(`Column "${name}" changes its type between batches`);
    let remap = remaps.get(chunk.words); // most batches share one dictionary
    if (remap === undefined) {
      remap = chunk.words.map((word) => codeIn(codes, word));
      remaps.set(chunk.words, remap);
    }
    for (let row = 0; row < chunk.length; row++, at++) {
      const isValid = chunk.valid === undefined || getBit(chunk.valid, row) === 1;
      if (valid !== undefined) setBit(valid, at, isValid);
      if (!isValid) continue;
      // casts: a bool column is a bitmap; rows lie inside their chunk
      if (isBool) setBit(values as Uint8Array, at, getBit(chunk.values as Uint8Array, row) === 1);
      else
        values[at] =
          only.kind === "dictionary" ? (remap[chunk.values[row] as number] ?? 0) : (chunk.values[row] as number);
    }
  }
  return column(only.kind, values, rows, valid, [...codes.keys()]);
}

export function unsupported(what: string): CodedError {
  return new CodedError("SIGNALS_UNSUPPORTED_ARROW", `Columns cannot hold ${what}`, { value: what });
}

function narrow(values: Exclude<Numbers, BigInt64Array | BigUint64Array> | Numbers, length: number): Iterable<number> {
  return values.subarray(0, length) as unknown as Iterable<number>; // cast: callers keep 64-bit integers out
}

function textAt(offsets: Int32Array | BigInt64Array, bytes: Uint8Array, row: number): string {
  const from = Number(offsets[row]);
  const to = Number(offsets[row + 1]);
  if (!(from >= 0 && from <= to && to <= bytes.length))
    throw badArrow(`The text of row ${row} lies outside its buffer`);
  return utf8(bytes, from, to);
}

function codeIn(codes: Map<string, number>, word: string): number {
  const known = codes.get(word);
  if (known !== undefined) return known;
  codes.set(word, codes.size);
  return codes.size - 1;
}
