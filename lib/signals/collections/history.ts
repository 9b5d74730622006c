/** Below this many entries a history is never cut. */
const MIN_LIMIT = 64;
/** A list that holds no more is used again. */
const FEW = 16;

/**
 * What has happened, in order, for readers that come by at times of their own: kept as `Log` keeps what was touched, and from the first time
 * anybody reads it for as long as somebody does.
 */
export class History<T> {
  isKept = false;
  /** Others than the reader that came last may come. */
  private isShared = false;
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
    this.isShared = false;
  }

  /** What has happened since `position`, or undefined when that is no longer known. */
  since(position: number): readonly T[] | undefined {
    if (position < this.base) return undefined;
    const start = position - this.base;
    return start === this.entries.length ? NONE : this.entries.slice(start);
  }

  /**
   * The position of a reader that has seen everything.
   * @param before - The position it had, or -1.
   */
  mark(before: number): number {
    const end = this.base + this.entries.length;
    if (!this.isKept) this.isKept = true;
    else if (before !== this.read) this.isShared = true;
    else if (!this.isShared) this.clear();
    this.read = end;
    return end;
  }

  /** The only reader has seen all there is: what is kept longer than a moment is what a garbage collector has to carry about. */
  private clear(): void {
    const { entries } = this;
    this.base += entries.length;
    if (entries.length > FEW) this.entries = [];
    else while (entries.length > 0) entries.pop();
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
