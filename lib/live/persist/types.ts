/**
 * Where snapshots of sessions live, so that another process can go on with them. `memorySnapshots()`, `busbar/level` and `busbar/redis` implement
 * it; any store with these calls will do.
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
  /**
   * Puts the bytes of a key if it has none, or their time is over, in one step: of several that claim a key at once, one is told so. With it a session that several
   * processes take over at once goes to one after the other; without, an event may run in two of them.
   * @returns whether they were put.
   */
  claim?(key: string, bytes: Uint8Array, ttlMs: number): Promise<boolean>;
  /** Takes the bytes of a key away, if there are any. */
  delete(key: string): Promise<void>;
}
