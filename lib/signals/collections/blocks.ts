/** A run of neighbours, and its place among the runs. */
export interface Numbered {
  no: number;
}

/** Runs of neighbours in order, with their lengths in a Fenwick tree: which of them holds an index, and how many stand before one, in O(log n). */
export abstract class Blocks<B extends Numbered> {
  protected blocks: B[] = [];
  protected count = 0;
  /** Where in its block what `find` has found stands. */
  protected rest = 0;
  /** Lengths of the blocks as a Fenwick tree, from 1; undefined when blocks came or went. */
  private sums: Int32Array | undefined = undefined;

  get size(): number {
    return this.count;
  }

  protected abstract lengthOf(block: B): number;

  /** Begins anew with these. */
  protected begin(blocks: B[], count: number): void {
    this.blocks = blocks;
    this.count = count;
    this.sums = undefined;
  }

  protected find(index: number): B | undefined {
    if (!(index >= 0 && index < this.count)) return undefined;
    const sums = this.fenwick();
    let no = 0;
    let rest = index;
    for (let step = highestBit(this.blocks.length); step > 0; step >>= 1) {
      const next = no + step;
      const sum = sums[next];
      if (sum !== undefined && sum <= rest) {
        no = next;
        rest -= sum;
      }
    }
    this.rest = rest;
    return this.blocks[no];
  }

  /** How many the blocks before one hold. */
  protected before(no: number): number {
    const sums = this.fenwick();
    let sum = 0;
    for (let at = no; at > 0; at -= at & -at) sum += sums[at] ?? 0;
    return sum;
  }

  /** A block has one more. */
  protected grow(block: B): void {
    this.count++;
    this.add(block.no, 1);
  }

  /** A block has one less, and goes with its last. */
  protected shrink(block: B): void {
    this.count--;
    if (this.lengthOf(block) > 0) this.add(block.no, -1);
    else {
      this.blocks.splice(block.no, 1);
      this.renumber(block.no);
    }
  }

  /** A block has one more, and gives its second half to a new one. */
  protected split(block: B, half: B): void {
    this.count++;
    this.blocks.splice(block.no + 1, 0, half);
    this.renumber(block.no + 1);
  }

  private renumber(from: number): void {
    this.sums = undefined;
    for (let no = from; no < this.blocks.length; no++) (this.blocks[no] as B).no = no; // cast: in range
  }

  private fenwick(): Int32Array {
    if (this.sums !== undefined) return this.sums;
    const sums = new Int32Array(this.blocks.length + 1);
    for (const [no, block] of this.blocks.entries()) {
      const at = no + 1;
      sums[at] = (sums[at] ?? 0) + this.lengthOf(block);
      const parent = at + (at & -at);
      if (parent < sums.length) sums[parent] = (sums[parent] ?? 0) + (sums[at] ?? 0);
    }
    this.sums = sums;
    return sums;
  }

  private add(no: number, by: number): void {
    const { sums } = this;
    if (sums === undefined) return;
    for (let at = no + 1; at < sums.length; at += at & -at) sums[at] = (sums[at] ?? 0) + by;
  }
}

function highestBit(value: number): number {
  return value === 0 ? 0 : 1 << (31 - Math.clz32(value));
}
