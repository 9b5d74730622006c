/** Bytes front to back. lib/pool's writer and reader do more than documents need; in a browser these are a fifth of their size. */
import { over } from "../refuse.ts";

/** Names of containers and keys, in UTF-8 bytes. */
export const MAX_NAME_BYTES = 1024;

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();
const decoder: TextDecoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Numbers and bytes going in or out: whoever describes a format in these describes it for both. A reader does not look at what it is given. */
export interface Io {
  readonly remaining: number;
  varint(value: number): number;
  svarint(value: number): number;
  name(text: string): string;
  blob(bytes: Uint8Array): Uint8Array;
}

/** Builds bytes in one growing buffer. Varints are unsigned LEB128, of safe integers from 0. */
export class Writer implements Io {
  readonly remaining: number = Number.POSITIVE_INFINITY;
  length = 0;
  buffer: Uint8Array = NOTHING;

  u8(value: number): void {
    this.room(1);
    this.buffer[this.length++] = value;
  }

  /** The most significant byte first. */
  uint(value: number, width: number): void {
    for (let shift = 8 * (width - 1); shift >= 0; shift -= 8) this.u8(value >>> shift); // stored modulo 256
  }

  /** Leaves room for what is known only later. */
  claim(count: number): void {
    this.room(count);
    this.length += count;
  }

  varint(value: number): number {
    this.room(8);
    const { buffer } = this;
    let at = this.length;
    let rest = value;
    if (rest > 0x7fffffff) {
      // four groups at once: of numbers this large division takes long
      rest = Math.floor(value / 0x10000000);
      const low = value - rest * 0x10000000;
      buffer[at++] = low | 128;
      buffer[at++] = (low >>> 7) | 128;
      buffer[at++] = (low >>> 14) | 128;
      buffer[at++] = (low >>> 21) | 128;
    }
    for (; rest > 127; rest >>>= 7) buffer[at++] = rest | 128; // stored modulo 256
    buffer[at++] = rest;
    this.length = at;
    return value;
  }

  /** The sign and six bits go first, so that no step overflows. */
  svarint(value: number): number {
    const size = value < 0 ? -1 - value : value;
    const low = (size % 64) * 2 + (value < 0 ? 1 : 0);
    const rest = Math.floor(size / 64);
    this.u8(rest === 0 ? low : low | 128);
    if (rest !== 0) this.varint(rest);
    return value;
  }

  bytes(value: Uint8Array): void {
    this.room(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  /** Without a length. */
  utf8(text: string): void {
    const count = text.length;
    this.room(count * 3);
    const { buffer } = this;
    let at = this.length;
    // Short texts: TextEncoder takes longer to call than these to copy.
    let i = 0;
    if (count < 32) {
      for (; i < count; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 127) break;
        buffer[at++] = unit;
      }
    }
    if (i < count) at += encoder.encodeInto(i > 0 ? text.slice(i) : text, buffer.subarray(at)).written;
    this.length = at;
  }

  /** Its length in bytes first. */
  string(text: string): void {
    if (text.length * 3 < 128) {
      const start = this.length;
      this.u8(0);
      this.utf8(text);
      this.buffer[start] = this.length - start - 1;
      return;
    }
    this.blob(encoder.encode(text));
  }

  name(text: string): string {
    this.string(text);
    return text;
  }

  blob(bytes: Uint8Array): Uint8Array {
    this.varint(bytes.length);
    this.bytes(bytes);
    return bytes;
  }

  /** All of it, until the next is written. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private room(count: number): void {
    const { buffer, length } = this;
    if (buffer.length - length >= count) return;
    this.buffer = new Uint8Array(Math.max(64, buffer.length * 2, length + count));
    this.buffer.set(buffer);
  }
}

/** Reads what a stranger may have made: each read gives a whole value or throws. */
export class Reader implements Io {
  position = 0;
  readonly end: number;
  private readonly from: Uint8Array;

  constructor(bytes: Uint8Array) {
    // A plain one over the same memory: of subclasses such as Node's Buffer `slice` makes no copy.
    this.from = bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** The byte that comes next; -1 at the end. */
  peek(): number {
    return this.position < this.end ? (this.from[this.position] as number) : -1; // cast: it is within the bytes
  }

  u8(): number {
    return this.from[this.claim(1)] as number; // cast: claim has looked
  }

  /** In its shortest form, at most 2^53 - 1. */
  varint(): number {
    const { from } = this;
    const first = from[this.position++];
    if (first !== undefined && first < 128) return first;
    let value = (first ?? 0) & 127;
    for (let scale = 128, byte = first; ; scale *= 128) {
      byte = this.u8();
      value += (byte & 127) * scale;
      if (byte > 127 && scale < 2 ** 49) continue;
      if (byte === 0 || byte > 127 || value > Number.MAX_SAFE_INTEGER) throw damaged();
      return value;
    }
  }

  svarint(): number {
    const first = this.u8();
    let size = (first & 127) >>> 1;
    if (first > 127) {
      const rest = this.varint();
      if (rest === 0) throw damaged();
      size += rest * 64;
    }
    const value = first & 1 ? -1 - size : size;
    if (!Number.isSafeInteger(value)) throw damaged();
    return value;
  }

  /** A view: copy it to keep it. */
  bytes(count: number): Uint8Array {
    const at = this.claim(count);
    return this.from.subarray(at, at + count);
  }

  utf8(count: number): string {
    const { from } = this;
    const at = this.claim(count);
    if (count < 16) {
      let text = "";
      for (let i = at; i < this.position; i++) {
        const byte = from[i] as number; // cast: claimed
        if (byte > 127) return decoder.decode(from.subarray(at, this.position));
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return decoder.decode(from.subarray(at, this.position));
  }

  string(): string {
    return this.utf8(this.varint());
  }

  name(): string {
    const length = this.varint();
    if (length > MAX_NAME_BYTES) throw over("name or key bytes", length, MAX_NAME_BYTES);
    return this.utf8(length);
  }

  /** A name that may well have come before: it is looked for among `known`, 64 places, so that those that come again are one string. */
  known(known: string[]): string {
    const name = this.name();
    const place = (name.length * 5 + name.charCodeAt(0) * 7 + name.charCodeAt(name.length - 1)) & 63; // of an empty one that is 0
    const before = known[place];
    if (before === name) return before;
    known[place] = name;
    return name;
  }

  /** A view: copy it to keep it. */
  blob(): Uint8Array {
    return this.bytes(this.varint());
  }

  private claim(count: number): number {
    const at = this.position;
    if (!(count <= this.end - at)) throw damaged();
    this.position = at + count;
    return at;
  }
}

export function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function damaged(): RangeError {
  return new RangeError("no number");
}
