/** Below this many entries a history is never cut. */
const MIN_LIMIT = 64;

/**
 * What has happened, in order, for readers that come by at times of their own: kept as `Log` keeps what was touched, and from the first time
 * anybody reads it for as long as somebody does.
 */
export class History<T> {
  isKept = false;
  private entries: T[] = [];
  /** Position of the first entry. Positions only rise. */
  private base = 0;
  /** Where the reader that came last stood. */
  private read = 0;

  /** @param size - Rows in the collection: more entries than a quarter of it save no work. */
  add(entry: T, size: number): void {
    this.entries.push(entry);
    if (this.entries.length > Math.max(MIN_LIMIT, size >> 2)) this.cut();
  }

  /** Something has happened that nobody wrote down. */
  lose(): void {
    this.base += this.entries.length + 1; // one more, so that not even a reader at the end takes it for complete
    this.entries = [];
    this.read = this.base;
    this.isKept = false;
  }

  /** What has happened since `position`, or undefined when that is no longer known. */
  since(position: number): readonly T[] | undefined {
    if (position < this.base) return undefined;
    const start = position - this.base;
    return start === this.entries.length ? NONE : this.entries.slice(start);
  }

  /** The position of a reader that has seen everything. */
  mark(): number {
    this.isKept = true;
    this.read = this.base + this.entries.length;
    return this.read;
  }

  private cut(): void {
    const seen = this.read - this.base;
    if (seen === 0) {
      this.lose();
      return;
    }
    this.entries = this.entries.slice(seen);
    this.base = this.read;
  }
}

const NONE: readonly never[] = [];
