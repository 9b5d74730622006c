import { createHash, createHmac, randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { Platform } from "../../lib/app/index.ts";
import { zlibCompressor } from "./compress.ts";

/**
 * Clock, timers, randomness, HMAC and compression (brotli, gzip, deflate) of this process, for `createApp({ platform: nodePlatform })`. Errors nobody could answer
 * go to `console.error`.
 * @public
 */
export const nodePlatform: Platform = Object.freeze({
  now: () => Date.now(),
  random: (byteLength: number) => new Uint8Array(randomBytes(byteLength)),
  hmac: (key: Uint8Array, data: Uint8Array) => new Uint8Array(createHmac("sha256", key).update(data).digest()),
  sha256: (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  after: (ms: number, f: () => void) => {
    const timer = setTimeout(f, Math.min(ms, MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
  // Everybody waits for it: level 1 takes a fifth of the time of the default, and the bytes are 1.07 of it (a page of a thousand rows, bulk patches).
  deflate: (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes, { level: 1 })),
  report: (error: unknown) => console.error(error),
  compress: zlibCompressor,
});

/** Some 25 days. Node takes a longer time for one of a millisecond, and a guard with a generous limit would refuse everybody. */
const MAX_TIMER_MS = 2 ** 31 - 1;
