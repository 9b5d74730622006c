import { writeUtf8 } from "../utf8.ts";
import type { HashSeed } from "./types.ts";

const encoder = new TextEncoder();
// Kept from one text to the next; what lies in it is never handed out.
const scratch = new Uint8Array(49_152);

/** Calls a hash with the UTF-8 of a text, which lies in memory that is kept unless it is long. */
export function utf8Of<Result>(
  text: string,
  hash: (bytes: Uint8Array, length: number, seed: HashSeed) => Result,
  seed: HashSeed,
): Result {
  if (3 * text.length <= scratch.length) return hash(scratch, writeUtf8(scratch, 0, text), seed);
  const bytes = encoder.encode(text);
  return hash(bytes, bytes.length, seed);
}
