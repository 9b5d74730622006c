import { type Code, get, I32, i32, instantiate, place, set, unsigned, V128 } from "./wasm.ts";

/** Looks through bytes with the two tables of a set. */
export interface Scanner {
  find(tables: Uint8Array, bytes: Uint8Array, from: number, to: number): number;
  count(tables: Uint8Array, bytes: Uint8Array, from: number, to: number): number;
}

const PAGE = 65_536;
const DATA = 32; // behind the tables
const CHUNK = 16_384; // stays in the nearest cache
/** What is found is mostly near: the first copy is small, and each next one four times the last. */
const FIRST_CHUNK = 1024;

/** A scanner in WebAssembly, 16 bytes at a time; undefined where there is none with vectors. Bytes are copied in a chunk at a time. */
export function wasmScanner(): Scanner | undefined {
  const locals = [I32, I32, V128, V128, V128];
  const made = instantiate(
    () => new WebAssembly.Memory({ initial: 1, maximum: 1 }),
    [
      { name: "find", params: [I32], results: [I32], locals, body: find() },
      { name: "count", params: [I32], results: [I32], locals, body: count() },
    ],
  );
  if (made === undefined) return undefined;
  const run = made.exports as unknown as Readonly<Record<"find" | "count", (end: number) => number>>; // cast: the two above
  const page = new Uint8Array(made.memory.buffer, 0, PAGE);
  let current: Uint8Array | undefined;
  const use = (tables: Uint8Array): void => {
    if (current === tables) return;
    current = tables;
    page.set(tables);
  };
  const copy = (bytes: Uint8Array, at: number, end: number): void =>
    page.set(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end), DATA);
  return {
    find(tables, bytes, from, to) {
      use(tables);
      for (let at = from, size = FIRST_CHUNK; at < to; size = Math.min(size * 4, CHUNK)) {
        const end = Math.min(at + size, to);
        copy(bytes, at, end);
        const found = run.find(DATA + end - at) - DATA;
        if (found < end - at) return at + found;
        at = end;
      }
      return -1;
    },
    count(tables, bytes, from, to) {
      use(tables);
      let sum = 0;
      for (let at = from; at < to; at += CHUNK) {
        const end = Math.min(at + CHUNK, to);
        copy(bytes, at, end);
        sum += run.count(DATA + end - at);
      }
      return sum;
    },
  };
}

const END = 0;
const AT = 1;
const RESULT = 2;
const LOW = 3;
const HIGH = 4;
const BYTES = 5;

const simd = (instruction: number, ...rest: Code): Code => [0xfd, unsigned(instruction), rest];
const load = (offset = 0): Code => simd(0x00, ...place(offset));
const constant = (byte: number): Code => simd(0x0c, ...Array<number>(16).fill(byte));
// Functions, so that bundles without scanning carry none of it.
const swizzle = (): Code => simd(0x0e);
const tables = (): Code => [i32(0), load(), set(LOW), i32(0), load(16), set(HIGH), i32(DATA), set(AT)];
const isBefore = (): Code => [get(AT), get(END), 0x49];
const next = (bytes: number): Code => [get(AT), i32(bytes), 0x6a, set(AT)];

/** What the entries of 16 bytes have in common: 0 for a byte that is not in the set. */
const common = (offset: number): Code => [
  [get(AT), load(offset), set(BYTES)],
  [get(LOW), get(BYTES), constant(15), simd(0x4e), swizzle()], // and
  [get(HIGH), get(BYTES), i32(4), simd(0x6d), swizzle(), simd(0x4e)], // shift right
];

/** A bit for each of the 16 bytes at AT: 1 where it is in the set. What lies behind END is looked at, and masked by whoever asks. */
const hits = (): Code => [common(0), constant(0), simd(0x24), simd(0x64)]; // not 0: one bit each

/** The address of the first byte in the set; anything from END on when there is none. First 64 bytes at a time, until there is one among them. */
function find(): Code {
  const fits = [get(AT), i32(64), 0x6a, get(END), 0x4d];
  const four = [common(0), [16, 32, 48].map((offset) => [common(offset), simd(0x50)]), simd(0x53), 0x0d, 1]; // or, any
  const stop = [hits(), 0x22, RESULT, 0x0d, 1]; // tee, and out of the block with them
  return [
    [tables(), 0x02, 0x40, 0x03, 0x40, fits, 0x45, 0x0d, 1, four, next(64), 0x0c, 0, 0x0b, 0x0b],
    [0x02, 0x40, 0x03, 0x40, isBefore(), 0x45, 0x0d, 1, stop, next(16), 0x0c, 0, 0x0b, 0x0b],
    [isBefore(), 0x04, I32, get(AT), get(RESULT), 0x68, 0x6a, 0x05, get(END), 0x0b], // AT plus trailing zeros, or END
  ];
}

/** How many there are before END: whole vectors, then as many bits as bytes are left. */
function count(): Code {
  const add = (bits: Code): Code => [get(RESULT), bits, 0x69, 0x6a, set(RESULT)];
  const isWhole = [get(AT), i32(16), 0x6a, get(END), 0x4d];
  const rest = [hits(), i32(1), get(END), get(AT), 0x6b, 0x74, i32(1), 0x6b, 0x71]; // hits & ((1 << left) - 1)
  return [
    [tables(), 0x02, 0x40, 0x03, 0x40, isWhole, 0x45, 0x0d, 1, add(hits()), next(16), 0x0c, 0, 0x0b, 0x0b],
    [isBefore(), 0x04, 0x40, add(rest), 0x0b, get(RESULT)],
  ];
}
