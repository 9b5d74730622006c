/**
 * Places among siblings as text that sorts: between any two there is room for more. Each move makes a key of its own, and its id follows the key where
 * places are compared, so no two are equal however many are made at once.
 */
import { over } from "../refuse.ts";

/** Of a key. Only inserting between the same two neighbours, over and over, makes keys long: eight insertions a unit. */
export const MAX_POSITION = 1024;

/** Keys at the ends count up and down, so that a list written from front to back has short ones. */
const COUNTED = 4;
const MIDDLE = "\x80\0\0\0";

/** Sorts behind `id`s of other operations on the same key, or before them; never a prefix of another's. */
export function placeOf(key: string, replica: number, counter: number): string {
  return `${key}${bytesOf(replica)}${bytesOf(counter)}\x01`;
}

function bytesOf(value: number): string {
  let bytes = "";
  for (let rest = value, i = 0; i < 7; i++, rest = Math.floor(rest / 256))
    bytes = String.fromCharCode(rest % 256) + bytes;
  return bytes;
}

/**
 * A key whose places all lie between two places; undefined is an end.
 * @throws CodedError CRDT_LIMIT.
 */
export function keyBetween(before: string | undefined, after: string | undefined): string {
  if (before === undefined && after === undefined) return MIDDLE;
  if (after === undefined) {
    const next = counted(before as string, 1); // cast: one of them is given
    if (next !== undefined) return next;
  } else if (before === undefined) {
    const next = counted(after, -1);
    if (next !== undefined) return next;
  }
  return middle(before ?? "", after);
}

function counted(place: string, step: number): string | undefined {
  let value = 0;
  for (let i = 0; i < COUNTED; i++) value = value * 256 + (place.length > i ? place.charCodeAt(i) : 0);
  value += step;
  if (value < 1 || value >= 2 ** 32 - 1) return undefined;
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function middle(before: string, after: string | undefined): string {
  let key = "";
  let high = after;
  for (let i = 0; i < MAX_POSITION; i++) {
    const low = i < before.length ? before.charCodeAt(i) : -1;
    const most = high === undefined ? 256 : high.charCodeAt(i); // it is longer: it sorts behind, and no place is the start of another
    if (most - low > 1) return key + String.fromCharCode(low + ((most - low) >> 1));
    key += String.fromCharCode(Math.max(0, low));
    if (low >= 0 && low < most) high = undefined;
  }
  throw over("the length of a place among siblings", MAX_POSITION + 1, MAX_POSITION);
}
