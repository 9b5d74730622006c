/**
 * What an LRU keeps, and what it counts.
 * @public
 */
export interface LruOptions<Key, Value> {
  /** Bytes of all entries together, or any other unit `set` is given. @defaultValue Infinity */
  readonly maxBytes?: number;
  /** @defaultValue Infinity */
  readonly maxEntries?: number;
  /** Hears of each entry that had to go for another one; not of those deleted or replaced. */
  readonly onEvict?: (value: Value, key: Key) => void;
}

/**
 * A map that forgets what was not used for longest.
 * @public
 */
export interface Lru<Key, Value> {
  readonly size: number;
  /** What the entries were said to take. */
  readonly bytes: number;
  /** The value, which is the newest from now on. */
  get(key: Key): Value | undefined;
  /** The value, which stays as old as it is. */
  peek(key: Key): Value | undefined;
  /**
   * Keeps a value as the newest, and lets the oldest go until the bounds hold again. A value above `maxBytes` is not kept, and nothing else goes for
   * it but what stood under its key.
   * @param bytes - At least 0. @defaultValue 0
   * @returns Whether it is kept.
   */
  set(key: Key, value: Value, bytes?: number): boolean;
  /** @returns Whether it was there. */
  delete(key: Key): boolean;
  clear(): void;
  /** The keys, the oldest first. */
  keys(): IterableIterator<Key>;
}

/**
 * Makes an LRU.
 * @remarks Time: O(1) for all but `clear` and `keys`. Keys may be what strangers sent: a `Map` hashes text with a secret of its own.
 * @example
 * ```ts
 * const pages = createLru<string, Uint8Array>({ maxBytes: 8_388_608 });
 * pages.set(path, body, body.length);
 * ```
 * @public
 */
export function createLru<Key, Value>(options: LruOptions<Key, Value> = {}): Lru<Key, Value> {
  return new LinkedLru(options);
}

interface Entry<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly bytes: number;
  older: Entry<Key, Value> | undefined;
  newer: Entry<Key, Value> | undefined;
}

/**
 * A map, and a list in the order of use. The order of the map itself would do, but each use would leave a hole in it that the search for the oldest
 * has to pass: four times the time at 10,000 entries (bench: internals, "LRU").
 */
class LinkedLru<Key, Value> implements Lru<Key, Value> {
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #onEvict: ((value: Value, key: Key) => void) | undefined;
  #oldest: Entry<Key, Value> | undefined;
  #newest: Entry<Key, Value> | undefined;
  #bytes = 0;

  constructor(options: LruOptions<Key, Value>) {
    this.#maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.#maxEntries = options.maxEntries ?? Number.POSITIVE_INFINITY;
    this.#onEvict = options.onEvict;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      this.#unlink(entry);
      this.#append(entry);
    }
    return entry.value;
  }

  peek(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: Key, value: Value, bytes = 0): boolean {
    const known = this.#entries.get(key);
    if (known !== undefined) this.#leave(known);
    if (!(bytes <= this.#maxBytes) || this.#maxEntries < 1) {
      this.#entries.delete(key);
      return false;
    }
    const entry: Entry<Key, Value> = { key, value, bytes, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
    this.#bytes += bytes;
    while (this.#oldest !== undefined && (this.#bytes > this.#maxBytes || this.#entries.size > this.#maxEntries)) {
      const gone = this.#oldest;
      this.delete(gone.key);
      this.#onEvict?.(gone.value, gone.key);
    }
    return true;
  }

  delete(key: Key): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#leave(entry);
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#bytes = 0;
  }

  *keys(): IterableIterator<Key> {
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) yield entry.key;
  }

  #leave(entry: Entry<Key, Value>): void {
    this.#unlink(entry);
    this.#bytes -= entry.bytes;
  }

  #append(entry: Entry<Key, Value>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry<Key, Value>): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
