import { createLru } from "../../pool/index.ts";
import { generate } from "./generate.ts";
import { interpreter } from "./interpret.ts";
import type { Kernel } from "./kernel.ts";
import type { Plan } from "./plan.ts";
import { WasmMemory } from "./wasm/kernel.ts";

/**
 * What may run kernels: the interpreter alone, generated JavaScript, or WebAssembly where it gains. All give the same bits.
 * @public
 */
export type Backend = "interpreter" | "javascript" | "wasm";

const MAX_KERNELS = 256;

/** Kernels by the shape of their plan, so that a filter whose constant changes is compiled once. One set per table. */
export class Kernels {
  private readonly allowed: Backend | undefined;
  private readonly known = createLru<string, Kernel>({ maxEntries: MAX_KERNELS });
  private readonly wasm = new WasmMemory();
  private generates: boolean | undefined;
  private hasWasm = true;

  /** @param allowed - Fixes the backend, for tests and benches. */
  constructor(allowed: Backend | undefined) {
    this.allowed = allowed;
  }

  /** The kernel for a plan over so many rows. */
  find(plan: Plan, rows: number): Kernel {
    const backend = this.allowed ?? this.choose(plan, rows);
    const key = `${backend} ${plan.key}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const kernel = this.make(plan, backend);
    this.known.set(key, kernel);
    return kernel;
  }

  private choose(plan: Plan, rows: number): Backend {
    if (rows >= MIN_WASM_ROWS && this.hasWasm && branches(plan)) return "wasm";
    return this.generates === false ? "interpreter" : "javascript";
  }

  private make(plan: Plan, backend: Backend): Kernel {
    const kernel = backend === "wasm" ? this.makeWasm(plan) : undefined;
    if (kernel !== undefined) return kernel;
    if (backend === "interpreter" || this.generates === false) return interpreter(plan);
    try {
      const kernel = generate(plan);
      this.generates = true;
      return kernel;
    } catch {
      this.generates = false; // a content security policy, or a flag of Node
      return interpreter(plan);
    }
  }

  private makeWasm(plan: Plan): Kernel | undefined {
    try {
      return this.wasm.kernel(plan);
    } catch {
      this.hasWasm = false; // a content security policy, no room for a memory, or an engine without it
      return undefined;
    }
  }
}

/**
 * Whether rows take different ways: filters and conditions cost a loop in JavaScript branches that cannot be predicted. Nulls that are only passed
 * over do not: generate.ts.
 */
export function branches(plan: Plan): boolean {
  return plan.mode === "fold" && (plan.filter >= 0 || plan.steps.some(({ op }) => op === "when" || op === "fillNull"));
}

// Making a module takes 0.2 ms more than generating JavaScript, and a filter then gains from 3 to 34 ns a row (docs/decisions/0010).
const MIN_WASM_ROWS = 32_768;
