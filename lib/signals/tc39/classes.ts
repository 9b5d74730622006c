import { READ } from "../../pool/index.ts";
import type { Source } from "../seam.ts";
import { computed, signal as createSignal, type ReadableSignal, type Signal } from "../signals.ts";
import { watchable } from "../watchable.ts";
import { assertThawed, refuse, unwatched, watched, wrapperOf } from "./nodes.ts";
import { forgive } from "./watch-node.ts";

/**
 * See the class.
 * @public
 */
export interface State<T> {
  /** The same as `get`: templates of busbar take it as it is. */
  [READ](): T;
}

/**
 * See the class.
 * @public
 */
export interface Computed<T> {
  /** The same as `get`: templates of busbar take it as it is. */
  [READ](): T;
}

/**
 * What can be read: a `Signal.State` or a `Signal.Computed`.
 * @public
 */
export type AnySignal<T = unknown> = State<T> | Computed<T>;

/**
 * What a `Signal.State` or `Signal.Computed` may be given. `this` is the signal.
 * @public
 */
export interface Options<T> {
  /** Whether a new value is the same as the old. A Computed also depends on what its own reads. @defaultValue Object.is */
  readonly equals?: (this: AnySignal<T>, before: T, after: T) => boolean;
  /** Called when it gets its first sink. */
  readonly [watched]?: (this: AnySignal<T>) => void;
  /** Called when it has lost its last sink. */
  readonly [unwatched]?: (this: AnySignal<T>) => void;
}

let stateNode: (value: unknown) => Signal<unknown> | undefined;
let computedNode: (value: unknown) => ReadableSignal<unknown> | undefined;

/**
 * A value that can be set.
 * @example
 * ```ts
 * const count = new Signal.State(0);
 * const double = new Signal.Computed(() => count.get() * 2);
 * count.set(2);
 * double.get(); // 4
 * ```
 * @public
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: isolatedDeclarations allows no computed name in an exported class
export class State<T> {
  readonly #node: Signal<T>;

  static {
    Object.defineProperty(State.prototype, READ, { value: State.prototype.get, writable: true, configurable: true });
    stateNode = (value) => (isObject(value) && #node in value ? value.#node : undefined);
  }

  constructor(value: T, options: Options<T> = {}) {
    const { equals } = options;
    checkCallable(equals);
    const own =
      equals === undefined ? undefined : { equals: (before: T, after: T) => equals.call(this, before, after) };
    this.#node = hooked(this, createSignal(value, own), options);
    wrapperOf.set(this.#node, this);
  }

  /**
   * The value. A Computed that is being computed depends on it from now on.
   * @throws CodedError `SIGNALS_FROZEN` inside a Watcher's callback.
   */
  get(): T {
    if (!isState(this)) refuse("Signal.State.prototype.get was called on something else");
    assertThawed();
    return this.#node.get();
  }

  /**
   * Replaces the value. Unless it equals the old one, Watchers that depend on it are notified before this returns; inside a Computed or a
   * `batch` of busbar/signals, when that has ended.
   * @throws what those Watchers throw, several as an AggregateError; CodedError `SIGNALS_FROZEN` inside a Watcher's callback.
   */
  set(value: T): void {
    if (!isState(this)) refuse("Signal.State.prototype.set was called on something else");
    assertThawed();
    this.#node.set(value);
    forgive(nodeOf(this) as Source); // cast: it is a State
  }
}

/**
 * A value made from others: `compute` runs when it is wanted and a source has changed since. What it throws is kept and rethrown.
 * @public
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: as above
export class Computed<T> {
  readonly #node: ReadableSignal<T>;

  static {
    Object.defineProperty(Computed.prototype, READ, {
      value: Computed.prototype.get,
      writable: true,
      configurable: true,
    });
    computedNode = (value) => (isObject(value) && #node in value ? value.#node : undefined);
  }

  constructor(compute: (this: Computed<T>) => T, options: Options<T> = {}) {
    const { equals } = options;
    if (compute === undefined) refuse("A Computed was given no function");
    checkCallable(compute);
    checkCallable(equals);
    const run = (): T => compute.call(this);
    const compared = equals && comparing(run, (before, after) => equals.call(this, before, after));
    const node = compared === undefined ? computed(run) : computed(compared.run, { equals: compared.equals });
    this.#node = hooked(this, node, options);
    wrapperOf.set(this.#node, this);
  }

  /**
   * The value, computed if need be. A Computed that is being computed depends on it from now on.
   * @throws what `compute` threw; CodedError `SIGNALS_CYCLE`, `SIGNALS_FROZEN`.
   */
  get(): T {
    if (!isComputed(this)) refuse("Signal.Computed.prototype.get was called on something else");
    assertThawed();
    return this.#node.get();
  }
}

/**
 * Whether it is a `Signal.State`.
 * @public
 */
export function isState(value: unknown): value is State<unknown> {
  return stateNode(value) !== undefined;
}

/**
 * Whether it is a `Signal.Computed`.
 * @public
 */
export function isComputed(value: unknown): value is Computed<unknown> {
  return computedNode(value) !== undefined;
}

/** The node of the graph behind a State or a Computed, or `undefined` for anything else. */
export function nodeOf(value: unknown): Source | undefined {
  return (stateNode(value) ?? computedNode(value)) as Source | undefined; // cast: what signal() and computed() return are nodes
}

/**
 * The comparison as a part of computing, so that what it reads is depended on. The graph, which compares without noting reads, is told what
 * came of it.
 */
function comparing<T>(run: () => T, equals: (before: T, after: T) => boolean) {
  let last: { readonly value: T } | undefined; // nothing before the first value and after an error
  let changed = true;
  return {
    run(): T {
      const before = last;
      last = undefined;
      const value = run();
      changed = before === undefined || !equals(before.value, value);
      last = changed ? { value } : before;
      return changed || before === undefined ? value : before.value;
    },
    equals: () => !changed,
  };
}

function hooked<T, S extends ReadableSignal<T>>(self: AnySignal<T>, node: S, options: Options<T>): S {
  const { [watched]: onWatched, [unwatched]: onUnwatched } = options;
  checkCallable(onWatched);
  checkCallable(onUnwatched);
  if (onWatched === undefined && onUnwatched === undefined) return node;
  return watchable(node, { onWatched: onWatched?.bind(self), onUnwatched: onUnwatched?.bind(self) });
}

/** Before anything is made of it. A TypeError, as all that these classes throw for arguments. */
function checkCallable(f: unknown): void {
  if (f !== undefined && typeof f !== "function") refuse("A signal was given what is no function");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
