import type { Doc, NodeDiff } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { ReadableSignal } from "../../signals/index.ts";
import type { Channel, PeerChange, SyncLevel, WireValue } from "../../wire/index.ts";
import type { StoredStatus } from "../device/local-log.ts";
import type { SyncPlatform } from "../platform.ts";
import type { DocumentLog } from "../store.ts";
import type { TabSource } from "../tabs/group.ts";
import type { ReplicaStatus } from "./connection-types.ts";

/**
 * What a replica needs. Times in milliseconds.
 * @public
 */
export interface ReplicaOptions {
  /** The document to keep equal with the hub's. Edit it at any time, offline too. */
  readonly doc: Doc;
  /** The document's name at the hub. */
  readonly name: string;
  /** Opens a channel to the hub; called again after every loss. */
  readonly connect: () => Channel | Promise<Channel>;
  /** Keeps the document on this device: edits made offline outlast the page or process. @defaultValue none: they live in memory */
  readonly store?: DocumentLog;
  /** Shares one connection with other tabs of this browser: `browserTabs(name)`. They have this document open, by the same address and for the same user. @defaultValue a connection of its own */
  readonly tabs?: TabSource | undefined;
  /** Clock, timer and randomness: `browserPlatform` or `nodePlatform`. */
  readonly platform: SyncPlatform;
  /** The first wait after a loss; it doubles each time, and a random part of it is waited. @defaultValue 300 */
  readonly minRetryMs?: number;
  /** The longest wait. @defaultValue 15_000 */
  readonly maxRetryMs?: number;
  /** For `connect` to yield a channel, and from then on for the document to be open. @defaultValue 20_000 */
  readonly connectMs?: number;
  /** The largest frame taken from the hub, in bytes. @defaultValue 67_108_864 */
  readonly maxFrameBytes?: number;
}

/**
 * A transaction that the hub did not accept. It is not in the document any more; what was edited after it is.
 * @public
 */
export interface RefusedEdit {
  /** Why: a code and the hub's words. */
  readonly error: CodedError;
  /** What it had changed, to be shown or offered again. */
  readonly changes: readonly NodeDiff[];
  /** The transaction as it was made. */
  readonly update: Uint8Array;
}

/**
 * The hub cut the document while this device had edits that the hub did not have.
 * @public
 */
export interface RebasedEdits {
  /** The epoch that began with it. */
  readonly epoch: number;
  /**
   * The document as it was, where not all could be brought over: marks and moves of trees, and edits of a device that was away longer than the hub keeps what was
   * before. Undefined when all is there. With a store it is in the store too, in the log `${name}\0forks`.
   */
  readonly fork: Uint8Array | undefined;
}

/**
 * A document that stays equal with a hub's.
 * @public
 */
export interface Replica {
  readonly doc: Doc;
  readonly name: string;
  readonly status: ReadableSignal<ReplicaStatus>;
  /** Why the last connection ended or was refused; undefined once connected again. */
  readonly error: ReadableSignal<CodedError | undefined>;
  /** What the hub lets this side do; undefined until it has said so. */
  readonly level: ReadableSignal<SyncLevel | undefined>;
  /** How many operations made on this device the hub has not acknowledged: each inserted or deleted UTF-16 unit and each write is one. */
  readonly unsaved: ReadableSignal<number>;
  /** The transactions that the hub refused while this replica lives, oldest first: of all tabs, where they share a connection. */
  readonly refused: ReadableSignal<readonly RefusedEdit[]>;
  /** The cuts that came upon edits the hub had not, oldest first. */
  readonly rebased: ReadableSignal<readonly RebasedEdits[]>;
  /** What the store of this device has. */
  readonly stored: ReadableSignal<StoredStatus>;
  /** Why the store could not be read or written; undefined once it could. A full disk shows here, and nothing is lost while the page lives. */
  readonly storeError: ReadableSignal<unknown>;
  /** The line `createPresence` speaks on. */
  readonly presence: PresenceLine;
  /** Tries now instead of waiting: when the browser says it is online again. Also after `refused`. */
  retry(): void;
  /** Resolves when the store of this device has all edits made so far, or has refused some: then false. */
  saved(): Promise<boolean>;
  /** Ends the connection; the document stays as it is, and what waits for the store is written. Stopping twice is harmless. */
  stop(): void;
}

/**
 * Presence as frames: who says what, by connection number.
 * @public
 */
export interface PresenceLine {
  /** Sends this side's state now; nothing happens while not connected. */
  send(state: WireValue): void;
  /** Hears connections, changes and losses. Returns its stop. */
  listen(listener: PresenceListener): () => void;
}

/**
 * What a presence line tells.
 * @public
 */
export interface PresenceListener {
  /** The document is open at the hub: say who you are. */
  opened(): void;
  /** `full`: these are all the others; else what changed. */
  changed(full: boolean, changes: readonly PeerChange[]): void;
  /** The connection is gone, and with it the others. */
  lost(): void;
}
