import { CodedError } from "../errors/index.ts";
import { isListKey, type QueryCursor } from "./query-cursor.ts";
import type { QueryField, QueryShape } from "./query-types.ts";

/** A value that one pair of a query gave, or why there is none; `undefined` when it counts as absent. */
export type Reading = string | number | boolean | Refused | undefined;

/** Why a value does not fit. */
export class Refused {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A field of a shape, made ready. */
export interface PreparedField {
  readonly key: string;
  readonly index: number;
  readonly list: boolean;
  readonly optional: boolean;
  /** What stands in for an absent key; a list is frozen. */
  readonly fallback: unknown;
  readonly read: (cursor: QueryCursor) => Reading;
}

/**
 * The fields by the length of their keys: a stranger's key is compared where it stands, and neither cut out nor
 * hashed. Each field is in it twice, as `a` and as `a[]`.
 */
export type KeyTable = readonly (readonly KeyEntry[] | undefined)[];

interface KeyEntry {
  readonly text: string;
  readonly field: PreparedField;
  readonly bracketed: boolean;
}

type Value = string | number | boolean;

const OPTIONS: Readonly<Record<QueryField["type"], readonly string[]>> = {
  string: ["values"],
  number: ["values", "min", "max"],
  integer: ["values", "min", "max"],
  boolean: [],
};
const COMMON_OPTIONS = ["type", "list", "optional", "default"];
const DECIMAL = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const MALFORMED = new Refused("has malformed percent-encoding");
const NOT_BOOLEAN = new Refused("is neither true nor false");
const NOT_NUMBER = new Refused("is not a number");
const NOT_INTEGER = new Refused("is not a whole number");

// 15 digits: sums of them are exact on the way
const EXACT_DIGITS = 15;
const MINUS = 45;
const ZERO = 48;

/**
 * Makes the fields of a shape ready.
 * @throws CodedError `ROUTER_BAD_QUERY_SHAPE`.
 */
export function prepareFields(shape: QueryShape): readonly PreparedField[] {
  return Object.keys(shape).map((key, index) => prepareField(key, shape[key] as QueryField, index)); // cast: an own key
}

/** The table in which `findKey` looks. */
export function keyTable(fields: readonly PreparedField[]): KeyTable {
  const table: KeyEntry[][] = [];
  for (const field of fields) {
    for (const bracketed of [false, true]) {
      const text = bracketed ? `${field.key}[]` : field.key;
      if (bracketed && !isListKey(text)) continue; // the key of no characters
      while (table.length <= text.length) table.push([]);
      table[text.length]?.push({ text, field, bracketed });
    }
  }
  return table;
}

/** The field whose key stands in a text from `from` to `to`. */
export function findKey(table: KeyTable, text: string, from: number, to: number): KeyEntry | undefined {
  const entries = table[to - from];
  if (entries === undefined) return undefined;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as KeyEntry; // cast: i is below the length
    if (text.startsWith(entry.text, from)) return entry;
  }
  return undefined;
}

function prepareField(key: string, field: QueryField, index: number): PreparedField {
  if (isListKey(key)) refuse(key, "is named without [], with list: true");
  if (!Object.hasOwn(OPTIONS, field.type)) refuse(key, "has a type that is not known");
  const options = [...COMMON_OPTIONS, ...OPTIONS[field.type]];
  const strange = Object.keys(field).find((option) => !options.includes(option));
  if (strange !== undefined) refuse(key, `has no option ${strange}`);
  const list = field.list === true;
  const optional = "optional" in field && field.optional === true;
  if (list && optional) refuse(key, "is a list, which is empty when it is absent: leave optional out");
  if (optional && field.default !== undefined) refuse(key, "has a default: leave optional out");
  const fallback = list ? readonlyList(key, field) : field.default;
  for (const value of list ? (fallback as readonly unknown[]) : fallback === undefined ? [] : [fallback]) {
    // cast: readonlyList gives a list
    checkDefault(key, field, value);
  }
  return { key, index, list, optional, fallback, read: reader(key, field) };
}

function readonlyList(key: string, field: QueryField): readonly unknown[] {
  const list: unknown = field.default ?? [];
  if (!Array.isArray(list)) refuse(key, "is a list, and its default is none");
  return Object.freeze([...list]);
}

function checkDefault(key: string, field: QueryField, value: unknown): void {
  const type = field.type === "integer" ? "number" : field.type;
  if (typeof value !== type) refuse(key, `has a default that is no ${type}`);
  const wrong = checkValue(field, value as Value); // cast: just looked at
  if (wrong !== undefined) refuse(key, `has a default that ${wrong.reason}`);
}

/** How a field reads one value. The choice is made once, so that no request pays for it. */
function reader(key: string, field: QueryField): PreparedField["read"] {
  const { type } = field;
  if (type !== "string" && type !== "boolean") {
    const { min, max } = field;
    if (min !== undefined && max !== undefined && min > max) refuse(key, "has a min above its max");
  }
  if ("values" in field && field.values?.length === 0) refuse(key, "has no values to choose from");
  const allowsEmpty = type === "string" && (field.values === undefined || field.values.includes(""));
  const parse = PARSERS[type];
  const checked = Object.keys(field).some((option) => OPTIONS[type].includes(option));
  return (cursor) => {
    if (cursor.from === cursor.to && !allowsEmpty) return undefined;
    const value = parse(cursor);
    if (!checked || value instanceof Refused || value === undefined) return value;
    return checkValue(field, value) ?? value;
  };
}

/** Bounds and choices. */
function checkValue(field: QueryField, value: Value): Refused | undefined {
  if (field.type === "boolean") return undefined;
  const values: readonly Value[] | undefined = field.values;
  if (values !== undefined && !values.includes(value)) return new Refused(`is none of ${values.join(", ")}`);
  if (field.type === "string") return undefined;
  if (field.type === "integer" && !Number.isSafeInteger(value)) return NOT_INTEGER;
  if (!Number.isFinite(value)) return NOT_NUMBER;
  if (field.min !== undefined && Number(value) < field.min) return new Refused(`is below ${field.min}`);
  if (field.max !== undefined && Number(value) > field.max) return new Refused(`is above ${field.max}`);
  return undefined;
}

const PARSERS: Readonly<Record<QueryField["type"], (cursor: QueryCursor) => Reading>> = {
  string: (cursor) => cursor.value() ?? MALFORMED,
  number: readNumber,
  integer: readInteger,
  boolean: readBoolean,
};

function readNumber(cursor: QueryCursor): Reading {
  const digits = readDigits(cursor);
  if (digits !== undefined) return digits;
  const text = cursor.value();
  if (text === undefined) return MALFORMED;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value + 0 : NOT_NUMBER; // -0 + 0 is 0
}

function readInteger(cursor: QueryCursor): Reading {
  const digits = readDigits(cursor);
  if (digits !== undefined) return digits;
  const text = cursor.value();
  if (text === undefined) return MALFORMED;
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value + 0 : NOT_INTEGER;
}

/** A number of few digits straight from the URL, which saves cutting it out; `undefined` for every other value. */
function readDigits({ url, from, to }: QueryCursor): number | undefined {
  const negative = url.charCodeAt(from) === MINUS;
  const start = negative ? from + 1 : from;
  if (start === to || to - start > EXACT_DIGITS) return undefined;
  let value = 0;
  for (let at = start; at < to; at++) {
    const digit = url.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return negative ? 0 - value : value;
}

function readBoolean(cursor: QueryCursor): Reading {
  switch (cursor.value()) {
    case "true":
    case "1":
    case "on":
      return true;
    case "false":
    case "0":
    case "off":
      return false;
    case undefined:
      return MALFORMED;
    default:
      return NOT_BOOLEAN;
  }
}

function refuse(key: string, reason: string): never {
  throw new CodedError("ROUTER_BAD_QUERY_SHAPE", `the field ${key} ${reason}`, { value: key });
}
