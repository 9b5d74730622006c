import { createDoc, type Doc, decodeVersion, encodeVersion, versionCovers } from "../crdt/index.ts";
import { CodedError, isCodedError } from "../errors/index.ts";
import type { Limits } from "./hub-limits.ts";
import { createPresenceBoard, type PresenceBoard, type PresenceWatcher } from "./hub-presence.ts";
import { encodeUpdates } from "./outbox.ts";
import type { SyncPlatform } from "./platform.ts";
import type { Store, StoredDocument } from "./store.ts";

/** One connection's side of an open document. */
export interface Watcher extends PresenceWatcher {
  /** Durable updates of others, oldest first. `encode` yields their frame, made once for all who use one handle. */
  deliver(updates: readonly Uint8Array[], encode: (handle: number) => Uint8Array): void;
  /** The document's store failed: nothing more will come. */
  lost(error: CodedError): void;
}

/** What a document needs from its hub. */
export interface DocumentHost {
  readonly store: Store;
  readonly platform: SyncPlatform;
  readonly limits: Limits;
  /** The store failed: this document must not be used again. */
  failed(document: HubDocument, error: CodedError): void;
}

const NOTHING = new Uint8Array();

// Updates whose predecessors are missing are not kept: their sender is asked for everything since the version here. Kept
// ones would be a stranger's to pile up, and would stand in no log.
const NO_PENDING = { maxPendingBytes: 0, maxPendingUpdates: 0 };

interface Entry {
  readonly bytes: Uint8Array;
  readonly from: unknown;
}

/**
 * A document in memory, its store behind it and its watchers in front. Whatever enters the document is appended to the
 * store first and reaches the watchers once it is durable.
 */
export class HubDocument {
  readonly name: string;
  readonly doc: Doc;
  readonly presence: PresenceBoard;
  readonly #host: DocumentHost;
  readonly #watchers = new Set<Watcher>();
  readonly #stopUpdates: () => void;
  #position: number;
  #logged: number;
  #tail: Promise<void> = Promise.resolve();
  #compaction: Promise<void> | undefined;
  #durable: Entry[] = [];
  #failed = false;

  constructor(name: string, stored: StoredDocument, host: DocumentHost) {
    this.name = name;
    this.#host = host;
    this.#position = stored.position;
    this.#logged = stored.updates.length;
    this.presence = createPresenceBoard(host.platform, host.limits.presenceMs);
    this.doc = createDoc({ random: host.platform.random, limits: NO_PENDING });
    if (stored.snapshot !== undefined) this.doc.apply(stored.snapshot);
    for (const update of stored.updates) this.doc.apply(update);
    // Not what a peer sent, but what entered the document: also what an update released from waiting, and edits made here.
    this.#stopUpdates = this.doc.onUpdate((bytes, from) => this.#append({ bytes, from }));
  }

  /** Reads a document from its store. */
  static async load(name: string, host: DocumentHost): Promise<HubDocument> {
    return new HubDocument(name, await host.store.load(name), host);
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      this.presence.remove(watcher);
    };
  }

  /** Applies a watcher's update; a throw leaves the document as it was. False when it builds on updates that are not here. */
  apply(update: Uint8Array, from: Watcher): boolean {
    try {
      return !this.doc.apply(update, from).pending;
    } catch (error) {
      if (isCodedError(error) && error.code === "CRDT_PENDING_FULL") return false;
      throw error;
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
    await Promise.allSettled([this.#tail, this.#compaction]);
  }

  /** Ends timers and listening. */
  dispose(): void {
    this.#stopUpdates();
    this.presence.dispose();
  }

  #append(entry: Entry): void {
    const written = this.#host.store.append(this.name, entry.bytes).then((position) => {
      this.#position = Math.max(this.#position, position);
      this.#logged++;
      this.#durable.push(entry);
      if (this.#durable.length === 1) void Promise.resolve().then(() => this.#fanOut());
      this.#compactIfDue();
    });
    this.#tail = Promise.all([this.#tail, written]).then(() => undefined);
    this.#tail.catch((error: unknown) => this.#fail(error));
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
    if (this.#compaction !== undefined || this.#logged < this.#host.limits.compactAfter) return;
    const folded = this.#logged;
    // The document may hold more than the log up to here; what follows in the log is then applied twice, harmlessly.
    this.#compaction = this.#host.store
      .compact(this.name, this.doc.encode(), this.#position)
      .then(() => {
        this.#logged -= folded;
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#compaction = undefined;
      });
  }

  #fail(cause: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.dispose();
    const error = new CodedError("SYNC_UNAVAILABLE", "the store failed", { cause });
    this.#host.failed(this, error);
    for (const watcher of [...this.#watchers]) watcher.lost(error);
  }
}

function memoized<K, V>(f: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? f(key);
    known.set(key, value);
    return value;
  };
}
