import type { LimitDecision, Limiter } from "./limiter.ts";
import { checkCount } from "./limits.ts";

/** A window is counted in so many slots: requests are forgotten a slot at a time, so at most a tenth of the window late. */
const SLOTS = 10;

/**
 * Options of `createMemoryLimiter`.
 * @public
 */
export interface MemoryLimiterOptions {
  /** How much a key may spend within any stretch of `windowMs`. */
  readonly limit: number;
  /** In milliseconds. */
  readonly windowMs: number;
  /** Keys remembered; beyond it the one unused for longest is forgotten. @defaultValue 10_000 */
  readonly maxKeys?: number;
}

/**
 * A sliding window in this process: no key spends more than `limit` within any stretch of `windowMs`. A spent unit comes back after at most
 * 1.1 windows. Refused requests cost nothing.
 * @remarks Time: O(1) per request; memory: O(maxKeys) whatever strangers send. Each process counts for itself.
 * @throws CodedError `APP_BAD_GUARD` when made with a number that is none.
 * @public
 */
export function createMemoryLimiter(options: MemoryLimiterOptions): Limiter {
  const limit = checkCount("limit", options.limit);
  const slotMs = checkCount("windowMs", options.windowMs) / SLOTS;
  const maxKeys = checkCount("maxKeys", options.maxKeys ?? 10_000);
  const windows = new Map<string, Window>(); // the longest unused first
  return {
    take(key, cost, now) {
      const slot = Math.floor(now / slotMs);
      let window = windows.get(key);
      if (window === undefined) {
        if (windows.size >= maxKeys) windows.delete(windows.keys().next().value ?? "");
        window = { counts: new Float64Array(SLOTS + 1), total: 0, newest: slot };
      } else windows.delete(key);
      windows.set(key, window);
      forget(window, slot);
      return spend(window, cost, now);
    },
  };

  function spend(window: Window, cost: number, now: number): LimitDecision {
    const { counts, newest } = window;
    const allowed = window.total + cost <= limit;
    if (allowed) {
      const at = mod(newest, counts.length);
      counts[at] = (counts[at] ?? 0) + cost;
      window.total += cost;
    }
    const wanted = allowed ? window.total - 1 : limit - cost;
    return { allowed, limit, remaining: limit - window.total, resetMs: timeUntil(window, wanted, now) };
  }

  /** Until no more than so much counts as spent. */
  function timeUntil({ counts, newest, total }: Window, wanted: number, now: number): number {
    let left = total;
    for (let slot = newest - SLOTS; slot <= newest; slot++) {
      left -= counts[mod(slot, counts.length)] ?? 0;
      if (left <= wanted) return Math.max(1, Math.ceil((slot + SLOTS + 1) * slotMs - now));
    }
    return Math.ceil((SLOTS + 1) * slotMs); // a cost above the limit never fits
  }
}

/** What one key has spent. */
interface Window {
  /** By slot number modulo the length: the current slot and the ten before it, the oldest of which still counts whole. */
  readonly counts: Float64Array;
  total: number;
  /** The number of the current slot. */
  newest: number;
}

/** Empties the slots that have left the window. */
function forget(window: Window, slot: number): void {
  const { counts } = window;
  if (slot < window.newest) moveBack(window, slot);
  const passed = Math.min(slot - window.newest, counts.length);
  for (let i = 1; i <= passed; i++) {
    const at = mod(window.newest + i, counts.length);
    window.total -= counts[at] ?? 0;
    counts[at] = 0;
  }
  if (slot > window.newest) window.newest = slot;
}

/** A clock set back takes the window along, as if no time had passed: what was spent in a future that did not come would be owed until it did. */
function moveBack(window: Window, slot: number): void {
  const { counts, newest } = window;
  const before = counts.slice();
  for (let age = 0; age <= SLOTS; age++) {
    counts[mod(slot - age, counts.length)] = before[mod(newest - age, counts.length)] ?? 0;
  }
  window.newest = slot;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
