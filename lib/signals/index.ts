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
  type Signal,
  type SignalOptions,
  signal,
  untracked,
} from "./signals.ts";
