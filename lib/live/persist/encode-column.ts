import type { Writer } from "../../pool/index.ts";
import {
  BITS,
  FLOATS,
  INTEGERS,
  MIXED,
  NULL,
  ROWS,
  SAME,
  type Shape,
  SOME,
  STEPS,
  TEXTS,
  TUPLES,
  UNDEFINED,
  WORDS,
} from "./marks.ts";
import { ABSENT, hasLoneSurrogate, shapeOf } from "./shape.ts";

/** What a column is written to. */
export interface ColumnWriter {
  readonly out: Writer;
  /** Writes one value. */
  put(value: unknown): void;
  putShape(shape: Shape): void;
  /** Gives a container its number. @returns whether it had one. */
  number(container: object): boolean;
  /** Whether a container has its number. */
  knows(container: object): boolean;
  /** Runs `f` one step further down. */
  inside(step: string, f: () => void): void;
}

/**
 * Writes the items of a list, whose number the reader knows: by kind if they are all of one, else one by one. Rows that differ little from the one before, as most
 * do, take a few bytes each: 1,000 rows of an id, a text and a number some 5 KiB.
 */
export function putColumn(to: ColumnWriter, items: readonly unknown[]): void {
  const { length } = items;
  if (length === 0) return;
  const first = items[0];
  if (length > 1 && isFlat(first) && items.every((item) => Object.is(item, first))) {
    to.out.u8(SAME);
    to.put(first);
    return;
  }
  if (putNumbers(to, items) || putTexts(to, items) || putBits(to, items)) return;
  if (putRows(to, items) || putTuples(to, items) || putSome(to, items)) return;
  to.out.u8(MIXED);
  for (let at = 0; at < length; at++) to.inside("", () => to.put(items[at]));
}

function isFlat(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function isNumbers(items: readonly unknown[]): items is readonly number[] {
  return items.every((item) => typeof item === "number");
}

function putNumbers({ out }: ColumnWriter, items: readonly unknown[]): boolean {
  if (!isNumbers(items)) return false;
  let isWhole = true;
  let step: number | undefined;
  let isEven = true;
  let before = 0;
  for (const [at, item] of items.entries()) {
    const difference = item - before;
    isWhole &&= Number.isSafeInteger(item) && Number.isSafeInteger(difference) && !Object.is(item, -0);
    if (at === 1) step = difference;
    else if (at > 1) isEven &&= difference === step;
    before = item;
  }
  if (!isWhole) {
    out.u8(FLOATS);
    for (const item of items) out.f64(item);
  } else if (isEven && step !== undefined) {
    out.u8(STEPS);
    out.svarint(items[0] ?? 0);
    out.svarint(step);
  } else {
    out.u8(INTEGERS);
    let last = 0;
    for (const item of items) {
      out.svarint(item - last);
      last = item;
    }
  }
  return true;
}

function putTexts(to: ColumnWriter, items: readonly unknown[]): boolean {
  if (!items.every((item) => typeof item === "string" && !hasLoneSurrogate(item))) return false;
  const texts = items as readonly string[]; // cast: every one was looked at
  const places = new Map<string, number>();
  for (const text of texts) {
    if (!places.has(text)) places.set(text, places.size);
    if (places.size * 2 > texts.length) break;
  }
  const { out } = to;
  if (places.size * 2 <= texts.length) {
    out.u8(WORDS);
    out.varint(places.size);
    frontCode(to, [...places.keys()]);
    for (const text of texts) out.varint(places.get(text) ?? 0);
  } else {
    out.u8(TEXTS);
    frontCode(to, texts);
  }
  return true;
}

function frontCode({ out }: ColumnWriter, texts: readonly string[]): void {
  let before = "";
  for (const text of texts) {
    let shared = 0;
    while (shared < before.length && shared < text.length && before.charCodeAt(shared) === text.charCodeAt(shared))
      shared++;
    // No half of a pair may be left over: UTF-8 could not say it.
    if (shared > 0 && (text.charCodeAt(shared - 1) & 0xfc00) === 0xd800) shared--;
    out.varint(shared);
    out.string(text.slice(shared));
    before = text;
  }
}

function putBits({ out }: ColumnWriter, items: readonly unknown[]): boolean {
  if (!items.every((item) => typeof item === "boolean")) return false;
  out.u8(BITS);
  writeBits(out, items, (item) => item === true);
  return true;
}

function writeBits(out: Writer, items: readonly unknown[], isSet: (item: unknown) => boolean): void {
  for (let start = 0; start < items.length; start += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8 && start + bit < items.length; bit++) if (isSet(items[start + bit])) byte |= 1 << bit;
    out.u8(byte);
  }
}

function putRows(to: ColumnWriter, items: readonly unknown[]): boolean {
  const shape = commonShape(items);
  if (shape === undefined || !allNew(to, items)) return false;
  const rows = items as readonly Record<string, unknown>[]; // cast: plain objects have a shape
  to.out.u8(ROWS);
  to.putShape(shape);
  for (const row of rows) to.number(row);
  for (const key of shape.keys) {
    to.inside(`.${key}`, () =>
      putColumn(
        to,
        rows.map((row) => row[key]),
      ),
    );
  }
  return true;
}

function commonShape(items: readonly unknown[]): Shape | undefined {
  let common: Shape | undefined;
  for (const item of items) {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
    const shape = shapeOf(item);
    if (shape === undefined) return undefined;
    common ??= shape;
    const { keys } = common;
    if (shape.inherits !== common.inherits || shape.keys.length !== keys.length) return undefined;
    for (let at = 0; at < keys.length; at++) if (shape.keys[at] !== keys[at]) return undefined;
  }
  return common;
}

/** Whether none was met before, and none comes twice: those are told by number, one by one. */
function allNew(to: ColumnWriter, items: readonly unknown[]): boolean {
  const met = new Set(items);
  if (met.size < items.length) return false;
  for (const item of met) if (to.knows(item as object)) return false; // cast: the caller has looked
  return true;
}

function putTuples(to: ColumnWriter, items: readonly unknown[]): boolean {
  const first = items[0];
  if (!Array.isArray(first) || items.length < 2) return false;
  const { length } = first;
  const isUniform = items.every(
    (item) => Array.isArray(item) && item.length === length && Object.keys(item).length === length,
  );
  if (!isUniform || length === 0 || !allNew(to, items)) return false;
  const tuples = items as readonly (readonly unknown[])[]; // cast: every one was looked at
  to.out.u8(TUPLES);
  to.out.varint(length);
  for (const tuple of tuples) to.number(tuple);
  for (let place = 0; place < length; place++) {
    to.inside("[]", () =>
      putColumn(
        to,
        tuples.map((tuple) => tuple[place]),
      ),
    );
  }
  return true;
}

/** Lists with nothing in some places. */
function putSome(to: ColumnWriter, items: readonly unknown[]): boolean {
  const missing = items.includes(null) ? null : undefined;
  const present = items.filter((item) => item !== missing);
  // Few would save nothing, and a list of one kind of nothing has been dealt with.
  if (present.length === items.length || present.length < 2 || present.includes(ABSENT)) return false;
  to.out.u8(SOME);
  to.out.u8(missing === null ? NULL : UNDEFINED);
  writeBits(to.out, items, (item) => item !== missing);
  putColumn(to, present);
  return true;
}
