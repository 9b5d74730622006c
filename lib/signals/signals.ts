import { READ } from "../pool/index.ts";
import { newComputed, newSignal } from "./nodes.ts";
import { batched } from "./queue.ts";
import { detached, state } from "./state.ts";
import type { Computed, ReadableSignal, Signal, SignalOptions, WritableOptions } from "./types.ts";

export type { Computed, ReadableSignal, Signal, SignalOptions, WritableOptions } from "./types.ts";

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
export function signal<T>(value: T, options?: SignalOptions<T>): Signal<T> {
  return newSignal(value, options);
}

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
export function computed<T>(f: () => T, options: WritableOptions<T>): Signal<T>;
/** The same without `set`: it can only be read. @public */
export function computed<T>(f: () => T, options?: SignalOptions<T>): Computed<T>;
export function computed<T>(f: () => T, options?: SignalOptions<T> | WritableOptions<T>): Computed<T> {
  return newComputed(f, options);
}

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
export function batch<T>(f: () => T): T {
  return batched(f);
}

/**
 * Runs `f` without noting what it reads.
 * @returns What `f` returns.
 * @public
 */
export function untracked<T>(f: () => T): T {
  return detached(state.owner, f);
}
