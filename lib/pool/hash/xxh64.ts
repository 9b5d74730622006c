import type { HashSeed, LongHash } from "./types.ts";
import { wasmXxh64 } from "./xxh64-wasm.ts";

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
export let low = 0;
export let high = 0;
const LANE_TURNS = [1, 7, 12, 18] as const;

/** So much is hashed before WebAssembly is made: that takes 3 ms, a third of a process's first page (bench: html), and what is never made takes none. */
const BEFORE_WASM_BYTES = 262_144;

let long: LongHash | undefined;
let bytesBeforeWasm = BEFORE_WASM_BYTES;

/**
 * For tests: who does it from now on; without an argument WebAssembly where it is allowed, made when there is enough to hash.
 * @returns Whether that is WebAssembly.
 */
export function chooseLong(choice?: "javascript" | "wasm"): boolean {
  bytesBeforeWasm = BEFORE_WASM_BYTES;
  long = choice === undefined ? undefined : ((choice === "wasm" ? wasmXxh64() : undefined) ?? inJavaScript);
  lanes = (long ?? inJavaScript).lanes;
  return long !== undefined && long !== inJavaScript;
}

/** Leaves the hash in `low` and `high`. */
export function xxh64(bytes: Uint8Array, length: number, seed: HashSeed): void {
  if (length >= 32) {
    begin(seed, length);
    end(bytes, length, length);
    return;
  }
  low = seed[0] | 0;
  high = seed[1] | 0;
  add(P5L, P5H);
  if (long?.input === undefined) {
    finish(bytes, 0, length, length);
    return;
  }
  keep(0);
  end(bytes, length, length);
}

/** Memory in which bytes need not be copied, once there is some. */
export function memory(): Uint8Array | undefined {
  return long?.input;
}

/** Begins the hash of 32 bytes and more, which come in parts; of how many, as far as is known. */
export function begin(seed: HashSeed, length: number): void {
  low = seed[0] | 0;
  high = seed[1] | 0;
  if (long === undefined) {
    bytesBeforeWasm -= length;
    if (bytesBeforeWasm < 0) chooseLong("wasm");
  }
  startLanes();
}

/** Takes a part in, but for what is no whole stripe: that much is left, at the front of `bytes`. */
export function more(bytes: Uint8Array, count: number): number {
  const whole = count - (count % 32);
  (long ?? inJavaScript).take(bytes, whole);
  bytes.copyWithin(0, whole, count);
  return count - whole;
}

/** Takes the last part in, of `total` bytes, and leaves the hash in `low` and `high`. */
export function end(bytes: Uint8Array, count: number, total: number): void {
  (long ?? inJavaScript).run(bytes, count, total);
  load(0);
}

const inJavaScript: LongHash = {
  lanes: new Int32Array(8),
  input: undefined,
  take: stripes,
  run(bytes, count, total) {
    const whole = count - (count % 32);
    stripes(bytes, whole);
    joinLanes();
    finish(bytes, whole, count, total);
    keep(0);
  },
};
let lanes: Int32Array = inJavaScript.lanes;

/** What is left behind the stripes up to `length`, and how many bytes there were in all. */
function finish(bytes: Uint8Array, from: number, length: number, total: number): void {
  let at = from;
  add(total | 0, Math.floor(total / 0x1_0000_0000));
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
