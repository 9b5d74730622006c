/**
 * Values that know who depends on them: lazy, without glitches, each computed once per change.
 * @packageDocumentation
 */
export { toDot } from "./inspect/dot.ts";
export { type ExportOptions, exportGraph, type GraphEdge, type GraphNode, type SignalGraph } from "./inspect/graph.ts";
export { holdingsOf, nodeKind, type ScopeHoldings } from "./inspect/holdings.ts";
export {
  type InputLog,
  type LoggedSet,
  type RecordOptions,
  recordInputs,
  replayInputs,
} from "./inspect/inputs.ts";
export type { LoggedValue } from "./inspect/logged-value.ts";
export { type GraphPageOptions, graphPage } from "./inspect/page.ts";
export { type InspectOptions, inspect } from "./inspect/recorder.ts";
export { rerunEffects } from "./rerun.ts";
export { resource } from "./resource/resource.ts";
export type { RetryPolicy } from "./resource/retry.ts";
export type { Load, Resource, ResourceContext, ResourceOptions } from "./resource/types.ts";
export { type Scope, type ScopeOptions, scope } from "./scope.ts";
export { batch, computed, effect, readonly, signal, untracked } from "./signals.ts";
export type { Computed, EffectOptions, ReadableSignal, Signal, SignalOptions, WatchHooks } from "./types.ts";
export { watchable } from "./watchable.ts";
export { writable } from "./writable.ts";
