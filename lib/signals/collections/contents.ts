import type { History } from "./history.ts";
import type { Chained, VersionNode } from "./node.ts";
import type { Step } from "./sequence.ts";

/**
 * A row of a collection.
 * @public
 */
export interface KeyedRow<K, V> {
  readonly key: K;
  readonly value: V;
}

/** A row as its readers are told of it. */
export interface ToldRow<K, V> extends KeyedRow<K, V> {
  /** Whether it is there. */
  readonly alive: boolean;
  /** Whether `later`, of the same key, is another row: this one was taken out in between. */
  isOther(later: ToldRow<K, V>): boolean;
}

/** What stands behind a collection, as it is read. It must be up to date where what is read is not noted. */
export interface Contents<K, V> extends Chained {
  readonly node: VersionNode;
  readonly size: number;
  /** Brings it up to date and notes the read. @throws what a callback threw. */
  track(): void;
  /** Brings it up to date. @throws what a callback threw. */
  refresh(): void;
  has(key: K): boolean;
  valueFor(key: K): V | undefined;
  valueAt(index: number): V | undefined;
  /** The values in order, frozen: the same list until something changes. */
  values(): readonly V[];
  /** The keys in order, frozen: the same list until it changes. */
  keys(): readonly K[];
  /** What came, went and moved, for who reads it from now on. */
  readonly steps: History<Step<ToldRow<K, V>>>;
  /** The rows that were given values, for who reads them from now on. */
  readonly written: History<ToldRow<K, V>>;
  placeOf(row: ToldRow<K, V>): number;
  /** All rows in order. */
  all(): readonly KeyedRow<K, V>[];
}
