import { ONE_WAKE, SLEEPING } from "./layout.ts";

/** What ES2024 adds to `Atomics`; the language level of this build does not know it yet, nor does every browser. */
interface AsyncAtomics {
  waitAsync?(words: Int32Array, at: number, value: number): { readonly async: boolean; readonly value: unknown };
}

/** Where nothing wakes a thread that may not block, it looks so often. */
const LOOK_AGAIN_MS = 4;

/** Wakes whoever sleeps on a word. The value changes first: who is about to sleep on the old one then does not. */
export function wake(words: Int32Array, at: number): void {
  Atomics.add(words, at, ONE_WAKE);
  Atomics.notify(words, at);
}

/** One end's sleep on its word. Several waits may be under way in one thread: the bit goes when the last of them ends. */
export class Sleeper {
  private readonly words: Int32Array;
  private readonly at: number;
  private asleep = 0;

  constructor(words: Int32Array, at: number) {
    this.words = words;
    this.at = at;
  }

  /** Blocks until woken or `timeoutMs` are over; returns false only then. Does not block when `isReady` says so after the bit is set. */
  wait(isReady: () => boolean, timeoutMs: number): boolean {
    const value = this.lieDown();
    try {
      // NaN would be for ever.
      return isReady() || Atomics.wait(this.words, this.at, value, timeoutMs || 0) !== "timed-out";
    } finally {
      this.getUp();
    }
  }

  /**
   * As `wait`, for threads that may not block; may wake up for nothing. The signal wakes it; a timeout of the platform's would leave a task behind for
   * every wait.
   */
  async waitAsync(isReady: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    const value = this.lieDown();
    const onAbort = (): void => wake(this.words, this.at);
    try {
      if (isReady()) return;
      const waiting = (Atomics as AsyncAtomics).waitAsync?.(this.words, this.at, value); // cast: see AsyncAtomics
      if (waiting === undefined) {
        await new Promise((resolve) => void setTimeout(resolve, LOOK_AGAIN_MS));
        return;
      }
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted) onAbort();
      if (waiting.async) await waiting.value;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.getUp();
    }
  }

  /** Gets up at once and for good, and wakes its own waits. */
  leave(): void {
    if (this.asleep === 0) return;
    this.asleep = Number.POSITIVE_INFINITY; // no wait that ends later touches the bit
    Atomics.and(this.words, this.at, ~SLEEPING);
    wake(this.words, this.at);
  }

  private lieDown(): number {
    this.asleep++;
    return Atomics.or(this.words, this.at, SLEEPING) | SLEEPING;
  }

  private getUp(): void {
    if (--this.asleep === 0) Atomics.and(this.words, this.at, ~SLEEPING);
  }
}
