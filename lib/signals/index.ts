/**
 * Values that know who depends on them: lazy, without glitches, each computed once per change.
 * @packageDocumentation
 */
export { type EffectOptions, effect } from "./effect.ts";
export { resource } from "./resource/resource.ts";
export type { RetryPolicy } from "./resource/retry.ts";
export type { Load, Resource, ResourceContext, ResourceOptions } from "./resource/types.ts";
export { type Scope, type ScopeOptions, scope } from "./scope.ts";
export {
  batch,
  type Computed,
  computed,
  type ReadableSignal,
  readonly,
  type Signal,
  type SignalOptions,
  signal,
  untracked,
  type WritableOptions,
} from "./signals.ts";
