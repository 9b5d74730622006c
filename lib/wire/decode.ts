import { CodedError, type ErrorCode } from "../errors/index.ts";
import { readUtf8 } from "../pool/index.ts";
import { type DecodeLimits, MAX_DEPTH, type WireValue } from "./value.ts";

/*
 * Outline of the decoder, closures over one message because they minify to half of what methods do (the browser bundles carry this file):
 * 1. `claim` is the only way to advance: it checks that the bytes are there.
 * 2. `take` reads a type byte and settles every fixed-size value; what carries a count goes on to text, bytes or a container.
 * 3. `enter` checks a container's claims before anything is made for it.
 */

/**
 * Decodes one MessagePack value that fills `message` to its last byte. Any valid form of a value is taken, not only the shortest.
 * Every length and count is checked against the bytes that remain, and the limits, before anything is allocated for it.
 * @returns A value that shares no memory with `message`. Maps have no prototype.
 * @throws CodedError `WIRE_CUT_SHORT`, `WIRE_TRAILING_BYTES`, `WIRE_BAD_TYPE` (ext types, `c1`), `WIRE_BAD_NUMBER` (a 64-bit integer that
 * is not safe), `WIRE_BAD_KEY` (no string, or comes twice), `WIRE_BAD_UTF8`, `WIRE_TOO_DEEP`, `WIRE_TOO_MANY_ITEMS`, `WIRE_FRAME_TOO_LARGE`.
 * @remarks Time and memory: O(bytes). An entry costs a few hundred bytes of heap at worst (an empty map), hence `maxItems`.
 * @example
 * ```ts
 * decodeValue(new Uint8Array([0x92, 1, 0xc0])); // [1, null]
 * ```
 * @public
 */
export function decodeValue(message: Uint8Array, limits: DecodeLimits = {}): WireValue {
  const end = message.length;
  if (end > (limits.maxBytes ?? 16_777_216)) throw refuse("WIRE_FRAME_TOO_LARGE", end);
  // A plain Uint8Array, as slice() of a Buffer would not copy.
  const bytes = new Uint8Array(message.buffer, message.byteOffset, end);
  let items = limits.maxItems ?? 250_000;
  let at = 0;

  const claim = (count: number): number => {
    if (count > end - at) throw refuse("WIRE_CUT_SHORT", at);
    at += count;
    return at - count;
  };

  /** A big-endian integer of `width` bytes. Exact, as no step is larger than the result; and rounding never makes an unsafe one safe. */
  const integer = (width: number, signed?: boolean): number => {
    let from = claim(width);
    let value = bytes[from] as number; // cast: claim checked the indexes
    if (signed) value = (value << 24) >> 24;
    while (++from < at) value = value * 256 + (bytes[from] as number); // cast: as above
    if (!Number.isSafeInteger(value)) throw refuse("WIRE_BAD_NUMBER", at);
    return value;
  };

  /** The byte length that follows a str type byte, or -1 when the type is another. */
  const textLength = (type: number): number =>
    type >> 5 === 5 ? type & 31 : type > 0xd8 && type < 0xdc ? integer(1 << (type - 0xd9)) : -1;

  const text = (length: number): string => {
    const from = claim(length);
    try {
      return readUtf8(bytes, from, at);
    } catch {
      throw refuse("WIRE_BAD_UTF8", from);
    }
  };

  const enter = (count: number, minBytes: number, depth: number): void => {
    if (depth < 1) throw refuse("WIRE_TOO_DEEP", at);
    claim(minBytes);
    at -= minBytes;
    items -= count;
    if (items < 0) throw refuse("WIRE_TOO_MANY_ITEMS", at);
  };

  const list = (count: number, depth: number): WireValue => {
    enter(count, count, depth); // an element takes one byte at least
    const values: WireValue[] = [];
    for (let i = 0; i < count; i++) values.push(take(depth - 1));
    return values;
  };

  const map = (count: number, depth: number): WireValue => {
    enter(count, count * 2, depth);
    // No prototype: a stranger's "__proto__" or "constructor" is an entry and reaches nothing.
    const entries: Record<string, WireValue> = Object.create(null);
    for (let i = 0; i < count; i++) {
      const length = textLength(integer(1));
      const key = length < 0 ? undefined : text(length);
      if (key === undefined || key in entries) throw refuse("WIRE_BAD_KEY", at);
      entries[key] = take(depth - 1);
    }
    return entries;
  };

  const float = (width: number): number => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + claim(width));
    return width > 4 ? view.getFloat64(0) : view.getFloat32(0);
  };

  /** Reads one value; `depth` is how many levels of nesting are still allowed. */
  const take = (depth: number): WireValue => {
    const type = integer(1);
    if (type < 0x80) return type;
    if (type > 0xdf) return type - 256;
    if (type < 0x90 || type > 0xdd) return map(type < 0x90 ? type & 15 : integer(2 << (type & 1)), depth);
    if (type < 0xa0 || type > 0xdb) return list(type < 0xa0 ? type & 15 : integer(2 << (type & 1)), depth);
    const length = textLength(type);
    if (length >= 0) return text(length);
    if (type > 0xcb && type < 0xd4) return integer(1 << (type & 3), type > 0xcf);
    if (type > 0xc3 && type < 0xc7) {
      const from = claim(integer(1 << (type & 3)));
      return bytes.slice(from, at);
    }
    if (type === 0xca || type === 0xcb) return float(type === 0xca ? 4 : 8);
    if (type === 0xc2 || type === 0xc3) return type > 0xc2;
    if (type > 0xc0) throw refuse("WIRE_BAD_TYPE", at - 1);
    return null;
  };

  const value = take(Math.min(limits.maxDepth ?? MAX_DEPTH, 512));
  if (at < end) throw refuse("WIRE_TRAILING_BYTES", at);
  return value;
}

/** The offset is all that is said: a stranger's bytes do not belong in a log. */
function refuse(code: ErrorCode, at: number): CodedError {
  return new CodedError(code, `Refused at byte ${at}`, { value: at });
}
