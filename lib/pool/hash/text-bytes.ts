import { writeUtf8 } from "../utf8.ts";
import type { HashSeed } from "./types.ts";

const encoder = new TextEncoder();
/** Kept from one text to the next; what lies in it is never handed out. */
export const scratch: Uint8Array = new Uint8Array(65_536);

/** Calls a hash with the UTF-8 of a text, which is written into `memory` if it fits. */
export function utf8Of<Result>(
  text: string,
  memory: Uint8Array,
  hash: (bytes: Uint8Array, length: number, seed: HashSeed) => Result,
  seed: HashSeed,
): Result {
  const end = writeUtf8(memory, 0, text);
  if (end >= 0) return hash(memory, end, seed);
  const bytes = encoder.encode(text);
  return hash(bytes, bytes.length, seed);
}
