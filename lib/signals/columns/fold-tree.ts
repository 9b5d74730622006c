/*
 * Running values of each block of rows, and above them of each 32, up to one. A changed block costs its own fold and one short path upwards. Every
 * node is folded anew from what lies below it, never by adding and taking away: so after any number of changes the root is, to the last bit,
 * what a fresh fold of the same rows gives.
 */
import { merge } from "./interpret.ts";
import { IDENTITY } from "./kernel.ts";
import type { FoldOperation } from "./plan.ts";

const FAN = 32;

export class FoldTree {
  /**
   * One for ever: an engine forgets the shape of a class, and the code it made for it, when a collection finds no object left, as between the requests
   * of a server. The first answer after one took 2 to 3 times as long (bench: signals, columns).
   */
  static readonly kept: FoldTree = new FoldTree(["sum"], 1);
  /** What stands in the root, by place. */
  root: Float64Array;
  private readonly ops: readonly FoldOperation[];
  private readonly identity: Float64Array;
  private readonly scratch: Float64Array;
  private readonly levels: Float64Array[] = [];
  private blocks = 0;

  /** @param width - Values per node: `ops` over and over, once per group. */
  constructor(ops: readonly FoldOperation[], width: number) {
    this.ops = ops;
    this.identity = Float64Array.from({ length: width }, (_, at) => IDENTITY[this.op(at)]);
    this.scratch = this.identity.slice();
    this.root = this.identity;
  }

  /**
   * Folds the changed blocks anew, and what stands above them.
   * @param dirty - In rising order; with all blocks that are new.
   * @param fold - Folds one block into an array that holds what each operation starts from.
   * @returns The places whose value in some block is another now.
   */
  update(blocks: number, dirty: readonly number[], fold: (block: number, out: Float64Array) => void): number[] {
    const width = this.identity.length;
    const touched = new Places(width);
    const before = this.blocks;
    for (let block = blocks; block < before; block++) this.compare(0, block, this.identity, touched);
    const grew = this.resize(blocks);
    const paths: number[] = [];
    this.scratch.set(this.identity); // a fold that met the end of the stack may have left something
    for (const block of dirty) {
      if (block >= blocks) continue;
      if (block >= before) this.put(0, block, this.identity);
      fold(block, this.scratch);
      this.keep(block, touched);
      paths.push(block);
    }
    if (blocks < before && paths.at(-1) !== blocks - 1 && blocks > 0) paths.push(blocks - 1);
    if (grew) touched.addAll();
    const places = touched.list;
    // A new level has nothing yet: all of it is folded.
    const start = grew ? Array.from({ length: blocks }, (_, block) => block) : paths;
    this.climb(start, places, before);
    this.root = blocks === 0 ? this.identity : this.level(this.levels.length - 1).subarray(0, width);
    return places;
  }

  private climb(start: readonly number[], places: readonly number[], blocksBefore: number): void {
    let nodes = start;
    let below = this.blocks;
    let known = blocksBefore;
    for (let depth = 1; depth < this.levels.length; depth++) {
      const parents = [...new Set(nodes.map((node) => Math.floor(node / FAN)))];
      known = Math.ceil(known / FAN);
      for (const parent of parents) {
        if (parent >= known) this.put(depth, parent, this.identity); // places not touched start from there
        const end = Math.min(below, (parent + 1) * FAN);
        for (const place of places) this.combine(depth, parent, end, place);
      }
      nodes = parents;
      below = Math.ceil(below / FAN);
    }
  }

  private combine(depth: number, parent: number, end: number, place: number): void {
    const width = this.identity.length;
    const below = this.level(depth - 1);
    const op = this.op(place);
    let at = parent * FAN * width + place;
    let total = below[at] as number; // casts: a parent has a first child, and all its children lie in the level
    const last = (end - 1) * width + place;
    // Apart from the loop for all: which operation it is need not be asked for each value.
    const isSum = op === "sum" || op === "count";
    while (at < last) {
      at += width;
      total = isSum ? total + (below[at] as number) : merge(op, total, below[at] as number);
    }
    this.level(depth)[parent * width + place] = total;
  }

  /** Makes room. Returns whether what stands above the blocks must be folded as a whole. */
  private resize(blocks: number): boolean {
    this.blocks = blocks;
    const width = this.identity.length;
    const before = this.levels.length;
    let count = blocks;
    let depth = 0;
    for (; count > 1 || depth === 0; count = Math.ceil(count / FAN), depth++) {
      const level = this.levels[depth];
      const length = Math.max(1, count) * width;
      if (level !== undefined && level.length >= length) continue;
      const next = new Float64Array(level === undefined ? length : Math.max(length, level.length * 2));
      if (level !== undefined) next.set(level);
      this.levels[depth] = next;
    }
    if (depth > 0 && blocks > 1) {
      const top = this.levels[depth];
      if (top === undefined) this.levels[depth] = new Float64Array(width);
      depth++;
    }
    this.levels.length = depth;
    return depth > before && before > 0;
  }

  /** Takes what was folded into a block, and clears it for the next: one loop, as with many groups it is as long as a block has rows. */
  private keep(block: number, touched: Places): void {
    const { scratch, identity } = this;
    const level = this.level(0);
    const start = block * scratch.length;
    for (let at = 0; at < scratch.length; at++) {
      const value = scratch[at] as number; // casts: all have this width
      scratch[at] = identity[at] as number;
      if (Object.is(level[start + at], value)) continue;
      level[start + at] = value;
      touched.add(at);
    }
  }

  // Loops, not subarray() and set(): with few values per node those would cost more than folding a block.
  private compare(depth: number, node: number, after: Float64Array, touched: Places): void {
    const level = this.level(depth);
    const start = node * after.length;
    for (let at = 0; at < after.length; at++) if (!Object.is(level[start + at], after[at])) touched.add(at);
  }

  private put(depth: number, node: number, values: Float64Array): void {
    const level = this.level(depth);
    const start = node * values.length;
    for (let at = 0; at < values.length; at++) level[start + at] = values[at] as number; // cast: at is in range
  }

  private level(depth: number): Float64Array {
    return this.levels[depth] as Float64Array; // cast: callers stay within the depth
  }

  private op(place: number): FoldOperation {
    return this.ops[place % this.ops.length] as FoldOperation; // cast: there is at least one
  }
}

/** Places, each once. */
class Places {
  static readonly kept: Places = new Places(1); // as above
  readonly list: number[] = [];
  private readonly has: Uint8Array;

  constructor(width: number) {
    this.has = new Uint8Array(width);
  }

  add(place: number): void {
    if (this.has[place] === 1) return;
    this.has[place] = 1;
    this.list.push(place);
  }

  addAll(): void {
    for (let place = 0; place < this.has.length; place++) this.add(place);
  }
}
