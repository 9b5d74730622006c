import { numbersOf } from "../options.ts";
import { MAX_TIMER_MS } from "../platform.ts";

export { checkName } from "../names.ts";

/**
 * What a hub accepts from one connection, and how long it keeps what nobody uses. Sizes in bytes, times in milliseconds.
 * @public
 */
export interface HubLimits {
  /** One message of a channel. @defaultValue 262_144 */
  readonly maxMessageBytes?: number;
  /** One frame joined from parts: the largest update. @defaultValue 16_777_216 */
  readonly maxFrameBytes?: number;
  /** Connections that have not said HELLO yet; beyond it the one that has waited longest is closed. @defaultValue 1000 */
  readonly maxSilentConnections?: number;
  /** Connections of one author at once. @defaultValue 100 */
  readonly maxConnectionsPerAuthor?: number;
  /** Bytes of updates one author, or one connection without an author, may send within a minute. @defaultValue 268_435_456 */
  readonly maxBytesPerMinute?: number;
  /**
   * What the connections of one author, or one without an author, have in memory together: frames that are not whole yet, updates that are not durable, the versions they came
   * with, and what they have not read, beside the answer to one OPEN. @defaultValue 134_217_728
   */
  readonly maxBytesPerAuthor?: number;
  /** What the store holds of one document: beyond it no connection's update is taken. @defaultValue 268_435_456 */
  readonly maxDocumentBytes?: number;
  /** A file beside a document. @defaultValue 16_777_216 */
  readonly maxFileBytes?: number;
  /** All files beside a document together. @defaultValue 268_435_456 */
  readonly maxFilesBytes?: number;
  /** Documents one connection has open at once. @defaultValue 32 */
  readonly maxDocuments?: number;
  /** Update frames of one connection that are not durable yet. @defaultValue 64 */
  readonly maxPending?: number;
  /** Bytes of those; a single frame may always be as long as `maxFrameBytes`. @defaultValue 16_777_216 */
  readonly maxPendingBytes?: number;
  /**
   * Frames of one connection within one second. Of such that are answered with a document, or with what is missing of it, 100, or three for each document it may have
   * open. @defaultValue 10_000
   */
  readonly maxFramesPerSecond?: number;
  /** A presence state, encoded. @defaultValue 1024 */
  readonly maxPresenceBytes?: number;
  /** Bytes a slow reader may leave unread before its connection is closed. @defaultValue 33_554_432 */
  readonly maxQueuedBytes?: number;
  /** From the connection to its HELLO. @defaultValue 10_000 */
  readonly helloMs?: number;
  /** A connection that says nothing for this long is closed, and with it goes its presence. @defaultValue 30_000 */
  readonly silentMs?: number;
  /** A document nobody has open leaves memory after this long. @defaultValue 30_000 */
  readonly idleMs?: number;
  /** Documents nobody has open that stay in memory at the same time; beyond it the one left longest ago goes first. @defaultValue 1000 */
  readonly maxIdleDocuments?: number;
  /** An open document that nobody edits is kept as its bytes after this long, twice at most: half a millisecond to several for the next edit, a tenth of the memory. @defaultValue 10_000 */
  readonly restMs?: number;
  /** Presence changes gather this long before they go out. @defaultValue 40 */
  readonly presenceMs?: number;
  /**
   * Where 200 connections read a document, edits that several of them make within so long are stored and sent together; with fewer readers within less, and in small
   * company at once, as always for one who writes alone. @defaultValue 10
   */
  readonly gatherMs?: number;
  /** Updates in a document's log before it is rewritten as one snapshot. @defaultValue 500 */
  readonly compactAfter?: number;
  /**
   * Deleted units in a document before it is cut, once nobody here has it open: it is written anew without them, and a new epoch begins. Less than a quarter of
   * what was ever inserted is not worth it. Infinity: never but when asked. @defaultValue 10_000
   */
  readonly cutAfter?: number;
  /**
   * How long the last state before a cut is kept: a client that comes back later finds its unsent edits beside the document, not in it. @defaultValue 2_592_000_000 (30 days)
   */
  readonly offlineMs?: number;
  /** With a bus: how long an update that other hubs have stored may be on its way before it is read from the store. @defaultValue 100 */
  readonly catchUpMs?: number;
  /** With a bus: every open document is compared with the store so often, as a bus may lose. @defaultValue 5000 */
  readonly compareMs?: number;
}

/** Every limit with its value. */
export type Limits = Required<HubLimits>;

/** A HELLO is tiny; whoever sends more before it wants something else. */
export const HELLO_BYTES = 1024;

/** A version names every replica that ever wrote: 100,000 of them fit. It is kept while its document loads. */
export const MAX_VERSION_BYTES: number = 1024 * 1024;

/** In memory, for each byte: five of them may stand for a replica. */
export const VERSION_COST = 16;

/** Of one document, units inserted and deleted: a replica takes no more at once, and whoever joins gets all of them. They may come in a few bytes. */
export const MAX_OPERATIONS = 100_000_000;

/** For documents of the store's own: as long as they are. What strangers send is bounded by frames and by the document. */
export const STORED_LIMITS: { readonly maxUpdateBytes: number; readonly maxOperations: number } = {
  maxUpdateBytes: 2 ** 31,
  maxOperations: Number.MAX_SAFE_INTEGER,
};

/** Updates in one frame: each costs an append of its own. */
export const MAX_UPDATES = 10_000;

export function withDefaults(limits: HubLimits = {}): Limits {
  const all: Limits = {
    maxMessageBytes: 262_144,
    maxFrameBytes: 16_777_216,
    maxSilentConnections: 1000,
    maxConnectionsPerAuthor: 100,
    maxBytesPerMinute: 268_435_456,
    maxBytesPerAuthor: 134_217_728,
    maxDocumentBytes: 268_435_456,
    maxFileBytes: 16_777_216,
    maxFilesBytes: 268_435_456,
    maxDocuments: 32,
    maxPending: 64,
    maxPendingBytes: 16_777_216,
    maxFramesPerSecond: 10_000,
    maxPresenceBytes: 1024,
    maxQueuedBytes: 33_554_432,
    helloMs: 10_000,
    silentMs: 30_000,
    idleMs: 30_000,
    maxIdleDocuments: 1000,
    restMs: 10_000,
    presenceMs: 40,
    gatherMs: 10,
    compactAfter: 500,
    cutAfter: 10_000,
    offlineMs: 2_592_000_000,
    catchUpMs: 100,
    compareMs: 5000,
    ...numbersOf(limits),
  };
  const timer = (ms: number): number => Math.min(ms, MAX_TIMER_MS);
  const { helloMs, silentMs, idleMs, restMs, presenceMs, gatherMs, catchUpMs, compareMs } = all;
  return {
    ...all,
    helloMs: timer(helloMs),
    silentMs: timer(silentMs),
    idleMs: timer(idleMs),
    restMs: timer(restMs),
    presenceMs: timer(presenceMs),
    gatherMs: timer(gatherMs),
    catchUpMs: timer(catchUpMs),
    compareMs: timer(compareMs),
  };
}
