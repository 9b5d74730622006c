import type { SyncPlatform } from "../../lib/sync/index.ts";

/**
 * The browser's clock, timer and randomness; errors go where uncaught ones go.
 * @public
 */
export const browserPlatform: SyncPlatform = {
  now: () => Date.now(),
  random: (byteLength) => crypto.getRandomValues(new Uint8Array(byteLength)),
  after(ms, f) {
    const timer = setTimeout(f, ms);
    return () => clearTimeout(timer);
  },
  report: (error) => reportError(error),
};
