/*
 * As much of WebAssembly's binary format as the kernels over bytes need: one imported memory, functions of numbers, and instructions as
 * numbers. https://webassembly.github.io/spec/core/binary/
 */

/** Code, as bytes that may be nested. */
export type Code = readonly (number | Code)[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** One exported function. Its parameters are the first locals. */
export interface WasmFunction {
  readonly name: string;
  readonly params: readonly number[];
  readonly results: readonly number[];
  /** The types of the locals behind the parameters. */
  readonly locals: readonly number[];
  readonly body: Code;
}

/**
 * Functions over one memory, ready to be called. Undefined where there is no WebAssembly, or none with these instructions, or a content security
 * policy forbids it: whoever asks has a way in JavaScript.
 */
export function instantiate(
  memory: () => WebAssembly.Memory,
  functions: readonly WasmFunction[],
): { readonly memory: WebAssembly.Memory; readonly exports: WebAssembly.Exports } | undefined {
  try {
    const module = new WebAssembly.Module(assemble(functions));
    const own = memory();
    return { memory: own, exports: new WebAssembly.Instance(module, { env: { memory: own } }).exports };
  } catch {
    return undefined;
  }
}

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}

/** Signed LEB128 of an integer of any size. */
export function signed(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const byte = Number(rest & 127n);
    rest >>= 7n;
    if ((rest === 0n && byte < 64) || (rest === -1n && byte >= 64)) {
      bytes.push(byte);
      return bytes;
    }
    bytes.push(byte | 128);
  }
}

export const get = (local: number): Code => [0x20, local];
export const set = (local: number): Code => [0x21, local];
export const i32 = (value: number): Code => [0x41, signed(value)];
export const i64 = (value: bigint): Code => [0x42, signed(BigInt.asIntN(64, value))];
/** A place in memory, behind the address on the stack; no alignment is promised. */
export const place = (offset: number): Code => [0, unsigned(offset)];

function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params, results }): Code => [0x60, vector(params.map(one)), vector(results.map(one))]);
  const bodies = functions.map(({ locals, body }): Code => {
    const code = flat([vector(locals.map((type) => [1, type])), body, 0x0b]);
    return [unsigned(code.length), code];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[text("env"), text("memory"), 2, 0, 1]])),
    ...section(3, vector(functions.map((_, at) => [at]))),
    ...section(7, vector(functions.map(({ name }, at) => [text(name), 0, at]))),
    ...section(10, vector(bodies)),
  ]);
}

const one = (type: number): Code => [type];

function section(id: number, content: Code): number[] {
  const bytes = flat(content);
  return [id, ...unsigned(bytes.length), ...bytes];
}

function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

function text(name: string): Code {
  return vector([...name].map((character) => [character.charCodeAt(0)]));
}

function flat(code: Code): number[] {
  const bytes: number[] = [];
  for (const each of code) {
    if (typeof each === "number") bytes.push(each);
    else for (const byte of flat(each)) bytes.push(byte);
  }
  return bytes;
}
