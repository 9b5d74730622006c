import { checkScope } from "../arguments.ts";
import { type GraphNode, kindOf, nameOf, ownedBy, sourcesOf } from "../probe.ts";
import type { Scope } from "../scope.ts";
import type { ReadableSignal } from "../types.ts";

/**
 * What a scope keeps alive.
 * @public
 */
export interface ScopeHoldings {
  /** The signals, no computeds, that effects inside depend on, themselves or through computeds. */
  readonly sources: ReadonlySet<ReadableSignal<unknown>>;
  /** Effects and scopes that were made directly in it and have not ended, the oldest first. */
  readonly owned: readonly object[];
  /** Names of those, itself included, that something outside may wait for: they have cleanups, or their `signal` was asked for. */
  readonly waited: readonly string[];
}

/**
 * Looks at what a scope holds, without computing anything.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT` for what is no scope.
 * @remarks Costs O(what it owns + what that has read).
 * @example
 * ```ts
 * const own = scope(() => effect(() => count.get()));
 * holdingsOf(own).sources.has(count); // true
 * ```
 * @public
 */
export function holdingsOf(own: Scope): ScopeHoldings {
  checkScope(own);
  const root = own as unknown as GraphNode; // cast: scope() makes nodes
  const waited: string[] = [];
  const met = new Set<GraphNode>([root]);
  const sources = new Set<ReadableSignal<unknown>>();
  // The set grows while it is walked: no recursion, however long the chain.
  for (const node of met) {
    if (holdsOutside(node)) waited.push(nameOf(node));
    if (kindOf(node) === "signal") sources.add(node as unknown as ReadableSignal<unknown>); // cast: kindOf has told
    for (const source of sourcesOf(node)) met.add(source);
    for (const owned of ownedBy(node)) met.add(owned);
  }
  return { sources, owned: ownedBy(root), waited };
}

/**
 * What kind of node of the graph a value is: "signal" can be set and is made of nothing else, "computed" is (also one that can be written);
 * `undefined` for anything else, such as a collection or a resource. Cost: O(1).
 * @public
 */
export function nodeKind(value: unknown): "signal" | "computed" | "effect" | "scope" | undefined {
  return kindOf(value);
}

function holdsOutside(node: GraphNode): boolean {
  if ("cleanups" in node) {
    const { cleanups, controller } = node as { readonly cleanups: readonly unknown[]; readonly controller?: unknown }; // cast: a scope's own fields
    return cleanups.length > 0 || controller !== undefined;
  }
  return "cleanup" in node && node.cleanup !== undefined;
}
