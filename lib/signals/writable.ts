import { newWritable } from "./seam.ts";
import type { Signal, SignalOptions } from "./types.ts";

/**
 * A computed that can be written: `set` takes what is set, and writes the signals the value is made from.
 * @param set - Runs as a batch; its reads are not noted.
 * @example
 * ```ts
 * const fahrenheit = writable(() => celsius.get() * 1.8 + 32, (value) => celsius.set((value - 32) / 1.8));
 * ```
 * @public
 */
export function writable<T>(f: () => T, set: (value: T) => void, options?: SignalOptions<T>): Signal<T> {
  return newWritable(f, set, options);
}
