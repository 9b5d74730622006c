import { READ, type Readable } from "../html/index.ts";
import { signal } from "../signals/index.ts";

/**
 * A value that goes to the page and is not kept: put it into a hole of its own, `${state.report}`. Once a patch has shown it, it is the initial value
 * again, without the page being told; only what the page itself remembers of the hole is left.
 * @public
 */
export interface Temporary<T> extends Readable<T> {
  /** The value, until it has been shown. Followed where it is read. */
  get(): T;
  /** Shows another value. */
  set(value: T): void;
}

/** The temporary values of a session that are to be dropped. */
export class TemporaryValues {
  private full: Set<() => void> | undefined;

  make<T>(initial: T): Temporary<T> {
    let value = initial;
    const version = signal(0);
    const drop = (): void => {
      value = initial;
    };
    const get = (): T => {
      version.get();
      return value;
    };
    return {
      get,
      [READ]: get,
      set: (next) => {
        value = next;
        this.full ??= new Set();
        this.full.add(drop);
        version.update((n) => n + 1);
      },
    };
  }

  /** All that was set has been shown. */
  drop(): void {
    for (const drop of this.full ?? []) drop();
    this.full = undefined;
  }
}
