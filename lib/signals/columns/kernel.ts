import type { Values } from "./column.ts";
import type { FoldOperation, Plan } from "./plan.ts";

/** The memory a kernel works on, looked up anew before each round of runs: columns move when they grow. */
export interface Frame {
  readonly values: readonly Values[];
  readonly valid: readonly (Uint8Array | undefined)[];
  readonly numbers: Float64Array;
  readonly codes: Int32Array;
  readonly tables: readonly Uint8Array[];
}

/**
 * Works through rows `from` to `to`; `from` begins a block.
 * Mode "fold": `out` gets the plan's running values. Within a block row i adds to lane i mod 4, and lanes meet as (0 + 2) + (1 + 3): all backends
 * keep to that, so they agree to the last bit. Only one block at a time.
 * Mode "groups": adds to the running values of group g (code + 1, null is 0) at `out[g * folds]`, in the order of rows.
 * Mode "map": `out[i - from]` gets the value of row i (booleans as 0 and 1), `valid[i - from]` 1 unless it is null.
 */
export type Kernel = (frame: Frame, from: number, to: number, out: Float64Array, valid: Uint8Array) => void;

/** What an operation starts from. */
export const IDENTITY: Readonly<Record<FoldOperation, number>> = { sum: 0, count: 0, min: Infinity, max: -Infinity };

export function frameOf(plan: Plan): Frame {
  const codes = new Int32Array(plan.sets.reduce((sum, set) => sum + (set.isTable ? 0 : set.words.length), 0));
  const tables: Uint8Array[] = [];
  for (const { slot, words, at, isTable } of plan.sets) {
    const store = plan.inputs[slot];
    const found = words.map((word) => store?.code(word) ?? -1);
    if (isTable) {
      const table = new Uint8Array(store?.words.length ?? 0);
      for (const code of found) if (code >= 0) table[code] = 1;
      tables[at] = table;
    } else codes.set(found, at); // -1 for a word that no row has: no code equals it
  }
  return {
    values: plan.inputs.map((store) => store.values),
    valid: plan.inputs.map((store) => store.valid),
    numbers: Float64Array.from(plan.numbers),
    codes,
    tables,
  };
}
