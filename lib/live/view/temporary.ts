import { READ, type Readable } from "../../html/index.ts";
import { signal } from "../../signals/index.ts";

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

/** What temporary values ask of their session. */
export interface TemporaryHost {
  /** The view has been mounted before: what `mount` shows has been shown. */
  readonly isRepeated: boolean;
  /** The page may show a value from before this mount, which nobody knows any more: all of it is to be sent. */
  parted(): void;
}

/** The temporary values of a session. */
export class TemporaryValues {
  private readonly host: TemporaryHost;
  private full: Set<() => void> | undefined;
  private isParted: boolean;
  private wasShown = false;

  /** @param isParted - The page may show values from before this mount. */
  constructor(host: TemporaryHost, isParted: boolean) {
    this.host = host;
    this.isParted = isParted;
  }

  /** A value waits to be shown. */
  get isFull(): boolean {
    return this.full !== undefined;
  }

  /** The page may show values that are kept nowhere else. */
  get hasShown(): boolean {
    return this.wasShown || this.isParted;
  }

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
        if (this.host.isRepeated) return;
        if (this.isParted) this.host.parted();
        this.isParted = false;
        value = next;
        this.full ??= new Set();
        this.full.add(drop);
        version.update((n) => n + 1);
      },
    };
  }

  /** All that was set has been shown. */
  drop(): void {
    if (this.full === undefined) return;
    for (const drop of this.full) drop();
    this.wasShown = true;
    this.full = undefined;
  }
}
