import { type LeafType, unsupported } from "./chunks.ts";
import { badArrow, type FlatTable } from "./flatbuffer.ts";

/** A field of a schema. */
export interface Field {
  readonly name: string;
  readonly nullable: boolean;
  /** Undefined for what cannot become a column; then `typeName` says what it is. */
  readonly type: LeafType | undefined;
  readonly typeName: string;
  readonly dictionary: { readonly id: number; readonly index: LeafType } | undefined;
  /** How many nodes and buffers it has in a batch, children included. */
  readonly nodes: number;
  readonly buffers: number;
}

/** Where the data of one batch lie in its body. */
export interface BatchLayout {
  readonly rows: number;
  readonly nodes: readonly { readonly length: number; readonly nulls: number }[];
  readonly buffers: readonly { readonly offset: number; readonly length: number }[];
}

const MAX_FIELDS = 10_000;

/** The names of Arrow's types by their number, with how many buffers each has itself; undefined where that varies. */
const TYPES: readonly (readonly [name: string, buffers: number | undefined])[] = [
  ["None", undefined],
  ["Null", 0],
  ["Int", 2],
  ["FloatingPoint", 2],
  ["Binary", 3],
  ["Utf8", 3],
  ["Bool", 2],
  ["Decimal", 2],
  ["Date", 2],
  ["Time", 2],
  ["Timestamp", 2],
  ["Interval", 2],
  ["List", 2],
  ["Struct", 1],
  ["Union", undefined],
  ["FixedSizeBinary", 2],
  ["FixedSizeList", 1],
  ["Map", 2],
  ["Duration", 2],
  ["LargeBinary", 3],
  ["LargeUtf8", 3],
  ["LargeList", 2],
  ["RunEndEncoded", undefined],
  ["BinaryView", undefined],
  ["Utf8View", undefined],
  ["ListView", 3],
  ["LargeListView", 3],
];

export function readSchema(schema: FlatTable): Field[] {
  if (schema.int16(0) !== 0) throw unsupported("big-endian data");
  const budget = { fields: MAX_FIELDS };
  return schema.tables(1).map((field) => readField(field, budget));
}

export function readBatch(batch: FlatTable): BatchLayout {
  if (batch.has(3)) throw unsupported("compressed batches; write them uncompressed");
  return {
    rows: batch.int64(0),
    nodes: batch.structs(1, 16).map((at) => ({ length: batch.read64(at), nulls: batch.read64(at + 8) })),
    buffers: batch.structs(2, 16).map((at) => ({ offset: batch.read64(at), length: batch.read64(at + 8) })),
  };
}

function readField(field: FlatTable, budget: { fields: number }): Field {
  if (--budget.fields < 0) throw badArrow(`A schema has more than ${MAX_FIELDS} fields`);
  const type = field.int8(2);
  const [typeName, own] = TYPES[type] ?? [`type ${type}`, undefined];
  const encoding = field.table(4);
  const index = encoding?.table(1);
  const dictionary = encoding && {
    id: encoding.int64(0),
    index: index === undefined ? ({ id: "int", bits: 32, isSigned: true } as const) : intType(index),
  };
  // A field with a dictionary has only its codes in a batch.
  const children = dictionary ? [] : field.tables(5).map((child) => readField(child, budget));
  return {
    name: field.text(0),
    nullable: field.int8(1) === 1,
    type: leafType(type, field.table(3)),
    typeName,
    dictionary,
    nodes: children.reduce((sum, child) => sum + child.nodes, 1),
    buffers: dictionary ? 2 : children.reduce((sum, child) => sum + child.buffers, own ?? Number.NaN),
  };
}

function leafType(type: number, details: FlatTable | undefined): LeafType | undefined {
  switch (TYPES[type]?.[0]) {
    case "Int":
      return details && intType(details);
    case "FloatingPoint": {
      const bits = [16, 32, 64][details?.int16(0) ?? 0] ?? 16;
      return bits === 16 ? undefined : { id: "float", bits };
    }
    case "Bool":
      return { id: "bool" };
    case "Utf8":
      return { id: "utf8", isLarge: false };
    case "LargeUtf8":
      return { id: "utf8", isLarge: true };
    default:
      return undefined;
  }
}

function intType(details: FlatTable): LeafType {
  const bits = details.int32(0);
  if (![8, 16, 32, 64].includes(bits)) throw badArrow(`Integers have no ${bits} bits`);
  return { id: "int", bits, isSigned: details.int8(1) === 1 };
}
