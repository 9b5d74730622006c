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
  /** An error of the server's own code. */
  report(error: unknown): void;
  /** The store failed: this document must not be used again. */
  failed(document: HubDocument, error: CodedError): void;
}

const NOTHING = new Uint8Array();

// Updates whose predecessors are missing are not kept: their sender is asked for everything since the version here. Kept
// ones would be a stranger's to pile up, and would stand in no log. A snapshot is as long as its document; what strangers send, frames bound.
const DOC_LIMITS = { maxPendingBytes: 0, maxPendingUpdates: 0, maxUpdateBytes: 2 ** 31 };

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
  /** Whether the update being applied has entered the document. */
  #entered = false;

  constructor(name: string, stored: StoredDocument, host: DocumentHost) {
    this.name = name;
    this.#host = host;
    this.#position = stored.position;
    this.#logged = stored.updates.length;
    this.presence = createPresenceBoard(host.platform, host.limits.presenceMs);
    this.doc = createDoc({ random: host.platform.random, limits: DOC_LIMITS });
    if (stored.snapshot !== undefined) this.doc.apply(stored.snapshot);
    this.#replay(stored.updates);
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

  /**
   * A write may have failed and a later one not: that one then stands in the log before what it builds on, or alone. Nothing that misses
   * something was ever acknowledged, so what is left over here is sent again.
   */
  #replay(updates: readonly Uint8Array[]): void {
    for (let left = updates, before = -1; left.length > 0 && left.length !== before; ) {
      before = left.length;
      left = left.filter((update) => !this.apply(update, undefined));
    }
  }

  /** Applies an update; a throw leaves the document as it was. False when it builds on updates that are not here. */
  apply(update: Uint8Array, from: Watcher | undefined): boolean {
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
    for (let tail: unknown; tail !== this.#tail || this.#compaction !== undefined; ) {
      tail = this.#tail; // the last append may start a compaction
      await Promise.allSettled([tail, this.#compaction]);
    }
  }

  /** Ends timers and listening. */
  dispose(): void {
    this.#stopUpdates();
    this.presence.dispose();
  }

  #append(entry: Entry): void {
    this.#entered = true;
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
    this.#tail = this.#tail.then(() => Promise.reject(error)); // what is edited here from now on is stored nowhere
    this.#tail.catch(() => undefined); // for whoever asks
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
