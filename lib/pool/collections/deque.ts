/**
 * A queue with two ends.
 * @public
 */
export interface Deque<Item> {
  readonly length: number;
  /** Adds behind the last. */
  push(item: Item): void;
  /** Adds before the first. */
  unshift(item: Item): void;
  /** Takes the first; undefined when there is none. */
  shift(): Item | undefined;
  /** Takes the last; undefined when there is none. */
  pop(): Item | undefined;
  /** The item at an index from the first, without taking it; undefined outside. */
  at(index: number): Item | undefined;
  clear(): void;
}

/**
 * Makes a deque in a ring that doubles when it is full and halves when three quarters of it are empty.
 * @remarks Time: O(1), amortised. What is taken out is not held any longer.
 * @example
 * ```ts
 * const waiting = createDeque<Job>();
 * waiting.push(job);
 * for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) run(next);
 * ```
 * @public
 */
export function createDeque<Item>(): Deque<Item> {
  return new RingDeque<Item>();
}

const LEAST = 16;

class RingDeque<Item> implements Deque<Item> {
  length = 0;
  #ring: (Item | undefined)[] = new Array<Item | undefined>(LEAST).fill(undefined);
  #mask = LEAST - 1;
  #first = 0;

  push(item: Item): void {
    if (this.length > this.#mask) this.#resize(this.length * 2);
    this.#ring[(this.#first + this.length++) & this.#mask] = item;
  }

  unshift(item: Item): void {
    if (this.length > this.#mask) this.#resize(this.length * 2);
    this.#first = (this.#first - 1) & this.#mask;
    this.#ring[this.#first] = item;
    this.length++;
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#ring[this.#first];
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) & this.#mask;
    this.#left();
    return item;
  }

  pop(): Item | undefined {
    if (this.length === 0) return undefined;
    const last = (this.#first + this.length - 1) & this.#mask;
    const item = this.#ring[last];
    this.#ring[last] = undefined;
    this.#left();
    return item;
  }

  at(index: number): Item | undefined {
    return index >= 0 && index < this.length ? this.#ring[(this.#first + index) & this.#mask] : undefined;
  }

  clear(): void {
    this.length = 0;
    this.#first = 0;
    this.#mask = LEAST - 1;
    this.#ring = new Array<Item | undefined>(LEAST).fill(undefined);
  }

  #left(): void {
    this.length--;
    if (this.length < (this.#mask + 1) >> 2 && this.#mask >= LEAST) this.#resize((this.#mask + 1) >> 1);
  }

  #resize(size: number): void {
    const ring = new Array<Item | undefined>(size).fill(undefined);
    for (let i = 0; i < this.length; i++) ring[i] = this.#ring[(this.#first + i) & this.#mask];
    this.#ring = ring;
    this.#mask = size - 1;
    this.#first = 0;
  }
}
