import type { SnapshotStore } from "./types.ts";

/**
 * What a store in memory may be given.
 * @public
 */
export interface MemorySnapshotsOptions {
  /** Keys kept; beyond it the oldest written go. @defaultValue 10_000 */
  readonly maxKeys?: number;
  /** The clock, in milliseconds. @defaultValue Date.now */
  readonly now?: () => number;
}

/**
 * Keeps snapshots of sessions in this process: for tests, and for several routes or servers in one process.
 * @remarks Each call is O(1). Keys whose time is over go when they are asked for, or pushed out.
 * @public
 */
export function memorySnapshots(options: MemorySnapshotsOptions = {}): SnapshotStore {
  const { maxKeys = 10_000, now = Date.now } = options;
  const all = new Map<string, { readonly bytes: Uint8Array; readonly expiresAtMs: number }>(); // oldest first
  const get = (key: string): Uint8Array | undefined => {
    const entry = all.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs > now()) return entry.bytes;
    all.delete(key);
    return undefined;
  };
  const put = (key: string, bytes: Uint8Array, ttlMs: number): void => {
    all.delete(key);
    all.set(key, { bytes: bytes.slice(), expiresAtMs: now() + ttlMs });
    for (const oldest of all.keys()) {
      if (all.size <= maxKeys) break;
      all.delete(oldest);
    }
  };
  return {
    get: async (key) => get(key)?.slice(),
    put: async (key, bytes, ttlMs) => put(key, bytes, ttlMs),
    async claim(key, bytes, ttlMs) {
      if (get(key) !== undefined) return false;
      put(key, bytes, ttlMs);
      return true;
    },
    async delete(key) {
      all.delete(key);
    },
  };
}
