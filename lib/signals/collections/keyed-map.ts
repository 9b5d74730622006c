import { checkFunction, checkRows } from "../arguments.ts";
import { Collection } from "./collection.ts";
import { IS_DEVELOPMENT } from "./freeze.ts";
import { silently } from "./node.ts";
import { MapRoot, type RootOptions } from "./roots.ts";
import type { CollectionOptions, KeyedCollection } from "./types.ts";

/**
 * A map that can be depended on, row by row.
 * @public
 */
export interface KeyedMap<K, V> extends KeyedCollection<K, V> {
  /** Puts a value under a key: in place when the key is there, else at the end. Nothing happens when the value equals the old one. */
  set(key: K, value: V): this;
  /** Puts several at once. */
  setAll(entries: Iterable<readonly [K, V]>): void;
  /** Puts what `f` makes of the key's value, or of undefined. Reads in `f` are not noted. */
  update(key: K, f: (value: V | undefined) => V): void;
  /** Takes a key out. @returns whether it was there. */
  delete(key: K): boolean;
  /** Takes everything out. */
  clear(): void;
  /** Makes the entries the whole content. Keys that stay keep their place. */
  replaceAll(entries: Iterable<readonly [K, V]>): void;
  /** Key and value of each row, in the order in which the keys came. */
  [Symbol.iterator](): IterableIterator<[K, V]>;
}

/**
 * Makes a map whose readers hear of changes row by row. Keys are told apart as in a Map; rows stand in the order in which their keys came.
 * Whoever reads one key depends on no other.
 * @remarks Writing costs O(1) and what watches the map: O(log n) per operator. As with signals, effects run before a write returns, unless it
 * stands in `batch`; a write then throws what they throw.
 * @example
 * ```ts
 * const todos = keyedMap<number, Todo>();
 * const open = todos.filter((todo) => !todo.done).sortBy((todo) => todo.due);
 * todos.set(1, { text: "tea", done: false, due: 2 });
 * open.get(); // [{ text: "tea", ... }]
 * ```
 * @public
 */
export function keyedMap<K, V>(
  entries: Iterable<readonly [K, V]> = [],
  options: CollectionOptions<V> = {},
): KeyedMap<K, V> {
  checkRows(entries);
  return new KeyedMapSurface(new MapRoot(entries, rootOptions(options, "keyedMap")));
}

/** The options with what stands for those left out. */
export function rootOptions<V>(options: CollectionOptions<V>, name: string): RootOptions<V> {
  const { freeze = IS_DEVELOPMENT, equals = Object.is } = options;
  checkFunction(equals);
  return { name: options.name ?? name, freezes: freeze, equals };
}

class KeyedMapSurface<K, V> extends Collection<K, V> implements KeyedMap<K, V> {
  declare readonly contents: MapRoot<K, V>;

  constructor(contents: MapRoot<K, V>) {
    super(contents);
  }

  override has(key: K): boolean {
    return this.contents.keyReads.has(key);
  }

  set(key: K, value: V): this {
    this.contents.set(key, value);
    return this;
  }

  setAll(entries: Iterable<readonly [K, V]>): void {
    checkRows(entries);
    this.contents.setAll(entries);
  }

  update(key: K, f: (value: V | undefined) => V): void {
    checkFunction(f);
    this.contents.set(
      key,
      silently(() => f(this.contents.valueFor(key))),
    );
  }

  delete(key: K): boolean {
    return this.contents.delete(key);
  }

  clear(): void {
    this.contents.clear();
  }

  replaceAll(entries: Iterable<readonly [K, V]>): void {
    checkRows(entries);
    this.contents.replaceAll(entries);
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  protected override valueOf(key: K): V | undefined {
    return this.contents.keyReads.value(key);
  }
}
