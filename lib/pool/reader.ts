import { CodedError } from "../errors/index.ts";
import { checkBytes, told } from "./arguments.ts";
import { readUtf8 } from "./utf8.ts";

/**
 * Reads bytes front to back. Every read checks what remains first: it returns a whole value or throws and leaves `position` where it was.
 * @public
 */
export interface Reader {
  /** Bytes read so far. @throws CodedError `POOL_READ_PAST_END` when set outside the bytes. */
  position: number;
  /** Bytes left to read. */
  readonly remaining: number;
  /** One byte. @throws CodedError `POOL_READ_PAST_END`. */
  u8(): number;
  /** Four bytes, little endian. @throws CodedError `POOL_READ_PAST_END`. */
  u32(): number;
  /** Eight bytes, IEEE 754, little endian. @throws CodedError `POOL_READ_PAST_END`. */
  f64(): number;
  /** Unsigned LEB128. @throws CodedError `POOL_BAD_VARINT` when not in its shortest form or above 2^53 - 1, `POOL_READ_PAST_END`. */
  varint(): number;
  /** Zigzag LEB128. @throws CodedError `POOL_BAD_VARINT` when not in its shortest form or no safe integer, `POOL_READ_PAST_END`. */
  svarint(): number;
  /** A view of the next `count` bytes: copy it to keep it. @throws CodedError `POOL_READ_PAST_END`. */
  bytes(count: number): Uint8Array;
  /** The next `count` bytes as text. @throws CodedError `POOL_BAD_UTF8`, `POOL_READ_PAST_END`. */
  utf8(count: number): string;
  /** A varint byte length, then that much text. @throws CodedError `POOL_BAD_VARINT`, `POOL_BAD_UTF8`, `POOL_READ_PAST_END`. */
  string(): string;
}

/**
 * Makes a reader over `bytes`, which it neither copies nor changes.
 * @throws CodedError `POOL_BAD_ARGUMENT` for anything else.
 * @example
 * ```ts
 * const from = createReader(new Uint8Array([3, 2, 104, 105]));
 * from.varint(); // 3
 * from.string(); // "hi"
 * ```
 * @public
 */
export function createReader(bytes: Uint8Array): Reader {
  return new BytesReader(bytes);
}

class BytesReader implements Reader {
  private readonly from: Uint8Array;
  private readonly end: number;
  private at = 0;
  private view: DataView | undefined;

  constructor(bytes: Uint8Array) {
    checkBytes(bytes);
    // A plain Uint8Array over the same memory: subclasses such as Node's Buffer give other objects from subarray().
    this.from = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
  }

  get position(): number {
    return this.at;
  }

  set position(at: number) {
    if (!(Number.isInteger(at) && at >= 0 && at <= this.end)) throw pastEnd(at, this.end);
    this.at = at;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.from[this.claim(1)] as number; // cast: claim() checked the index
  }

  u32(): number {
    return this.values().getUint32(this.claim(4), true);
  }

  f64(): number {
    return this.values().getFloat64(this.claim(8), true);
  }

  varint(): number {
    const first = this.from[this.at];
    if (first !== undefined && first < 128) {
      this.at++;
      return first;
    }
    return this.longVarint(this.at, 1);
  }

  svarint(): number {
    const start = this.at;
    const first = this.from[start];
    if (first === undefined) throw pastEnd(1, 0);
    let size = (first & 127) >>> 1;
    if (first > 127) {
      const rest = this.longVarint(start + 1, 64);
      size += rest;
    } else {
      this.at = start + 1;
    }
    const value = first & 1 ? -1 - size : size;
    if (Number.isSafeInteger(value)) return value;
    this.at = start;
    throw badVarint();
  }

  bytes(count: number): Uint8Array {
    const at = this.claim(count);
    return this.from.subarray(at, at + count);
  }

  utf8(count: number): string {
    const at = this.claim(count);
    try {
      return readUtf8(this.from, at, at + count);
    } catch {
      this.at = at;
      throw new CodedError("POOL_BAD_UTF8", `${count} bytes at ${at} are not UTF-8`);
    }
  }

  string(): string {
    const start = this.at;
    try {
      return this.utf8(this.varint());
    } catch (error) {
      this.at = start;
      throw error;
    }
  }

  /**
   * Reads LEB128 groups from `start`, the first one worth `unit`; 64 is the tail of a zigzag number, which may not be zero.
   * Nothing is claimed before all of it is known to be good.
   */
  private longVarint(start: number, unit: number): number {
    let at = start;
    let scale = unit;
    let value = 0;
    for (;;) {
      if (at === this.end) throw pastEnd(1, 0);
      const byte = this.from[at++] as number; // cast: at < end
      value += (byte & 127) * scale;
      // The sum is exact while it is safe; a last group of zero means the form before it was shorter.
      if (!Number.isSafeInteger(value)) throw badVarint();
      if (byte < 128) {
        if (byte === 0 && (at > start + 1 || unit > 1)) throw badVarint();
        this.at = at;
        return value;
      }
      scale *= 128;
      if (scale > Number.MAX_SAFE_INTEGER) throw badVarint();
    }
  }

  private claim(count: number): number {
    const at = this.at;
    if (!(count <= this.end - at && count >= 0 && Number.isInteger(count))) throw pastEnd(count, this.end - at);
    this.at = at + count;
    return at;
  }

  private values(): DataView {
    this.view ??= new DataView(this.from.buffer, this.from.byteOffset, this.end);
    return this.view;
  }
}

function pastEnd(wanted: number, left: number): CodedError {
  return new CodedError("POOL_READ_PAST_END", `${told(wanted)} bytes wanted, ${left} left`, { value: wanted });
}

function badVarint(): CodedError {
  return new CodedError("POOL_BAD_VARINT", "Not the shortest form of a safe integer");
}
