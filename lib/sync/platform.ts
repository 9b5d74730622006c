/**
 * Clock, timer and randomness, passed in: `nodePlatform` of `busbar/node` and `browserPlatform` of `busbar/client/sync` fit.
 * @public
 */
export interface SyncPlatform {
  /** Milliseconds since 1970. */
  now(): number;
  /** Unpredictable bytes. */
  random(byteLength: number): Uint8Array;
  /** Calls `f` once after `ms` milliseconds. Returns its cancel. */
  after(ms: number, f: () => void): () => void;
  /** SHA-256: for files kept by their content. */
  sha256?(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Hears errors nobody could answer. */
  report?(error: unknown): void;
}

/** Hosts fire longer timers at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** A number from 0 up to, not including, 1. */
export function randomFraction(platform: SyncPlatform): number {
  return platform.random(4).reduce((sum, byte) => (sum + byte) / 256, 0);
}

/** 48 random bits: no two draw the same. */
export function randomId(platform: SyncPlatform): number {
  return platform.random(6).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Calls `f` every so many milliseconds until stopped. */
export function every(platform: SyncPlatform, asked: number, f: () => void): () => void {
  const ms = Math.min(asked, MAX_TIMER_MS);
  let cancel = platform.after(ms, tick);
  let stopped = false;
  function tick(): void {
    f();
    if (!stopped) cancel = platform.after(ms, tick);
  }
  return () => {
    stopped = true;
    cancel();
  };
}
