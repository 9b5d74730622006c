import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";

/**
 * A set of integers from 0 up to its size, one bit each.
 * @public
 */
export interface Bitset {
  /** One more than the largest integer it takes. */
  readonly size: number;
  /** @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to `size` - 1. */
  add(value: number): void;
  /** @throws CodedError `POOL_OUT_OF_RANGE` unless an integer from 0 to `size` - 1. */
  delete(value: number): void;
  has(value: number): boolean;
  /** How many are in the set that are less than `value`. Time: O(1), after the first call since a change, which takes O(size / 32). */
  rank(value: number): number;
  /** The one that has `rank` others before it; -1 when there are not so many. Time: O(log size), with the same first call. */
  select(rank: number): number;
  /** The least in the set from `from` on; -1 when there is none. Time: O(distance / 32). */
  next(from: number): number;
}

/**
 * Makes an empty bitset.
 * @param size - At most 2^31.
 * @throws CodedError `POOL_OUT_OF_RANGE` for another size.
 * @remarks Memory: a bit and a half for each integer, once `rank` or `select` has been called.
 * @example
 * ```ts
 * const gone = createBitset(1000);
 * gone.add(7);
 * gone.rank(500); // 1: the row 500 moves up by one
 * ```
 * @public
 */
export function createBitset(size: number): Bitset {
  if (!(Number.isInteger(size) && size >= 0 && size <= 2 ** 31))
    throw new CodedError("POOL_OUT_OF_RANGE", `No size of a bitset: ${told(size)}`, { value: size });
  return new WordBitset(size);
}

/** Words of 32 bits to a block: a count of what stands before is kept for each block. */
const BLOCK = 8;

class WordBitset implements Bitset {
  readonly size: number;
  readonly #words: Uint32Array;
  #before: Uint32Array | undefined;
  #isCounted = false;

  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  add(value: number): void {
    this.#check(value);
    this.#words[value >>> 5] = (this.#words[value >>> 5] as number) | (1 << (value & 31)); // cast: checked; so on below
    this.#isCounted = false;
  }

  delete(value: number): void {
    this.#check(value);
    this.#words[value >>> 5] = (this.#words[value >>> 5] as number) & ~(1 << (value & 31));
    this.#isCounted = false;
  }

  has(value: number): boolean {
    return (
      value === value >>> 0 && value < this.size && ((this.#words[value >>> 5] as number) & (1 << (value & 31))) !== 0
    );
  }

  rank(value: number): number {
    const before = this.#counts();
    if (!(value > 0)) return 0;
    const end = Math.min(Math.ceil(value), this.size);
    const word = Math.floor(end / 32);
    const block = Math.floor(word / BLOCK);
    let sum = before[block] as number;
    for (let at = block * BLOCK; at < word; at++) sum += ones(this.#words[at] as number);
    return end % 32 === 0 ? sum : sum + ones((this.#words[word] as number) & ~(-1 << (end & 31)));
  }

  select(rank: number): number {
    const before = this.#counts();
    const blocks = before.length - 1;
    if (!(rank >= 0 && rank < (before[blocks] as number)) || !Number.isInteger(rank)) return -1;
    let low = 0;
    for (let high = blocks; high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if ((before[middle] as number) <= rank) low = middle;
      else high = middle;
    }
    let left = rank - (before[low] as number);
    let at = low * BLOCK;
    for (let count = ones(this.#words[at] as number); left >= count; count = ones(this.#words[at] as number)) {
      left -= count;
      at++;
    }
    let word = this.#words[at] as number;
    for (; left > 0; left--) word &= word - 1;
    return at * 32 + 31 - Math.clz32(word & -word);
  }

  next(from: number): number {
    const start = from > 0 ? Math.ceil(from) : 0;
    let at = Math.floor(start / 32);
    if (at >= this.#words.length) return -1;
    let word = (this.#words[at] as number) & (-1 << (start & 31));
    while (word === 0) {
      if (++at === this.#words.length) return -1;
      word = this.#words[at] as number;
    }
    return at * 32 + 31 - Math.clz32(word & -word);
  }

  #check(value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value < this.size))
      throw new CodedError("POOL_OUT_OF_RANGE", `${told(value)} is not in a bitset of ${this.size}`, { value });
  }

  #counts(): Uint32Array {
    const blocks = Math.ceil(this.#words.length / BLOCK);
    this.#before ??= new Uint32Array(blocks + 1);
    const before = this.#before;
    if (this.#isCounted) return before;
    let sum = 0;
    for (const [at, word] of this.#words.entries()) {
      if (at % BLOCK === 0) before[at / BLOCK] = sum;
      sum += ones(word);
    }
    before[blocks] = sum;
    this.#isCounted = true;
    return before;
  }
}

/** How many bits are set, by adding neighbours: twos, fours, bytes. */
function ones(word: number): number {
  const twos = word - ((word >>> 1) & 0x55555555);
  const fours = (twos & 0x33333333) + ((twos >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
