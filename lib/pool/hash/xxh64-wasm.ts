import { type Code, F64, get, I32, I64, i32, i64, instantiate, place, set } from "../bytes/wasm.ts";
import type { LongHash } from "./types.ts";

const PAGE = 65_536;
const DATA = 32; // behind the four lanes
const CHUNK = PAGE - 2 * DATA;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;
/** Below, a loop copies sooner than a view is made. */
const SHORT_COPY = 48;

/** XXH64 by an engine that multiplies 64 bits at once. Bytes are copied in a page at a time. */
export function wasmXxh64(): LongHash | undefined {
  if (new Uint8Array(Int32Array.of(1).buffer)[0] !== 1) return undefined; // its memory is little endian, and this machine is not
  const made = instantiate(
    () => new WebAssembly.Memory({ initial: 1, maximum: 1 }),
    [
      { name: "stripes", params: [I32], results: [], locals: [I32, I64, I64, I64, I64], body: stripes() },
      { name: "finish", params: [I32, I32, F64], results: [], locals: [I64, I64], body: finish() },
    ],
  );
  if (made === undefined) return undefined;
  const run = made.exports["stripes"] as (end: number) => void; // cast: the module exports exactly these two
  const end = made.exports["finish"] as (from: number, to: number, length: number) => void;
  const input = new Uint8Array(made.memory.buffer, DATA, CHUNK);
  const copy = (bytes: Uint8Array, from: number, count: number): void => {
    if (count <= SHORT_COPY)
      for (let i = 0; i < count; i++) input[i] = bytes[from + i] as number; // cast: inside
    else input.set(count === bytes.length ? bytes : bytes.subarray(from, from + count));
  };
  return {
    lanes: new Int32Array(made.memory.buffer, 0, 8),
    input,
    take(bytes, count) {
      for (let at = 0; at < count; at += CHUNK) {
        const part = Math.min(CHUNK, count - at);
        if (bytes !== input) copy(bytes, at, part);
        run(DATA + part);
      }
    },
    run(bytes, count, total) {
      for (let at = 0; ; at += CHUNK) {
        const part = Math.min(CHUNK, count - at);
        if (bytes !== input) copy(bytes, at, part);
        const whole = part - (part % 32);
        if (whole > 0) run(DATA + whole);
        if (at + part === count) return end(DATA + whole, DATA + part, total);
      }
    },
  };
}

const F64_32: Code = [0x44, 0, 0, 0, 0, 0, 0, 0x40, 0x40]; // 32 as a number on the stack, little endian
const ROTATE = 0x89;
const MULTIPLY = 0x7e;
const ADD = 0x7c;
const XOR = 0x85;
const times = (by: bigint): Code => [i64(by), MULTIPLY];
const plus = (by: bigint): Code => [i64(by), ADD];
const turn = (by: number): Code => [i64(BigInt(by)), ROTATE];
const round = (): Code => [times(P2), turn(31), times(P1)];

function stripes(): Code {
  const [end, at, first] = [0, 1, 2];
  const lanes = [0, 1, 2, 3];
  const loads = lanes.map((lane): Code => [i32(0), 0x29, place(lane * 8), set(first + lane)]);
  const stores = lanes.map((lane): Code => [i32(0), get(first + lane), 0x37, place(lane * 8)]);
  const rounds = lanes.map((lane): Code => {
    const word = [get(at), 0x29, place(lane * 8), times(P2)];
    return [get(first + lane), word, ADD, turn(31), times(P1), set(first + lane)];
  });
  const next = [get(at), i32(32), 0x6a, set(at), get(at), get(end), 0x49, 0x0d, 0];
  return [loads, i32(DATA), set(at), 0x03, 0x40, rounds, next, 0x0b, stores];
}

function finish(): Code {
  const [at, end, length, sum] = [0, 1, 2, 3];
  const lane = (i: number): Code => [i32(0), 0x29, place(i * 8)];
  const join = [1, 7, 12, 18].map((by, i): Code => [lane(i), turn(by), i === 0 ? [] : ADD]);
  const merge = [0, 1, 2, 3].map((i): Code => [lane(i), round(), XOR, times(P1), plus(P4)]);
  const total = [get(length), 0xb1, ADD, set(sum)];
  const fits = (bytes: number): Code => [get(at), i32(bytes), 0x6a, get(end), 0x4d];
  const pass = (bytes: number): Code => [get(at), i32(bytes), 0x6a, set(at)];
  const mix = (load: number, made: Code, by: number, after: Code): Code => {
    return [get(at), load, place(0), made, get(sum), XOR, turn(by), after, set(sum)];
  };
  const eight = mix(0x29, round(), 27, [times(P1), plus(P4)]);
  const four = mix(0x35, times(P1), 23, [times(P2), plus(P3)]);
  const one = mix(0x31, times(P5), 11, times(P1));
  const loop = (bytes: number, body: Code): Code => [
    ...[0x02, 0x40, 0x03, 0x40, fits(bytes), 0x45, 0x0d, 1],
    ...[body, pass(bytes), 0x0c, 0, 0x0b, 0x0b],
  ];
  const once = [fits(4), 0x04, 0x40, four, pass(4), 0x0b];
  const fold = (by: number): Code => [get(sum), get(sum), i64(BigInt(by)), 0x88, XOR, set(sum)];
  const scale = (by: bigint): Code => [get(sum), times(by), set(sum)];
  const avalanche = [fold(33), scale(P2), fold(29), scale(P3), fold(32)];
  const start = [get(length), F64_32, 0x66, 0x04, I64, join, merge, 0x05, lane(0), 0x0b];
  return [start, total, loop(8, eight), once, loop(1, one), avalanche, i32(0), get(sum), 0x37, place(0)];
}
