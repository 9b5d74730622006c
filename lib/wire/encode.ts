import { CodedError } from "../errors/index.ts";
import { type BufferPool, type Lease, writeUtf8 } from "../pool/index.ts";
import { MAX_DEPTH, type WireMap, type WireValue } from "./value.ts";

/**
 * Where an encoder gets its scratch memory.
 * @public
 */
export interface EncodeOptions {
  /** Lends the scratch buffer; without it one is allocated per call. */
  readonly pool?: BufferPool;
}

/**
 * Encodes a value as MessagePack, every part in its shortest form, map entries in the order the object has them.
 * Lone surrogates in text become U+FFFD.
 * @returns Exactly the bytes, owned by the caller, with or without a pool.
 * @throws CodedError `WIRE_BAD_VALUE` for anything that is no `WireValue` (also `undefined` inside an object, and a key that is no
 * well-formed text), `WIRE_TOO_DEEP` beyond 64 levels (also a cycle), `POOL_TOO_LARGE` beyond the pool's largest lease.
 * @remarks Time: O(bytes). Without a pool it allocates a growing buffer and the result, with one only the result.
 * @example
 * ```ts
 * encodeValue({ id: 7, tags: ["a"] }); // 82 a2 69 64 07 a4 74 61 67 73 91 a1 61
 * ```
 * @public
 */
export function encodeValue(value: WireValue, options: EncodeOptions = {}): Uint8Array {
  if (options.pool !== undefined) return encodeLease(value, options.pool).detach();
  let bytes = new Uint8Array(128);
  const end = write(value, bytes, (kept, wanted) => {
    const next = new Uint8Array(Math.max(wanted, bytes.length * 2));
    next.set(bytes.subarray(0, kept));
    bytes = next;
    return next;
  });
  return bytes.slice(0, end);
}

/**
 * Encodes like `encodeValue`, into a lease that the caller releases: `lease.written()` are the bytes, and nothing is copied.
 * @throws CodedError as `encodeValue`; the lease is then already released.
 * @public
 */
export function encodeLease(value: WireValue, pool: BufferPool): Lease {
  const lease = pool.acquire();
  try {
    lease.length = write(value, lease.bytes, (kept, wanted) => {
      lease.length = kept;
      lease.grow(wanted);
      return lease.bytes;
    });
    return lease;
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** Room for any head. Text claims it before it is written, so that the head, written last, never moves to a new array without the text. */
const HEAD = 9;

/**
 * Writes `value` from the start of `bytes` and returns where it ended. `grow` gives a longer array that begins with the first `kept` bytes.
 * 1. `put` tells the kinds apart.
 * 2. `sized` writes a head that carries a count, `head` a type byte and a big-endian number; both make their room.
 * Closures over locals, because they minify to half of what methods do (the browser bundles carry this file).
 */
function write(value: WireValue, bytes: Uint8Array, grow: (kept: number, wanted: number) => Uint8Array): number {
  let out = bytes;
  let at = 0;

  const make = (count: number, kept: number = at): void => {
    if (at + count > out.length) out = grow(kept, at + count);
  };

  const head = (type: number, width: number, number: number): void => {
    make(HEAD);
    out[at++] = type;
    // Storing takes the number modulo 256, also a negative one and one beyond 32 bits.
    for (let i = width; i-- > 0; ) out[at++] = Math.floor(number / 256 ** i);
  };

  // `small + count` up to `most`, else a count of 1, 2 or 4 bytes after `first`, `first + 1` or `first + 2`. Arrays and maps have no one-byte
  // form: their `first` is one too low and `least` skips it.
  const sized = (count: number, small: number, most: number, first: number, least: number): void => {
    const power = count < 256 ? least : count < 65_536 ? 1 : 2;
    if (count <= most) head(small + count, 0, 0);
    else head(first + power, 1 << power, count);
  };

  const putNumber = (number: number): void => {
    const sign = number < 0 ? 1 : 0;
    const size = sign ? -1 - number : number;
    let power = 0;
    if (!Number.isSafeInteger(number) || Object.is(number, -0)) {
      head(0xcb, 0, 0);
      // The literal NaN: one passed in may carry foreign payload bits, and equal values must give equal bytes.
      new DataView(out.buffer, out.byteOffset).setFloat64(at, Number.isNaN(number) ? Number.NaN : number);
      at += 8;
    } else if (size < (sign ? 32 : 128)) head(number, 0, 0);
    else {
      while (power < 3 && size >= 2 ** ((8 << power) - sign)) power++;
      head((sign ? 0xd0 : 0xcc) + power, 1 << power, number);
    }
  };

  const putText = (text: string): void => {
    const { length } = text;
    make(length + HEAD);
    // The head is as wide as it would be for ASCII; only text that outgrows it is moved.
    const from = at + headWidth(length);
    let end = writeUtf8(out, from, text);
    if (end < 0) {
      make(length * 3 + HEAD);
      end = writeUtf8(out, from, text);
    }
    const count = end - from;
    const to = at + headWidth(count);
    if (to > from) {
      make(count + HEAD, end);
      out.copyWithin(to, from, end);
    }
    sized(count, 0xa0, 31, 0xd9, 0);
    at += count;
  };

  const put = (item: WireValue, depth: number): void => {
    if (typeof item === "string") putText(item);
    else if (typeof item === "number") putNumber(item);
    else if (item === null || typeof item === "boolean") head(item === null ? 0xc0 : item ? 0xc3 : 0xc2, 0, 0);
    else if (item instanceof Uint8Array) {
      sized(item.length, 0, -1, 0xc4, 0);
      make(item.length);
      out.set(item, at);
      at += item.length;
    } else if (depth === MAX_DEPTH) throw new CodedError("WIRE_TOO_DEEP", `Nested beyond ${MAX_DEPTH} levels`);
    else if (isArray(item)) {
      sized(item.length, 0x90, 15, 0xdb, 1);
      for (let i = 0; i < item.length; i++) put(item[i] as WireValue, depth + 1); // cast: i < length; a hole is refused as undefined
    } else {
      if (!isPlain(item)) throw bad(typeof item);
      const keys = Object.keys(item);
      sized(keys.length, 0x80, 15, 0xdd, 1);
      for (const key of keys) {
        // Lone surrogates are replaced, and two keys that differ in them only would arrive as one.
        if (/\p{Cs}/u.test(key)) throw bad("key with a lone surrogate");
        putText(key);
        put(item[key] as WireValue, depth + 1); // cast: an own key; undefined is refused like any stranger
      }
    }
  };

  put(value, 0);
  return at;
}

function headWidth(count: number): number {
  return count < 32 ? 1 : count < 256 ? 2 : count < 65_536 ? 3 : 5;
}

// Array.isArray does not narrow a readonly array away from the other branch.
function isArray(value: WireMap | readonly WireValue[]): value is readonly WireValue[] {
  return Array.isArray(value);
}

/** Plain objects only, of any realm: a Date or a Map would otherwise quietly travel as {}. */
function isPlain(value: WireMap): boolean {
  if (typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function bad(what: string): CodedError {
  return new CodedError("WIRE_BAD_VALUE", `A ${what} cannot be encoded`, { value: what });
}
