import { checkFunction, numberOf } from "../arguments.ts";

/**
 * What an LRU keeps, and what it counts.
 * @public
 */
export interface LruOptions<Key, Value> {
  /** Bytes of all entries together, or any other unit `set` is given. @defaultValue 2^53 - 1, which is also the most */
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
   * @param bytes - From 0; with any other number the value is not kept either. @defaultValue 0
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

const FIRST_SLOTS = 16;
/** Before the oldest and behind the newest. */
const ANCHOR = 0;

/**
 * A map to slots, and a ring of them in the order of use. The order of the map itself would do, but each use would leave a hole in it that the search
 * for the oldest has to pass: five times the time at 10,000 entries. Linked objects take 1.5 times as long as slots: each link of an old object to a
 * new one is told to the collector (bench: internals, "LRU").
 */
class LinkedLru<Key, Value> implements Lru<Key, Value> {
  readonly #slots = new Map<Key, number>();
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #onEvict: ((value: Value, key: Key) => void) | undefined;
  /** By slot; undefined where nothing is, and in the anchor. */
  #keyAt: (Key | undefined)[] = [undefined];
  #valueAt: (Value | undefined)[] = [undefined];
  #bytesAt = new Float64Array(FIRST_SLOTS);
  /** The ring, by slot; free slots are a chain of `newer`, which the anchor ends. */
  #older = new Int32Array(FIRST_SLOTS);
  #newer = new Int32Array(FIRST_SLOTS);
  #free = ANCHOR;
  #total = 0;

  constructor(options: LruOptions<Key, Value>) {
    // Sums of more would be rounded, and what was kept for them never be given back.
    const most = Number.MAX_SAFE_INTEGER;
    this.#maxBytes = Math.min(numberOf("maxBytes", options.maxBytes, most), most);
    this.#maxEntries = numberOf("maxEntries", options.maxEntries, Number.POSITIVE_INFINITY);
    if (options.onEvict !== undefined) checkFunction(options.onEvict);
    this.#onEvict = options.onEvict;
  }

  get size(): number {
    return this.#slots.size;
  }

  get bytes(): number {
    return this.#total;
  }

  get(key: Key): Value | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#use(slot);
    return this.#valueAt[slot];
  }

  peek(key: Key): Value | undefined {
    return this.#valueAt[this.#slots.get(key) ?? ANCHOR];
  }

  set(key: Key, value: Value, bytes = 0): boolean {
    // Written so that NaN keeps nothing.
    if (!(typeof bytes === "number" && bytes >= 0 && bytes <= this.#maxBytes && this.#maxEntries >= 1)) {
      this.delete(key);
      return false;
    }
    const known = this.#slots.get(key);
    const slot = known ?? this.#take(key);
    this.#valueAt[slot] = value;
    this.#total += bytes - (this.#bytesAt[slot] as number); // cast: every slot has a count, 0 where nothing is
    this.#bytesAt[slot] = bytes;
    if (known === undefined) this.#append(slot);
    else this.#use(slot);
    while (this.#slots.size > 0 && (this.#total > this.#maxBytes || this.#slots.size > this.#maxEntries)) {
      const oldest = this.#newer[ANCHOR] as number; // cast: the ring has an anchor
      const gone = this.#keyAt[oldest] as Key; // casts: a slot in the ring has both
      const goneValue = this.#valueAt[oldest] as Value;
      this.#drop(oldest, gone);
      this.#onEvict?.(goneValue, gone);
    }
    return true;
  }

  delete(key: Key): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#drop(slot, key);
    return true;
  }

  clear(): void {
    this.#slots.clear();
    this.#keyAt = [undefined];
    this.#valueAt = [undefined];
    this.#bytesAt = new Float64Array(FIRST_SLOTS);
    this.#older = new Int32Array(FIRST_SLOTS);
    this.#newer = new Int32Array(FIRST_SLOTS);
    this.#free = ANCHOR;
    this.#total = 0;
  }

  keys(): IterableIterator<Key> {
    const keys: Key[] = [];
    for (let slot = this.#newer[ANCHOR] as number; slot !== ANCHOR; slot = this.#newer[slot] as number) {
      keys.push(this.#keyAt[slot] as Key); // casts: as above
    }
    return keys.values();
  }

  /** A slot for a new key, not in the ring yet. */
  #take(key: Key): number {
    const plain = key === 0 ? (0 as Key) : key; // cast: -0 is one with 0, as maps have it
    let slot = this.#free;
    if (slot === ANCHOR) {
      slot = this.#keyAt.length;
      if (slot === this.#older.length) this.#grow();
      this.#keyAt.push(plain);
      this.#valueAt.push(undefined);
    } else {
      this.#free = this.#newer[slot] as number; // cast: a slot
      this.#keyAt[slot] = plain;
    }
    this.#slots.set(key, slot);
    return slot;
  }

  #drop(slot: number, key: Key): void {
    this.#unlink(slot);
    this.#slots.delete(key);
    // Fractions do not add up to what they were taken from.
    this.#total = this.#slots.size === 0 ? 0 : this.#total - (this.#bytesAt[slot] as number); // cast: as above
    this.#bytesAt[slot] = 0;
    this.#keyAt[slot] = undefined;
    this.#valueAt[slot] = undefined;
    this.#newer[slot] = this.#free;
    this.#free = slot;
  }

  #use(slot: number): void {
    if (this.#older[ANCHOR] === slot) return;
    this.#unlink(slot);
    this.#append(slot);
  }

  #append(slot: number): void {
    const older = this.#older;
    const newer = this.#newer;
    const newest = older[ANCHOR] as number; // cast: the ring has an anchor
    older[slot] = newest;
    newer[slot] = ANCHOR;
    newer[newest] = slot;
    older[ANCHOR] = slot;
  }

  #unlink(slot: number): void {
    const before = this.#older[slot] as number; // casts: a slot in the ring has both
    const after = this.#newer[slot] as number;
    this.#newer[before] = after;
    this.#older[after] = before;
  }

  #grow(): void {
    const length = this.#older.length * 2;
    this.#older = copyOf(this.#older, new Int32Array(length));
    this.#newer = copyOf(this.#newer, new Int32Array(length));
    this.#bytesAt = copyOf(this.#bytesAt, new Float64Array(length));
  }
}

function copyOf<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
