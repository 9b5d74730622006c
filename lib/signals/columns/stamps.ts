/*
 * When each block of rows last changed, as a tree of maxima: a reader finds the blocks changed since it last looked in O(changed · log), and the
 * table need not know its readers. So an aggregate that nobody holds is simply gone, and one that sleeps costs a write nothing.
 */

/** Rows in a block: what one changed cell makes an aggregate fold again. */
export const BLOCK_ROWS = 1024;
const BLOCK_SHIFT = 10;
const FAN_SHIFT = 5;

/** How many blocks so many rows take. */
export function blocksOf(rows: number): number {
  return Math.ceil(rows / BLOCK_ROWS);
}

export class Stamps {
  /** Level 0 has one stamp per block, each level above one per 32 of the level below; the last has one. */
  private levels: Float64Array[] = [new Float64Array(1)];

  /** Notes that a row has changed at the time `now`, which never falls. */
  mark(row: number, now: number): void {
    let at = row >> BLOCK_SHIFT;
    if (at >= this.base().length) this.grow(at + 1);
    for (const level of this.levels) {
      level[at] = now;
      at >>= FAN_SHIFT;
    }
  }

  /** Notes a run of rows. */
  markRange(from: number, to: number, now: number): void {
    for (let row = from; row < to; row = (row | (BLOCK_ROWS - 1)) + 1) this.mark(row, now);
  }

  /** Adds to `into` the blocks changed after the time `since`, in rising order. */
  collect(since: number, into: number[]): void {
    this.walk(this.levels.length - 1, 0, since, into);
  }

  private walk(depth: number, at: number, since: number, into: number[]): void {
    // Recursion as deep as the tree: at most 5 levels for 2^30 rows.
    if ((this.levels[depth]?.[at] ?? 0) <= since) return;
    if (depth === 0) {
      into.push(at);
      return;
    }
    const end = (at + 1) << FAN_SHIFT;
    for (let child = at << FAN_SHIFT; child < end; child++) this.walk(depth - 1, child, since, into);
  }

  private base(): Float64Array {
    return this.levels[0] as Float64Array; // cast: there is always a level 0
  }

  private grow(blocks: number): void {
    let size = this.base().length;
    while (size < blocks) size *= 2;
    const base = new Float64Array(size);
    base.set(this.base());
    this.levels = [base];
    for (let below = base; below.length > 1; ) {
      const level = new Float64Array((below.length + 31) >> FAN_SHIFT);
      below.forEach((stamp, i) => {
        const up = i >> FAN_SHIFT;
        if (stamp > (level[up] as number)) level[up] = stamp; // cast: up is in range
      });
      this.levels.push(level);
      below = level;
    }
  }
}
