import { CodedError } from "../errors/index.ts";
import { type Lease, writeUtf8 } from "../pool/index.ts";
import { putCount, putInteger, textHead } from "./put.ts";
import { isList, isPlain, MAX_DEPTH, type WireMap, type WireValue } from "./value.ts";

/*
 * Outline of the encoder. It writes to a slab, of which results of middle size are views and which is never written twice; or, when the slab
 * has no room left, to a longer array that is used again and from which results are copied; or to a lease.
 * 1. `put` tells the kinds apart, the frequent ones first.
 * 2. Each kind makes room for all it may write, then writes without further checks.
 * 3. `finish` cuts the result out.
 */
export class Encoder {
  out: Uint8Array = EMPTY;
  /** Where the value being written begins: before it lie results that are views. */
  start = 0;
  at = 0;
  isCanonical = false;
  lease: Lease | undefined;
  private slab: Uint8Array = EMPTY;
  private slabAt = 0;
  private long: Uint8Array = EMPTY;

  put(item: WireValue, depth: number): void {
    if (typeof item === "string") this.putText(item);
    else if (typeof item === "number") this.putNumber(item);
    else if (typeof item === "boolean") this.putByte(item ? 0xc3 : 0xc2);
    else if (item === null) this.putByte(0xc0);
    else if (item instanceof Uint8Array) this.putBytes(item);
    else if (depth === MAX_DEPTH) throw new CodedError("WIRE_TOO_DEEP", `Nested beyond ${MAX_DEPTH} levels`);
    else if (isList(item)) {
      const { length } = item; // once: a getter could change it after the head is written
      this.putSize(length, 0x90, 0xdc);
      for (let i = 0; i < length; i++) this.put(item[i] as WireValue, depth + 1); // cast: a hole or a lost element is refused as undefined
    } else this.putMap(item, depth + 1);
  }

  /** Takes the result out, and makes ready for the next value. */
  finish(): Uint8Array {
    const { out, start, at } = this;
    if (out !== this.slab && out !== this.long && at * 8 >= out.length * 7) {
      // An array too long to be kept, and nearly full: a copy takes as long as all before it (bench: internals, codec, "binary 1 MiB").
      this.out = EMPTY;
      return new Uint8Array(out.buffer, 0, at);
    }
    if (out !== this.slab || at - start <= COPY) return out.slice(start, at);
    this.slabAt = at;
    return new Uint8Array(out.buffer, out.byteOffset + start, at - start);
  }

  /** Begins at the slab's free end. */
  begin(): void {
    if (this.slab.length - this.slabAt < SLAB_LEAST) {
      this.slab = createSlab();
      this.slabAt = 0;
    }
    this.out = this.slab;
    this.start = this.slabAt;
    this.at = this.slabAt;
  }

  private putByte(byte: number): void {
    if (this.at === this.out.length) this.make(1);
    this.out[this.at++] = byte;
  }

  private putNumber(number: number): void {
    if (this.out.length - this.at < HEAD) this.make(HEAD);
    const out = this.out;
    const at = this.at;
    if (number >= 0 && number < 128 && (number | 0) === number && (number !== 0 || 1 / number > 0)) {
      out[at] = number;
      this.at = at + 1;
    } else if (Number.isSafeInteger(number) && number !== 0) this.at = putInteger(out, at, number);
    else {
      // The literal NaN: one passed in may carry foreign payload bits, and equal values must give equal bytes.
      double.setFloat64(0, Number.isNaN(number) ? Number.NaN : number);
      out[at] = 0xcb;
      for (let i = 0; i < 8; i++) out[at + 1 + i] = doubleBytes[i] as number; // cast: it has eight
      this.at = at + 9;
    }
  }

  private putText(text: string): void {
    const { length } = text;
    if (length < 32 && this.putShort(text, length)) return;
    // Short text makes room for the worst it may become, so that one pass does.
    const room = length > SHORT ? length + HEAD : length * 3 + HEAD;
    if (this.out.length - this.at < room) this.make(room);
    // The head is as wide as it would be for ASCII; only text that outgrows it is moved.
    const guess = textHead(length);
    let from = this.at + guess;
    let end = writeUtf8(this.out, from, text);
    if (end < 0) {
      this.make(length * 3 + HEAD);
      from = this.at + guess;
      end = writeUtf8(this.out, from, text);
    }
    const count = end - from;
    const shift = count === length ? 0 : textHead(count) - guess;
    if (shift > 0) {
      const at = this.at;
      this.at = end; // what make() keeps
      if (this.out.length - end < shift) this.make(shift);
      this.at += at - end; // make() may have moved all to the front
      this.out.copyWithin(this.at + guess + shift, this.at + guess, this.at + guess + count);
    }
    if (count < 32) this.out[this.at++] = 0xa0 + count;
    else this.at = putCount(this.out, this.at, count, 0xd9);
    this.at += count;
  }

  private putBytes(bytes: Uint8Array): void {
    const { length } = bytes;
    if (this.out.length - this.at < length + HEAD) this.make(length + HEAD);
    const at = putCount(this.out, this.at, length, 0xc4);
    if (length > BY_HAND) this.out.set(bytes, at);
    else for (let i = 0; i < length; i++) this.out[at + i] = bytes[i] as number; // cast: i < length
    this.at = at + length;
  }

  private putMap(map: WireMap, depth: number): void {
    if (!isPlain(map)) throw bad(typeof map);
    const keys = Object.keys(map);
    if (this.isCanonical) keys.sort();
    this.putSize(keys.length, 0x80, 0xde);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string; // cast: i < length
      this.putKey(key);
      this.put(map[key] as WireValue, depth); // cast: an own key; undefined is refused like any stranger
    }
  }

  private putKey(key: string): void {
    const { length } = key;
    if (length < 32 && this.putShort(key, length)) return;
    // Lone surrogates are replaced, and two keys that differ in them only would arrive as one.
    if (/\p{Cs}/u.test(key)) throw bad("key with a lone surrogate");
    this.putText(key);
  }

  /** Text of less than 32 units; false, and nothing done, when it is not ASCII. By hand that takes two thirds of the time of any call (bench: internals, codec). */
  private putShort(text: string, length: number): boolean {
    if (this.out.length - this.at < 32) this.make(32);
    const out = this.out;
    const from = this.at + 1;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return false;
      out[from + i] = code;
    }
    out[this.at] = 0xa0 + length;
    this.at = from + length;
    return true;
  }

  /** The head of an array or a map. */
  private putSize(count: number, fix: number, type16: number): void {
    if (this.out.length - this.at < HEAD) this.make(HEAD);
    if (count < 16) this.out[this.at++] = fix + count;
    // Counts below 256 have no form of their own: they take two bytes.
    else if (count < 256) {
      this.out[this.at] = type16;
      this.out[this.at + 1] = 0;
      this.out[this.at + 2] = count;
      this.at += 3;
    } else this.at = putCount(this.out, this.at, count, type16 - 1);
  }

  /** Makes room for `count` more bytes, and moves what was written of this value there. */
  private make(count: number): void {
    const { out, start, lease } = this;
    const kept = this.at - start;
    const wanted = kept + count;
    if (lease !== undefined) {
      lease.length = kept;
      lease.grow(wanted);
      this.out = lease.bytes;
      return;
    }
    let { long } = this;
    if (long.length < wanted) {
      long = new Uint8Array(Math.max(wanted, kept * 2, LONG_LEAST));
      if (long.length <= LONG_KEPT) this.long = long;
    }
    long.set(out.subarray(start, this.at));
    this.out = long;
    this.start = 0;
    this.at = kept;
  }
}

export const EMPTY: Uint8Array = new Uint8Array(0);
/** The longest head; also the longest number. */
const HEAD = 9;
/** Up to this many units text takes three bytes for each without being asked for less first. */
const SHORT = 85;
/** Up to this length a loop copies faster than `set`. */
const BY_HAND = 24;
/** A slab with less than this left is not begun. */
const SLAB_LEAST = 512;
const LONG_LEAST = 16_384;
/** The longest array that is kept for the next call. */
const LONG_KEPT = 1 << 20;
const double = new DataView(new ArrayBuffer(8));
const doubleBytes = new Uint8Array(double.buffer);

// Views only of memory from Node's own buffer pool: it cannot be transferred away under the other results. Elsewhere all are copied.
// The slab is a half of what that pool allocates at once.
const nodeBuffer: { allocUnsafe(size: number): Uint8Array } | undefined = globalThis.Buffer;
const createSlab = (): Uint8Array => {
  if (nodeBuffer === undefined) return new Uint8Array(4096);
  const { buffer, byteOffset, length } = nodeBuffer.allocUnsafe(4095);
  return new Uint8Array(buffer, byteOffset, length);
};
/** V8 keeps typed arrays up to this length beside their object: copying them costs what a view does, and pins no slab. */
const COPY = nodeBuffer === undefined ? Number.POSITIVE_INFINITY : 64;

function bad(what: string): CodedError {
  return new CodedError("WIRE_BAD_VALUE", `A ${what} cannot be encoded`, { value: what });
}
