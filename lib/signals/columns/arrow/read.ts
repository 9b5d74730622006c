import { CodedError } from "../../../errors/index.ts";
import { checkAttached, checkRows, limitOf, wrong } from "../../arguments.ts";
import { bitmapBytes } from "../bits.ts";
import type { Column } from "../column.ts";
import {
  blankChunk,
  type Chunk,
  codeChunk,
  joinChunks,
  type LeafType,
  type Numbers,
  numberChunk,
  textChunk,
  textsOf,
  unsupported,
  validity,
  Words,
} from "./chunks.ts";
import { badArrow, type FlatTable } from "./flatbuffer.ts";
import { type Message, messagesOf } from "./messages.ts";
import { type BatchLayout, type Field, readBatch, readSchema } from "./metadata.ts";

/**
 * How Arrow data are read.
 * @public
 */
export interface ArrowOptions {
  /** The columns to read; others may then be of any type. @defaultValue all */
  readonly columns?: readonly string[];
  /** @defaultValue 100_000_000 */
  readonly maxRows?: number;
  /** Of the input. @defaultValue 2^31 */
  readonly maxBytes?: number;
}

const MAX_ROWS = 100_000_000;
const MAX_BYTES = 2 ** 31;

/**
 * Reads the columns of Arrow IPC data, stream or file. With one batch, columns of float64, int32, bool and dictionaries with int32 codes stay
 * where they are in `bytes`, if those are aligned to 8; everything else is copied: smaller integers and floats are widened, 64-bit integers must
 * be safe integers, utf8 becomes a dictionary, several batches become one.
 * @throws CodedError `SIGNALS_BAD_ARROW` for bytes that are not Arrow data, `SIGNALS_UNSUPPORTED_ARROW` naming a type or a compression that has
 * no place here, `SIGNALS_TOO_LARGE`, `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_ARGUMENT`.
 * @example
 * ```ts
 * const sales = table(readArrow(await readFile("sales.arrow")));
 * ```
 * @public
 */
export function readArrow(bytes: Uint8Array, options: ArrowOptions = {}): Record<string, Column> {
  if (!ArrayBuffer.isView(bytes)) throw wrong("The input is no Uint8Array", bytes);
  checkAttached(bytes);
  if (options.columns !== undefined) checkRows(options.columns, "Names of columns");
  const maxRows = limitOf("maxRows", options.maxRows, MAX_ROWS);
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength > limitOf("maxBytes", options.maxBytes, MAX_BYTES))
    throw new CodedError("SIGNALS_TOO_LARGE", `${byteLength} bytes are more than maxBytes`);
  const reader = new ArrowReader(maxRows, options.columns);
  // A plain Uint8Array over the same memory: Node's Buffer has another subarray.
  for (const message of messagesOf(new Uint8Array(buffer, byteOffset, byteLength))) reader.take(message);
  return reader.finish();
}

class ArrowReader {
  private readonly maxRows: number;
  private readonly wanted: ReadonlySet<string> | undefined;
  private fields: readonly Field[] | undefined;
  private readonly chunks = new Map<Field, Chunk[]>();
  private readonly dictionaries = new Map<number, Words>();
  private readonly withDictionary = new Map<number, Field>();
  private rows = 0;

  constructor(maxRows: number, wanted: readonly string[] | undefined) {
    this.maxRows = maxRows;
    this.wanted = wanted && new Set(wanted);
  }

  take({ header, type, body }: Message): void {
    if (type === "schema") this.schema(header);
    else if (type === "dictionary") this.dictionary(header, body);
    else this.batch(readBatch(header), body);
  }

  finish(): Record<string, Column> {
    if (this.fields === undefined) throw badArrow("There is no schema");
    const found = [...this.chunks].map(([field, chunks]) => [
      field.name,
      joinChunks(field.name, chunks, field.nullable),
    ]);
    return Object.fromEntries(found);
  }

  private schema(header: FlatTable): void {
    if (this.fields !== undefined) throw badArrow("There is a second schema");
    this.fields = readSchema(header);
    const names = new Set(this.fields.map((field) => field.name));
    if (names.size !== this.fields.length) throw badArrow("Two columns have the same name");
    for (const name of this.wanted ?? [])
      if (!names.has(name))
        throw new CodedError("SIGNALS_UNKNOWN_COLUMN", `There is no column "${name}"`, { value: name });
    for (const field of this.fields) {
      if (this.wanted !== undefined && !this.wanted.has(field.name)) continue;
      const isText = field.type?.id === "utf8";
      if (field.type === undefined || (field.dictionary !== undefined && !isText))
        throw unsupported(`"${field.name}" of type ${field.dictionary ? "Dictionary of " : ""}${field.typeName}`);
      this.chunks.set(field, []);
      if (field.dictionary !== undefined) this.withDictionary.set(field.dictionary.id, field);
    }
  }

  private dictionary(header: FlatTable, body: Uint8Array): void {
    const id = header.int64(0);
    const field = this.withDictionary.get(id);
    const data = header.table(1);
    if (field === undefined || data === undefined) return; // of a column that nobody wants
    const layout = readBatch(data);
    const { type } = field;
    if (type?.id !== "utf8") return;
    const node = nodeAt(layout, 0, this.maxRows);
    if (validity(bufferAt(layout, body, 0), 0, node) !== undefined) throw unsupported("a null inside a dictionary");
    const offsets = offsetsOf(type.isLarge, bufferAt(layout, body, 1), node);
    const isDelta = header.int8(2) === 1;
    const words = (isDelta ? this.dictionaries.get(id) : undefined) ?? new Words();
    words.add(textsOf(offsets, bufferAt(layout, body, 2), node));
    this.dictionaries.set(id, words);
  }

  private batch(layout: BatchLayout, body: Uint8Array): void {
    if (this.fields === undefined) throw badArrow("A batch comes before the schema");
    this.rows += layout.rows;
    if (this.rows > this.maxRows)
      throw new CodedError("SIGNALS_TOO_LARGE", `There are more than ${this.maxRows} rows (maxRows)`);
    let node = 0;
    let buffer = 0;
    for (const field of this.fields) {
      const chunks = this.chunks.get(field);
      if (chunks !== undefined) {
        if (nodeAt(layout, node, this.maxRows) !== layout.rows)
          throw badArrow(`Column "${field.name}" has another length than its batch`);
        chunks.push(this.chunk(field, layout, body, buffer));
      }
      node += field.nodes;
      buffer += field.buffers;
      if (Number.isNaN(buffer)) throw unsupported(`"${field.name}" of type ${field.typeName}, nor skip it`);
    }
  }

  private chunk({ type, dictionary }: Field, layout: BatchLayout, body: Uint8Array, first: number): Chunk {
    const { rows } = layout;
    const valid = validity(bufferAt(layout, body, first), 0, rows);
    const blank = blankChunk(type, rows, valid);
    if (blank !== undefined) return blank;
    const data = bufferAt(layout, body, first + 1);
    if (dictionary !== undefined) {
      const words = this.dictionaries.get(dictionary.id);
      if (words === undefined && rows > 0) throw badArrow("A batch comes before its dictionary");
      return codeChunk(numbersOf(dictionary.index, data, rows), words ?? new Words(), rows, valid);
    }
    if (type?.id === "bool") {
      if (data.length < bitmapBytes(rows)) throw badArrow("A buffer is too short for its rows");
      return { kind: "bool", length: rows, values: data.subarray(0, bitmapBytes(rows)), valid, words: [] };
    }
    if (type?.id === "utf8") {
      return textChunk(offsetsOf(type.isLarge, data, rows), bufferAt(layout, body, first + 2), rows, valid);
    }
    const leaf = type as LeafType; // cast: a field without one is refused with the schema
    return numberChunk(leaf, numbersOf(leaf, data, rows), rows, valid);
  }
}

function nodeAt(layout: BatchLayout, at: number, maxRows: number): number {
  const length = layout.nodes[at]?.length;
  if (length === undefined) throw badArrow("A batch has too few columns");
  if (length > maxRows) throw new CodedError("SIGNALS_TOO_LARGE", `There are more than ${maxRows} rows (maxRows)`);
  return length;
}

function bufferAt(layout: BatchLayout, body: Uint8Array, at: number): Uint8Array {
  const buffer = layout.buffers[at];
  if (buffer === undefined || buffer.offset + buffer.length > body.length)
    throw badArrow("A buffer lies outside its batch");
  return body.subarray(buffer.offset, buffer.offset + buffer.length);
}

function offsetsOf(isLarge: boolean, bytes: Uint8Array, rows: number): Int32Array | BigInt64Array {
  if (rows === 0) return new Int32Array(1); // writers may leave the buffer out
  return isLarge ? over(BigInt64Array, bytes, rows + 1) : over(Int32Array, bytes, rows + 1);
}

function numbersOf(type: LeafType, bytes: Uint8Array, rows: number): Numbers {
  if (type.id === "float") return over<Numbers>(type.bits === 32 ? Float32Array : Float64Array, bytes, rows);
  if (type.id !== "int") throw badArrow("Codes are no integers");
  const { bits, isSigned } = type;
  if (bits === 8) return over<Numbers>(isSigned ? Int8Array : Uint8Array, bytes, rows);
  if (bits === 16) return over<Numbers>(isSigned ? Int16Array : Uint16Array, bytes, rows);
  if (bits === 32) return over<Numbers>(isSigned ? Int32Array : Uint32Array, bytes, rows);
  return over<Numbers>(isSigned ? BigInt64Array : BigUint64Array, bytes, rows);
}

interface ArrayType<T> {
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/** Bytes as an array of numbers: the same memory where it is aligned, else a copy. */
function over<T>(type: ArrayType<T>, bytes: Uint8Array, length: number): T {
  const needed = length * type.BYTES_PER_ELEMENT;
  if (bytes.length < needed) throw badArrow("A buffer is too short for its rows");
  const isAligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0;
  const from = isAligned ? bytes : bytes.slice(0, needed);
  return new type(from.buffer, from.byteOffset, length);
}
