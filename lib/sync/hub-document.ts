import {
  createDoc,
  type Doc,
  decodeVersion,
  encodeVersion,
  type UpdateRange,
  updateRanges,
  type Version,
  versionCovers,
} from "../crdt/index.ts";
import { CodedError, isCodedError } from "../errors/index.ts";
import { ownerKey } from "./claims.ts";
import type { HubBus } from "./hub-bus.ts";
import type { Limits } from "./hub-limits.ts";
import type { Meter } from "./hub-meter.ts";
import { createPresenceBoard, type PresenceBoard, type PresenceWatcher } from "./hub-presence.ts";
import { LogPosition } from "./log-position.ts";
import { encodeUpdates } from "./outbox.ts";
import type { SyncPlatform } from "./platform.ts";
import type { Store, StoredDocument } from "./store.ts";

/** One connection's side of an open document. */
export interface Watcher extends PresenceWatcher {
  /** Whose replicas it may write as; undefined: nobody's in particular. */
  readonly author: string | undefined;
  /** What it had when it opened the document and the hub had not: perhaps written by others, and lost here. */
  readonly brought: Version | undefined;
  /** Durable updates of others, oldest first. `encode` yields their frame, made once for all who use one handle. */
  deliver(updates: readonly Uint8Array[], encode: (handle: number) => Uint8Array): void;
  /** The document's store failed, or it was removed: nothing more will come. */
  lost(error: CodedError): void;
}

/** What a document needs from its hub. */
export interface DocumentHost {
  readonly store: Store;
  readonly platform: SyncPlatform;
  readonly limits: Limits;
  readonly meter: Meter;
  /** Other hubs over the same store; undefined when this is the only one. */
  readonly bus: HubBus | undefined;
  /** An update is durable: for the server's own hooks. */
  stored(name: string, update: Uint8Array, author: string | undefined): void;
  /** An error of the server's own code. */
  report(error: unknown): void;
  /** The document must not be used again. */
  failed(document: HubDocument, error: CodedError): void;
}

const NOTHING = new Uint8Array();

/** Who edits on the server. No connection's author is empty, so nobody else writes as its replicas. */
const SERVER = "";

/** The origin of what the store had before this hub had it: durable already. */
const STORED = Symbol("stored");

// Updates whose predecessors are missing are not kept: their sender is asked for everything since the version here. Kept
// ones would be a stranger's to pile up, and would stand in no log. A snapshot is as long as its document; what strangers send, frames bound.
const DOC_LIMITS = { maxPendingBytes: 0, maxPendingUpdates: 0, maxUpdateBytes: 2 ** 31 };

interface Entry {
  readonly bytes: Uint8Array;
  readonly from: unknown;
}

/**
 * A document in memory, its store behind it and its watchers in front. Whatever enters the document is appended to the
 * store first and reaches the watchers once it is durable. What other hubs appended comes over the bus, or is read from the
 * store when the positions heard of say that something was missed.
 */
export class HubDocument {
  readonly name: string;
  readonly doc: Doc;
  readonly presence: PresenceBoard;
  readonly #host: DocumentHost;
  readonly #watchers = new Set<Watcher>();
  readonly #stops: (() => void)[];
  readonly #authors: Map<number, string>;
  readonly #log: LogPosition;
  /** Bytes the store holds of it, about. */
  #storedBytes: number;
  #tail: Promise<void> = Promise.resolve();
  #compaction: Promise<void> | undefined;
  #fetching: Promise<void> | undefined;
  #cancelFetch: (() => void) | undefined;
  #durable: Entry[] = [];
  #failed = false;
  /** Whether the update being applied has entered the document. */
  #entered = false;

  constructor(name: string, stored: StoredDocument, host: DocumentHost) {
    this.name = name;
    this.#host = host;
    const { bus, platform, limits } = host;
    this.#log = new LogPosition(stored.position, stored.position - stored.updates.length);
    this.#authors = new Map(stored.authors);
    this.#storedBytes = sizeOf(stored);
    this.presence = createPresenceBoard(platform, limits.presenceMs, bus?.presenceLine(name));
    this.doc = createDoc({ random: platform.random, limits: DOC_LIMITS });
    if (stored.snapshot !== undefined) this.doc.apply(stored.snapshot, STORED);
    this.#replay(stored.updates);
    // Not what a peer sent, but what entered the document: also what an update released from waiting, and edits made here.
    this.#stops = [this.doc.onUpdate((bytes, from) => this.#entering({ bytes, from }))];
    if (bus === undefined) return;
    this.#stops.push(
      bus.hear(name, {
        appended: (position, update, author) => this.#heard(position, update, author),
        compacted: (upTo) => this.#log.cut(upTo),
        removed: () => this.fail(new CodedError("SYNC_REMOVED", "the document was removed")),
      }),
    );
  }

  /** Reads a document from its store. */
  static async load(name: string, host: DocumentHost): Promise<HubDocument> {
    const document = new HubDocument(name, await host.store.load(name), host);
    // What was appended between reading and listening was heard by nobody here.
    if (host.bus !== undefined) await document.catchUp();
    return document;
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      this.presence.remove(watcher);
    };
  }

  /**
   * A write may have failed and a later one not: in a store that does not check claims, that one then stands in the log before what it builds on,
   * or alone. Nothing that misses something was ever acknowledged, so what is left over here is sent again.
   */
  #replay(updates: readonly Uint8Array[]): readonly Uint8Array[] {
    let left = updates;
    for (let before = -1; left.length > 0 && left.length !== before; ) {
      before = left.length;
      left = left.filter((update) => !this.#apply(update, STORED));
    }
    return left;
  }

  /**
   * Applies an update; a throw leaves the document as it was. False when it builds on updates that are not here.
   * @throws CodedError `SYNC_REPLICA_TAKEN`, `SYNC_LIMIT`, `CRDT_*`.
   */
  apply(update: Uint8Array, from: Watcher): boolean {
    const { maxDocumentBytes } = this.#host.limits;
    if (this.#storedBytes + update.length > maxDocumentBytes) {
      throw new CodedError("SYNC_LIMIT", `a document of more than ${maxDocumentBytes} bytes`, {
        value: this.#storedBytes,
      });
    }
    if (from.author !== undefined || this.#authors.size > 0) this.#checkAuthor(update, from.author);
    return this.#apply(update, from);
  }

  #apply(update: Uint8Array, from: unknown): boolean {
    this.#entered = false;
    try {
      return !this.doc.apply(update, from).pending;
    } catch (error) {
      if (this.#entered) {
        this.#host.report(error); // an observer on the server threw: no fault of whoever sent the update
        return true;
      }
      if (isCodedError(error) && error.code === "CRDT_PENDING_FULL") return false;
      throw error;
    }
  }

  /** Nobody writes as a replica of another; passing on what is here already is no writing. */
  #checkAuthor(update: Uint8Array, author: string | undefined): void {
    let version: ReturnType<Doc["version"]> | undefined;
    for (const { replica, to } of updateRanges(update)) {
      const owner = this.#authors.get(ownerKey(replica));
      if (owner === undefined || owner === author) continue;
      version ??= this.doc.version();
      if (to <= (version.get(replica) ?? 0)) continue;
      throw new CodedError("SYNC_REPLICA_TAKEN", "a replica in the update belongs to another author", {
        value: ownerKey(replica),
      });
    }
  }

  get version(): Uint8Array {
    return encodeVersion(this.doc.version());
  }

  /** What a replica at `version` lacks; an empty update when it lacks nothing. */
  since(version: Uint8Array): Uint8Array {
    const since = decodeVersion(version);
    return versionCovers(since, this.doc.version()) ? NOTHING : this.doc.encode({ since });
  }

  /** Resolves once all that was applied so far is durable; rejects when the store failed. */
  durable(): Promise<void> {
    return this.#tail;
  }

  /** Resolves when nothing is being written any more, however that ended. */
  async quiet(): Promise<void> {
    for (let tail: unknown; tail !== this.#tail || this.#compaction !== undefined || this.#fetching !== undefined; ) {
      tail = this.#tail; // the last append may start a compaction
      await Promise.allSettled([tail, this.#compaction, this.#fetching]);
    }
  }

  /** Reads what others have stored since, if anything. */
  catchUp(): Promise<void> {
    this.#cancelFetch?.();
    this.#cancelFetch = undefined;
    this.#fetching ??= this.#fetch()
      .catch((error: unknown) => this.#host.report(error)) // the next look may succeed
      .finally(() => {
        this.#fetching = undefined;
        if (this.#log.hasHole && !this.#failed) this.#catchUpSoon();
      });
    return this.#fetching;
  }

  /** Ends timers and listening. */
  dispose(): void {
    this.#cancelFetch?.();
    for (const stop of this.#stops) stop();
    this.presence.dispose();
  }

  #entering({ bytes, from }: Entry): void {
    this.#entered = true;
    if (from === STORED) this.#deliver({ bytes, from });
    else this.#append({ bytes, from });
  }

  #append(entry: Entry): void {
    const { store, meter, bus } = this.#host;
    const ranges = updateRanges(entry.bytes);
    const author = this.#isPassedOn(ranges, entry.from) ? undefined : authorOf(entry.from);
    this.#bind(ranges, author);
    this.#storedBytes += entry.bytes.length;
    const written = store.append(this.name, entry.bytes, { ranges, author }).then((position) => {
      meter.stored(entry.bytes.length);
      bus?.appended(this.name, position, entry.bytes, author);
      this.#log.note(position);
      this.#deliver(entry);
      if (this.#log.hasHole) this.#catchUpSoon();
      this.#host.stored(this.name, entry.bytes, author);
      this.#compactIfDue();
    });
    this.#tail = Promise.all([this.#tail, written]).then(() => undefined);
    this.#tail.catch((error: unknown) => this.#storeFailed(error));
  }

  /**
   * Who comes back after a store was lost brings what others wrote too. If that made their replicas its own, they could write no more: it is
   * taken in, and binds nobody.
   */
  #isPassedOn(ranges: readonly UpdateRange[], from: unknown): boolean {
    const brought = isWatcher(from) ? from.brought : undefined;
    if (brought === undefined || ranges.some(({ replica }) => this.#authors.has(ownerKey(replica)))) return false;
    return ranges.some(({ replica, to }) => to <= (brought.get(replica) ?? 0));
  }

  /** The replicas belong to whoever first wrote as them. */
  #bind(ranges: readonly UpdateRange[], author: string | undefined): void {
    if (author === undefined) return;
    for (const { replica } of ranges) {
      const owner = ownerKey(replica);
      if (!this.#authors.has(owner)) this.#authors.set(owner, author);
    }
  }

  #heard(position: number, update: Uint8Array | null, author: string | undefined): void {
    if (position <= this.#log.position || this.#failed) return;
    if (update !== null && this.#takes(update)) {
      this.#log.note(position);
      if (author !== undefined) this.#bind(updateRanges(update), author);
    } else this.#log.miss(position);
    if (this.#log.hasHole) this.#catchUpSoon();
  }

  #takes(update: Uint8Array): boolean {
    try {
      return this.#apply(update, STORED);
    } catch {
      return false; // damaged on its way: the store has it whole
    }
  }

  /** What is missing may be on its way over the bus. */
  #catchUpSoon(): void {
    this.#cancelFetch ??= this.#host.platform.after(this.#host.limits.catchUpMs, () => void this.catchUp());
  }

  async #fetch(): Promise<void> {
    const before = this.#log.position;
    const stored = await this.#host.store.load(this.name, before);
    if (this.#failed) return;
    if (stored.position < before) return this.fail(new CodedError("SYNC_REMOVED", "the document was removed"));
    if (stored.snapshot !== undefined) this.#apply(stored.snapshot, STORED);
    const left = this.#replay(stored.updates);
    for (const [replica, author] of stored.authors ?? []) this.#authors.set(replica, author);
    if (left.length > 0) throw new CodedError("SYNC_STORE_GAP", `${left.length} updates build on what is not stored`);
    if (stored.snapshot !== undefined) this.#log.cut(stored.position - stored.updates.length);
    this.#log.reach(stored.position);
    this.#storedBytes = stored.snapshot === undefined ? this.#storedBytes + sizeOf(stored) : sizeOf(stored);
    if (stored.updates.length > 0 || stored.snapshot !== undefined) this.#host.meter.fetched();
  }

  #deliver(entry: Entry): void {
    this.#durable.push(entry);
    if (this.#durable.length === 1) void Promise.resolve().then(() => this.#fanOut());
  }

  /** Once per turn: updates that became durable together reach each watcher in one frame. */
  #fanOut(): void {
    const entries = this.#durable;
    this.#durable = [];
    const senders = new Set(entries.map((entry) => entry.from));
    const all = entries.map((entry) => entry.bytes);
    const encodeAll = memoized((handle: number) => encodeUpdates(handle, all));
    for (const watcher of [...this.#watchers]) {
      if (!senders.has(watcher)) watcher.deliver(all, encodeAll);
      else {
        const others = entries.filter((entry) => entry.from !== watcher).map((entry) => entry.bytes);
        if (others.length > 0) watcher.deliver(others, (handle) => encodeUpdates(handle, others));
      }
    }
  }

  #compactIfDue(): void {
    if (this.#compaction !== undefined || this.#failed || this.#log.length < this.#host.limits.compactAfter) return;
    const upTo = this.#log.position;
    const snapshot = this.doc.encode();
    // The document may hold more than the log up to here; what follows in the log is then applied twice, harmlessly.
    this.#compaction = this.#host.store
      .compact(this.name, snapshot, upTo, this.doc.version())
      .then(() => {
        this.#log.cut(upTo);
        this.#storedBytes = snapshot.length;
        this.#host.bus?.compacted(this.name, upTo);
      })
      .catch((error: unknown) => this.#storeFailed(error))
      .finally(() => {
        this.#compaction = undefined;
      });
  }

  #storeFailed(cause: unknown): void {
    this.fail(new CodedError("SYNC_UNAVAILABLE", "the store failed", { cause }));
  }

  /** Ends this copy of the document: whoever opens it next reads what is durable. */
  fail(error: CodedError): void {
    if (this.#failed) return;
    this.#failed = true;
    this.dispose();
    this.#tail = this.#tail.then(() => Promise.reject(error)); // what is edited here from now on is stored nowhere
    this.#tail.catch(() => undefined); // for whoever asks
    this.#host.failed(this, error);
    for (const watcher of [...this.#watchers]) watcher.lost(error);
  }
}

function authorOf(from: unknown): string | undefined {
  return isWatcher(from) ? from.author : SERVER;
}

/** Watchers are ours; an origin of the server's own may be anything. */
function isWatcher(from: unknown): from is Watcher {
  return typeof from === "object" && from !== null && "deliver" in from && "lost" in from && "author" in from;
}

function sizeOf({ snapshot, updates }: StoredDocument): number {
  return updates.reduce((sum, update) => sum + update.length, snapshot?.length ?? 0);
}

function memoized<K, V>(f: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? f(key);
    known.set(key, value);
    return value;
  };
}
