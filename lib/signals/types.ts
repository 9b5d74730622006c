import type { READ } from "../pool/index.ts";

/**
 * What every signal and computed can do. Carries `[Symbol.for("busbar.read")]`, so templates take it as it is.
 * @public
 */
export interface ReadableSignal<T> {
  /** Its name in errors. */
  readonly name: string;
  /**
   * The current value. Inside a computed or an effect the read is noted: a change runs that again.
   * @throws what the computed's function threw, each time until a source changes; CodedError `SIGNALS_CYCLE`, `SIGNALS_TOO_DEEP`.
   */
  get(): T;
  /** The current value, without noting the read. Throws as `get`. */
  peek(): T;
  /** The same as `get`. */
  [READ](): T;
}

/**
 * A value that others can depend on.
 * @public
 */
export interface Signal<T> extends ReadableSignal<T> {
  /**
   * Replaces the value. Unless it equals the old one, effects that depend on it run before this returns (inside `batch`, an effect or a
   * computed: after the outermost of those).
   * @throws what those effects threw, unless a scope's `onError` took it.
   */
  set(value: T): void;
  /** Sets what `f` makes of the current value; reads in `f` are not noted. Throws as `set`. */
  update(f: (value: T) => T): void;
}

/**
 * A value made from others, kept until one of them changes.
 * @public
 */
export interface Computed<T> extends ReadableSignal<T> {}

/**
 * What a signal or a computed may be given. The object is kept and must not be changed.
 * @public
 */
export interface SignalOptions<T> {
  /** Whether a new value is the same as the old, so that nothing runs. @defaultValue Object.is */
  readonly equals?: ((before: T, after: T) => boolean) | undefined;
  /** Its name in errors. @defaultValue the name of a computed's function, else "computed" or "signal" */
  readonly name?: string | undefined;
}

/**
 * What a signal or computed calls by `watchable`: once the outermost batch has ended, outside of any tracking. What they throw is thrown to whoever
 * caused it, after all else has run.
 * @public
 */
export interface WatchHooks {
  /** The first effect has come to depend on it. */
  readonly onWatched?: (() => void) | undefined;
  /** The last effect has ceased to depend on it; only after `onWatched` was due. */
  readonly onUnwatched?: (() => void) | undefined;
}

/**
 * What an effect may be given.
 * @public
 */
export interface EffectOptions {
  /**
   * Is handed each later run instead of it taking place on the writer's stack, once until it is called. Called when nothing has changed after
   * all, or after the effect has ended, `run` does nothing; it throws what the effect throws, unless a scope's `onError` takes it.
   * The first run takes place at once.
   */
  readonly schedule?: (run: () => void) => void;
  /** Names it in errors. */
  readonly name?: string;
}
