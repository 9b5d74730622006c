import {
  createDoc,
  type Doc,
  decodeVersion,
  encodeVersion,
  updateRanges,
  type Version,
  versionCovers,
} from "../crdt/index.ts";
import { decodeValue, encodeValue } from "../wire/index.ts";
import { covers } from "./outgoing.ts";
import type { SyncPlatform } from "./platform.ts";
import type { DocumentLog, StoredDocument } from "./store.ts";
import type { Unsaved } from "./unsaved.ts";

/**
 * What the store of this device has: `none`, there is no store; `loading`; `saving`, edits are on their way to it; `saved`, it has everything;
 * `failed`, it took something not, which is kept in memory and tried again: see `storeError`.
 * @public
 */
export type StoredStatus = "none" | "loading" | "saving" | "saved" | "failed";

/** What a log needs. */
export interface LocalLogHost {
  readonly doc: Doc;
  readonly name: string;
  readonly platform: SyncPlatform;
  readonly unsaved: Unsaved;
  /** What the document held before anybody watched it. */
  readonly before: Version;
  changed(status: StoredStatus, error: unknown): void;
  /** An entry of the log, which is about to enter the document. False: it is to be left out. */
  read?(update: Uint8Array): boolean;
  /** Those that the hub may not have, one by one. */
  pending?(): readonly Uint8Array[];
  /** How what was stored became what the document is: for sessions that still have what was. */
  renewals?(): Uint8Array | undefined;
  /** What that gave in another session, once the document holds the snapshot: entries of what was may still come. */
  learn?(renewals: Uint8Array): void;
  /** These are in the store now, or cannot be: whoever must not be ahead of it may be told. */
  written?(updates: readonly Uint8Array[]): void;
}

const COMPACT_AFTER = 200; // entries: reading them back is what opening a document costs
const MOST_ENTRIES = 1000;
const MIN_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;
const NOTE_MS = 1000;

/**
 * A document's log in the store of this device. Updates are appended in order, one batch at a time, so that those of a burst share a write. What
 * the store refuses, a full disk for one, stays here and is tried again.
 */
export class LocalLog {
  /** Settles once the document holds what the store held, or the store could not be read. */
  readonly ready: Promise<void>;
  readonly #host: LocalLogHost;
  readonly #store: DocumentLog;
  readonly #notes: string;
  readonly #pending: string;
  #queue: Uint8Array[] = [];
  #underway: readonly Uint8Array[] = [];
  #writing: Promise<void> | undefined;
  #entries = 0;
  /** Of the last entry known to be there. */
  #position = 0;
  #failures = 0;
  /** What is not acknowledged is to be written with the next update, */
  #noted = false;
  /** or without one. */
  #isNoteDue = false;
  #cancelNote: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #stopped = false;

  constructor(host: LocalLogHost, store: DocumentLog) {
    this.#host = host;
    this.#store = store;
    this.#notes = `${host.name}\0unsaved`; // logs of their own: which operations the hub has not acknowledged,
    this.#pending = `${host.name}\0pending`; // and the transactions they are of, where they stand in a snapshot
    host.changed("loading", undefined);
    this.ready = this.#load();
  }

  /** What is not acknowledged is another: the next write says so. */
  note(): void {
    this.#noted = true;
  }

  /** Takes an update that entered the document. */
  append(update: Uint8Array): void {
    if (this.#stopped) return;
    this.#queue.push(update);
    this.#flush();
  }

  /** The hub has more than it had: soon the store will know. */
  noteSoon(): void {
    if (this.#stopped) return;
    this.#noted = true; // with the next update, if one comes before
    this.#cancelNote ??= this.#host.platform.after(NOTE_MS, () => {
      this.#cancelNote = undefined;
      this.#noteNow();
    });
  }

  /** Reads the log again: another tab may have written to it and gone without a word. */
  async reload(): Promise<void> {
    const { name } = this.#host;
    const store = this.#store;
    try {
      const [stored, notes, pending] = await Promise.all([
        store.load(name),
        store.load(this.#notes),
        store.load(this.#pending),
      ]);
      this.#merge(notes); // whose edits those are
      this.#enter(stored, pending);
    } catch {} // what cannot be read now is read when the document is opened next
  }

  /** The document has become another one: all that was stored gives way to it. */
  async replace(): Promise<void> {
    await this.ready;
    while (this.#writing !== undefined) await this.#writing;
    this.#writing = this.#replace().finally(() => {
      this.#writing = undefined;
      this.#flush();
    });
    await this.#writing;
  }

  /**
   * In one step what was gives way: a page that goes before it finds all of that, one that goes behind it nothing. What stands beside the document says
   * nothing until that holds what it speaks of.
   */
  async #replace(): Promise<void> {
    const { name, doc, unsaved, changed, renewals, pending, written } = this.#host;
    const store = this.#store;
    try {
      const queue = this.#queue.splice(0);
      const kept = renewals?.call(this.#host);
      const each = encodeValue([encodeVersion(doc.version()), ...(pending?.call(this.#host) ?? [])]); // in a snapshot, transactions are no longer told apart
      const bytes = doc.encode();
      await store.append(this.#notes, unsaved.encode());
      const at = await store.append(this.#pending, each);
      if (kept !== undefined) {
        const log = `${name}\0renewals`;
        await store.compact(log, kept, await store.append(log, kept));
      }
      const position = await store.append(name, doc.encode({ since: doc.version() })); // of its own: a snapshot replaces older ones only
      await store.compact(name, bytes, position);
      this.#entries = 0;
      await store.compact(this.#pending, each, at);
      if (queue.length > 0) written?.call(this.#host, queue);
    } catch (error) {
      this.#queue.unshift(doc.encode());
      changed.call(this.#host, "failed", error);
    }
  }

  /** What `renewals` gave, to whichever tab. */
  async renewals(): Promise<Uint8Array | undefined> {
    const { name } = this.#host;
    const store = this.#store;
    const { snapshot, updates } = await store.load(`${name}\0renewals`);
    return updates.at(-1) ?? snapshot;
  }

  /** Keeps a document that is given up, in a log of its own. */
  async keepFork(bytes: Uint8Array): Promise<void> {
    const { name } = this.#host;
    const store = this.#store;
    await store.append(`${name}\0forks`, bytes);
  }

  /** What waits is of a document that is no more. */
  drop(): void {
    this.#queue = [];
  }

  /** What is not known to be stored. */
  get waiting(): readonly Uint8Array[] {
    return [...this.#underway, ...this.#queue];
  }

  /** Resolves when nothing is being written; false when something could not be. */
  async settled(): Promise<boolean> {
    await this.ready;
    while (this.#writing !== undefined) await this.#writing;
    return this.#queue.length === 0;
  }

  /** Writes what is left, and takes no more. */
  stop(): void {
    if (this.#stopped) return;
    if (this.#cancelNote !== undefined) this.#noteNow();
    else this.#flush();
    this.#stopped = true;
    this.#cancelNote?.();
    this.#cancelRetry?.();
  }

  async #load(): Promise<void> {
    const { name, doc, before } = this.#host;
    const store = this.#store;
    try {
      const [stored, notes, pending, renewals] = await Promise.all([
        store.load(name),
        store.load(this.#notes),
        store.load(this.#pending),
        this.#host.learn && this.renewals(),
      ]);
      if (before.size > 0 && !hasAll(stored, before)) this.#queue.unshift(doc.encode()); // edits of before there was a log
      this.#merge(notes);
      this.#entries = stored.updates.length;
      this.#position = stored.position;
      this.#enter(stored, pending, renewals);
      if (this.#queue.length === 0) this.#host.changed("saved", undefined);
    } catch (error) {
      this.#host.changed("failed", error);
    }
    this.#flush();
  }

  #merge({ snapshot, updates }: StoredDocument): void {
    for (const bytes of [snapshot, ...updates])
      if (bytes !== undefined) this.#try(() => this.#host.unsaved.merge(bytes));
  }

  /** What stands beside the document speaks of its snapshot, and tells of the entries behind that how to take them. */
  #enter({ snapshot, updates }: StoredDocument, pending: StoredDocument, renewals?: Uint8Array): void {
    this.#apply(snapshot, []);
    if (renewals !== undefined) this.#try(() => this.#host.learn?.(renewals));
    this.#takeApart(pending);
    this.#apply(undefined, updates);
  }

  /** Nothing here is ever lost for one entry that cannot be read. */
  #apply(snapshot: Uint8Array | undefined, updates: readonly Uint8Array[]): void {
    const { doc } = this.#host;
    if (snapshot !== undefined && snapshot.length > 0) this.#try(() => void doc.apply(snapshot, this));
    for (const bytes of updates) {
      this.#try(() => {
        if (this.#host.read?.(bytes) !== false) doc.apply(bytes, this);
      });
    }
  }

  /** The transactions of a snapshot that the hub may not have. */
  #takeApart({ snapshot, updates }: StoredDocument): void {
    for (const bytes of [snapshot, ...updates]) {
      if (bytes === undefined) continue;
      this.#try(() => {
        const [version, ...each] = decodeValue(bytes) as Uint8Array[]; // cast: nobody else writes there
        if (version === undefined || !versionCovers(this.#host.doc.version(), decodeVersion(version))) return;
        this.#apply(undefined, each);
      });
    }
  }

  /** What builds on entries that are not there, and may still come. */
  #waitingOf({ updates }: StoredDocument): Uint8Array[] {
    const { doc, read } = this.#host;
    if (doc.pending().updates === 0) return [];
    const version = doc.version();
    const waiting: Uint8Array[] = [];
    for (const update of updates) {
      this.#try(() => {
        const isIn = updateRanges(update).every((range) => covers(version, range));
        if (!isIn && read?.call(this.#host, update) !== false) waiting.push(update);
      });
    }
    return waiting;
  }

  #try(f: () => void): void {
    try {
      f();
    } catch (error) {
      this.#host.platform.report?.(error);
    }
  }

  #noteNow(): void {
    this.#noted = true;
    this.#isNoteDue = true;
    this.#flush();
  }

  #flush(): void {
    if (this.#writing !== undefined) return;
    if (this.#queue.length === 0 && !this.#isNoteDue) return;
    this.#cancelRetry?.();
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#failures === 0) this.#flush();
    });
  }

  /** What waits, in one batch: a store makes appends that are made together durable together. */
  async #write(): Promise<void> {
    const { name, platform, unsaved, changed, written } = this.#host;
    const store = this.#store;
    await this.ready;
    const updates = this.#queue;
    this.#underway = updates;
    const noted = this.#noted;
    this.#queue = [];
    this.#noted = false;
    this.#isNoteDue = false;
    if (updates.length > 0) changed.call(this.#host, "saving", undefined);
    try {
      // The note first: a crash between the two may count too little as acknowledged, never too much.
      const notes = noted ? [store.append(this.#notes, unsaved.encode())] : [];
      const results = await Promise.allSettled([...notes, ...updates.map((update) => store.append(name, update))]);
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      this.#failures = 0;
      this.#entries += updates.length;
      const position = Math.max(0, ...results.slice(notes.length).map((result) => (result as { value: number }).value)); // cast: none was rejected
      if (position > 0) this.#reached(position);
      await this.#compact(noted);
      if (this.#queue.length === 0) changed.call(this.#host, "saved", undefined);
    } catch (error) {
      this.#queue = [...updates, ...this.#queue]; // twice in the log does no harm
      this.#noted ||= noted;
      changed.call(this.#host, "failed", error);
      const wait = Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** this.#failures++);
      if (!this.#stopped) this.#cancelRetry = platform.after(wait, () => this.#flush());
    }
    this.#underway = [];
    if (updates.length > 0) written?.call(this.#host, updates);
  }

  /** Positions rise: one that does not tells that somebody emptied the store. Then everything goes in again. */
  #reached(position: number): void {
    if (position <= this.#position) {
      this.#queue.unshift(this.#host.doc.encode());
      this.#noted = true;
    }
    this.#position = position;
  }

  /**
   * Replaces the log by one snapshot, from time to time. Other tabs append to the same log: what they wrote is read first, so that the snapshot
   * covers all it replaces.
   */
  async #compact(noted: boolean): Promise<void> {
    const { name, doc, unsaved } = this.#host;
    const store = this.#store;
    if (this.#entries < (unsaved.count() > 0 ? MOST_ENTRIES : COMPACT_AFTER)) return; // in a snapshot, transactions are no longer told apart
    this.#entries = 0;
    const [stored, notes] = await Promise.all([store.load(name), noted ? store.load(this.#notes) : undefined]);
    this.#apply(stored.snapshot, stored.updates);
    const bytes = doc.encode();
    for (const entry of this.#waitingOf(stored)) await store.append(name, entry); // what waits stands in no snapshot
    await store.compact(name, bytes, stored.position);
    if (notes === undefined || notes.position === 0) return;
    this.#merge(notes);
    await store.compact(this.#notes, unsaved.encode(), notes.position);
  }
}

function hasAll({ snapshot, updates }: StoredDocument, version: Version): boolean {
  const stored = createDoc({});
  try {
    for (const bytes of [snapshot, ...updates]) if (bytes !== undefined) stored.apply(bytes);
  } catch {
    return false;
  }
  return versionCovers(stored.version(), version);
}
