import { generate } from "./generate.ts";
import { interpreter } from "./interpret.ts";
import type { Kernel } from "./kernel.ts";
import type { Plan } from "./plan.ts";

/**
 * What may run kernels: the interpreter alone, generated JavaScript, or WebAssembly where it gains. All give the same bits.
 * @public
 */
export type Backend = "interpreter" | "javascript" | "wasm";

/** Kernels by the shape of their plan, so that a filter whose constant changes is compiled once. One set per table. */
export class Kernels {
  private readonly allowed: Backend | undefined;
  private readonly known = new Map<string, Kernel>();
  private generates: boolean | undefined;

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
    const [oldest] = this.known.keys();
    if (this.known.size >= MAX_KERNELS && oldest !== undefined) this.known.delete(oldest);
    this.known.set(key, kernel);
    return kernel;
  }

  private choose(_plan: Plan, rows: number): Backend {
    if (rows < MIN_GENERATED_ROWS || this.generates === false) return "interpreter";
    return "javascript";
  }

  private make(plan: Plan, backend: Backend): Kernel {
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
}

const MAX_KERNELS = 256;

// Compiling takes as long as interpreting some thousand rows (bench "signals", columns).
const MIN_GENERATED_ROWS = 4096;
