import { CodedError } from "../../../errors/index.ts";
import { checkRows, wrong } from "../../arguments.ts";
import { sliceBits } from "../bits.ts";
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
  unsupported,
  validity,
  Words,
} from "./chunks.ts";
import { badArrow } from "./flatbuffer.ts";

/**
 * One chunk of a vector of `apache-arrow`, by what is read of it.
 * @public
 */
export interface ArrowData {
  readonly type: {
    readonly typeId: number;
    readonly bitWidth?: unknown;
    readonly isSigned?: unknown;
    readonly precision?: unknown;
  };
  readonly length: number;
  readonly offset: number;
  readonly nullCount: number;
  readonly values: unknown;
  readonly valueOffsets?: unknown;
  readonly nullBitmap?: Uint8Array | null | undefined;
  readonly dictionary?: Iterable<unknown> | undefined;
}

/**
 * A table of `apache-arrow`, by what is read of it.
 * @public
 */
export interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly nullable: boolean }[] };
  getChildAt(index: number): { readonly data: readonly ArrowData[] } | null;
}

/**
 * The columns of a table of the package `apache-arrow`, which is not imported here. Columns of one chunk with float64, int32, bool, or
 * dictionaries with int32 codes share the table's memory (and are copied before the first write); others are copied as `readArrow` says, as is
 * a table of several chunks.
 * @param names - The columns to take. All when left out.
 * @throws CodedError `SIGNALS_UNSUPPORTED_ARROW` naming the type, `SIGNALS_UNKNOWN_COLUMN`, `SIGNALS_BAD_ARGUMENT` for what is no such table.
 * @public
 */
export function fromArrow(from: ArrowTable, names?: readonly string[]): Record<string, Column> {
  checkTable(from);
  if (names !== undefined) checkRows(names, "Names of columns");
  const { fields } = from.schema;
  for (const name of names ?? [])
    if (!fields.some((field) => field.name === name))
      throw new CodedError("SIGNALS_UNKNOWN_COLUMN", `There is no column "${name}"`, { value: name });
  const entries = fields.flatMap(({ name, nullable }, at) => {
    if (names !== undefined && !names.includes(name)) return [];
    const dictionaries = new Map<unknown, Words>();
    const data: unknown = from.getChildAt(at)?.data ?? [];
    if (!Array.isArray(data)) throw wrong(`The chunks of "${name}" are no list`, data);
    const chunks = data.map((chunk: ArrowData) => chunkOf(name, chunk, dictionaries));
    return [[name, joinChunks(name, chunks, nullable)] as const];
  });
  return Object.fromEntries(entries);
}

const DICTIONARY = -1;

/** What is read of a table; what is not is none of our business. */
function checkTable(from: ArrowTable): void {
  const fields: unknown = Object(Object(from).schema).fields;
  const isTable = Array.isArray(fields) && fields.every((field) => typeof Object(field).name === "string");
  if (!isTable || typeof from.getChildAt !== "function")
    throw wrong("What should be a table of apache-arrow is none", from);
}

function chunkOf(name: string, data: ArrowData, dictionaries: Map<unknown, Words>): Chunk {
  const { type, length, offset, values } = Object(data) as ArrowData; // cast: what is read of it is asked
  if (typeof Object(type).typeId !== "number" || !(length >= 0) || !(offset >= 0))
    throw wrong(`A chunk of "${name}" is none of apache-arrow`, data);
  const bits = data.nullCount > 0 ? (data.nullBitmap ?? undefined) : undefined;
  const valid = validity(bits, offset, length);
  const leaf: LeafType | undefined = type.typeId === DICTIONARY ? { id: "utf8", isLarge: false } : leafOf(data);
  if (leaf === undefined) throw unsupported(`"${name}" of type ${String(type)}`);
  const blank = blankChunk(leaf, length, valid);
  if (blank !== undefined) return blank;
  if (!ArrayBuffer.isView(values) || !("length" in values)) throw badArrow(`Column "${name}" has no memory`);
  if (type.typeId === DICTIONARY) {
    let words = dictionaries.get(data.dictionary);
    if (words === undefined) {
      words = new Words();
      words.add(wordsOf(name, data.dictionary ?? []));
      dictionaries.set(data.dictionary, words);
    }
    return codeChunk(values as Numbers, words, length, valid); // cast: the codes of a dictionary
  }
  // casts: each type has this memory in apache-arrow
  if (leaf.id === "bool") {
    return { kind: "bool", length, values: sliceBits(values as Uint8Array, offset, length), valid, words: [] };
  }
  if (leaf.id === "utf8")
    return textChunk(data.valueOffsets as Int32Array | BigInt64Array, values as Uint8Array, length, valid);
  if ((values as Numbers).length < length) throw badArrow(`Column "${name}" is shorter than its rows`);
  return numberChunk(leaf, values as Numbers, length, valid);
}

function wordsOf(name: string, dictionary: Iterable<unknown>): string[] {
  return Array.from(dictionary, (word) => {
    if (typeof word !== "string") throw unsupported(`"${name}", a dictionary of something but strings`);
    return word;
  });
}

/** By the numbers apache-arrow gives its types. */
function leafOf({ type }: ArrowData): LeafType | undefined {
  switch (type.typeId) {
    case 2:
      return { id: "int", bits: Number(type.bitWidth), isSigned: type.isSigned === true };
    case 3:
      return type.precision === 0 ? undefined : { id: "float", bits: type.precision === 1 ? 32 : 64 };
    case 5:
      return { id: "utf8", isLarge: false };
    case 20:
      return { id: "utf8", isLarge: true };
    case 6:
      return { id: "bool" };
    default:
      return undefined;
  }
}
