// What was tried with vectors of WebAssembly and lost. Ways: equals (both sides copied in, then compared), ascii (the least that a check of UTF-8 has to
// do: is there a byte above 127), resident (equals where one side lies in WebAssembly's memory already), loop (compared one by one).
import { buffersOf, scanning, sizeOf } from "../subjects/data.mjs";

// (func (export "equals") (param a b end: i32) (result i32)): i8x16.ne over 16 bytes at a time until one differs; sizes are multiples of 16.
// (func (export "ascii") (param at unused end: i32) (result i32)): i8x16.bitmask, which is the upper bits, likewise.
const loop = (body) => [0x02, 0x40, 0x03, 0x40, ...body, 0x0c, 0, 0x0b, 0x0b];
const advance = (local) => [0x20, local, 0x41, 16, 0x6a, 0x21, local];
const load = (local) => [0x20, local, 0xfd, 0x00, 0, 0];
const spent = (local) => [0x20, local, 0x20, 2, 0x4f, 0x0d, 1];
const leave = [0x04, 0x40, 0x41, 0, 0x0f, 0x0b];
const equals = [
  ...loop([...spent(0), ...load(0), ...load(1), 0xfd, 0x51, 0xfd, 0x53, ...leave, ...advance(0), ...advance(1)]),
  ...[0x41, 1],
];
const ascii = [...loop([...spent(0), ...load(0), 0xfd, 0x64, ...leave, ...advance(0)]), 0x41, 1];
const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7]);
const text = (name) => [name.length, ...Buffer.from(name)];
const body = (code) => [...leb(code.length + 2), 0, ...code, 0x0b];
const module = new WebAssembly.Module(
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f]),
    ...section(2, [1, ...text("env"), ...text("memory"), 2, 0, 1]),
    ...section(3, [2, 0, 0]),
    ...section(7, [2, ...text("equals"), 0, 0, ...text("ascii"), 0, 1]),
    ...section(10, [2, ...body(equals), ...body(ascii)]),
  ]),
);

export function setUp(caseName) {
  const memory = new WebAssembly.Memory({ initial: 40 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const bytes = new Uint8Array(memory.buffer);
  const size = sizeOf(caseName);
  const buffers = buffersOf(caseName);
  const others = buffersOf(caseName);
  bytes.set(buffers[0], size);
  const ways = {
    equals(one, i) {
      bytes.set(one, 0);
      bytes.set(others[i], size);
      return exports.equals(0, size, size);
    },
    resident(one) {
      bytes.set(one, 0);
      return exports.equals(0, size, size) | 1;
    },
    ascii(one) {
      bytes.set(one, 0);
      return exports.ascii(0, 0, size);
    },
    loop(one, i) {
      const other = others[i];
      for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return 0;
      return 1;
    },
  };
  return scanning(buffers, ways[new URL(import.meta.url).search.slice(1)]);
}
