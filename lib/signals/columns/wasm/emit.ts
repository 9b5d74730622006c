import type { Fold, Plan, Step } from "../plan.ts";
import { type Code, i32Const, localGet, localSet, place, SIMD, simd, v128Const, wasmModule } from "./module.ts";

/** Where the parts of a block lie in memory, in bytes. */
export interface Staging {
  readonly values: readonly number[];
  readonly valid: readonly number[];
  readonly numbers: number;
  readonly codes: number;
  /** 32 bytes for each fold: lanes 0 to 3 as f64, or as i32 for counts. */
  readonly out: number;
}

/**
 * A plan of mode "fold" as a module that works through one block in memory, four rows at a time: numbers as two vectors of f64 (rows 0 and 1, 2
 * and 3), booleans, codes and validity as one of i32. So lane i mod 4 takes row i, as in the other backends. Rows at the end are masked, not
 * walked one by one.
 * @returns Undefined when the plan has a step that vectors lack: `mod`, and sets of many words.
 */
export function emit(plan: Plan, staging: Staging): Uint8Array<ArrayBuffer> | undefined {
  if (plan.mode !== "fold" || plan.steps.some(({ op }) => op === "mod" || op === "inTable")) return undefined;
  return new Emitter(plan, staging).module();
}

const ROWS = 0; // the function's parameter
const ROW = 1;
const FIRST_VECTOR = 2;
const ONES = v128Const(-1, -1, -1, -1);
const ZEROS = v128Const(0, 0, 0, 0);

class Emitter {
  private readonly plan: Plan;
  private readonly staging: Staging;
  private vectors = 0;
  private readonly hoisted: Code[] = [];
  private readonly low: number[] = [];
  private readonly high: number[] = [];
  private readonly mask: number[] = [];
  private readonly valid: number[] = [];
  private readonly bits: number;

  constructor(plan: Plan, staging: Staging) {
    this.plan = plan;
    this.staging = staging;
    this.bits = this.hoist(v128Const(1, 2, 4, 8));
  }

  module(): Uint8Array<ArrayBuffer> {
    const { plan } = this;
    const sums = plan.folds.map((fold) => this.accumulators(fold));
    const steps = plan.steps.map((step, at) => this.step(step, at));
    const rows = [localGet(ROW), simd(SIMD.splatI32), v128Const(0, 1, 2, 3), simd(SIMD.addI32)];
    const inside = [rows, localGet(ROWS), simd(SIMD.splatI32), simd(SIMD.ltI32)];
    const filter = plan.filter < 0 ? [] : [this.truth(plan.filter), simd(SIMD.and)];
    const passing = this.local();
    const adds = plan.folds.map((fold, at) => this.add(fold, sums[at] ?? [], passing));
    const next = [localGet(ROW), i32Const(4), 0x6a, localSet(ROW)];
    const again = [localGet(ROW), localGet(ROWS), 0x48, 0x0d, 0];
    const loop = [0x03, 0x40, steps, inside, filter, localSet(passing), adds, next, again, 0x0b];
    const stores = sums.flatMap((locals, at) => locals.map((local, half) => this.store(local, at * 32 + half * 16)));
    return wasmModule(this.vectors, [this.hoisted, loop, stores]);
  }

  private accumulators({ op }: Fold): number[] {
    const start = { sum: 0, count: 0, min: 0x7ff00000, max: 0xfff00000 | 0 }[op]; // the upper half of 0, and of the infinities
    const make = (): number => this.hoist(v128Const(0, start, 0, start));
    return op === "count" ? [make()] : [make(), make()];
  }

  private add({ op, step }: Fold, [low = 0, high = 0]: readonly number[], passing: number): Code {
    const valid = this.valid[step];
    const mask = valid === undefined ? localGet(passing) : [localGet(passing), localGet(valid), simd(SIMD.and)];
    if (op === "count") return [localGet(low), mask, simd(SIMD.subI32), localSet(low)]; // a mask is -1
    return [
      this.addHalf(op, low, this.low[step] ?? 0, [mask, simd(SIMD.extendLowI32)]),
      this.addHalf(op, high, this.high[step] ?? 0, [mask, simd(SIMD.extendHighI32)]),
    ];
  }

  private addHalf(op: "sum" | "min" | "max", sum: number, value: number, mask: Code): Code {
    if (op === "sum") return [localGet(sum), localGet(value), mask, simd(SIMD.and), simd(SIMD.addF64), localSet(sum)];
    // A row that does not pass puts the running value against itself.
    const chosen = [localGet(value), localGet(sum), mask, simd(SIMD.bitselect)];
    return [localGet(sum), chosen, simd(op === "min" ? SIMD.minF64 : SIMD.maxF64), localSet(sum)];
  }

  private store(local: number, at: number): Code {
    return [i32Const(0), localGet(local), simd(SIMD.store, ...place(this.staging.out + at))];
  }

  private step(step: Step, at: number): Code {
    switch (step.op) {
      case "column":
        return this.column(step.slot, step.type, at);
      case "number": {
        const value = this.hoist([
          i32Const(0),
          simd(SIMD.load64Splat, ...place(this.staging.numbers + step.index * 8)),
        ]);
        this.low[at] = value;
        this.high[at] = value;
        return [];
      }
      case "bool":
        return this.keep(this.mask, at, step.value ? ONES : ZEROS);
      case "null":
        return [this.lowHigh(at, ZEROS, ZEROS), this.keep(this.mask, at, ZEROS), this.keep(this.valid, at, ZEROS)];
    }
    const [a = 0, b = 0, c = 0] = step.args;
    switch (step.op) {
      case "inSet":
        return [this.inSet(step.from, step.count, a, at), this.allValid(at, [a])];
      case "and": {
        const known = [this.knownBoth(a, b), this.isKnown(a), this.bool(a), simd(SIMD.andNot), simd(SIMD.or)];
        const valid = [known, this.isKnown(b), this.bool(b), simd(SIMD.andNot), simd(SIMD.or)];
        return [this.keep(this.mask, at, [this.bool(a), this.bool(b), simd(SIMD.and)]), this.validity(step, at, valid)];
      }
      case "or": {
        const either = [this.truth(a), this.truth(b), simd(SIMD.or)];
        const valid = [this.knownBoth(a, b), either, simd(SIMD.or)];
        return [this.keep(this.mask, at, either), this.validity(step, at, valid)];
      }
      case "not":
        return [this.keep(this.mask, at, [this.bool(a), simd(SIMD.not)]), this.allValid(at, [a])];
      case "isNull":
        return this.keep(this.mask, at, [this.isKnown(a), simd(SIMD.not)]);
      case "fillNull": {
        const valid = [this.isKnown(a), this.isKnown(b), simd(SIMD.or)];
        return [this.choose(step, at, this.isKnown(a), a, b), this.validity(step, at, valid)];
      }
      case "when": {
        const valid = [this.isKnown(b), this.isKnown(c), this.truth(a), simd(SIMD.bitselect)];
        return [this.choose(step, at, this.truth(a), b, c), this.validity(step, at, valid)];
      }
      default:
        return [this.arithmetic(step.op, a, b, at), this.allValid(at, step.args)];
    }
  }

  private column(slot: number, type: Step["type"], at: number): Code {
    const { values, valid } = this.staging;
    const from = values[slot] ?? 0;
    const store = this.plan.inputs[slot];
    const known = store?.valid === undefined ? [] : this.keep(this.valid, at, this.bitmap(valid[slot] ?? 0));
    if (type === "bool") return [known, this.keep(this.mask, at, this.bitmap(from))];
    const address = (bytes: number): Code => [localGet(ROW), i32Const(bytes), 0x6c];
    if (type === "string") return [known, this.keep(this.mask, at, [address(4), simd(SIMD.load, ...place(from))])];
    if (store?.kind === "f64") {
      const load = (half: number): Code => [address(8), simd(SIMD.load, ...place(from + half * 16))];
      return [known, this.lowHigh(at, load(0), load(1))];
    }
    const convert = (half: number): Code => [
      address(4),
      simd(SIMD.load64Zero, ...place(from + half * 8)),
      simd(SIMD.lowI32ToF64),
    ];
    return [known, this.lowHigh(at, convert(0), convert(1))];
  }

  /** Four bits of a bitmap as a mask: the row is a multiple of 4, so they stand in one byte. */
  private bitmap(from: number): Code {
    const byte = [localGet(ROW), i32Const(3), 0x76, 0x2d, place(from)];
    const shifted = [byte, localGet(ROW), i32Const(7), 0x71, 0x76];
    return [shifted, simd(SIMD.splatI32), localGet(this.bits), simd(SIMD.and), localGet(this.bits), simd(SIMD.eqI32)];
  }

  private inSet(from: number, count: number, a: number, at: number): Code {
    const tests = Array.from({ length: count }, (_, i): Code => {
      const code = this.hoist([i32Const(0), simd(SIMD.load32Splat, ...place(this.staging.codes + (from + i) * 4))]);
      return [this.bool(a), localGet(code), simd(SIMD.eqI32), simd(SIMD.or)];
    });
    return this.keep(this.mask, at, [ZEROS, tests]);
  }

  private arithmetic(op: string, a: number, b: number, at: number): Code {
    const instruction = simd(INSTRUCTIONS[op] ?? SIMD.not);
    const isUnary = op === "neg" || op === "abs";
    const half = (of: readonly number[]): Code => [
      localGet(of[a] ?? 0),
      isUnary ? [] : localGet(of[b] ?? 0),
      instruction,
    ];
    if (!COMPARISONS.has(op)) return this.lowHigh(at, half(this.low), half(this.high));
    // Of each 64-bit mask the lower half.
    const lanes = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
    return this.keep(this.mask, at, [half(this.low), half(this.high), simd(SIMD.shuffle, ...lanes)]);
  }

  private choose(step: Step, at: number, test: Code, yes: number, no: number): Code {
    if (step.type === "bool")
      return this.keep(this.mask, at, [this.bool(yes), this.bool(no), test, simd(SIMD.bitselect)]);
    const half = (of: readonly number[], extend: number): Code => [
      localGet(of[yes] ?? 0),
      localGet(of[no] ?? 0),
      test,
      simd(extend),
      simd(SIMD.bitselect),
    ];
    return this.lowHigh(at, half(this.low, SIMD.extendLowI32), half(this.high, SIMD.extendHighI32));
  }

  private bool(step: number): Code {
    return localGet(this.mask[step] ?? 0);
  }

  private isKnown(step: number): Code {
    const valid = this.valid[step];
    return valid === undefined ? ONES : localGet(valid);
  }

  private knownBoth(a: number, b: number): Code {
    return [this.isKnown(a), this.isKnown(b), simd(SIMD.and)];
  }

  /** True, and not null. */
  private truth(step: number): Code {
    const valid = this.valid[step];
    return valid === undefined ? this.bool(step) : [this.bool(step), localGet(valid), simd(SIMD.and)];
  }

  private allValid(at: number, args: readonly number[]): Code {
    const masks = args.flatMap((arg) => this.valid[arg] ?? []);
    if (masks.length === 0) return [];
    return this.keep(
      this.valid,
      at,
      masks.map((mask, i) => [localGet(mask), i === 0 ? [] : simd(SIMD.and)]),
    );
  }

  private validity(step: Step, at: number, code: Code): Code {
    return step.nullable ? this.keep(this.valid, at, code) : [];
  }

  private lowHigh(at: number, low: Code, high: Code): Code {
    return [this.keep(this.low, at, low), this.keep(this.high, at, high)];
  }

  /** Sets a new local to what `code` leaves, and notes it as that part of a step. */
  private keep(part: number[], at: number, code: Code): Code {
    const local = this.local();
    part[at] = local;
    return [code, localSet(local)];
  }

  /** A local set once, before the loop. */
  private hoist(code: Code): number {
    const local = this.local();
    this.hoisted.push([code, localSet(local)]);
    return local;
  }

  private local(): number {
    return FIRST_VECTOR + this.vectors++;
  }
}

const INSTRUCTIONS: Readonly<Record<string, number>> = {
  add: SIMD.addF64,
  sub: SIMD.subF64,
  mul: SIMD.mulF64,
  div: SIMD.divF64,
  least: SIMD.minF64,
  greatest: SIMD.maxF64,
  neg: SIMD.negF64,
  abs: SIMD.absF64,
  lt: SIMD.ltF64,
  le: SIMD.leF64,
  gt: SIMD.gtF64,
  ge: SIMD.geF64,
  eq: SIMD.eqF64,
  ne: SIMD.neF64,
};

const COMPARISONS: ReadonlySet<string> = new Set(["lt", "le", "gt", "ge", "eq", "ne"]);
