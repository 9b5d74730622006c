import { CodedError } from "../../errors/index.ts";
import { Collection } from "./collection.ts";
import { rootOptions } from "./keyed-map.ts";
import { silently } from "./node.ts";
import { ListRoot } from "./roots.ts";
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
 * @throws CodedError `SIGNALS_DUPLICATE_KEY` when two items have the same key.
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
  return new KeyedListSurface(new ListRoot(items, options.key, rootOptions<V>(options, "keyedList")));
}

class KeyedListSurface<K, V> extends Collection<K, V> implements KeyedList<K, V> {
  declare readonly core: ListRoot<K, V>;

  constructor(core: ListRoot<K, V>) {
    super(core);
  }

  override has(key: K): boolean {
    return this.core.keyReads.has(key);
  }

  push(...items: readonly V[]): void {
    this.core.insertAll(this.core.rows.size, items);
  }

  insertAt(index: number, ...items: readonly V[]): void {
    this.core.insertAll(index, items);
  }

  removeAt(index: number): V | undefined {
    const row = this.core.at(index < 0 ? this.core.rows.size + index : index);
    if (row === undefined) return undefined;
    const { value } = row;
    this.core.remove(row.key);
    return value;
  }

  remove(key: K): boolean {
    return this.core.remove(key);
  }

  clear(): void {
    this.core.clear();
  }

  move(from: number, to: number): void {
    const row = this.core.at(from);
    if (row === undefined) {
      throw new CodedError("SIGNALS_BAD_INDEX", `There is nothing at ${from} to move`, { value: from });
    }
    this.core.moveTo(row, to);
  }

  moveBefore(key: K, before: K | undefined): void {
    const row = this.core.row(key);
    const from = this.core.indexOf(row);
    const index = before === undefined ? this.core.rows.size : this.core.indexOf(this.core.row(before));
    if (from !== index) this.core.moveTo(row, from < index ? index - 1 : index);
  }

  update(key: K, f: (item: V) => V): void {
    const row = this.core.row(key);
    this.core.update(
      key,
      silently(() => f(row.value)),
    );
  }

  replaceAll(items: Iterable<V>): void {
    this.core.replaceAll(items);
  }

  indexOf(key: K): number {
    const row = (): number => {
      const found = this.core.rows.get(key);
      return found === undefined ? -1 : this.core.indexOf(found);
    };
    return this.read(row);
  }

  [Symbol.iterator](): IterableIterator<V> {
    return this.get()[Symbol.iterator]();
  }

  protected override valueOf(key: K): V | undefined {
    return this.core.keyReads.value(key);
  }
}
