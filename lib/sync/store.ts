import type { UpdateRange, Version } from "../crdt/index.ts";

/**
 * What a store holds of one document: a snapshot, and the updates appended after it.
 * @public
 */
export interface StoredDocument {
  /** The document as `compact` last wrote it; undefined before the first compaction, and when `load` was asked for later updates only. */
  readonly snapshot: Uint8Array | undefined;
  /** The updates appended after the snapshot, or after the position asked for, oldest first. */
  readonly updates: readonly Uint8Array[];
  /** The position of the last update ever appended, 0 for a document never written. */
  readonly position: number;
  /** How often the document has been cut. @defaultValue 0 */
  readonly epoch?: number;
  /** Who first wrote as a replica, where `append` was told. */
  readonly authors?: ReadonlyMap<number, string>;
}

/**
 * What an update brings, for the store to check.
 * @public
 */
export interface AppendClaim {
  /** `updateRanges` of the update. */
  readonly ranges: readonly UpdateRange[];
  /** Who wrote it: the replicas in it belong to them from now on. */
  readonly author?: string | undefined;
  /** The epoch it was made in: in another it would mean something else. @defaultValue none: it is not checked */
  readonly epoch?: number;
}

/**
 * What a cut begins with.
 * @public
 */
export interface CutClaim {
  /** One more than the epoch before. */
  readonly epoch: number;
  /** What the snapshot knows; its replicas belong to `author`. */
  readonly version: Version;
  readonly author: string;
  /** The document as it was, to be kept beside it as a file, in the same step. */
  readonly file: { readonly key: string; readonly bytes: Uint8Array };
}

/**
 * The part of a store that keeps documents: per document an append log and at most one snapshot. What a browser keeps needs no more.
 * @remarks Positions rise within a document and are never reused. They may leave gaps after a failed write. Where what is kept may be deleted behind whoever keeps it, as in a
 * browser, a log that begins anew begins more than 2 ** 19 above: a replica tells by that, or by a position it has had, that it is to put everything back.
 * @public
 */
export interface DocumentLog {
  /**
   * Reads a document. A name never written yields no snapshot, no updates and position 0.
   * @param after - A position the caller has read up to: only later updates come back, or everything when the log has been cut above it.
   */
  load(name: string, after?: number): Promise<StoredDocument>;
  /**
   * Adds one update and resolves with its position once it is durable: after that no crash loses it.
   * Appends made one after the other keep their order. The bytes must not change until it resolves.
   *
   * With a claim, one atomic step checks and adds, however many processes write: every range must begin at or below its replica's next number; an update whose ranges are all
   * there already adds nothing and resolves with the last position.
   * @throws CodedError `SYNC_STORE_GAP` when operations before a range are missing, `SYNC_REPLICA_TAKEN` when a replica belongs to another author,
   * `SYNC_STORE_EPOCH` when the document is in another epoch. A document never written is in any: the first append says in which.
   */
  append(name: string, update: Uint8Array, claim?: AppendClaim): Promise<number>;
  /**
   * Replaces snapshot and log up to and including position `upTo` by `snapshot`, in one atomic step.
   * A snapshot that is not newer than the stored one changes nothing.
   * @param version - What the snapshot knows. Claims are checked against it where nothing was claimed before: after an import.
   * @throws CodedError `SYNC_STORE_POSITION` when `upTo` lies beyond the last position handed out.
   */
  compact(name: string, snapshot: Uint8Array, upTo: number, version?: Version): Promise<void>;
  /** Finishes what was begun and lets go of the files. Closing twice is harmless; any other call afterwards throws `SYNC_STORE_CLOSED`. */
  close(): Promise<void>;
}

/**
 * Which names `list` gives.
 * @public
 */
export interface ListOptions {
  /** Names that begin so. @defaultValue "" */
  readonly prefix?: string;
  /** Names after this one, in the order of their UTF-8 bytes: the last of the page before. */
  readonly after?: string;
  /** @defaultValue 1000 */
  readonly limit?: number;
}

/**
 * Where documents live between server starts, with files beside them: pictures, named versions.
 * `memoryStore()`, `busbar/level`, `busbar/redis` and `busbar/postgres` implement it; one shared test suite defines what an implementation owes.
 * @public
 */
export interface Store extends DocumentLog {
  /** Names of documents, in the order of their UTF-8 bytes. */
  list(options?: ListOptions): Promise<readonly string[]>;
  /**
   * Begins an epoch, in one atomic step: snapshot and log are replaced by `snapshot`, what was claimed is forgotten, and later appends must claim the new epoch. Only
   * while nothing stands beyond position `upTo` and the document is in the epoch before.
   * @returns False when something does, or it is not: then nothing has changed.
   */
  cut(name: string, snapshot: Uint8Array, upTo: number, claim: CutClaim): Promise<boolean>;
  /** Removes a document, its log and its files. A name never written is no error. */
  remove(name: string): Promise<void>;
  /** Keeps bytes beside a document, under a key of the caller's: a content hash, the name of a version. Durable when it resolves. */
  putFile(name: string, key: string, bytes: Uint8Array): Promise<void>;
  /** The bytes under a key, or undefined. */
  getFile(name: string, key: string): Promise<Uint8Array | undefined>;
  /** The keys beside a document that begin with `prefix`, in order. */
  listFiles(name: string, prefix?: string): Promise<readonly string[]>;
  /** Removes one; a key that is not there is no error. */
  removeFile(name: string, key: string): Promise<void>;
}
