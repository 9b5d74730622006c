/*
 * As much of the FlatBuffers format as Arrow's metadata needs. The reader trusts nothing: each position is checked before it is read. References
 * only point forward, so nothing can be read in a circle.
 */
import { CodedError } from "../../../errors/index.ts";
import { readUtf8, writeUtf8 } from "../../../pool/index.ts";

export function badArrow(message: string): CodedError {
  return new CodedError("SIGNALS_BAD_ARROW", message);
}

/** One table in a buffer. Fields are read by their number; absent ones give the default. */
export class FlatTable {
  private readonly view: DataView;
  private readonly at: number;
  private readonly vtable: number;
  private readonly vtableBytes: number;

  constructor(view: DataView, at: number) {
    need(view, at, 4);
    const vtable = at - view.getInt32(at, true);
    need(view, vtable, 4);
    const bytes = view.getUint16(vtable, true);
    need(view, vtable, bytes);
    this.view = view;
    this.at = at;
    this.vtable = vtable;
    this.vtableBytes = bytes;
  }

  /** The table a whole buffer holds. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    need(view, 0, 4);
    return new FlatTable(view, view.getUint32(0, true));
  }

  int8(field: number): number {
    const at = this.field(field, 1);
    return at < 0 ? 0 : this.view.getUint8(at);
  }

  int16(field: number): number {
    const at = this.field(field, 2);
    return at < 0 ? 0 : this.view.getInt16(at, true);
  }

  int32(field: number): number {
    const at = this.field(field, 4);
    return at < 0 ? 0 : this.view.getInt32(at, true);
  }

  /** A count or a position. */
  int64(field: number): number {
    const at = this.field(field, 8);
    return at < 0 ? 0 : count64(this.view, at);
  }

  has(field: number): boolean {
    return this.field(field, 1) >= 0;
  }

  table(field: number): FlatTable | undefined {
    const at = this.reference(field);
    return at < 0 ? undefined : new FlatTable(this.view, at);
  }

  text(field: number): string {
    const at = this.reference(field);
    if (at < 0) return "";
    const length = this.length(at, 1);
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + at + 4, length);
    return utf8(bytes, 0, length);
  }

  tables(field: number): FlatTable[] {
    const at = this.reference(field);
    if (at < 0) return [];
    return Array.from({ length: this.length(at, 4) }, (_, i) => {
      const item = at + 4 + i * 4;
      return new FlatTable(this.view, item + this.view.getUint32(item, true));
    });
  }

  /** A list of structs of so many bytes: their positions, for `read64` and `read32`. */
  structs(field: number, bytes: number): number[] {
    const at = this.reference(field);
    return at < 0 ? [] : Array.from({ length: this.length(at, bytes) }, (_, i) => at + 4 + i * bytes);
  }

  read64(at: number): number {
    return count64(this.view, at);
  }

  read32(at: number): number {
    return this.view.getInt32(at, true);
  }

  private length(at: number, size: number): number {
    const length = this.view.getUint32(at, true);
    need(this.view, at + 4, length * size);
    return length;
  }

  private reference(field: number): number {
    const at = this.field(field, 4);
    if (at < 0) return -1;
    const to = at + this.view.getUint32(at, true);
    need(this.view, to, 4);
    return to;
  }

  private field(field: number, bytes: number): number {
    const entry = 4 + field * 2;
    if (entry + 2 > this.vtableBytes) return -1;
    const offset = this.view.getUint16(this.vtable + entry, true);
    if (offset === 0) return -1;
    need(this.view, this.at + offset, bytes);
    return this.at + offset;
  }
}

/** Text in bytes that must be UTF-8. */
export function utf8(bytes: Uint8Array, from: number, to: number): string {
  try {
    return readUtf8(bytes, from, to);
  } catch {
    throw badArrow("A text is not valid UTF-8");
  }
}

function need(view: DataView, at: number, bytes: number): void {
  if (at < 0 || at + bytes > view.byteLength) throw badArrow("The metadata points outside itself");
}

function count64(view: DataView, at: number): number {
  const value = view.getBigInt64(at, true);
  if (value < 0n || value > 0x1f_ffff_ffff_ffffn) throw badArrow(`A length of ${value} is out of range`);
  return Number(value);
}

/** What a field of a table to write holds: a scalar of some bytes, or a part that it refers to. */
export type FlatField = { readonly bytes: 1 | 2 | 4 | 8; readonly value: number } | FlatPart | undefined;

export type FlatPart =
  | { readonly fields: readonly FlatField[] }
  | { readonly text: string }
  | { readonly tables: readonly FlatPart[] }
  /** Structs of 64-bit integers. */
  | { readonly structs: readonly (readonly number[])[] };

/** Writes a table and what it refers to; the length is a multiple of 8. */
export function writeFlat(root: FlatPart): Uint8Array {
  const out: number[] = [];
  put(out, 0, 4);
  patch(out, 0, writePart(out, root));
  pad(out, 8);
  return Uint8Array.from(out);
}

function writePart(out: number[], part: FlatPart): number {
  if ("text" in part) {
    const buffer = new Uint8Array(part.text.length * 3);
    const length = writeUtf8(buffer, 0, part.text);
    pad(out, 4);
    const at = out.length;
    put(out, length, 4);
    for (const byte of buffer.subarray(0, length)) out.push(byte);
    out.push(0);
    return at;
  }
  if ("structs" in part) {
    while (out.length % 8 !== 4) out.push(0); // so that what follows the count is aligned
    const at = out.length;
    put(out, part.structs.length, 4);
    for (const value of part.structs.flat()) put(out, value, 8);
    return at;
  }
  if ("tables" in part) {
    pad(out, 4);
    const at = out.length;
    put(out, part.tables.length, 4);
    for (const _ of part.tables) put(out, 0, 4);
    for (const [i, each] of part.tables.entries()) patch(out, at + 4 + i * 4, writePart(out, each));
    return at;
  }
  return writeTable(out, part.fields);
}

function writeTable(out: number[], fields: readonly FlatField[]): number {
  let size = 4;
  const offsets = fields.map((field) => {
    if (field === undefined) return 0;
    const bytes = "bytes" in field ? field.bytes : 4;
    const offset = Math.ceil(size / bytes) * bytes;
    size = offset + bytes;
    return offset;
  });
  const vtableBytes = 4 + fields.length * 2;
  while ((out.length + vtableBytes) % 8 !== 0) out.push(0);
  put(out, vtableBytes, 2);
  put(out, size, 2);
  for (const offset of offsets) put(out, offset, 2);
  const at = out.length;
  put(out, vtableBytes, 4);
  while (out.length < at + size) out.push(0);
  for (const [i, field] of fields.entries()) {
    const place = at + (offsets[i] ?? 0);
    if (field === undefined) continue;
    if ("bytes" in field) write(out, place, field.value, field.bytes);
    else patch(out, place, writePart(out, field));
  }
  return at;
}

function patch(out: number[], at: number, to: number): void {
  write(out, at, to - at, 4);
}

function put(out: number[], value: number, bytes: number): void {
  const at = out.length;
  for (let i = 0; i < bytes; i++) out.push(0);
  write(out, at, value, bytes);
}

function write(out: number[], at: number, value: number, bytes: number): void {
  let rest = value;
  for (let i = 0; i < bytes; i++) {
    out[at + i] = rest & 255;
    rest = Math.floor(rest / 256);
  }
}

function pad(out: number[], to: number): void {
  while (out.length % to !== 0) out.push(0);
}
