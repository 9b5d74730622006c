import { writeUtf8 } from "../../../pool/index.ts";
import { checkObject } from "../../arguments.ts";
import { bitmapBytes, countBits } from "../bits.ts";
import { type Column, type ColumnKind, checkColumn } from "../column.ts";
import { type FlatField, type FlatPart, writeFlat } from "./flatbuffer.ts";
import { MAGIC } from "./messages.ts";

/**
 * How Arrow data are written.
 * @public
 */
export interface ArrowWriteOptions {
  /** A stream is read front to back; a file has an index at its end. @defaultValue "stream" */
  readonly format?: "stream" | "file";
}

/**
 * Writes the columns of a table as Arrow IPC data, in one batch, uncompressed: float64, int32, bool, and for strings a dictionary of utf8 with
 * int32 codes. Polars, DuckDB, pandas and `apache-arrow` read it.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT` for what is no column.
 * @remarks Costs one copy of the data.
 * @example
 * ```ts
 * await writeFile("sales.arrow", writeArrow({ price: sales.column("price") }, { format: "file" }));
 * ```
 * @public
 */
export function writeArrow(columns: Readonly<Record<string, Column>>, options: ArrowWriteOptions = {}): Uint8Array {
  checkObject(columns, "What should be columns");
  const all = Object.entries(columns);
  for (const [, each] of all) checkColumn(each);
  const schema = schemaPart(all);
  const parts: Uint8Array[] = [];
  const isFile = options.format === "file";
  let length = 0;
  const push = (bytes: Uint8Array): void => {
    parts.push(bytes);
    length += bytes.length;
  };
  const blocks: { readonly dictionary: boolean; readonly block: readonly number[] }[] = [];
  const message = (header: FlatPart, type: number, buffers: readonly Uint8Array[]): void => {
    const body = buffers.reduce((sum, buffer) => sum + padded(buffer.length), 0);
    const start = length;
    const metadata = writeFlat(messagePart(header, type, body));
    const head = new Uint8Array(8);
    new DataView(head.buffer).setInt32(0, -1, true);
    new DataView(head.buffer).setInt32(4, metadata.length, true);
    push(head);
    push(metadata);
    // In a block the length of the metadata is 32 bits wide and followed by 4 bytes of padding.
    if (type !== SCHEMA) blocks.push({ dictionary: type === DICTIONARY, block: [start, length - start, body] });
    for (const buffer of buffers) {
      push(buffer);
      push(new Uint8Array(padded(buffer.length) - buffer.length));
    }
  };
  if (isFile) push(Uint8Array.of(...MAGIC, 0, 0));
  message(schema, SCHEMA, []);
  for (const [id, [, each]] of all.entries()) {
    if (each.kind !== "dictionary") continue;
    const buffers = [new Uint8Array(0), ...textBuffers(each.dictionary)];
    const data = batchPart(each.dictionary.length, [0], buffers);
    message({ fields: [{ bytes: 8, value: id }, data, { bytes: 1, value: 0 }] }, DICTIONARY, buffers);
  }
  const rows = all[0]?.[1].length ?? 0;
  const buffers = all.flatMap(([, each]) => columnBuffers(each));
  const nulls = all.map(([, { valid, length }]) => (valid === undefined ? 0 : length - countBits(valid, length)));
  message(batchPart(rows, nulls, buffers), BATCH, buffers);
  push(Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0));
  if (isFile) {
    const of = (dictionary: boolean): FlatPart => ({
      structs: blocks.filter((block) => block.dictionary === dictionary).map(({ block }) => block),
    });
    const footer = writeFlat({ fields: [VERSION, schema, of(true), of(false)] });
    push(footer);
    const size = new Uint8Array(4);
    new DataView(size.buffer).setInt32(0, footer.length, true);
    push(size);
    push(MAGIC);
  }
  return concatenated(parts, length);
}

const SCHEMA = 1;
const DICTIONARY = 2;
const BATCH = 3;
const VERSION: FlatField = { bytes: 2, value: 4 }; // V5, since Arrow 1.0

const INT32: FlatPart = {
  fields: [
    { bytes: 4, value: 32 },
    { bytes: 1, value: 1 },
  ],
};

/** The number of each kind's type in a schema, and its details. */
const TYPES: Readonly<Record<ColumnKind, readonly [number, FlatPart]>> = {
  f64: [3, { fields: [{ bytes: 2, value: 2 }] }],
  i32: [2, INT32],
  bool: [6, { fields: [] }],
  dictionary: [5, { fields: [] }],
};

function messagePart(header: FlatPart, type: number, body: number): FlatPart {
  return { fields: [VERSION, { bytes: 1, value: type }, header, { bytes: 8, value: body }] };
}

function schemaPart(all: readonly (readonly [string, Column])[]): FlatPart {
  const tables = all.map(([name, { kind, nullable }], id): FlatPart => {
    const [type, details] = TYPES[kind];
    const encoding: FlatField = kind === "dictionary" ? { fields: [{ bytes: 8, value: id }, INT32] } : undefined;
    const isNullable: FlatField = { bytes: 1, value: nullable ? 1 : 0 };
    return { fields: [{ text: name }, isNullable, { bytes: 1, value: type }, details, encoding, { tables: [] }] };
  });
  return { fields: [{ bytes: 2, value: 0 }, { tables }] };
}

function batchPart(rows: number, nulls: readonly number[], buffers: readonly Uint8Array[]): FlatPart {
  let offset = 0;
  const places = buffers.map((buffer) => {
    const place = [offset, buffer.length];
    offset += padded(buffer.length);
    return place;
  });
  return { fields: [{ bytes: 8, value: rows }, { structs: nulls.map((count) => [rows, count]) }, { structs: places }] };
}

function columnBuffers({ kind, length, values, valid }: Column): Uint8Array[] {
  const count = kind === "bool" ? bitmapBytes(length) : length;
  const data = values.subarray(0, count);
  return [
    valid?.subarray(0, bitmapBytes(length)) ?? new Uint8Array(0),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ];
}

function textBuffers(words: readonly string[]): Uint8Array[] {
  const offsets = new Int32Array(words.length + 1);
  const bytes = new Uint8Array(words.reduce((sum, word) => sum + word.length * 3, 0));
  let at = 0;
  for (const [i, word] of words.entries()) {
    at = writeUtf8(bytes, at, word);
    offsets[i + 1] = at;
  }
  return [new Uint8Array(offsets.buffer), bytes.subarray(0, at)];
}

function padded(length: number): number {
  return Math.ceil(length / 64) * 64;
}

function concatenated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
