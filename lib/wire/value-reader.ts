import { CodedError, type ErrorCode } from "../errors/index.ts";
import { readUtf8 } from "../pool/index.ts";
import { makeMap, makeTable } from "./shapes.ts";
import type { WireValue } from "./value.ts";

/*
 * Outline of the decoder:
 * 1. `claim` is the only way to advance, save for type bytes: it checks that the bytes are there.
 * 2. `take` reads a type byte and settles what has its size in it; `takeLong` does the types that are a byte of their own.
 * 3. `enter` checks a container's claims before anything is made for it.
 */
export class ValueReader {
  at: number;
  /** Elements and entries still allowed. */
  items: number;
  private readonly bytes: Uint8Array;
  private readonly end: number;
  /** Where the last key stands among `keys`, and a bit of that: two keys without one in common are not the same. */
  private keyPlace = 0;
  private keyBit = 0;

  constructor(bytes: Uint8Array, at: number, end: number, items: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.items = items;
  }

  /** Reads one value; `depth` is how many levels of nesting are still allowed. */
  take(depth: number): WireValue {
    if (this.at === this.end) throw refuse("WIRE_CUT_SHORT", this.at);
    const type = this.bytes[this.at++] as number; // cast: at was < end
    if (type < 0x80) return type;
    if (type > 0xdf) return type - 256;
    if (type > 0xbf) return this.takeLong(type, depth);
    if (type > 0x9f) return this.text(type & 31);
    return type < 0x90 ? this.map(type & 15, depth) : this.list(type & 15, depth);
  }

  private takeLong(type: number, depth: number): WireValue {
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.binary(this.integer(1 << (type & 3)));
      case 0xca:
      case 0xcb:
        return this.float(type === 0xca ? 4 : 8);
      // each by itself: `integer`, which asks for the width, takes 1.1 times as long for numbers (bench: "internals, codec")
      case 0xcc:
        return this.bytes[this.claim(1)] as number;
      case 0xcd: {
        const at = this.claim(2);
        return ((this.bytes[at] as number) << 8) | (this.bytes[at + 1] as number);
      }
      case 0xce:
        return uint32(this.bytes, this.claim(4));
      case 0xcf:
        return this.integer(8);
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return this.signed(1 << (type & 3));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.integer(1 << (type - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.list(this.integer(2 << (type & 1)), depth);
      case 0xde:
      case 0xdf:
        return this.map(this.integer(2 << (type & 1)), depth);
      default:
        throw refuse("WIRE_BAD_TYPE", this.at - 1);
    }
  }

  private claim(count: number): number {
    const { at } = this;
    if (count > this.end - at) throw refuse("WIRE_CUT_SHORT", at);
    this.at = at + count;
    return at;
  }

  /** A big-endian integer of `width` bytes. */
  integer(width: number): number {
    const at = this.claim(width);
    // casts here and below: claim checked the indexes
    if (width === 1) return this.bytes[at] as number;
    if (width === 2) return ((this.bytes[at] as number) << 8) | (this.bytes[at + 1] as number);
    if (width === 4) return uint32(this.bytes, at);
    return this.safe(uint32(this.bytes, at) * 2 ** 32 + uint32(this.bytes, at + 4));
  }

  private signed(width: number): number {
    const at = this.claim(width);
    if (width === 1) return ((this.bytes[at] as number) << 24) >> 24;
    if (width === 2) return (((this.bytes[at] as number) << 24) >> 16) | (this.bytes[at + 1] as number);
    if (width === 4) return uint32(this.bytes, at) | 0;
    return this.safe((uint32(this.bytes, at) | 0) * 2 ** 32 + uint32(this.bytes, at + 4));
  }

  /** Rounding never makes an unsafe integer one that is safe. */
  private safe(value: number): number {
    if (!Number.isSafeInteger(value)) throw refuse("WIRE_BAD_NUMBER", this.at);
    return value;
  }

  private float(width: number): number {
    const at = this.claim(width);
    for (let i = 0; i < width; i++) floatBytes[i] = this.bytes[at + i] as number;
    return width === 8 ? float.getFloat64(0) : float.getFloat32(0);
  }

  private text(length: number): string {
    const from = this.claim(length);
    try {
      return readUtf8(this.bytes, from, this.at);
    } catch {
      throw refuse("WIRE_BAD_UTF8", from);
    }
  }

  private binary(length: number): Uint8Array {
    const from = this.claim(length);
    const copy = new Uint8Array(length);
    if (length > BY_HAND) copy.set(this.bytes.subarray(from, this.at));
    else for (let i = 0; i < length; i++) copy[i] = this.bytes[from + i] as number;
    return copy;
  }

  private enter(count: number, minBytes: number, depth: number): void {
    if (depth < 1) throw refuse("WIRE_TOO_DEEP", this.at);
    if (minBytes > this.end - this.at) throw refuse("WIRE_CUT_SHORT", this.at);
    this.items -= count;
    if (this.items < 0) throw refuse("WIRE_TOO_MANY_ITEMS", this.at);
  }

  private list(count: number, depth: number): WireValue {
    this.enter(count, count, depth); // an element takes one byte at least
    // Its whole length at once, and not as elements come: 0.63 of the time for numbers, 0.66 for a patch (bench: "internals, codec"). `enter` saw to it
    // that nobody claims more than has come.
    const values = new Array<WireValue>(count);
    for (let i = 0; i < count; i++) values[i] = this.take(depth - 1);
    return values;
  }

  private map(count: number, depth: number): WireValue {
    this.enter(count, count * 2, depth);
    if (count >= LEAST_SHARED && count <= MOST_SHARED) return this.usualMap(count, depth);
    // No prototype: a stranger's "__proto__" or "constructor" is an entry and reaches nothing.
    const entries: Record<string, WireValue> = Object.create(null);
    let seen = 0;
    for (let i = 0; i < count; i++) {
      const key = this.key();
      const bit = this.keyBit;
      if ((seen & bit) !== 0 && key in entries) throw refuse("WIRE_BAD_KEY", this.at);
      seen |= bit;
      entries[key] = this.take(depth - 1);
    }
    return entries;
  }

  /** A map of as many entries as those have that come again and again. */
  private usualMap(count: number, depth: number): WireValue {
    const keys = new Array<string>(count);
    const values = new Array<WireValue>(count);
    let hash = 0;
    let seen = 0;
    let isShort = true;
    for (let i = 0; i < count; i++) {
      const key = this.key();
      const bit = this.keyBit;
      if ((seen & bit) !== 0 && keys.includes(key)) throw refuse("WIRE_BAD_KEY", this.at);
      seen |= bit;
      isShort &&= bit !== -1;
      keys[i] = key;
      hash = (Math.imul(hash, 31) + this.keyPlace) | 0;
      values[i] = this.take(depth - 1);
    }
    return isShort ? makeMap(keys, values, hash) : makeTable(keys, values); // a stranger's long keys would stay in memory
  }

  key(): string {
    const type = this.bytes[this.claim(1)] as number;
    if (type > 0x9f && type < 0xc0) {
      const length = type & 31;
      const from = this.claim(length);
      const last = this.at - 1;
      const place = (length + (this.bytes[from] as number) * 5 + (this.bytes[last] as number) * 67) & KEYS_MASK;
      this.keyPlace = place;
      this.keyBit = length === 0 ? -1 : 1 << place; // what stands at an empty key's place is not its own
      const known = keys[place] as string;
      if (known.length === length) {
        let i = 0;
        while (i < length && known.charCodeAt(i) === this.bytes[from + i]) i++;
        if (i === length) return known;
      }
      this.at = from;
      return this.newKey(length, place);
    }
    this.keyBit = -1; // a short key may be written as a long one
    if (type > 0xd8 && type < 0xdc) return this.text(this.integer(1 << (type - 0xd9)));
    throw refuse("WIRE_BAD_KEY", this.at);
  }

  private newKey(length: number, place: number): string {
    const text = this.text(length);
    // A key of other than ASCII is never found again by its bytes. As an entry's name it is what V8 wants of a key.
    if (text.length === length) keys[place] = text;
    return text;
  }
}

/** The offset is all that is said: a stranger's bytes do not belong in a log. */
export function refuse(code: ErrorCode, at: number): CodedError {
  return new CodedError(code, `Refused at byte ${at}`, { value: at });
}

function uint32(bytes: Uint8Array, at: number): number {
  // casts: the caller claimed four bytes
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
  return (high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}

/** Maps of fewer entries are made faster as they come; those of more have keys of their own. */
const LEAST_SHARED = 4;
const MOST_SHARED = 32;
/** Up to this length a loop copies faster than `set`. */
const BY_HAND = 24;
const float = new DataView(new ArrayBuffer(8));
const floatBytes = new Uint8Array(float.buffer);

// Short keys read lately, by length, first and last byte, so that one string serves all rows of a list. Without it maps take 2.3 to 3.2 times
// as long: each key is made, and looked up as the name it becomes (bench: "internals, codec"). Strangers can only make it miss.
const KEYS_MASK = 255;
const keys: string[] = new Array<string>(KEYS_MASK + 1).fill("");
