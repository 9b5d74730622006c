/** Below this many entries a log is never cut. */
const MIN_LIMIT = 64;

/**
 * Which rows were touched, in order, for readers that come by at times of their own. It knows no readers, so one that is dropped leaves nothing
 * behind; each reader remembers its position instead. Entries say nothing of what happened: a reader compares the row as it is with what it made
 * of it, so any number of changes to one row is one.
 *
 * A row mentioned since the last reader came is not mentioned again. What the last reader has seen is cut off when the log grows past its limit,
 * and when nobody came for as long as that, logging ends until somebody does: a reader left behind looks at all rows.
 */
export class Log<R> {
  private entries: R[] = [];
  /** Position of the first entry. Positions only rise. */
  private base = 0;
  /** Where the reader that came last stood. */
  private read = 0;
  private kept = false;
  /** Mentioned last since the reader that came last. With those before it a set: most changes are of one row, and to fill and clear one costs more than all else here. */
  private latest: R | undefined = undefined;
  private readonly earlier: Set<R> = new Set();

  /** @param size - Rows in the collection: a log of more than a quarter of it saves no work. */
  add(row: R, size: number): void {
    const { latest, earlier } = this;
    if (!this.kept || latest === row || (earlier.size > 0 && earlier.has(row))) return;
    if (latest !== undefined) earlier.add(latest);
    this.latest = row;
    this.entries.push(row);
    if (this.entries.length > Math.max(MIN_LIMIT, size >> 2)) this.cut();
  }

  /** What was touched since `position`, each row once, or undefined when that is no longer known. */
  since(position: number): readonly R[] | undefined {
    if (position < this.base) return undefined;
    const start = position - this.base;
    const count = this.entries.length - start;
    if (count === 0) return [];
    const found = start === 0 ? this.entries.slice() : this.entries.slice(start);
    return count === 1 ? found : [...new Set(found)];
  }

  /** The position of a reader that has seen everything. */
  mark(): number {
    this.kept = true;
    this.forget();
    this.read = this.base + this.entries.length;
    return this.read;
  }

  private cut(): void {
    const seen = this.read - this.base;
    if (seen > 0) {
      this.entries = this.entries.slice(seen);
      this.base = this.read;
      return;
    }
    this.base += this.entries.length + 1; // one more, so that not even a reader at the end takes it for complete
    this.entries = [];
    this.forget();
    this.read = this.base;
    this.kept = false;
  }

  private forget(): void {
    this.latest = undefined;
    if (this.earlier.size > 0) this.earlier.clear();
  }
}
