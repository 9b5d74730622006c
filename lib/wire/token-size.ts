import { ValueReader } from "./value-reader.ts";

/** Whether a type byte is that of a str. */
export function isText(type: number): boolean {
  return type >> 5 === 5 || (type > 0xd8 && type < 0xdc);
}

/** The bytes of the token at `at`: of an array or a map its head. While its length field is cut, the bytes up to there. */
export function tokenSize(bytes: Uint8Array, at: number, end: number): number {
  const type = bytes[at] as number; // cast: at < end
  if (type < 0xa0 || type > 0xdf) return 1;
  if (type < 0xc0) return 1 + (type & 31);
  const isBinary = type > 0xc3 && type < 0xc7;
  if (isBinary || isText(type)) {
    const width = 1 << (isBinary ? type & 3 : type - 0xd9);
    if (end - at < 1 + width) return 1 + width;
    return 1 + width + new ValueReader(bytes, at + 1, end, 0).integer(width);
  }
  if (type > 0xdb) return type & 1 ? 5 : 3;
  if (type > 0xcb && type < 0xd4) return 1 + (1 << (type & 3));
  return type === 0xca ? 5 : type === 0xcb ? 9 : 1; // all others are a byte, or refused by their first
}
