import { checkScope } from "./arguments.ts";
import { type GraphNode, kindOf, ownedBy } from "./probe.ts";
import type { Scope } from "./scope.ts";
import { batch, type EffectNode, runAgain } from "./seam.ts";

/**
 * Runs the effects that stand in a scope once more, as if something they read had changed: after signals they write were set from elsewhere. Those with a `schedule` run at
 * once as well, one that is running does so afterwards. Effects made by effects are made anew with them.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT` for what is no scope; as a write: what the effects throw, unless an `onError` takes it.
 * @public
 */
export function rerunEffects(own: Scope): void {
  checkScope(own);
  const effects: EffectNode[] = [];
  const scopes: GraphNode[] = [own as unknown as GraphNode]; // cast: scope() makes nodes
  for (const node of scopes) {
    for (const owned of ownedBy(node)) {
      if (kindOf(owned) === "effect")
        effects.push(owned as unknown as EffectNode); // cast: kindOf has told
      else scopes.push(owned);
    }
  }
  batch(() => {
    for (const effect of effects) runAgain(effect);
  });
}
