import { CodedError } from "../errors/index.ts";

const MAX_NAME_BYTES = 512;

/** Refuses names a store could not keep apart or hold: empty, over 512 bytes of UTF-8, or with half a surrogate pair. */
export function checkName(name: string): void {
  const fits =
    typeof name === "string" && name.length > 0 && name.length <= MAX_NAME_BYTES && !/\p{Surrogate}/u.test(name);
  if (!fits || new TextEncoder().encode(name).length > MAX_NAME_BYTES) {
    throw new CodedError("SYNC_BAD_NAME", "The name of a document is not allowed");
  }
}

/**
 * Compares two names by their UTF-8 bytes, as stores sort them: by code point, where `<` goes by UTF-16 units.
 * @public
 */
export function byteOrder(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [left.charCodeAt(i), right.charCodeAt(i)];
    // Halves of a pair stand for code points above all others.
    if (a !== b) return isHalf(a) === isHalf(b) ? a - b : isHalf(a) ? 1 : -1;
  }
  return left.length - right.length;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}
