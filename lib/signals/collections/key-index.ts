/** A table may have so many places for each key in it. */
const SPREAD = 4;
/** Keys that may yet come, beside those that are there. */
const ROOM = 64;

/**
 * A positive integer for each key. Integers that lie close together, as those that databases count do, stand in a table of four bytes each: a tenth of a map's memory,
 * and in a processor's cache where a map is not (bench: live, "a text in a row", 100,000 rows). All others stand in a map.
 * Twin: a Map, in test/signals/collections/key-index.test.ts.
 */
export class KeyIndex<K> {
  /** By key, from `first` on; 0: none. */
  private table: Int32Array;
  private readonly first: number;
  /** Keys in the table. */
  private count = 0;
  /** Keys that the table has no place for, or had none for when they came. */
  private readonly others: Map<K, number> = new Map();

  /** @param keys - Those it is made for, none of which is in it yet. */
  constructor(keys: Iterable<K>) {
    const { first, length } = rangeOf(keys);
    this.first = first;
    this.table = new Int32Array(length);
  }

  get(key: K): number | undefined {
    if (typeof key === "number") {
      const code = this.table[this.placeOf(key)];
      if (code !== undefined && code > 0) return code;
    }
    return this.others.size > 0 ? this.others.get(key) : undefined;
  }

  set(key: K, code: number): void {
    const at = typeof key === "number" ? this.placeOf(key) : -1;
    if (!this.reaches(at)) {
      this.others.set(key, code);
      return;
    }
    if (this.table[at] === 0) this.count++;
    this.table[at] = code;
    if (this.others.size > 0) this.others.delete(key);
  }

  delete(key: K): void {
    const at = typeof key === "number" ? this.placeOf(key) : -1;
    const code = this.table[at];
    if (code !== undefined && code > 0) {
      this.table[at] = 0;
      this.count--;
    } else this.others.delete(key);
  }

  /** Where a number stands, if the table is long enough and it is an integer; -1 for one that is another's place when rounded. */
  private placeOf(key: number): number {
    const at = key - this.first;
    return at + this.first === key ? at : -1;
  }

  /** Whether there is a place, once the table has grown to where keys go on from its last. */
  private reaches(at: number): boolean {
    const { table, count } = this;
    if (table[at] !== undefined) return true;
    if (table.length === 0 || !Number.isInteger(at) || at < 0 || at >= SPREAD * (count + ROOM)) return false;
    this.table = new Int32Array(Math.max(at + 1, table.length + (table.length >> 1)));
    this.table.set(table);
    return true;
  }
}

/** Where the integers among keys lie, if they lie close together. */
function rangeOf(keys: Iterable<unknown>): { readonly first: number; readonly length: number } {
  let [count, first, last] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const key of keys) {
    if (!Number.isSafeInteger(key)) continue;
    const at = key as number; // cast: it is one
    count++;
    if (at < first) first = at;
    if (at > last) last = at;
  }
  const length = last - first + 1;
  return count > 0 && length <= count * SPREAD ? { first, length } : { first: 0, length: 0 };
}
