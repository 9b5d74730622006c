import { CodedError } from "../../errors/index.ts";
import { checkFunction, checkRows, told } from "../arguments.ts";
import { Collection } from "./collection.ts";
import { FlatList } from "./flat-list.ts";
import { rootOptions } from "./keyed-map.ts";
import { placeOf } from "./list-checks.ts";
import type { ListContents } from "./list-root.ts";
import type { KeyedCollection, ListOptions } from "./types.ts";

/**
 * A list that can be depended on, row by row. Its rows are known by their keys wherever they stand.
 * @public
 */
export interface KeyedList<K, V> extends KeyedCollection<K, V> {
  /** Puts items at the end. @throws CodedError `SIGNALS_DUPLICATE_KEY`; the list is then as it was. */
  push(...items: readonly V[]): void;
  /** Puts items before what stands at an index. @throws as `push`, and CodedError `SIGNALS_BAD_INDEX`. */
  insertAt(index: number, ...items: readonly V[]): void;
  /** Takes out what stands at an index, counted from the end when negative. @returns it, or undefined if there is nothing. */
  removeAt(index: number): V | undefined;
  /** Takes a key out. @returns whether it was there. */
  remove(key: K): boolean;
  /** Takes everything out. */
  clear(): void;
  /** Moves what stands at one index; `to` counts after it has been taken out. @throws CodedError `SIGNALS_BAD_INDEX`. */
  move(from: number, to: number): void;
  /** Moves a row before another, or with undefined to the end. @throws CodedError `SIGNALS_UNKNOWN_KEY`. */
  moveBefore(key: K, before: K | undefined): void;
  /**
   * Replaces a row's item by what `f` makes of it. Reads in `f` are not noted.
   * @throws CodedError `SIGNALS_UNKNOWN_KEY`, `SIGNALS_KEY_CHANGED` when the new item has another key.
   */
  update(key: K, f: (item: V) => V): void;
  /**
   * Makes the items the whole content with the fewest changes: rows of keys that stay are updated in place, and only those outside a longest run
   * that keeps its order are moved. O(n log n). @throws CodedError `SIGNALS_DUPLICATE_KEY`; the list is then as it was.
   */
  replaceAll(items: Iterable<V>): void;
  /** The index of a key, or -1. O(log n); the read is noted. */
  indexOf(key: K): number;
  /** The items in order. */
  [Symbol.iterator](): IterableIterator<V>;
}

/**
 * Makes a list whose readers hear of changes row by row.
 * @param key - Gives an item's key, or options with it.
 * @throws CodedError `SIGNALS_DUPLICATE_KEY` when two items have the same key, `SIGNALS_BAD_ARGUMENT` without a key function.
 * @remarks Writing costs O(log n) and what watches the list: O(log n) per operator. As with signals, effects run before a write returns, unless
 * it stands in `batch`; a write then throws what they throw.
 * @example
 * ```ts
 * const rows = keyedList([{ id: 1 }, { id: 2 }], (row) => row.id);
 * rows.moveBefore(2, 1);
 * rows.replaceAll(await load()); // what has changed, and no more, reaches those who watch
 * ```
 * @public
 */
export function keyedList<K, V>(items: Iterable<V>, key: ((item: V) => K) | ListOptions<K, V>): KeyedList<K, V> {
  const options = typeof key === "function" ? { key } : key;
  checkFunction(options?.key);
  checkRows(items);
  return new KeyedListSurface(new FlatList(items, options.key, rootOptions<V>(options, "keyedList")));
}

class KeyedListSurface<K, V> extends Collection<K, V> implements KeyedList<K, V> {
  declare contents: ListContents<K, V>;

  constructor(contents: ListContents<K, V>) {
    super(contents);
  }

  override has(key: K): boolean {
    return this.contents.keyReads.has(key);
  }

  push(...items: readonly V[]): void {
    this.contents.insertAll(this.contents.size, items);
  }

  insertAt(index: number, ...items: readonly V[]): void {
    this.contents.insertAll(index, items);
  }

  removeAt(index: number): V | undefined {
    const at = placeOf(index, this.contents.size);
    if (!this.stands(at)) return undefined;
    const value = this.contents.valueAt(at);
    this.contents.remove(this.contents.keyAt(at) as K); // cast: something stands there
    return value;
  }

  remove(key: K): boolean {
    return this.contents.remove(key);
  }

  clear(): void {
    this.contents.replaceAll([]);
  }

  move(from: number, to: number): void {
    if (!this.stands(from)) {
      throw new CodedError("SIGNALS_BAD_INDEX", `There is nothing at ${told(from)} to move`, { value: from });
    }
    this.contents.moveTo(this.contents.keyAt(from) as K, to); // cast: something stands there
  }

  moveBefore(key: K, before: K | undefined): void {
    const from = this.contents.known(key);
    const index = before === undefined ? this.contents.size : this.contents.known(before);
    if (from !== index) this.contents.moveTo(key, from < index ? index - 1 : index);
  }

  update(key: K, f: (item: V) => V): void {
    checkFunction(f);
    this.contents.update(key, f);
  }

  replaceAll(items: Iterable<V>): void {
    checkRows(items);
    this.contents.replaceAll(items);
  }

  indexOf(key: K): number {
    return this.read(() => this.contents.indexOf(key));
  }

  private stands(index: number): boolean {
    return Number.isInteger(index) && index >= 0 && index < this.contents.size;
  }

  [Symbol.iterator](): IterableIterator<V> {
    return this.get()[Symbol.iterator]();
  }

  protected override valueOf(key: K): V | undefined {
    return this.contents.keyReads.value(key);
  }
}
