import { checkBytes, checkSeed } from "../arguments.ts";
import { encoder, writeUtf8 } from "../utf8.ts";
import { scratch } from "./scratch.ts";
import type { HashSeed } from "./types.ts";

/**
 * HalfSipHash-1-3 as an integer from 0 to 2^32 - 1: for tables of short keys that strangers choose. With a secret key nobody can make keys that
 * fall together, which no seed of xxHash or MurmurHash prevents. It is the same on every machine.
 * @param data - Bytes, or text, of which the UTF-8 is hashed (lone surrogates as U+FFFD).
 * @param key - @defaultValue [0, 0], which protects nothing.
 * @throws CodedError `POOL_BAD_ARGUMENT` for anything else.
 * @remarks Time: O(n), about 1 ns a byte: use {@link hash64} for contents. Allocates nothing for text of up to 65,536 bytes.
 * @example
 * ```ts
 * const [low = 0, high = 0] = crypto.getRandomValues(new Uint32Array(2)); // once for each table
 * const slot = hash32("content-type", [low, high]) & 1023;
 * ```
 * @public
 */
export function hash32(data: string | Uint8Array, key: HashSeed = NO_KEY): number {
  if (key !== NO_KEY) checkSeed(key);
  if (typeof data !== "string") {
    checkBytes(data);
    return halfSip(data, data.length, key);
  }
  const end = writeUtf8(scratch, 0, data);
  if (end >= 0) return halfSip(scratch, end, key);
  const bytes = encoder.encode(data);
  return halfSip(bytes, bytes.length, key);
}

const NO_KEY: HashSeed = [0, 0];

/**
 * J.-P. Aumasson, D. J. Bernstein: SipHash, in the variant on words of 32 bits, with the rounds Linux uses for its tables. One round per word,
 * written out once: V8 keeps the four words of the state in registers.
 */
function halfSip(bytes: Uint8Array, length: number, [low, high]: HashSeed): number {
  let v0 = low | 0;
  let v1 = high | 0;
  let v2 = 0x6c796765 ^ v0;
  let v3 = 0x74656462 ^ v1;
  let at = 0;
  // Whole words, then the last one with the length, then three rounds more.
  for (let rest = (length >>> 2) + 1 + 3; rest > 0; rest--) {
    let word = 0;
    if (rest > 4) {
      // cast: at + 3 < length; so on below
      word =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      at += 4;
    } else if (rest === 4) {
      word = length << 24;
      for (let shift = 0; at < length; shift += 8) word |= (bytes[at++] as number) << shift;
    } else if (rest === 3) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = (v1 << 5) | (v1 >>> 27);
    v1 ^= v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = (v3 << 8) | (v3 >>> 24);
    v3 ^= v2;
    v0 = (v0 + v3) | 0;
    v3 = (v3 << 7) | (v3 >>> 25);
    v3 ^= v0;
    v2 = (v2 + v1) | 0;
    v1 = (v1 << 13) | (v1 >>> 19);
    v1 ^= v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
