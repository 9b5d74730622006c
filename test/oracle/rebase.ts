import type { TextDelta } from "../../lib/crdt/index.ts";

/** Where each deleted unit is now, and between which neighbours an insertion may stand. */
export interface RebasedOracle {
  readonly deleted: readonly number[];
  readonly atLeast: number;
  readonly atMost: number;
}

/** Follows every unit of the text on its own: its old index, or -1 for one that came later. */
export function rebaseOracle(
  change: { readonly start: number; readonly deleted: number },
  length: number,
  edits: readonly TextDelta[],
): RebasedOracle {
  let units = Array.from({ length }, (_, index) => index);
  for (const delta of edits) {
    const next: number[] = [];
    let index = 0;
    for (const step of delta) {
      if ("retain" in step) {
        next.push(...units.slice(index, index + step.retain));
        index += step.retain;
      } else if ("insert" in step) next.push(...Array.from(step.insert, () => -1));
      else index += step.delete;
    }
    units = [...next, ...units.slice(index)];
  }
  const end = change.start + change.deleted;
  const deleted = units.flatMap((unit, index) => (unit >= change.start && unit < end ? [index] : []));
  const after = units.findIndex((unit) => unit >= change.start);
  return {
    deleted,
    atLeast: units.findLastIndex((unit) => unit !== -1 && unit < change.start) + 1,
    atMost: after === -1 ? units.length : after,
  };
}
