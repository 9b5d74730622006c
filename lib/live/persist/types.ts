/**
 * Where snapshots of sessions live, so that another process can go on with them. `memorySnapshots()`, `busbar/level` and `busbar/redis` implement
 * it; any store with these three calls will do.
 * @public
 */
export interface SnapshotStore {
  /** The bytes of a key, or `undefined` when there are none, or their time is over. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Replaces the bytes of a key, whole or not at all, and resolves when a `get` in any process finds them. Writes of one key, each begun after the one before
   * has resolved, keep their order. The bytes must not change until it resolves.
   * @param key - Printable ASCII without spaces, at most 200 characters.
   * @param ttlMs - After this many milliseconds the bytes may go.
   */
  put(key: string, bytes: Uint8Array, ttlMs: number): Promise<void>;
  /** Takes the bytes of a key away, if there are any. */
  delete(key: string): Promise<void>;
}
