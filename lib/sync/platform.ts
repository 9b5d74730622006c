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
  /** Hears errors nobody could answer. */
  report?(error: unknown): void;
}

/** A number from 0 up to, not including, 1. */
export function randomFraction(platform: SyncPlatform): number {
  return platform.random(4).reduce((sum, byte) => (sum + byte) / 256, 0);
}

/** Calls `f` every `ms` milliseconds until stopped. */
export function every(platform: SyncPlatform, ms: number, f: () => void): () => void {
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
