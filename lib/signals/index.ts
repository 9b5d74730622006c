/**
 * Values that know who depends on them: lazy, without glitches, each computed once per change.
 * @packageDocumentation
 */
export { type EffectOptions, effect } from "./effect.ts";
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
