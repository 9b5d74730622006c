// Three loops over 16 bytes at a time, as WebAssembly written by hand: whether two runs of bytes are equal, how often a byte occurs, and the hashes of
// numbers, four at once. They see the module's own memory only: what lies elsewhere must be copied in.
const GET = 0x20;
const SET = 0x21;
const CONST = 0x41;
const ADD = 0x6a;
const END = 0x0b;
const I32 = 0x7f;
const V128 = 0x7b;
const LOAD = [0xfd, 0x00, 0x00, 0x00];
const STORE = [0xfd, 0x0b, 0x00, 0x00];
const XOR = [0xfd, 0x51];
const ANY_TRUE = [0xfd, 0x53];
const SPLAT_8 = [0xfd, 0x0f];
const SPLAT_32 = [0xfd, 0x11];
const EQUAL_8 = [0xfd, 0x23];
const BITMASK_8 = [0xfd, 0x64];
const MULTIPLY_32 = [0xfd, 0xb5, 0x01];
const SHIFT_RIGHT_32 = [0xfd, 0xad, 0x01];
const POPULATION = 0x69;
const MIX = [0x85ebca6b, 0xc2b2ae35]; // MurmurHash3's finalizer

const get = (local) => [GET, local];
const set = (local) => [SET, local];
const number = (value) => [CONST, ...signed(value)];
const at = (base, index) => [...get(base), ...get(index), ADD];

/** Runs the body for each 16 bytes below `count`. */
const each16 = (index, count, body) => [
  ...[0x02, 0x40, 0x03, 0x40], // block, loop
  ...get(index),
  ...get(count),
  ...[0x4f, 0x0d, 1], // not below: out of both
  ...body,
  ...get(index),
  ...number(16),
  ADD,
  ...set(index),
  ...[0x0c, 0, END, END], // again
];

const FUNCTIONS = [
  {
    name: "equal", // (a, b, count) => 0 or 1
    parameters: 3,
    locals: [I32],
    body: [
      ...each16(3, 2, [
        ...at(0, 3),
        ...LOAD,
        ...at(1, 3),
        ...LOAD,
        ...XOR,
        ...ANY_TRUE,
        ...[0x04, 0x40, ...number(0), 0x0f, END],
      ]),
      ...number(1),
    ],
  },
  {
    name: "count", // (start, byte, count) => how often
    parameters: 3,
    locals: [I32, I32, V128],
    body: [
      ...get(1),
      ...SPLAT_8,
      ...set(5),
      ...each16(3, 2, [
        ...at(0, 3),
        ...LOAD,
        ...get(5),
        ...EQUAL_8,
        ...BITMASK_8,
        POPULATION,
        ...get(4),
        ADD,
        ...set(4),
      ]),
      ...get(4),
    ],
  },
  {
    name: "mix", // (start, _, count): numbers of four bytes, replaced by their hashes
    parameters: 3,
    locals: [I32, V128],
    body: [
      ...each16(3, 2, [
        ...at(0, 3),
        ...LOAD,
        ...set(4),
        ...shifted(16),
        ...scaled(MIX[0]),
        ...shifted(13),
        ...scaled(MIX[1]),
        ...shifted(16),
        ...at(0, 3),
        ...get(4),
        ...STORE,
      ]),
      ...number(0),
    ],
  },
];

function shifted(by) {
  return [...get(4), ...get(4), ...number(by), ...SHIFT_RIGHT_32, ...XOR, ...set(4)];
}

function scaled(by) {
  return [...get(4), ...number(by | 0), ...SPLAT_32, ...MULTIPLY_32, ...set(4)];
}

/** The module: `{ bytes, equal, count, mix }`, over one memory of 64 KiB or more. */
export function createSimd(pages = 1) {
  const types = section(1, [1, 0x60, 3, I32, I32, I32, 1, I32]);
  const functions = section(3, [FUNCTIONS.length, ...FUNCTIONS.map(() => 0)]);
  const memories = section(5, [1, 0, ...unsigned(pages)]);
  const names = [...FUNCTIONS.map(({ name }, i) => [...text(name), 0, i]), [...text("memory"), 2, 0]];
  const exported = section(7, [names.length, ...names.flat()]);
  const code = section(10, [FUNCTIONS.length, ...FUNCTIONS.flatMap(codeOf)]);
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const module = new WebAssembly.Module(Uint8Array.from([header, types, functions, memories, exported, code].flat()));
  const { memory, ...loops } = new WebAssembly.Instance(module).exports;
  return { bytes: new Uint8Array(memory.buffer), ...loops };
}

function codeOf({ locals, body }) {
  const code = [locals.length, ...locals.flatMap((type) => [1, type]), ...body, END];
  return [...unsigned(code.length), ...code];
}

function section(id, content) {
  return [id, ...unsigned(content.length), ...content];
}

function text(name) {
  return [name.length, ...new TextEncoder().encode(name)];
}

function unsigned(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value) {
  const rest = value >> 7;
  const done = (rest === 0 && (value & 64) === 0) || (rest === -1 && (value & 64) !== 0);
  return done ? [value & 127] : [(value & 127) | 128, ...signed(rest)];
}
