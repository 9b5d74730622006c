import type { SyncPlatform } from "../platform.ts";

/** Refusals in a row that are followed at once: somebody types where nobody may. */
const FREE = 8;
const FIRST_MS = 100;
const MOST_MS = 5000;
/** What is refused so long after the last was made anew is no answer to that. */
const ANSWER_MS = 1000;

/**
 * How long what was refused waits before the rest is made anew. A program that puts back whatever is taken out, in an observer say, would else keep both sides
 * busy without end; that something else is accepted meanwhile says nothing of it.
 */
export class Patience {
  readonly #platform: SyncPlatform;
  #times = 0;
  #madeAt = Number.NEGATIVE_INFINITY;
  #left = Number.POSITIVE_INFINITY;
  /** There was less to send each time: what was refused before may have many behind it, from hours offline. */
  #isDraining = false;

  constructor(platform: SyncPlatform) {
    this.#platform = platform;
  }

  /** @returns Milliseconds. */
  refused(): number {
    if (this.#isDraining) return 0;
    if (Math.abs(this.#platform.now() - this.#madeAt) > ANSWER_MS) this.#times = 0; // however a clock is set
    const over = this.#times++ - FREE;
    return over < 0 ? 0 : Math.min(MOST_MS, FIRST_MS * 2 ** over);
  }

  /** The rest is made anew, so many transactions. */
  madeAnew(left: number): void {
    this.#isDraining = left > 0 && left < this.#left;
    this.#left = left;
    this.#madeAt = this.#platform.now();
  }
}
