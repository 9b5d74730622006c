import { scratch, utf8Of } from "./text-bytes.ts";
import type { HashSeed, LongHash } from "./types.ts";
import { wasmXxh64 } from "./xxh64-wasm.ts";

/**
 * XXH64 as 16 hexadecimal digits: for fingerprints of contents, such as entity tags and the keys of caches. It is the same on every machine, and
 * what any other library calls XXH64. It protects nothing: whoever wants two contents of one hash can make them, whatever the seed.
 * @param data - Bytes, or text, of which the UTF-8 is hashed (lone surrogates as U+FFFD).
 * @param seed - Another seed is another function; the halves of a hash as the seed of the next hash a sequence. @defaultValue [0, 0]
 * @remarks Time: O(n), 0.2 ns a byte where there is WebAssembly, ten times that elsewhere. Allocates the outcome only, for text of up to 65,472 bytes.
 * @example
 * ```ts
 * const etag = `"${hash64(body)}"`; // hash64("") is "ef46db3751d8e999"
 * ```
 * @public
 */
export function hash64(data: string | Uint8Array, seed: HashSeed = NO_SEED): string {
  if (typeof data === "string") utf8Of(data, long?.input ?? scratch, xxh64, seed);
  else xxh64(data, data.length, seed);
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
  if (typeof data === "string") utf8Of(data, long?.input ?? scratch, xxh64, seed);
  else xxh64(data, data.length, seed);
  return [low >>> 0, high >>> 0];
}

const NO_SEED: HashSeed = [0, 0];
const digits = new DataView(new ArrayBuffer(8));

// The five primes of Y. Collet's XXH64, each as two words.
const P1L = 0x85ebca87 | 0;
const P1H = 0x9e3779b1 | 0;
const P2L = 0x27d4eb4f;
const P2H = 0xc2b2ae3d | 0;
const P3L = 0x9e3779f9 | 0;
const P3H = 0x165667b1;
const P4L = 0xc2b2ae63 | 0;
const P4H = 0x85ebca77 | 0;
const P5L = 0x165667c5;
const P5H = 0x27d4eb2f;

// The number at hand, in two words: a function cannot return both without allocating. Nothing is read before it is written.
let low = 0;
let high = 0;
const LANE_TURNS = [1, 7, 12, 18] as const;

let long: LongHash | undefined;

/**
 * For tests: who does it from now on; without an argument WebAssembly where it is allowed, made when it is first asked for.
 * @returns Whether that is WebAssembly.
 */
export function chooseLong(choice?: "javascript" | "wasm"): boolean {
  long = choice === undefined ? undefined : ((choice === "wasm" ? wasmXxh64() : undefined) ?? inJavaScript);
  lanes = (long ?? inJavaScript).lanes;
  return long !== undefined && long !== inJavaScript;
}

/** Leaves the hash in `low` and `high`. */
function xxh64(bytes: Uint8Array, length: number, [seedLow, seedHigh]: HashSeed): void {
  low = seedLow | 0;
  high = seedHigh | 0;
  if (length >= 32) {
    if (long === undefined) {
      long = wasmXxh64() ?? inJavaScript;
      lanes = long.lanes;
    }
    startLanes();
  } else {
    add(P5L, P5H);
    if (long?.input === undefined) {
      finish(bytes, 0, length);
      return;
    }
    keep(0);
  }
  long.run(bytes, length);
  load(0);
}

const inJavaScript: LongHash = {
  lanes: new Int32Array(8),
  input: undefined,
  run(bytes, length) {
    const end = length - (length % 32);
    stripes(bytes, end);
    joinLanes();
    finish(bytes, end, length);
    keep(0);
  },
};
let lanes: Int32Array = inJavaScript.lanes;

/** What is left behind the stripes, and the length. */
function finish(bytes: Uint8Array, from: number, length: number): void {
  let at = from;
  add(length | 0, Math.floor(length / 0x1_0000_0000));
  for (; at + 8 <= length; at += 8) {
    const [a, b] = [low, high];
    low = word(bytes, at);
    high = word(bytes, at + 4);
    round();
    mix(a, b, 27);
    multiply(P1L, P1H);
    add(P4L, P4H);
  }
  if (at + 4 <= length) {
    const [a, b] = [low, high];
    low = word(bytes, at);
    high = 0;
    multiply(P1L, P1H);
    mix(a, b, 23);
    multiply(P2L, P2H);
    add(P3L, P3H);
    at += 4;
  }
  for (; at < length; at++) {
    const [a, b] = [low, high];
    low = bytes[at] as number; // cast: at < length
    high = 0;
    multiply(P5L, P5H);
    mix(a, b, 11);
    multiply(P1L, P1H);
  }
  low ^= high >>> 1; // by 33 bits
  multiply(P2L, P2H);
  low ^= (low >>> 29) | (high << 3);
  high ^= high >>> 29;
  multiply(P3L, P3H);
  low ^= high; // by 32
}

/** Each lane starts from the seed, which is at hand. */
function startLanes(): void {
  keep(4);
  add(P2L, P2H);
  keep(2);
  add(P1L, P1H);
  keep(0);
  load(4);
  add(~P1L + 1, ~P1H); // minus P1, whose low word is not 0
  keep(6);
}

function keep(lane: number): void {
  lanes[lane] = low;
  lanes[lane + 1] = high;
}

function load(lane: number): void {
  low = lanes[lane] as number; // cast: lane is 0, 2, 4 or 6; so below
  high = lanes[lane + 1] as number;
}

/** Four lanes of 64 bits over whole stripes of 32 bytes. */
function stripes(bytes: Uint8Array, end: number): void {
  for (let at = 0; at < end; at += 32) {
    for (let lane = 0; lane < 8; lane += 2) {
      const xl = word(bytes, at + lane * 4);
      const xh = word(bytes, at + lane * 4 + 4);
      const ml = Math.imul(xl, P2L);
      const mh = (mulHigh(xl, P2L) + Math.imul(xl, P2H) + Math.imul(xh, P2L)) | 0;
      const al = ((lanes[lane] as number) + ml) | 0;
      const ah = ((lanes[lane + 1] as number) + mh + (al >>> 0 < ml >>> 0 ? 1 : 0)) | 0;
      const rl = (al << 31) | (ah >>> 1);
      const rh = (ah << 31) | (al >>> 1);
      lanes[lane] = Math.imul(rl, P1L);
      lanes[lane + 1] = mulHigh(rl, P1L) + Math.imul(rl, P1H) + Math.imul(rh, P1L);
    }
  }
}

function joinLanes(): void {
  let [a, b] = [0, 0];
  for (let lane = 0; lane < 8; lane += 2) {
    load(lane);
    rotate(LANE_TURNS[lane >> 1] as number); // cast: one for each lane
    add(a, b);
    [a, b] = [low, high];
  }
  for (let lane = 0; lane < 8; lane += 2) {
    [a, b] = [low, high];
    load(lane);
    round();
    low ^= a;
    high ^= b;
    multiply(P1L, P1H);
    add(P4L, P4H);
  }
}

/** What a lane that held nothing makes of eight bytes. */
function round(): void {
  multiply(P2L, P2H);
  rotate(31);
  multiply(P1L, P1H);
}

/** With what stood before. */
function mix(l: number, h: number, turn: number): void {
  low ^= l;
  high ^= h;
  rotate(turn);
}

function add(l: number, h: number): void {
  low = (low + l) | 0;
  high = (high + h + (low >>> 0 < l >>> 0 ? 1 : 0)) | 0;
}

function multiply(l: number, h: number): void {
  high = (mulHigh(low, l) + Math.imul(low, h) + Math.imul(high, l)) | 0;
  low = Math.imul(low, l);
}

/** Left, by 1 to 31 bits. */
function rotate(by: number): void {
  const l = low;
  low = (l << by) | (high >>> (32 - by));
  high = (high << by) | (l >>> (32 - by));
}

/** The upper word of the product of two words, by halves. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const middle = (Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16)) | 0;
  const other = (Math.imul(al, bh) + (middle & 0xffff)) | 0;
  return (Math.imul(ah, bh) + (middle >>> 16) + (other >>> 16)) | 0;
}

/** Four bytes, little endian. */
function word(bytes: Uint8Array, at: number): number {
  // cast: at + 3 lies inside
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
