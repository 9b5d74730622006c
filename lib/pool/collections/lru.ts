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
 * Makes an LRU over a `Map`, whose order is the order of use.
 * @remarks Time: O(1) for all but `clear` and `keys`. Keys may be what strangers sent: a `Map` hashes text with a secret of its own.
 * @example
 * ```ts
 * const pages = createLru<string, Uint8Array>({ maxBytes: 8_388_608 });
 * pages.set(path, body, body.length);
 * ```
 * @public
 */
export function createLru<Key, Value>(options: LruOptions<Key, Value> = {}): Lru<Key, Value> {
  return new MapLru(options);
}

class MapLru<Key, Value> implements Lru<Key, Value> {
  readonly #entries = new Map<Key, { readonly value: Value; readonly bytes: number }>();
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #onEvict: ((value: Value, key: Key) => void) | undefined;
  #newest: Key | undefined;
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
    // What is asked for in a row need not be moved each time.
    if (key !== this.#newest) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      this.#newest = key;
    }
    return entry.value;
  }

  peek(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: Key, value: Value, bytes = 0): boolean {
    this.delete(key);
    if (!(bytes <= this.#maxBytes) || this.#maxEntries < 1) return false;
    this.#entries.set(key, { value, bytes });
    this.#newest = key;
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes || this.#entries.size > this.#maxEntries) this.#evict();
    return true;
  }

  delete(key: Key): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#bytes -= entry.bytes;
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  keys(): IterableIterator<Key> {
    return this.#entries.keys();
  }

  #evict(): void {
    for (const [key, { value, bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes && this.#entries.size <= this.#maxEntries) return;
      this.#entries.delete(key);
      this.#bytes -= bytes;
      this.#onEvict?.(value, key);
    }
  }
}
