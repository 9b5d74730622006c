import { bitmapBytes } from "../bits.ts";
import { merge } from "../interpret.ts";
import type { Frame, Kernel } from "../kernel.ts";
import type { Plan } from "../plan.ts";
import { BLOCK_ROWS } from "../stamps.ts";
import { emit, type Staging } from "./emit.ts";

const PAGES = 4;
const MEMORY_BYTES = PAGES * 65_536;

/**
 * The memory all kernels of a table share: a block of each column is copied in before it is worked on. That costs less than the
 * branches of a filter do in JavaScript (docs/decisions/0010), leaves columns where they are, and needs no memory to manage.
 */
export class WasmMemory {
  private memory: WebAssembly.Memory | undefined;

  /** The kernel for a plan, or undefined where there can be none: other modes, steps without instructions, too many columns, no SIMD. */
  kernel(plan: Plan): Kernel | undefined {
    const staging = layout(plan);
    const bytes = staging && emit(plan, staging);
    if (staging === undefined || bytes === undefined || !WebAssembly.validate(bytes)) return undefined;
    this.memory ??= new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const { memory } = this;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    const run = instance.exports["run"] as (rows: number) => void; // cast: the module exports exactly this
    return staged(plan, staging, memory.buffer, run);
  }
}

function layout(plan: Plan): Staging | undefined {
  let at = 0;
  const reserve = (bytes: number): number => {
    const from = at;
    at += Math.ceil(bytes / 16) * 16;
    return from;
  };
  const staging = {
    values: plan.inputs.map(({ kind }) => reserve({ f64: 8, i32: 4, dictionary: 4, bool: 1 / 8 }[kind] * BLOCK_ROWS)),
    valid: plan.inputs.map(({ valid }) => (valid === undefined ? 0 : reserve(BLOCK_ROWS / 8))),
    numbers: reserve(plan.numbers.length * 8),
    codes: reserve(plan.sets.reduce((sum, set) => sum + set.words.length, 0) * 4),
    out: reserve(plan.folds.length * 32),
  };
  return at > MEMORY_BYTES ? undefined : staging;
}

function staged(plan: Plan, staging: Staging, buffer: ArrayBuffer, run: (rows: number) => void): Kernel {
  const bytes = new Uint8Array(buffer);
  const doubles = new Float64Array(buffer);
  const integers = new Int32Array(buffer);
  const copy = (frame: Frame, slot: number, from: number, to: number): void => {
    const values = frame.values[slot];
    const at = staging.values[slot] ?? 0;
    if (values instanceof Float64Array) doubles.set(values.subarray(from, to), at / 8);
    else if (values instanceof Int32Array) integers.set(values.subarray(from, to), at / 4);
    else if (values !== undefined) bytes.set(values.subarray(from / 8, bitmapBytes(to)), at);
    const valid = frame.valid[slot];
    if (valid !== undefined) bytes.set(valid.subarray(from / 8, bitmapBytes(to)), staging.valid[slot] ?? 0);
  };
  return (frame, from, to, out) => {
    for (let slot = 0; slot < plan.inputs.length; slot++) copy(frame, slot, from, to);
    doubles.set(frame.numbers, staging.numbers / 8);
    integers.set(frame.codes, staging.codes / 4);
    run(to - from);
    for (const [at, { op }] of plan.folds.entries()) {
      const lanes = op === "count" ? integers : doubles;
      const first = (staging.out + at * 32) / lanes.BYTES_PER_ELEMENT;
      const [l0 = 0, l1 = 0, l2 = 0, l3 = 0] = lanes.subarray(first, first + 4);
      out[at] = merge(op, merge(op, l0, l2), merge(op, l1, l3));
    }
  };
}
