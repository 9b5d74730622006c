import { CodedError } from "../errors/index.ts";
import type { BufferPool } from "./buffer-pool.ts";
import { heapLease, type Lease } from "./lease.ts";
import { writeUtf8 } from "./utf8.ts";

/**
 * Where a writer gets its memory.
 * @public
 */
export interface WriterOptions {
  /** Lends the scratch buffer; without it the writer allocates its own. */
  readonly pool?: BufferPool;
  /** Capacity at the first write, in bytes. @defaultValue 256 */
  readonly minBytes?: number;
}

/**
 * Builds bytes front to back in one growing buffer. Appending is O(1) amortised per byte.
 * Every method that writes throws `POOL_TOO_LARGE` when the pool lends no buffer that large.
 * @public
 */
export interface Writer {
  /** Bytes written so far. */
  readonly length: number;
  /** One byte. @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to 255. */
  u8(value: number): void;
  /** Four bytes, little endian. @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to 2^32 - 1. */
  u32(value: number): void;
  /** Eight bytes, IEEE 754, little endian. Any NaN is written as the quiet one. */
  f64(value: number): void;
  /** Unsigned LEB128, one to eight bytes. @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to 2^53 - 1. */
  varint(value: number): void;
  /** Zigzag LEB128, one to eight bytes. @throws CodedError `POOL_OUT_OF_RANGE` unless a safe integer. */
  svarint(value: number): void;
  /** The bytes as they are, without a length. */
  bytes(value: Uint8Array): void;
  /** UTF-8 without a length; lone surrogates become U+FFFD. Returns the number of bytes. */
  utf8(text: string): number;
  /** The UTF-8 byte length as a varint, then the UTF-8. */
  string(text: string): void;
  /** An exact copy of what was written, owned by the caller. */
  toBytes(): Uint8Array;
  /** Hands the written bytes over as a lease, to be released by the caller, and starts the writer afresh. */
  lease(): Lease;
  /** Forgets what was written and keeps the buffer. */
  reset(): void;
  /** Gives the buffer back and forgets what was written. The writer may be used again. Releasing twice is harmless. */
  release(): void;
}

/**
 * Makes a writer. It takes its buffer at the first write, so an idle writer holds none.
 * @example
 * ```ts
 * const out = createWriter({ pool });
 * out.varint(3); out.string("hi");
 * const bytes = out.toBytes(); // 3, 2, 104, 105
 * out.release();
 * ```
 * @public
 */
export function createWriter(options: WriterOptions = {}): Writer {
  return new GrowingWriter(options.pool, options.minBytes ?? 256);
}

const EMPTY = new Uint8Array(0);

class GrowingWriter implements Writer {
  length = 0;
  private readonly pool: BufferPool | undefined;
  private readonly minBytes: number;
  private held: Lease | undefined;
  private out: Uint8Array = EMPTY;
  private view: DataView | undefined;

  constructor(pool: BufferPool | undefined, minBytes: number) {
    this.pool = pool;
    this.minBytes = minBytes;
  }

  u8(value: number): void {
    if (value !== (value & 255)) throw outOfRange(value);
    if (this.length === this.out.length) this.make(1);
    this.out[this.length++] = value;
  }

  u32(value: number): void {
    if (value !== value >>> 0) throw outOfRange(value);
    const at = this.take(4);
    this.out[at] = value;
    this.out[at + 1] = value >>> 8;
    this.out[at + 2] = value >>> 16;
    this.out[at + 3] = value >>> 24;
  }

  f64(value: number): void {
    const at = this.take(8);
    this.view ??= new DataView(this.out.buffer, this.out.byteOffset, this.out.length);
    // The literal NaN: one passed in may carry foreign payload bits, and equal values must give equal bytes.
    this.view.setFloat64(at, Number.isNaN(value) ? Number.NaN : value, true);
  }

  varint(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw outOfRange(value);
    if (this.out.length - this.length < 8) this.make(8);
    this.length = putVarint(this.out, this.length, value);
  }

  svarint(value: number): void {
    if (!Number.isSafeInteger(value)) throw outOfRange(value);
    if (this.out.length - this.length < 8) this.make(8);
    // Zigzag is 2n or -2n - 1, which needs 54 bits; so the sign and six bits go first and the rest never overflows.
    const size = value < 0 ? -1 - value : value;
    const low = (size % 64) * 2 + (value < 0 ? 1 : 0);
    const rest = Math.floor(size / 64);
    this.out[this.length++] = rest === 0 ? low : low | 128;
    if (rest !== 0) this.length = putVarint(this.out, this.length, rest);
  }

  bytes(value: Uint8Array): void {
    const at = this.take(value.length);
    this.out.set(value, at);
  }

  utf8(text: string): number {
    const start = this.length;
    this.length = this.putText(start, text);
    return this.length - start;
  }

  string(text: string): void {
    const start = this.length;
    // The prefix is as wide as it would be for ASCII; only text that outgrows it is moved.
    const guess = varintSize(text.length);
    const end = this.putText(start + guess, text);
    const count = end - start - guess;
    const width = varintSize(count);
    if (width !== guess) {
      this.length = end; // what make() keeps, should it have to move
      this.make(width - guess);
      this.out.copyWithin(start + width, start + guess, end);
    }
    putVarint(this.out, start, count);
    this.length = start + width + count;
  }

  toBytes(): Uint8Array {
    return this.out.slice(0, this.length);
  }

  lease(): Lease {
    if (this.held === undefined) this.make(1);
    const lease = this.held as Lease; // cast: make() has just set it, if nothing had before
    lease.length = this.length;
    this.forget();
    return lease;
  }

  reset(): void {
    this.length = 0;
  }

  release(): void {
    const lease = this.held;
    this.forget();
    lease?.release();
  }

  /** Writes text at `at` (at or after `length`) and returns its end; `length` is left alone. */
  private putText(at: number, text: string): number {
    const least = at - this.length + text.length;
    if (this.out.length - this.length < least) this.make(least);
    const end = writeUtf8(this.out, at, text);
    if (end !== -1) return end;
    // Not ASCII and short of room: three bytes per unit always do.
    this.make(at - this.length + text.length * 3);
    return writeUtf8(this.out, at, text);
  }

  /** Claims `count` bytes and returns where they begin. */
  private take(count: number): number {
    const at = this.length;
    if (this.out.length - at < count) this.make(count);
    this.length = at + count;
    return at;
  }

  /** Makes room for `count` more bytes. */
  private make(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.out.length) return;
    let held = this.held;
    if (held === undefined) {
      const minBytes = Math.max(wanted, this.minBytes);
      held = this.pool === undefined ? heapLease(minBytes) : this.pool.acquire({ minBytes });
      this.held = held;
    } else {
      held.length = this.length;
      // Doubling in a pool happens by itself, as its sizes are powers of two; asking for more could break its limit.
      held.grow(this.pool === undefined ? Math.max(wanted, this.out.length * 2) : wanted);
    }
    this.out = held.bytes;
    this.view = undefined;
  }

  private forget(): void {
    this.held = undefined;
    this.out = EMPTY;
    this.view = undefined;
    this.length = 0;
  }
}

function putVarint(out: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7fffffff) {
    out[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    out[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
  return size;
}

function outOfRange(value: number): CodedError {
  return new CodedError("POOL_OUT_OF_RANGE", `${value} does not fit`, { value });
}
