/*
 * MessagePack as live frames need it, in a fifth of the bytes of lib/wire's codec: it trusts what its own server sends, and writes
 * only what the client has. lib/wire's, which trusts nobody, is its oracle in test/client/live-codec.test.ts.
 */
import type { WireValue } from "../../lib/wire/index.ts";
import { isArray } from "./slots.ts";

/** Encodes a value; integers beyond 32 bits travel as float64. */
export const encode = (value: WireValue): Uint8Array<ArrayBuffer> => new Uint8Array(bytesOf(value));

const bytesOf = (part: WireValue): number[] => {
  if (typeof part === "number") {
    if (part >>> 0 === part) return head(part, 0, 128, 0xcc, 0);
    return [0xcb, ...new Uint8Array(new Float64Array([part]).buffer).reverse()];
  }
  if (typeof part === "string") {
    const bytes = new TextEncoder().encode(part);
    return head(bytes.length, 0xa0, 32, 0xd9, 0, bytes);
  }
  if (part instanceof Uint8Array) return head(part.length, 0, 0, 0xc4, 0, part);
  if (isArray(part)) return head(part.length, 0x90, 16, 0xdc, 1, part.flatMap(bytesOf));
  if (!part || part === true) return [part ? 0xc3 : part == null ? 0xc0 : 0xc2];
  const entries = Object.entries(part);
  return head(entries.length, 0x80, 16, 0xde, 1, entries.flat().flatMap(bytesOf)); // keys and values
};

/** A length or number: in the type byte below `limit`, else in 1, 2 or 4 bytes after `code`, whose first form has 2 ** `least`; then what it counts. */
const head = (
  n: number,
  fix: number,
  limit: number,
  code: number,
  least: number,
  rest: Iterable<number> = [],
): number[] => {
  const size = n < 256 ? least : n < 65536 ? 1 : 2;
  const out = [code + size - least];
  for (let bits = (8 << size) - 8; bits >= 0; bits -= 8) out.push(n >>> bits);
  return [...(n < limit ? [fix + n] : out), ...rest];
};

/** Decodes a value; bytes that are none give nonsense or throw. */
export const decode = (bytes: Uint8Array): WireValue => {
  let at = 0;
  const integer = (size: number, n = 0): number => {
    while (size--) n = n * 256 + (bytes[at++] as number); // cast: NaN, then
    return n;
  };
  // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
  const slice = (size: number): Uint8Array => bytes.slice(at, (at += size));
  // One for all texts. What is plain in this one is the same in UTF-8, and cut out of it (bench: live, "a text in every row").
  const all = new TextDecoder("latin1").decode(bytes);
  const decoder = new TextDecoder();
  // biome-ignore lint/suspicious/noAssignInExpressions: as above
  const text = (size: number, plain: string = all.slice(at, (at += size))): string =>
    // With the byte in front, which is no beginning of anything and so one unit: a byte order mark at the very beginning would be taken off.
    /[^ -~]/.test(plain) ? decoder.decode(bytes.slice(at + ~size, at)).slice(1) : plain;
  // Half the time of Array.from.
  const list = <T>(length: number, each: () => T, all: T[] = []): T[] => {
    while (length--) all.push(each());
    return all;
  };
  // An own property even where it is called __proto__.
  const map = (length: number): WireValue => Object.fromEntries(list(length, () => [read() as string, read()])); // cast: the server keys maps with strings
  const read = (): WireValue => {
    const type = bytes[at++] as number; // cast: undefined is like NaN
    if (type < 0x80) return type;
    if (type < 0x90) return map(type & 15);
    if (type < 0xa0) return list(type & 15, read);
    if (type < 0xc0) return text(type & 31);
    if (type > 0xdf) return type - 256;
    if (type > 0xdd) return map(integer(2 << (type & 1)));
    if (type > 0xdb) return list(integer(2 << (type & 1)), read);
    if (type > 0xd8) return text(integer(1 << (type - 0xd9)));
    // Its sign goes before it. cast: as above
    if (type > 0xcb) return integer(1 << (type & 3), type > 0xcf ? -((bytes[at] as number) >> 7) : 0);
    if (type > 0xc5 + 1) return new Float64Array(slice(8).reverse().buffer)[0] as number; // cast: one number
    if (type > 0xc3) return slice(integer(1 << (type & 3)));
    return type > 0xc0 ? type > 0xc2 : null;
  };
  return read();
};
