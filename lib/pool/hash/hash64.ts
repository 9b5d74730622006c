import { checkBytes, checkSeed } from "../arguments.ts";
import { encoder, writeUtf8 } from "../utf8.ts";
import { scratch } from "./scratch.ts";
import type { HashSeed } from "./types.ts";
import { begin, end, high, low, memory, more, xxh64 } from "./xxh64.ts";

/**
 * XXH64 as 16 hexadecimal digits: for fingerprints of contents, such as entity tags and the keys of caches. It is the same on every machine, and
 * what any other library calls XXH64. It protects nothing: whoever wants two contents of one hash can make them, whatever the seed.
 * @param data - Bytes, or text, of which the UTF-8 is hashed (lone surrogates as U+FFFD).
 * @param seed - Another seed is another function; the halves of a hash as the seed of the next hash a sequence. @defaultValue [0, 0]
 * @throws CodedError `POOL_BAD_ARGUMENT` for anything else.
 * @remarks Time: O(n), 0.2 ns a byte where there is WebAssembly, ten times that elsewhere and for the first 256 KiB of a process. Allocates the outcome only, for text of any length.
 * @example
 * ```ts
 * const etag = `"${hash64(body)}"`; // hash64("") is "ef46db3751d8e999"
 * ```
 * @public
 */
export function hash64(data: string | Uint8Array, seed: HashSeed = NO_SEED): string {
  if (seed !== NO_SEED) checkSeed(seed);
  if (typeof data === "string") hashText(data, seed);
  else hashBytes(data, seed);
  digits.setInt32(0, high);
  digits.setInt32(4, low);
  return digits.getBigUint64(0).toString(16).padStart(16, "0"); // a third of the time of two numbers' toString(16)
}

/**
 * {@link hash64} as two integers below 2^32, which may be the seed of the next.
 * @example
 * ```ts
 * const both = hash64(second, hash64Halves(first)); // not that of the two joined: where one ends matters
 * ```
 * @public
 */
export function hash64Halves(data: string | Uint8Array, seed: HashSeed = NO_SEED): HashSeed {
  if (seed !== NO_SEED) checkSeed(seed);
  if (typeof data === "string") hashText(data, seed);
  else hashBytes(data, seed);
  return [low >>> 0, high >>> 0];
}

const NO_SEED: HashSeed = [0, 0];
const digits = new DataView(new ArrayBuffer(8));
/** Longer text goes in parts before anybody tries whether it fits. */
const SURE_UNITS = 21_824;

function hashBytes(data: Uint8Array, seed: HashSeed): void {
  checkBytes(data);
  xxh64(data, data.length, seed);
}

function hashText(text: string, seed: HashSeed): void {
  const into = memory() ?? scratch;
  const length = text.length > SURE_UNITS ? -1 : writeUtf8(into, 0, text);
  if (length >= 0) {
    xxh64(into, length, seed);
    return;
  }
  begin(seed, text.length);
  let kept = 0; // bytes of a stripe that is not whole yet, in front
  let total = 0;
  for (let at = 0; at < text.length; ) {
    const rest = at === 0 ? text : text.slice(at);
    const { read, written } = encoder.encodeInto(rest, kept === 0 ? into : into.subarray(kept));
    at += read;
    total += written;
    const count = kept + written;
    if (at === text.length) kept = count;
    else kept = more(into, count);
  }
  end(into, kept, total);
}
