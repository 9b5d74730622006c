import { CodedError, isCodedError } from "../errors/index.ts";
import { READ } from "../pool/index.ts";
import { COMPUTED, FAILED, Source, STALE, Target, WRITTEN } from "./links.ts";
import type { Held } from "./probe.ts";
import {
  batched,
  currentOwner,
  detached,
  enter,
  flush,
  graph,
  heldBack,
  leave,
  probe,
  type Recomputable,
  type Written,
} from "./runtime.ts";

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
 * What a signal or a computed may be given.
 * @public
 */
export interface SignalOptions<T> {
  /** Whether a new value is the same as the old, so that nothing runs. @defaultValue Object.is */
  readonly equals?: (before: T, after: T) => boolean;
  /** Its name in errors. @defaultValue the name of a computed's function, else "computed" or "signal" */
  readonly name?: string;
}

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
export function signal<T>(value: T, options: SignalOptions<T> = {}): Signal<T> {
  return new SignalNode(value, options.equals, options.name ?? "signal");
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
export function computed<T>(f: () => T, options: SignalOptions<T> = {}): Computed<T> {
  return new ComputedNode(f, options.equals, options.name ?? (f.name || "computed"));
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
  return detached(currentOwner(), f);
}

type Equals<T> = ((before: T, after: T) => boolean) | undefined;

class SignalNode<T> extends Source implements Signal<T>, Written {
  readonly name: string;
  private value: T;
  /** With WRITTEN, the value before the batch wrote: should it come back, nothing has happened. */
  private before: T | undefined = undefined;
  private readonly equals: Equals<T>;

  constructor(value: T, equals: Equals<T>, name: string) {
    super(0);
    this.name = name;
    this.value = value;
    this.equals = equals;
  }

  get(): T {
    this.flags &= ~WRITTEN;
    graph.track(this);
    return this.value;
  }

  peek(): T {
    return this.value;
  }

  [READ](): T {
    return this.get();
  }

  set(value: T): void {
    if (same(this.equals, this.value, value)) return;
    if (this.flags & WRITTEN) {
      const before = this.before as T; // cast: with WRITTEN it is the value before
      if (same(this.equals, before, value)) {
        this.value = before;
        this.flags &= ~WRITTEN;
        graph.restored(this);
      } else this.value = value; // the change is known already, and nobody has read it
      return;
    }
    if (heldBack(this)) {
      this.before = this.value;
      this.flags |= WRITTEN;
    }
    this.value = value;
    graph.changed(this);
    flush();
  }

  held(): Held {
    return { state: "value", value: this.value };
  }

  forget(): void {
    this.before = undefined;
    this.flags &= ~WRITTEN;
  }

  update(f: (value: T) => T): void {
    this.set(untracked(() => f(this.value)));
  }
}

class ComputedNode<T> extends Target implements Computed<T>, Recomputable {
  readonly name: string;
  /** The value, or with FAILED the error. */
  private outcome: unknown;
  private readonly f: () => T;
  private readonly equals: Equals<T>;

  constructor(f: () => T, equals: Equals<T>, name: string) {
    super(COMPUTED | STALE);
    this.f = f;
    this.equals = equals;
    this.name = name;
  }

  get(): T {
    graph.refresh(this);
    graph.track(this);
    return this.result();
  }

  peek(): T {
    graph.refresh(this);
    return this.result();
  }

  [READ](): T {
    return this.get();
  }

  recompute(): void {
    const before = graph.begin(this);
    const depth = enter();
    let outcome: unknown;
    let failed = 0;
    try {
      probe?.before(this);
      outcome = this.f();
    } catch (error) {
      outcome = error;
      failed = FAILED;
    }
    leave(depth);
    graph.finish(this, before);
    if (probe !== undefined) probe.after(this);
    if (failed === 0 && this.version > 0 && !(this.flags & FAILED)) {
      try {
        // cast: without FAILED both are values of f
        if (same(this.equals, this.outcome as T, outcome as T)) {
          this.flags &= ~STALE;
          return;
        }
      } catch (error) {
        outcome = error;
        failed = FAILED;
      }
    }
    if (failed !== 0) outcome = explain(outcome, this.name);
    this.outcome = outcome;
    // Errors are kept like values, save two that tell about the read and not about the sources: each read meets those anew.
    const kept = failed === 0 || !isOfTheRead(outcome);
    this.flags = (this.flags & ~(FAILED | STALE)) | failed | (kept ? 0 : STALE);
    this.version++;
  }

  held(): Held {
    if (this.version === 0) return { state: "none" };
    return this.flags & FAILED ? { state: "error", error: this.outcome } : { state: "value", value: this.outcome };
  }

  private result(): T {
    flush(); // effects of what was written on the way
    if (this.flags & FAILED) throw this.outcome;
    return this.outcome as T; // cast: without FAILED it is what f returned
  }
}

function explain(error: unknown, name: string): unknown {
  if (!(error instanceof Error)) return error;
  // By message, as engines differ in the class, and V8 even throws a SyntaxError when a regular expression meets the end of the stack. And
  // without one here, for the same reason.
  const { message } = error;
  if (!message.includes("call stack size exceeded") && !message.includes("too much recursion")) return error;
  return new CodedError(
    "SIGNALS_TOO_DEEP",
    `"${name}" ran out of stack: it reads too long a chain of computeds, or recurses`,
    {
      value: name,
      cause: error,
    },
  );
}

function isOfTheRead(error: unknown): boolean {
  return isCodedError(error) && (error.code === "SIGNALS_CYCLE" || error.code === "SIGNALS_TOO_DEEP");
}

function same<T>(equals: Equals<T>, before: T, after: T): boolean {
  if (equals === undefined) return Object.is(before, after);
  const observer = graph.observe(undefined);
  try {
    return equals(before, after);
  } finally {
    graph.observe(observer);
  }
}
