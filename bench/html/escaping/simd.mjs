// A WebAssembly module of one function, put together by hand: no tool chain for forty instructions.
//
//   escape(from, end, to) -> where the output ends
//   while from < end:
//     block = 16 bytes at from; store them at to
//     mask = one bit for each byte that is & < > CR or NUL, below end
//     no bit: both go on by 16, or by what is left
//     else: both go on to the first such byte, which is skipped, and its entity is stored
const I32 = 0x7f;
const V128 = 0x7b;
const VOID = 0x40;
const [FROM, END, TO, BLOCK, MASK, LEFT, BYTE] = [0, 1, 2, 3, 4, 5, 6];
const PAGES = 80; // 5 MiB

const get = (local) => [0x20, local];
const set = (local) => [0x21, local];
const tee = (local) => [0x22, local];
const constant = (value) => [0x41, ...signed(BigInt(value))];
const constant64 = (value) => [0x42, ...signed(value)];
const [ADD, SUB, AND, SHL] = [[0x6a], [0x6b], [0x71], [0x74]];
const [EQUALS, LESS, NOT_LESS, IS_ZERO] = [[0x46], [0x49], [0x4f], [0x45]];
const TRAILING_ZEROS = [0x68];
const SELECT = [0x1b];
const LOAD_BYTE = [0x2d, 0, 0];
const STORE_64 = [0x37, 0, 0];
const LOAD_BLOCK = [0xfd, 0x00, 0, 0];
const STORE_BLOCK = [0xfd, 0x0b, 0, 0];
const EQUAL_BYTES = [0xfd, 0x23];
const OR_BLOCKS = [0xfd, 0x50];
const BITS_OF_BLOCK = [0xfd, 0x64];
const block = (...body) => [0x02, VOID, ...body.flat(), 0x0b];
const loop = (...body) => [0x03, VOID, ...body.flat(), 0x0b];
const when = (...body) => [0x04, VOID, ...body.flat(), 0x0b];
const branch = (depth) => [0x0c, depth];
const branchIf = (depth) => [0x0d, depth];
const blockOf = (byte) => [0xfd, 0x0c, ...new Array(16).fill(byte)];
const advance = (local, ...amount) => [...get(local), ...amount.flat(), ...ADD, ...set(local)];

const matches = [38, 60, 62, 13, 0].flatMap((byte, i) => [
  ...get(BLOCK),
  ...blockOf(byte),
  ...EQUAL_BYTES,
  ...(i === 0 ? [] : OR_BLOCKS),
]);

// Eight bytes are stored at once, of which those of the entity count.
const entity = (byte, text, again) =>
  when(
    ...[get(TO), constant64(littleEndian(text)), STORE_64],
    ...[advance(TO, constant(new TextEncoder().encode(text).length)), branch(again)],
  ).toSpliced(0, 0, ...get(BYTE), ...constant(byte), ...EQUALS);

const body = [
  ...block(
    loop(
      ...[get(FROM), get(END), NOT_LESS, branchIf(1)],
      ...[get(FROM), LOAD_BLOCK, set(BLOCK), get(TO), get(BLOCK), STORE_BLOCK],
      ...[get(END), get(FROM), SUB, set(LEFT)],
      ...[matches, BITS_OF_BLOCK, set(MASK)],
      ...[get(LEFT), constant(16), LESS],
      when(get(MASK), constant(1), get(LEFT), SHL, constant(1), SUB, AND, set(MASK)),
      ...[get(MASK), IS_ZERO],
      when(
        ...[get(LEFT), constant(16), get(LEFT), constant(16), LESS, SELECT, tee(LEFT)],
        ...[get(FROM), ADD, set(FROM), advance(TO, get(LEFT)), branch(1)],
      ),
      ...[advance(TO, get(MASK), TRAILING_ZEROS), advance(FROM, get(MASK), TRAILING_ZEROS)],
      ...[get(FROM), LOAD_BYTE, set(BYTE), advance(FROM, constant(1))],
      entity(38, "&amp;", 1),
      entity(60, "&lt;", 1),
      entity(62, "&gt;", 1),
      entity(13, "&#13;", 1),
      entity(0, "\ufffd", 1),
    ),
  ),
  ...get(TO),
  0x0b,
];

/** The bytes of the module. */
export function simdModule() {
  const locals = [2, 1, V128, 3, I32];
  const code = [...locals, ...body];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 1, I32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(PAGES)]),
    ...section(7, [2, ...name("memory"), 2, 0, ...name("escape"), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

function section(id, content) {
  return [id, ...unsigned(content.length), ...content];
}

function name(text) {
  return [text.length, ...new TextEncoder().encode(text)];
}

function littleEndian(text) {
  return new TextEncoder().encode(text).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

// LEB128
function unsigned(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value) {
  const low = Number(value & 127n);
  const rest = value >> 7n;
  const isLast = (rest === 0n && (low & 64) === 0) || (rest === -1n && (low & 64) !== 0);
  return isLast ? [low] : [low | 128, ...signed(rest)];
}
