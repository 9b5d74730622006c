import type { Scope } from "../../html/index.ts";

/** What is provided around a place, and whether somebody notes what is read there: in the rows of a followed collection nobody does. */
export interface Around {
  readonly scope: Scope | undefined;
  readonly tracked: boolean;
}

/** Of the root nothing is known; of what has been read already nothing is asked. */
export const NOWHERE: Around = { scope: undefined, tracked: true };

export function inScope(around: Around, scope: Scope | undefined): Around {
  return around.scope === scope ? around : { scope, tracked: around.tracked };
}

/** Inside of a hole its own watcher notes what is read. */
export function inHole(around: Around): Around {
  return around.tracked ? around : { scope: around.scope, tracked: true };
}

/** Whether the same is provided. */
export function isSameScope(a: Scope | undefined, b: Scope | undefined): boolean {
  let [one, other] = [a, b];
  while (one !== other) {
    if (one === undefined || other === undefined || one.key !== other.key || !Object.is(one.value, other.value))
      return false;
    [one, other] = [one.outer, other.outer];
  }
  return true;
}
