const KEPT = 8;

/** What was made of the statics of a template: one entry per place in the source, for as long as that code is loaded. */
export class ByStatics<T> {
  readonly #made = new WeakMap<readonly string[], T>();
  // The last few are kept apart: a row and what stands in it take turns, and a look through eight costs a third of one into a WeakMap
  // (bench: html, "to a flat string", 20 KiB).
  readonly #statics: (readonly string[] | undefined)[] = Array(KEPT).fill(undefined);
  readonly #values: (T | undefined)[] = Array(KEPT).fill(undefined);
  #oldest = 0;

  get(statics: readonly string[]): T | undefined {
    for (let i = 0; i < KEPT; i++) if (this.#statics[i] === statics) return this.#values[i];
    const made = this.#made.get(statics);
    if (made !== undefined) this.#keep(statics, made);
    return made;
  }

  set(statics: readonly string[], made: T): void {
    this.#made.set(statics, made);
    this.#keep(statics, made);
  }

  #keep(statics: readonly string[], made: T): void {
    this.#statics[this.#oldest] = statics;
    this.#values[this.#oldest] = made;
    this.#oldest = (this.#oldest + 1) % KEPT;
  }
}
