import { CodedError } from "../errors/index.ts";
import { checkBytes, checkText, told } from "./arguments.ts";
import { heapLease, type Lease } from "./lease.ts";
import type { BufferPool, Writer, WriterOptions } from "./types.ts";
import { encoder, writeUtf8 } from "./utf8.ts";

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
  return new GrowingWriter(options.pool, options.minBytes);
}

const EMPTY = new Uint8Array(0);

// One class for all writers, so that what calls its methods stays monomorphic; hot methods call the slow ones only where the buffer ends.
class GrowingWriter implements Writer {
  length = 0;
  buffer: Uint8Array = EMPTY;
  private readonly pool: BufferPool | undefined;
  private readonly minBytes: number | undefined;
  private held: Lease | undefined;
  private view: DataView | undefined;

  constructor(pool: BufferPool | undefined, minBytes: number | undefined) {
    this.pool = pool;
    this.minBytes = minBytes !== undefined && Number.isNaN(minBytes) ? undefined : minBytes;
    this.held = undefined;
    this.view = undefined;
  }

  claim(count: number): number {
    if (!(Number.isSafeInteger(count) && count >= 0)) throw outOfRange(count);
    return this.take(count);
  }

  u8(value: number): void {
    if (value !== (value & 255)) throw outOfRange(value);
    if (this.length === this.buffer.length) this.make(1);
    this.buffer[this.length++] = value;
  }

  u32(value: number): void {
    if (value !== value >>> 0) throw outOfRange(value);
    const at = this.take(4);
    const out = this.buffer;
    out[at] = value;
    out[at + 1] = value >>> 8;
    out[at + 2] = value >>> 16;
    out[at + 3] = value >>> 24;
  }

  f64(value: number): void {
    if (typeof value !== "number") throw outOfRange(value);
    const at = this.take(8);
    this.view ??= new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.length);
    // The literal NaN: one passed in may carry foreign payload bits, and equal values must give equal bytes.
    this.view.setFloat64(at, Number.isNaN(value) ? Number.NaN : value, true);
  }

  varint(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw outOfRange(value);
    if (this.buffer.length - this.length < 8) this.make(8);
    this.length = putVarint(this.buffer, this.length, value);
  }

  svarint(value: number): void {
    if (!Number.isSafeInteger(value)) throw outOfRange(value);
    if (this.buffer.length - this.length < 8) this.make(8);
    // Zigzag is 2n or -2n - 1, which needs 54 bits; so the sign and six bits go first and the rest never overflows.
    const size = value < 0 ? -1 - value : value;
    const low = (size % 64) * 2 + (value < 0 ? 1 : 0);
    const rest = Math.floor(size / 64);
    this.buffer[this.length++] = rest === 0 ? low : low | 128;
    if (rest !== 0) this.length = putVarint(this.buffer, this.length, rest);
  }

  bytes(value: Uint8Array): void {
    checkBytes(value);
    const at = this.take(value.length);
    this.buffer.set(value, at);
  }

  utf8(text: string): number {
    checkText(text);
    const start = this.length;
    if (this.buffer.length - start >= 3 * text.length) this.length = writeUtf8(this.buffer, start, text);
    else this.tightUtf8(text);
    return this.length - start;
  }

  string(text: string): void {
    checkText(text);
    const start = this.length;
    // The prefix is as wide as it would be for ASCII; only text that outgrows it is moved.
    const guess = varintSize(text.length);
    try {
      this.take(guess);
      const count = this.utf8(text);
      const width = varintSize(count);
      if (width !== guess) {
        this.take(width - guess);
        this.buffer.copyWithin(start + width, start + guess, start + guess + count);
      }
      putVarint(this.buffer, start, count);
    } catch (error) {
      this.length = start;
      throw error;
    }
  }

  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  detach(): Uint8Array {
    return this.lease().detach();
  }

  lease(): Lease {
    const { buffer, length } = this;
    const lease = this.held ?? heapLease(buffer, 0);
    lease.length = length;
    this.forget();
    return lease;
  }

  reset(mark: number = 0): void {
    if (!(Number.isInteger(mark) && mark >= 0 && mark <= this.length)) throw outOfRange(mark);
    this.length = mark;
  }

  release(): void {
    const lease = this.held;
    this.forget();
    lease?.release();
  }

  /** Text that might not fit: tried as ASCII, which most is; what is left goes where there is room for anything. */
  private tightUtf8(text: string): void {
    const start = this.length;
    if (this.buffer.length - start < text.length) this.make(text.length);
    // The first text of a writer, often all of it, goes without a view, which takes 3 % of a small page (bench: internals, "memory", page of 2 KiB).
    const room = start === 0 ? this.buffer : this.buffer.subarray(start);
    const { read, written } = encoder.encodeInto(text, room);
    this.length = start + written;
    if (read === text.length) return;
    const rest = text.slice(read);
    try {
      this.make(rest.length * 3);
    } catch (error) {
      this.length = start;
      throw error;
    }
    this.length = writeUtf8(this.buffer, this.length, rest);
  }

  /** Claims `count` bytes and returns where they begin. */
  private take(count: number): number {
    const at = this.length;
    if (this.buffer.length - at < count) this.make(count);
    this.length = at + count;
    return at;
  }

  /** Makes room for `count` more bytes where there is not enough. */
  private make(count: number): void {
    const { buffer, length, minBytes, pool } = this;
    const wanted = length + count;
    if (pool !== undefined) {
      this.held ??= minBytes === undefined ? pool.acquire() : pool.acquire({ minBytes });
      this.held.length = length;
      // Doubling happens by itself, as a pool's sizes are powers of two; asking for more could break its limit.
      this.held.grow(wanted);
      this.buffer = this.held.bytes;
    } else {
      const least = length === 0 ? (minBytes ?? 256) : buffer.length * 2;
      this.buffer = new Uint8Array(Math.max(least, wanted));
      this.buffer.set(buffer.subarray(0, length));
    }
    this.view = undefined;
  }

  private forget(): void {
    this.held = undefined;
    this.buffer = EMPTY;
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
  return new CodedError("POOL_OUT_OF_RANGE", `${told(value)} does not fit`, { value });
}
