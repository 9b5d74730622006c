interface Entry<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly bytes: number;
}

/** An LRU as a list, the oldest first. */
export class ListLru<Key, Value> {
  list: Entry<Key, Value>[] = [];
  readonly evicted: Key[] = [];
  private readonly maxBytes: number;
  private readonly maxEntries: number;

  constructor(maxBytes: number, maxEntries: number) {
    this.maxBytes = maxBytes;
    this.maxEntries = maxEntries;
  }

  get bytes(): number {
    return this.list.reduce((sum, entry) => sum + entry.bytes, 0);
  }

  get(key: Key): Value | undefined {
    const entry = this.list.find((one) => one.key === key);
    if (entry !== undefined) this.list = [...this.list.filter((one) => one !== entry), entry];
    return entry?.value;
  }

  set(key: Key, value: Value, bytes: number): boolean {
    this.list = this.list.filter((one) => one.key !== key);
    if (bytes > this.maxBytes || this.maxEntries < 1) return false;
    this.list.push({ key, value, bytes });
    while (this.bytes > this.maxBytes || this.list.length > this.maxEntries)
      this.evicted.push(...this.list.splice(0, 1).map((entry) => entry.key));
    return true;
  }

  delete(key: Key): boolean {
    const before = this.list.length;
    this.list = this.list.filter((one) => one.key !== key);
    return this.list.length < before;
  }
}
