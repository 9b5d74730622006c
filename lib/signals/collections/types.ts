import type { CHANGES, READ } from "../../pool/index.ts";
import type { ReadableSignal } from "../index.ts";
import type { Live } from "./callback.ts";
import type { KeyedSource } from "./deltas.ts";
import type { KeyedReader } from "./reader.ts";
import type { Reduction } from "./reducers.ts";

/**
 * How to sort.
 * @public
 */
export interface SortOptions<S> {
  /**
   * Below 0 if the first key comes first. @defaultValue numbers, dates and truth values; then text by code units; then lists by their first
   * difference; null and undefined last
   */
  readonly compare?: (a: S, b: S) => number;
  /** The other way round; ties stay as they are. @defaultValue false */
  readonly descending?: boolean;
}

/**
 * How far into a collection.
 * @public
 */
export interface TakeOptions {
  /** How many rows to pass over first. @defaultValue 0 */
  readonly offset?: Live<number>;
}

/**
 * How to flatten.
 * @public
 */
export interface FlattenOptions<K, T, F> {
  /** The key of an item, unique among all. @defaultValue a frozen pair of the row's key and the index, the same object while it is there */
  readonly key?: (item: T, index: number, key: K) => F;
}

/**
 * What can be asked of any keyed collection. Every read inside a computed or an effect is noted: that runs again when what it read differs.
 * @public
 */
export interface CollectionReads<K, V> extends KeyedSource<K, V> {
  /**
   * All values in order: a frozen list, the same one until something in it changes.
   * @throws what a callback on the way to it threw, until a source changes.
   * @remarks O(n) after a change, O(1) after none.
   */
  get(): readonly V[];
  /** The value of one key, or undefined. */
  get(key: K): V | undefined;
  /** As `get`, without noting the read. */
  peek(): readonly V[];
  /** As `get`, without noting the read. */
  peek(key: K): V | undefined;
  /** The same as `get()`: templates take a collection as it is. */
  [READ](): readonly V[];
  /** A place in its changes, for who asks what has changed instead of being told: it keeps nothing per row. */
  [CHANGES](): KeyedReader<K, V>;
  /** Whether there is a row of this key. */
  has(key: K): boolean;
  /** The value at an index, counted from the end when negative. O(log n). */
  at(index: number): V | undefined;
  /** How many rows there are. */
  readonly size: number;
  /** The keys in order: a frozen list, the same one until it changes. */
  keys(): readonly K[];
  /** Key and value of each row, in order. */
  entries(): IterableIterator<[K, V]>;
}

/**
 * What makes collections from a collection. Each result is kept up to date by the delta: callbacks run for rows that have changed, and for no
 * others. A callback may also be a readable that gives one; then all rows are looked at anew when it gives another. Signals that a callback
 * reads are not noted. A result that nobody watches does nothing, and is held by nobody but you.
 * @public
 */
export interface CollectionOperators<K, V> {
  /** The same rows with other values. O(1) per changed row. */
  map<T>(transform: Live<(value: V, key: K) => T>): KeyedCollection<K, T>;
  /** The rows that pass a test, in the same order. O(1) per changed row, O(log n) once positions are asked for. */
  filter<W extends V>(test: (value: V, key: K) => value is W): KeyedCollection<K, W>;
  filter(test: Live<(value: V, key: K) => boolean>): KeyedCollection<K, V>;
  /** The rows by a sort key; ties in the order they had. O(log n) per changed row. */
  sortBy<S>(key: Live<(value: V, key: K) => S>, options?: SortOptions<S>): KeyedCollection<K, V>;
  /** The first `count` rows behind `offset`. O(log n) per changed row. @throws CodedError `SIGNALS_BAD_INDEX` when read. */
  take(count: Live<number>, options?: TakeOptions): KeyedCollection<K, V>;
  /** The rows with the `count` greatest sort keys, the greatest first: `sortBy`, descending unless told otherwise, and `take`. */
  topK<S>(
    count: Live<number>,
    key: Live<(value: V, key: K) => S>,
    options?: SortOptions<S> & TakeOptions,
  ): KeyedCollection<K, V>;
  /** The last `count` rows: a window that slides as rows come. O(log n) per changed row. Throws as `take`. */
  last(count: Live<number>): KeyedCollection<K, V>;
  /** The rows at ranks `from` up to, not including, `to`. O(log n) per changed row. Throws as `take`. */
  window(from: Live<number>, to: Live<number>): KeyedCollection<K, V>;
  /** The rows by group. O(1) per changed row. */
  groupBy<G>(by: Live<(value: V, key: K) => G>): Groups<G, K, V>;
  /** The different values, or the different results of `by`; each is its own key. O(1) per changed row. */
  distinct(): KeyedCollection<V, V>;
  distinct<D>(by: Live<(value: V, key: K) => D>): KeyedCollection<D, D>;
  /**
   * The items of all rows, in the order of the rows. O(items of the changed rows).
   * @throws CodedError `SIGNALS_DUPLICATE_KEY` when read, if two items have the same key.
   */
  flatten<T>(items: Live<(value: V, key: K) => Iterable<T>>): KeyedCollection<readonly [K, number], T>;
  flatten<T, F>(
    items: Live<(value: V, key: K) => Iterable<T>>,
    options: { readonly key: (item: T, index: number, key: K) => F },
  ): KeyedCollection<F, T>;
}

/**
 * Rows by key, in an order, that follow from what they were made of.
 * @public
 */
export interface KeyedCollection<K, V> extends CollectionReads<K, V>, CollectionOperators<K, V> {
  /** One result of all rows: O(1) or O(log n) calls per changed row, see `Reduction`. @param options - `equals` as for a computed. */
  reduce<A>(reduction: Reduction<K, V, A>, options?: ReduceOptions<A>): ReadableSignal<A>;
  /** How many rows there are, or pass a test. O(1) per changed row. */
  count(test?: (value: V, key: K) => boolean): ReadableSignal<number>;
  /** The sum, exact but for one rounding, whatever came and went. O(1) per changed row. */
  sum(of: (value: V, key: K) => number): ReadableSignal<number>;
  /** The least number, or undefined of no rows. O(log n) per changed row. */
  min(of: (value: V, key: K) => number): ReadableSignal<number | undefined>;
  /** The greatest number, or undefined of no rows. O(log n) per changed row. */
  max(of: (value: V, key: K) => number): ReadableSignal<number | undefined>;
}

/**
 * What a reduction may be given.
 * @public
 */
export interface ReduceOptions<A> {
  /** Whether a new result is the same as the old. @defaultValue Object.is */
  readonly equals?: (before: A, after: A) => boolean;
}

/**
 * Groups by their key, in the order in which they came; a group whose last row leaves is gone. Each value is a collection, the same one as long
 * as the group is there; that its rows change is no change of the groups. `reduce` and the like give one result per group.
 * @public
 */
export interface Groups<G, K, V>
  extends CollectionReads<G, KeyedCollection<K, V>>,
    CollectionOperators<G, KeyedCollection<K, V>> {
  /** One result of each group. Costs as for a collection, and makes no collections of the groups. */
  reduce<A>(reduction: Reduction<K, V, A>): KeyedCollection<G, A>;
  /** How many rows each group has. */
  count(test?: (value: V, key: K) => boolean): KeyedCollection<G, number>;
  sum(of: (value: V, key: K) => number): KeyedCollection<G, number>;
  min(of: (value: V, key: K) => number): KeyedCollection<G, number>;
  max(of: (value: V, key: K) => number): KeyedCollection<G, number>;
}

/**
 * What a collection may be given.
 * @public
 */
export interface CollectionOptions<V> {
  /** Its name in errors. @defaultValue "keyedMap" or "keyedList" */
  readonly name?: string;
  /** Whether a new value is the same as the old, so that nothing has changed. @defaultValue Object.is */
  readonly equals?: (before: V, after: V) => boolean;
  /**
   * Deep-freezes plain objects and lists that are put in or made by `map`, `join`, `flatten` and `reduce`, so that changing one in place throws.
   * @defaultValue true, unless `process.env.NODE_ENV` is "production" when this module is loaded
   */
  readonly freeze?: boolean;
}

/**
 * What a list may be given.
 * @public
 */
export interface ListOptions<K, V> extends CollectionOptions<V> {
  /** The key of an item: the same whenever it is asked for. */
  readonly key: (item: V) => K;
}
