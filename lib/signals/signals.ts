import { READ } from "../pool/index.ts";
import { checkReadable } from "./arguments.ts";
import { batch as batched, newComputed, newSignal, untracked as silently, startEffect } from "./seam.ts";
import type { Computed, EffectOptions, ReadableSignal, Signal, SignalOptions } from "./types.ts";

export type { Computed, EffectOptions, ReadableSignal, Signal, SignalOptions, WatchHooks } from "./types.ts";

/**
 * Makes a signal.
 * @remarks Reading and setting are O(1); a set also costs O(watched dependents).
 * @example
 * ```ts
 * const count = signal(0);
 * const stop = effect(() => console.log(count.get())); // 0
 * count.set(1); // 1
 * stop();
 * ```
 * @public
 */
export const signal: <T>(value: T, options?: SignalOptions<T>) => Signal<T> = newSignal;

/**
 * Makes a computed: `f` runs when the value is first wanted, and again only when it is wanted after a source changed. What `f` throws is kept
 * and rethrown like a value. `f` should only compute: it may write signals and create effects, but when it runs is not yours to say.
 * @remarks Costs one run of `f` per change, however many read it. Unobserved, it is held by nobody but its readers, and a read costs O(sources)
 * after any signal anywhere has changed, else O(1).
 * @example
 * ```ts
 * const double = computed(() => count.get() * 2);
 * ```
 * @public
 */
export const computed: <T>(f: () => T, options?: SignalOptions<T>) => Computed<T> = newComputed;

/**
 * Runs `f` now, and again whenever a signal or computed it read has another value. A function that `f` returns is its cleanup: it runs before
 * the next run and at the end. Effects and scopes created inside belong to the effect, and end before its next run.
 * @returns Its stop. Stopping twice is harmless. Inside a scope or another effect it also ends with that.
 * @throws what the first run threw, or the effects it set off, unless a scope's `onError` took it. With a scope or an effect around it, it
 * stays subscribed; with none it has ended, since nothing could stop it. A later run throws to the writer and stays subscribed. CodedError `SIGNALS_LOOP` when it invalidates itself over and over, `SIGNALS_SCOPE_ENDED`.
 * @example
 * ```ts
 * const stop = effect(() => {
 *   const timer = setInterval(poll, interval.get());
 *   return () => clearInterval(timer);
 * });
 * ```
 * @public
 */
export const effect: (f: () => unknown, options?: EffectOptions) => () => void = startEffect;

/**
 * A view of a signal or computed through which it can be read and not written.
 * @example
 * ```ts
 * const count = signal(0);
 * const shown = readonly(count); // has no set, also at run time
 * ```
 * @public
 */
export function readonly<T>(source: ReadableSignal<T>): ReadableSignal<T> {
  checkReadable(source, "get");
  return {
    get name() {
      return source.name;
    },
    get: () => source.get(),
    peek: () => source.peek(),
    [READ]: () => source.get(),
  };
}

/**
 * Runs `f` and holds effects back until it ends; then each runs at most once. Batches nest: the outermost counts.
 * Only what `f` does before its first `await` is part of it.
 * @returns What `f` returns.
 * @throws what `f` threw, or effects did; both together as an AggregateError.
 * @public
 */
export const batch: <T>(f: () => T) => T = batched;

/**
 * Runs `f` without noting what it reads.
 * @returns What `f` returns.
 * @public
 */
export const untracked: <T>(f: () => T) => T = silently;
