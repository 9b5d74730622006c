import type { SyncPlatform } from "../platform.ts";

/** A document is crowded with so many readers; with fewer, edits wait in proportion. */
const CROWD = 200;

/**
 * Edits of several writers in a crowded document go to the store together, and from there to each reader in one frame: there, most of the work is handing frames to
 * sockets. Who writes alone, or in small company, never waits.
 */
export class Gathering {
  readonly #platform: SyncPlatform;
  readonly #mostMs: number;
  #last: unknown;
  #lastAt = 0;
  #next: Promise<void> | undefined;
  #go: (() => void) | undefined;

  /** @param mostMs - In a crowd: some ten times what its frames take (bench: `sync`, 400 edits a second to 200 clients). */
  constructor(platform: SyncPlatform, mostMs: number) {
    this.#platform = platform;
    this.#mostMs = mostMs;
  }

  /** What an edit waits for; undefined: nothing. Those that wait go on in the order in which they came. */
  turn(writer: unknown, readers: number): Promise<void> | undefined {
    const gap = this.#mostMs * Math.min(1, readers / CROWD);
    if (gap < 1) return this.#next;
    const others = this.#last !== writer;
    this.#last = writer;
    if (this.#next !== undefined) return this.#next;
    const now = this.#platform.now();
    const left = this.#lastAt + gap - now;
    if (others && left > 0 && left <= gap) return this.#wait(left); // a clock may be set back
    this.#lastAt = now;
    return undefined;
  }

  /** Nobody waits any longer. */
  end(): void {
    this.#go?.();
  }

  #wait(ms: number): Promise<void> {
    this.#next = new Promise((resolve) => {
      const go = (): void => {
        cancel();
        this.#next = this.#go = undefined;
        this.#lastAt = this.#platform.now();
        resolve();
      };
      const cancel = this.#platform.after(ms, go);
      this.#go = go;
    });
    return this.#next;
  }
}
