/**
 * What a store holds of one document: a snapshot, and the updates appended after it.
 * @public
 */
export interface StoredDocument {
  /** The document as `compact` last wrote it; undefined before the first compaction. */
  readonly snapshot: Uint8Array | undefined;
  /** The updates appended after the snapshot, oldest first. */
  readonly updates: readonly Uint8Array[];
  /** The position of the last update ever appended, 0 for a document never written. */
  readonly position: number;
}

/**
 * Where documents live between server starts: per document an append log and at most one snapshot.
 * `memoryStore()` and `busbar/level` implement it; one shared test suite defines what an implementation owes.
 * @remarks Positions rise within a document and are never reused. They may leave gaps after a failed write.
 * @public
 */
export interface Store {
  /** Reads a document. A name never written yields no snapshot, no updates and position 0. */
  load(name: string): Promise<StoredDocument>;
  /**
   * Adds one update and resolves with its position once it is durable: after that no crash loses it.
   * Appends made one after the other keep their order. The bytes must not change until it resolves.
   */
  append(name: string, update: Uint8Array): Promise<number>;
  /**
   * Replaces snapshot and log up to and including position `upTo` by `snapshot`, in one atomic step.
   * A snapshot that is not newer than the stored one changes nothing.
   * @throws CodedError `SYNC_STORE_POSITION` when `upTo` lies beyond the last position handed out.
   */
  compact(name: string, snapshot: Uint8Array, upTo: number): Promise<void>;
  /** Finishes what was begun and lets go of the files. Closing twice is harmless; any other call afterwards throws `SYNC_STORE_CLOSED`. */
  close(): Promise<void>;
}
