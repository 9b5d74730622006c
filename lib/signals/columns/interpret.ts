import { getBit } from "./bits.ts";
import { type Frame, IDENTITY, type Kernel } from "./kernel.ts";
import type { Plan, Step } from "./plan.ts";
import { BLOCK_ROWS } from "./stamps.ts";

/** The values of one step for the rows of one chunk. Booleans are 0 and 1; what is not valid holds anything. */
interface Register {
  readonly value: Float64Array;
  readonly valid: Uint8Array;
}

/**
 * The reference backend: one step at a time over up to 1,024 rows. It needs no generated code, so it runs under any policy, and it says what the
 * others must give.
 */
export function interpreter(plan: Plan): Kernel {
  const registers: Register[] = plan.steps.map(() => ({
    value: new Float64Array(BLOCK_ROWS),
    valid: new Uint8Array(BLOCK_ROWS),
  }));
  return (frame, from, to, out, valid) => {
    for (let start = from; start < to; start += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, to - start);
      for (const [at, step] of plan.steps.entries()) {
        evaluate(step, registers[at] as Register, registers, frame, start, count); // cast: one register per step
      }
      if (plan.mode === "fold") fold(plan, registers, count, out);
      else if (plan.mode === "groups") foldGroups(plan, registers, frame, start, count, out);
      else map(registers[plan.output] as Register, count, start - from, out, valid); // cast: the output is a step
    }
  };
}

function evaluate(
  step: Step,
  to: Register,
  registers: readonly Register[],
  frame: Frame,
  start: number,
  count: number,
) {
  const { value, valid } = to;
  valid.fill(1);
  switch (step.op) {
    case "column":
      load(frame, step.slot, step.type === "bool", start, count, to);
      return;
    case "number":
      value.fill(frame.numbers[step.index] as number); // cast: the plan numbers its constants
      return;
    case "bool":
      value.fill(step.value ? 1 : 0);
      return;
    case "null":
      value.fill(0);
      valid.fill(0);
      return;
  }
  const args = step.args.map((arg) => registers[arg] as Register); // cast: operands are earlier steps
  const [a = to, b = to, c = to] = args;
  const rule = RULES[step.op];
  for (let i = 0; i < count; i++) {
    // casts: i is below the length of a register
    if (rule !== undefined) {
      value[i] = Number(rule(a.value[i] as number, b.value[i] as number));
      valid[i] = args.every((arg) => arg.valid[i] === 1) ? 1 : 0;
      continue;
    }
    const x = a.valid[i] === 1 ? (a.value[i] as number) : null;
    const y = b.valid[i] === 1 ? (b.value[i] as number) : null;
    const z = c.valid[i] === 1 ? (c.value[i] as number) : null;
    const result = special(step, frame, x, y, z);
    value[i] = Number(result ?? 0);
    valid[i] = result === null ? 0 : 1;
  }
}

/** Operations that are null when an operand is. */
const RULES: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => a % b,
  least: Math.min,
  greatest: Math.max,
  neg: (a) => -a,
  abs: Math.abs,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  not: (a) => a === 0,
};

type Maybe = number | null;

/** Operations with a rule of their own for null. */
function special(step: Step, frame: Frame, x: Maybe, y: Maybe, z: Maybe): number | boolean | null {
  switch (step.op) {
    case "and":
      return x === 0 || y === 0 ? false : x === null || y === null ? null : true;
    case "or":
      return x === 1 || y === 1 ? true : x === null || y === null ? null : false;
    case "isNull":
      return x === null;
    case "fillNull":
      return x ?? y;
    case "when":
      return x === 1 ? y : z;
    case "inSet":
      return x === null ? null : frame.codes.subarray(step.from, step.from + step.count).includes(x);
    case "inTable":
      return x === null ? null : frame.tables[step.table]?.[x] === 1;
    default:
      return null;
  }
}

function load(frame: Frame, slot: number, isBool: boolean, start: number, count: number, to: Register): void {
  const values = frame.values[slot];
  const bits = frame.valid[slot];
  for (let i = 0; i < count; i++) {
    const row = start + i;
    // casts: a bool column is a bitmap; rows lie inside their column
    to.value[i] = isBool ? getBit(values as Uint8Array, row) : (values?.[row] as number);
    if (bits !== undefined) to.valid[i] = getBit(bits, row);
  }
}

function fold(plan: Plan, registers: readonly Register[], count: number, out: Float64Array): void {
  for (const [at, { op, step }] of plan.folds.entries()) {
    const lanes = [0, 0, 0, 0].fill(IDENTITY[op]);
    const register = registers[step];
    for (let i = 0; i < count; i++) {
      if (!passes(plan, registers, i) || register?.valid[i] === 0) continue;
      const lane = i & 3;
      lanes[lane] = combine(op, lanes[lane] as number, register?.value[i] ?? 0); // cast: there are four lanes
    }
    const [l0 = 0, l1 = 0, l2 = 0, l3 = 0] = lanes;
    out[at] = merge(op, merge(op, l0, l2), merge(op, l1, l3));
  }
}

function foldGroups(
  plan: Plan,
  registers: readonly Register[],
  frame: Frame,
  start: number,
  count: number,
  out: Float64Array,
): void {
  const codes = frame.values[plan.groupSlot];
  const bits = frame.valid[plan.groupSlot];
  for (let i = 0; i < count; i++) {
    if (!passes(plan, registers, i)) continue;
    const row = start + i;
    const group = bits !== undefined && getBit(bits, row) === 0 ? 0 : (codes?.[row] as number) + 1; // cast: rows lie inside their column
    for (const [at, { op, step }] of plan.folds.entries()) {
      const register = registers[step];
      if (register?.valid[i] === 0) continue;
      const index = group * plan.folds.length + at;
      out[index] = combine(op, out[index] as number, register?.value[i] ?? 0); // cast: out has a place for each group
    }
  }
}

function map({ value, valid }: Register, count: number, at: number, out: Float64Array, outValid: Uint8Array): void {
  out.set(value.subarray(0, count), at);
  outValid.set(valid.subarray(0, count), at);
}

function passes(plan: Plan, registers: readonly Register[], i: number): boolean {
  const test = registers[plan.filter];
  return test === undefined || (test.valid[i] === 1 && test.value[i] === 1);
}

function combine(op: string, total: number, value: number): number {
  return op === "count" ? total + 1 : merge(op, total, value);
}

/** Two running values as one. */
export function merge(op: string, a: number, b: number): number {
  return op === "min" ? Math.min(a, b) : op === "max" ? Math.max(a, b) : a + b;
}
