/*
 * The packed form of plain values: each begins with a byte that says what it is; lists are columns, which say it once for all their items. Containers are numbered
 * as they are met, so that one that is met again is a number, whatever stands between. Lengths and integers are LEB128.
 */

/** What a value is. */
export const NULL = 0;
export const UNDEFINED = 1;
export const FALSE = 2;
export const TRUE = 3;
export const INTEGER = 4;
export const FLOAT = 5;
export const TEXT = 6;
/** Text that UTF-8 cannot say: its code units. */
export const UNITS = 7;
export const BIGINT = 8;
export const DATE = 9;
export const LIST = 10;
export const OBJECT = 11;
export const MAP = 12;
export const SET = 13;
export const ARRAY_BUFFER = 14;
/** A container that was met before, by its number. */
export const AGAIN = 15;
/** Nothing at all: a hole in a list. */
export const HOLE = 16;
/** From here on: typed arrays, in the order of {@link TYPED}. */
export const TYPED_FIRST = 32;

/** How the items of a column are written. */
export const MIXED = 0;
/** One value for all. */
export const SAME = 1;
/** Integers, each the one before and a fixed step. */
export const STEPS = 2;
/** Integers, as differences. */
export const INTEGERS = 3;
export const FLOATS = 4;
/** Texts, each by how much of its beginning the one before has, and the rest. */
export const TEXTS = 5;
/** Texts of which there are few different ones. */
export const WORDS = 6;
export const BITS = 7;
/** Objects with the same keys: a column for each. */
export const ROWS = 8;
/** Lists of the same length: a column for each place. */
export const TUPLES = 9;
/** Some are null, or some undefined: which, and a column of the others. */
export const SOME = 10;

/** Containers inside one another. Any stack bears it. */
export const MAX_DEPTH = 200;
/** Values in one packed state. */
export const MAX_VALUES = 4_000_000;

interface TypedKind {
  readonly prototype: object;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): ArrayBufferView;
}

/** Kinds of typed arrays: their places here are in the packed bytes. */
export const TYPED: readonly TypedKind[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
];

/** How an object looks: its keys, in order, and whether it inherits from `Object.prototype`. */
export interface Shape {
  readonly keys: readonly string[];
  readonly inherits: boolean;
}
