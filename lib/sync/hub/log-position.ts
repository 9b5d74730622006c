/** How far a document in memory has got in its log, where others write too: what it has may have holes. */
export class LogPosition {
  /** Everything up to here is in the document. */
  position: number;
  /** Where the log begins: what is below stands in the snapshot. */
  #cutAt: number;
  /** Positions beyond, which are in the document. */
  readonly #ahead = new Set<number>();
  /** The last position heard of. */
  #heard: number;

  constructor(position: number, cutAt: number) {
    this.position = this.#heard = position;
    this.#cutAt = cutAt;
  }

  /** Entries in the log. */
  get length(): number {
    return this.position - this.#cutAt;
  }

  /** Something is stored that the document has not got. */
  get hasHole(): boolean {
    return this.#heard > this.position;
  }

  /** What stands at a position is in the document. */
  note(position: number): void {
    if (position <= this.position) return;
    this.#ahead.add(position);
    this.miss(position);
    this.#close();
  }

  /** Something stands at a position. */
  miss(position: number): void {
    this.#heard = Math.max(this.#heard, position);
  }

  /** Everything up to a position is in the document. */
  reach(position: number): void {
    if (position > this.position) this.position = position;
    this.miss(position);
    for (const each of this.#ahead) if (each <= this.position) this.#ahead.delete(each);
    this.#close();
  }

  /** The log was cut up to a position. */
  cut(upTo: number): void {
    this.#cutAt = Math.max(this.#cutAt, upTo);
  }

  #close(): void {
    while (this.#ahead.delete(this.position + 1)) this.position++;
  }
}
