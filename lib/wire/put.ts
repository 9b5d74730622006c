/** A type byte for counts of 1, 2 or 4 bytes: `type8` or one or two above it. */
export function putCount(out: Uint8Array, at: number, count: number, type8: number): number {
  if (count < 256) {
    out[at] = type8;
    out[at + 1] = count;
    return at + 2;
  }
  if (count < 65_536) {
    out[at] = type8 + 1;
    out[at + 1] = count >> 8;
    out[at + 2] = count;
    return at + 3;
  }
  out[at] = type8 + 2;
  return putUint32(out, at + 1, count);
}

/** A safe integer in its shortest form. */
export function putInteger(out: Uint8Array, at: number, number: number): number {
  if (number >= 128) {
    if (number <= 0xffffffff) return putCount(out, at, number, 0xcc);
    out[at] = 0xcf;
  } else if (number >= -32) {
    out[at] = number;
    return at + 1;
  } else if (number >= -128) {
    out[at] = 0xd0;
    out[at + 1] = number;
    return at + 2;
  } else if (number >= -32_768) {
    out[at] = 0xd1;
    out[at + 1] = number >> 8;
    out[at + 2] = number;
    return at + 3;
  } else if (number >= -(2 ** 31)) {
    out[at] = 0xd2;
    return putUint32(out, at + 1, number);
  } else out[at] = 0xd3;
  return putUint32(out, putUint32(out, at + 1, Math.floor(number / 2 ** 32)), number);
}

/** The low 32 bits, also of negative numbers and of longer ones. */
function putUint32(out: Uint8Array, at: number, number: number): number {
  out[at] = number >>> 24;
  out[at + 1] = number >>> 16;
  out[at + 2] = number >>> 8;
  out[at + 3] = number;
  return at + 4;
}

/** How long the head of text is. */
export function textHead(count: number): number {
  return count < 32 ? 1 : count < 256 ? 2 : count < 65_536 ? 3 : 5;
}
