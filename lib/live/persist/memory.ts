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
  return {
    async get(key) {
      const entry = all.get(key);
      if (entry === undefined) return undefined;
      if (entry.expiresAtMs > now()) return entry.bytes.slice();
      all.delete(key);
      return undefined;
    },
    async put(key, bytes, ttlMs) {
      all.delete(key);
      all.set(key, { bytes: bytes.slice(), expiresAtMs: now() + ttlMs });
      for (const oldest of all.keys()) {
        if (all.size <= maxKeys) break;
        all.delete(oldest);
      }
    },
    async delete(key) {
      all.delete(key);
    },
  };
}
