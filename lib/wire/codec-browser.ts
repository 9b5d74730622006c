import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { BufferPool, Lease } from "../pool/index.ts";
import type { EncodeOptions } from "./encode.ts";
import {
  DEPTH_BORNE,
  type DecodeLimits,
  MAX_BYTES,
  MAX_DEPTH,
  MAX_ITEMS,
  type WireMap,
  type WireValue,
} from "./value.ts";

/*
 * The same codec for browsers: a quarter of the bytes, and slower. It exports what codec.ts does and passes the same tests.
 * Closures over one message, because they minify to half of what methods do.
 */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** See encode.ts; a pool would be of no use here. */
export const encodeValue = (value: WireValue, options: EncodeOptions = {}): Uint8Array => {
  let out = new Uint8Array(256);
  let at = 0;

  const raw = (bytes: ArrayLike<number>): void => {
    const end = at + bytes.length;
    if (end > out.length) {
      const longer = new Uint8Array(end * 2);
      longer.set(out);
      out = longer;
    }
    out.set(bytes, at);
    at = end;
  };

  /** A type byte and a big-endian number of 0 or 2 ** `power` bytes. Storing takes each modulo 256, also of a negative number. */
  const head = (type: number, number = 0, power = -1): void => {
    const bytes = [type];
    for (let width = 2 ** power; width >= 1; ) bytes.push(Math.floor(number / 256 ** --width));
    raw(bytes);
  };

  // `fix + count` below `limit`, else a count of 1, 2 or 4 bytes after `first`, `first + 1` or `first + 2`. Arrays and maps have no one-byte
  // form: their `first` is one too low and `least` skips it.
  const sized = (count: number, fix: number, limit: number, first: number, least = 0): void => {
    const power = count < 256 ? least : count < 65_536 ? 1 : 2;
    if (count < limit) head(fix + count);
    else head(first + power, count, power);
  };

  const put = (item: WireValue, depth: number): void => {
    if (typeof item === "string") {
      const bytes = new TextEncoder().encode(item);
      sized(bytes.length, 0xa0, 32, 0xd9);
      raw(bytes);
    } else if (typeof item === "number") {
      const sign = item < 0 ? 1 : 0;
      const size = sign ? -1 - item : item;
      let power = 0;
      if (!Number.isSafeInteger(item) || Object.is(item, -0)) {
        head(0xcb);
        // The literal NaN: one passed in may carry foreign payload bits. Reversed, as what runs browsers is little-endian.
        raw(new Uint8Array(Float64Array.of(Number.isNaN(item) ? 0 / 0 : item).buffer).reverse());
      } else if (size < (sign ? 32 : 128)) head(item);
      else {
        while (size >= 2 ** ((8 << power) - sign) && power < 3) power++;
        head((sign ? 0xd0 : 0xcc) + power, item, power);
      }
    } else if (typeof item === "boolean") head(item ? 0xc3 : 0xc2);
    else if (item === null) head(0xc0);
    else if (item instanceof Uint8Array) {
      sized(item.length, 0, 0, 0xc4);
      raw(item);
    } else if (!depth) refuse("TOO_DEEP", MAX_DEPTH);
    else if (Array.isArray(item)) {
      const { length } = item; // once: a getter could change it after the head is written
      sized(length, 0x90, 16, 0xdb, 1);
      for (let i = 0; i < length; i++) put(item[i] as WireValue, depth - 1); // cast: a hole or a lost element is refused as undefined
    } else {
      // Plain objects only, of any realm. Whatever is no object has a prototype that has one, undefined by courtesy of 0.
      const prototype: unknown = Object.getPrototypeOf(item ?? 0);
      if (prototype && Object.getPrototypeOf(prototype)) refuse("BAD_VALUE", typeof item);
      const keys = Object.keys(item);
      if (options.canonical) keys.sort();
      sized(keys.length, 0x80, 16, 0xdd, 1);
      for (const key of keys) {
        if (/\p{Cs}/u.test(key)) refuse("BAD_VALUE", "surrogate");
        put(key, 0);
        put((item as WireMap)[key] as WireValue, depth - 1); // casts: Array.isArray does not narrow; an own key
      }
    }
  };

  put(value, MAX_DEPTH);
  return out.slice(0, at);
};

/** See encode.ts. */
export const encodeLease = (value: WireValue, pool: BufferPool, options?: EncodeOptions): Lease => {
  const bytes = encodeValue(value, options);
  const lease = pool.acquire({ minBytes: bytes.length });
  lease.bytes.set(bytes);
  lease.length = bytes.length;
  return lease;
};

/** See decode.ts. */
export const decodeValue = (message: Uint8Array, limits: DecodeLimits = {}): WireValue => {
  const end = message.length;
  let items = limits.maxItems ?? MAX_ITEMS;
  let at = 0;

  const claim = (count: number): number => {
    if (count > end - at) refuse("CUT_SHORT", at);
    at += count;
    return at - count;
  };

  /** The next bytes as a plain array of their own: `slice` of a Buffer would give neither. */
  const raw = (count: number): Uint8Array<ArrayBuffer> => new Uint8Array(message.subarray(claim(count), at));

  /** A big-endian integer of 2 ** `power` bytes. Exact, as no step is larger than the result; and rounding never makes an unsafe one safe. */
  const integer = (power = 0, isSigned?: boolean): number => {
    let from = claim(1 << power);
    let value = message[from] as number; // cast: claim checked the indexes
    if (isSigned) value = (value << 24) >> 24;
    while (++from < at) value = value * 256 + (message[from] as number); // cast: as above
    if (!Number.isSafeInteger(value)) refuse("BAD_NUMBER", at);
    return value;
  };

  /** The text behind a str type byte; another type is refused. */
  const text = (type: number, otherwise: string): string => {
    const isLong = type > 0xd8 && type < 0xdc;
    const bytes = raw(type >> 5 === 5 ? type & 31 : isLong ? integer(type - 0xd9) : refuse(otherwise, at - 1));
    try {
      return utf8.decode(bytes);
    } catch {
      return refuse("BAD_UTF8", at - bytes.length);
    }
  };

  const many = (count: number, width: number, depth: number): WireValue => {
    // Written, as the other limits are, so that one of NaN allows nothing.
    if (!(depth >= 1)) refuse("TOO_DEEP", at);
    at = claim(count * width); // an element takes one byte at least
    items -= count;
    if (!(items >= 0)) refuse("TOO_MANY_ITEMS", at);
    // No prototype: a stranger's "__proto__" or "constructor" is an entry and reaches nothing.
    const values: { [key: string | number]: WireValue } = width > 1 ? Object.create(null) : [];
    for (let i = 0; i < count; i++) {
      const key = width > 1 ? text(integer(), "BAD_KEY") : i;
      if (key in values) refuse("BAD_KEY", at);
      values[key] = take(depth - 1);
    }
    return values;
  };

  /** Reads one value; `depth` is how many levels of nesting are still allowed. */
  const take = (depth: number): WireValue => {
    const type = integer();
    if (type < 0x80) return type;
    if (type > 0xdf) return type - 256;
    if (type < 0xa0) return many(type & 15, type < 0x90 ? 2 : 1, depth);
    if (type > 0xdb) return many(integer(1 + (type & 1)), type > 0xdd ? 2 : 1, depth);
    if (type > 0xcb && type < 0xd4) return integer(type & 3, type > 0xcf);
    if (type > 0xc3 && type < 0xc7) return raw(integer(type & 3));
    // Reversed, as what runs browsers is little-endian. casts: one number
    if (type === 0xca) return new Float32Array(raw(4).reverse().buffer)[0] as number;
    if (type === 0xcb) return new Float64Array(raw(8).reverse().buffer)[0] as number;
    if (type >> 1 === 0xc2 >> 1) return type > 0xc2;
    return type === 0xc0 ? null : text(type, "BAD_TYPE");
  };

  if (!(end <= (limits.maxBytes ?? MAX_BYTES))) refuse("FRAME_TOO_LARGE", end);
  const value = take(Math.min(limits.maxDepth ?? MAX_DEPTH, DEPTH_BORNE));
  if (at < end) refuse("TRAILING_BYTES", at);
  if (limits.canonical) {
    for (const [index, byte] of encodeValue(value, limits as EncodeOptions).entries())
      if (byte !== message[index]) refuse("NOT_CANONICAL", index);
  }
  return value;
};

const refuse: (what: string, value: unknown) => never = (what, value) => {
  throw new CodedError(`WIRE_${what}` as ErrorCode, `Refused: ${value}`, { value }); // cast: each is one, as the tests see
};
