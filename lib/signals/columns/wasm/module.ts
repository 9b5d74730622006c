/*
 * As much of WebAssembly's binary format as a kernel needs: one imported memory, one function of one i32, locals, and the vector instructions by
 * their numbers. https://webassembly.github.io/spec/core/binary/
 */

/** Code, as bytes that may be nested. */
export type Code = readonly (number | Code)[];

const I32 = 0x7f;
const V128 = 0x7b;

/** Numbers of vector instructions. */
export const SIMD = {
  load: 0x00,
  load32Splat: 0x09,
  load64Splat: 0x0a,
  store: 0x0b,
  constant: 0x0c,
  shuffle: 0x0d,
  splatI32: 0x11,
  eqI32: 0x37,
  ltI32: 0x39,
  eqF64: 0x47,
  neF64: 0x48,
  ltF64: 0x49,
  gtF64: 0x4a,
  leF64: 0x4b,
  geF64: 0x4c,
  not: 0x4d,
  and: 0x4e,
  andNot: 0x4f,
  or: 0x50,
  bitselect: 0x52,
  load64Zero: 0x5d,
  addI32: 0xae,
  subI32: 0xb1,
  extendLowI32: 0xc7,
  extendHighI32: 0xc8,
  absF64: 0xec,
  negF64: 0xed,
  addF64: 0xf0,
  subF64: 0xf1,
  mulF64: 0xf2,
  divF64: 0xf3,
  minF64: 0xf4,
  maxF64: 0xf5,
  lowI32ToF64: 0xfe,
} as const;

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = rest & 127;
    rest >>= 7;
    if ((rest === 0 && byte < 64) || (rest === -1 && byte >= 64)) {
      bytes.push(byte);
      return bytes;
    }
    bytes.push(byte | 128);
  }
}

export function simd(instruction: number, ...rest: Code): Code {
  return [0xfd, unsigned(instruction), rest];
}

/** A place in memory, behind the address on the stack. */
export function place(offset: number): Code {
  return [0, unsigned(offset)];
}

export function localGet(local: number): Code {
  return [0x20, unsigned(local)];
}

export function localSet(local: number): Code {
  return [0x21, unsigned(local)];
}

export function i32Const(value: number): Code {
  return [0x41, signed(value)];
}

/** Four lanes of 32 bits. */
export function v128Const(...lanes: readonly number[]): Code {
  return simd(SIMD.constant, ...new Uint8Array(Int32Array.from(lanes).buffer));
}

/** A module whose function `run` takes an i32 as local 0, has an i32 as local 1, and then so many vectors. Its memory is `env.memory`. */
export function wasmModule(vectors: number, body: Code): Uint8Array<ArrayBuffer> {
  const type = [0x60, vector([[I32]]), vector([])];
  const locals = vector([
    [...unsigned(1), I32],
    [...unsigned(vectors), V128],
  ]);
  const code = flat([locals, body, 0x0b]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type])),
    ...section(2, vector([[name("env"), name("memory"), 2, 0, 1]])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[name("run"), 0, 0]])),
    ...section(10, vector([[unsigned(code.length), code]])),
  ]);
}

function section(id: number, content: Code): number[] {
  const bytes = flat(content);
  return [id, ...unsigned(bytes.length), ...bytes];
}

function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

function name(text: string): Code {
  return vector([...text].map((character) => [character.charCodeAt(0)]));
}

function flat(code: Code): number[] {
  const bytes: number[] = [];
  for (const each of code) {
    if (typeof each === "number") bytes.push(each);
    else for (const byte of flat(each)) bytes.push(byte);
  }
  return bytes;
}
