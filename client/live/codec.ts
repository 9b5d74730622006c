/*
 * MessagePack as live frames need it, in a fifth of the bytes of lib/wire's codec: it trusts what its own server sends, and writes
 * only what the client has. lib/wire's, which trusts nobody, is its oracle in test/client/live-codec.test.ts.
 */
import type { WireValue } from "../../lib/wire/index.ts";

/** Encodes a value; integers beyond 32 bits travel as float64. */
export const encode = (value: WireValue): Uint8Array<ArrayBuffer> => {
  const out: number[] = [];
  // Not out.push(...bytes): a long text has more bytes than a call may have arguments.
  const append = (bytes: Uint8Array): void => {
    for (const byte of bytes) out.push(byte);
  };
  const write = (part: WireValue): void => {
    if (part === null) out.push(0xc0);
    else if (typeof part === "boolean") out.push(part ? 0xc3 : 0xc2);
    else if (typeof part === "number") {
      if (part >>> 0 === part) head(part, 0, 128, 0xcc, 0);
      else {
        out.push(0xcb);
        append(new Uint8Array(new Float64Array([part]).buffer).reverse());
      }
    } else if (typeof part === "string") {
      const bytes = new TextEncoder().encode(part);
      head(bytes.length, 0xa0, 32, 0xd9, 0);
      append(bytes);
    } else if (part instanceof Uint8Array) {
      head(part.length, 0, 0, 0xc4, 0);
      append(part);
    } else if (Array.isArray(part)) {
      head(part.length, 0x90, 16, 0xdc, 1);
      part.forEach(write);
    } else {
      const entries = Object.entries(part);
      head(entries.length, 0x80, 16, 0xde, 1);
      entries.flat().forEach(write);
    }
  };
  /** A length or number: in the type byte below `limit`, else in 1, 2 or 4 bytes after `code`, whose first form has 2 ** `least`. */
  const head = (n: number, fix: number, limit: number, code: number, least: number): void => {
    const size = Math.max(least, n < 256 ? 0 : n < 65536 ? 1 : 2);
    if (n < limit) out.push(fix + n);
    else {
      out.push(code + size - least);
      for (let at = 1 << size; at--; ) out.push(n / 256 ** at);
    }
  };
  write(value);
  return Uint8Array.from(out);
};

/** Decodes a value; bytes that are none give nonsense or throw. */
export const decode = (bytes: Uint8Array): WireValue => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  const integer = (size: number, first = view.getUint8(at++)): number => {
    let n = first;
    while (--size) n = n * 256 + view.getUint8(at++);
    return n;
  };
  const slice = (size: number): Uint8Array => {
    at += size;
    return bytes.subarray(at - size, at);
  };
  const text = (size: number): string => new TextDecoder().decode(slice(size));
  const list = (length: number): WireValue[] => Array.from({ length }, read);
  const map = (length: number): WireValue => {
    const found: { [key: string]: WireValue } = Object.create(null);
    while (length--) found[read() as string] = read(); // cast: the server keys maps with strings
    return found;
  };
  const read = (): WireValue => {
    const type = view.getUint8(at++);
    if (type < 0x80) return type;
    if (type < 0x90) return map(type & 15);
    if (type < 0xa0) return list(type & 15);
    if (type < 0xc0) return text(type & 31);
    if (type > 0xdf) return type - 256;
    if (type > 0xdd) return map(integer(2 << (type - 0xde)));
    if (type > 0xdb) return list(integer(2 << (type - 0xdc)));
    if (type > 0xd8) return text(integer(1 << (type - 0xd9)));
    if (type > 0xcf) return integer(1 << (type - 0xd0), view.getInt8(at++));
    if (type > 0xcb) return integer(1 << (type - 0xcc));
    if (type > 0xca) {
      at += 8;
      return view.getFloat64(at - 8);
    }
    if (type > 0xc3) return slice(integer(1 << (type - 0xc4)));
    return type > 0xc0 ? type > 0xc2 : null;
  };
  return read();
};
