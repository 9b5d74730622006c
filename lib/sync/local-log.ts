import { createDoc, type Doc, encodeVersion, type Version, versionCovers } from "../crdt/index.ts";
import { encodeValue } from "../wire/index.ts";
import { isOfAnotherEpoch, LogReader, type LogReaderHost } from "./log-reader.ts";
import { isSame } from "./outgoing.ts";
import type { DocumentLog, StoredDocument } from "./store.ts";

/**
 * What the store of this device has: `none`, there is no store; `loading`; `saving`, edits are on their way to it; `saved`, it has everything;
 * `failed`, it took something not, which is kept in memory and tried again: see `storeError`.
 * @public
 */
export type StoredStatus = "none" | "loading" | "saving" | "saved" | "failed";

/** What a log needs. */
export interface LocalLogHost extends LogReaderHost {
  readonly name: string;
  /** What the document held before anybody watched it. */
  readonly before: Version;
  changed(status: StoredStatus, error: unknown): void;
  /** Those that the hub may not have, one by one. */
  pending?(): readonly Uint8Array[];
  /** How what was stored became what the document is: for sessions that still have what was. */
  renewals?(): Uint8Array | undefined;
  /** These are in the store now, or cannot be: whoever must not be ahead of it may be told. */
  written?(updates: readonly Uint8Array[]): void;
}

/** All that was stored is to give way to what the document is. */
interface Replacement {
  /** Up to where what was stored is part of that; undefined: up to wherever the log has got. */
  upTo: number | undefined;
  readonly since: number;
  readonly done: (() => void)[];
}

const COMPACT_AFTER = 200; // entries: reading them back is what opening a document costs
const MOST_ENTRIES = 1000;
const MIN_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;
const NOTE_MS = 1000;
const PATIENCE_MS = 5000; // who waits for the store that long goes on without it
const MOST_TRIES = 10;

/**
 * A document's log in the store of this device. Updates are appended in order, one batch at a time, so that those of a burst share a write. What
 * the store refuses, a full disk for one, stays here and is tried again.
 */
export class LocalLog {
  /** Settles once the document holds what the store held, or the store could not be read. */
  readonly ready: Promise<void>;
  readonly #host: LocalLogHost;
  readonly #store: DocumentLog;
  readonly #reader: LogReader;
  readonly #notes: string;
  readonly #pending: string;
  #queue: Uint8Array[] = [];
  #underway: readonly Uint8Array[] = [];
  #replacement: Replacement | undefined;
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
    this.#reader = new LogReader(host, this);
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

  /**
   * Reads the log again: another tab may have written to it and gone without a word.
   * @returns Up to where that is part of the document now, for `replace`: what comes later stays behind that.
   */
  async reload(): Promise<number | undefined> {
    const { name, doc } = this.#host;
    const store = this.#store;
    try {
      await store.append(name, nothingOf(doc)); // a snapshot replaces older ones only
      const [stored, notes, pending] = await Promise.all([
        store.load(name),
        store.load(this.#notes),
        store.load(this.#pending),
      ]);
      if (isOfAnotherEpoch(stored, doc)) return undefined;
      this.#reader.merge(notes); // whose edits those are
      this.#reader.enter(stored, pending);
      return stored.position;
    } catch {
      return undefined; // what cannot be read now is read when the document is opened next
    }
  }

  /**
   * The document has become another one: all that was stored gives way to it. Nothing else is written until it has. Resolves when it has, or when the
   * store does not take it for some seconds.
   * @param upTo - What `reload` gave, just before; by default all that stands there by then.
   */
  replace(upTo?: number): Promise<void> {
    return new Promise((resolve) => {
      this.#replacement = {
        upTo,
        since: this.#host.platform.now(),
        done: [...(this.#replacement?.done ?? []), resolve],
      };
      this.#flush();
    });
  }

  /** What `renewals` gave, to whichever tab. */
  async renewals(): Promise<Uint8Array | undefined> {
    const { snapshot, updates } = await this.#store.load(`${this.#host.name}\0renewals`);
    return updates.at(-1) ?? snapshot;
  }

  /** Keeps a document that is given up, in a log of its own. */
  async keepFork(bytes: Uint8Array): Promise<void> {
    await this.#store.append(`${this.#host.name}\0forks`, bytes);
  }

  /** What waits is of a document that is no more. */
  drop(): void {
    this.#queue = [];
    this.#underway = [];
  }

  /** What is not known to be stored. */
  get waiting(): readonly Uint8Array[] {
    return [...this.#underway, ...this.#queue];
  }

  /** Resolves when nothing is being written; false when something could not be. */
  async settled(): Promise<boolean> {
    await this.ready;
    while (this.#writing !== undefined) await this.#writing;
    return this.#queue.length === 0 && this.#replacement === undefined;
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
      this.#reader.merge(notes);
      this.#entries = stored.updates.length;
      this.#position = stored.position;
      this.#reader.enter(stored, pending, renewals);
      if (this.#queue.length === 0) this.#host.changed("saved", undefined);
    } catch (error) {
      this.#host.changed("failed", error);
    }
    this.#flush();
  }

  #noteNow(): void {
    this.#noted = true;
    this.#isNoteDue = true;
    this.#flush();
  }

  #flush(): void {
    if (this.#writing !== undefined) return;
    if (this.#queue.length === 0 && !this.#isNoteDue && this.#replacement === undefined) return;
    this.#cancelRetry?.();
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#failures === 0) this.#flush();
    });
  }

  /** What waits, in one batch. */
  async #write(): Promise<void> {
    const { platform, changed, written } = this.#host;
    await this.ready;
    const [noted, replacement] = [this.#noted, this.#replacement];
    this.#underway = this.#queue;
    this.#queue = [];
    this.#noted = false;
    this.#isNoteDue = false;
    if (this.#underway.length > 0) changed.call(this.#host, "saving", undefined);
    try {
      if (replacement === undefined) await this.#append(this.#underway, noted);
      else await this.#replace(replacement);
      this.#failures = 0;
      if (this.#queue.length === 0) changed.call(this.#host, "saved", undefined);
    } catch (error) {
      this.#queue = [...this.#underway, ...this.#queue]; // twice in the log does no harm
      this.#noted ||= noted;
      changed.call(this.#host, "failed", error);
      const wait = Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** this.#failures++);
      if (!this.#stopped) this.#cancelRetry = platform.after(wait, () => this.#flush());
    }
    const updates = this.#underway;
    this.#underway = [];
    if (updates.length > 0) written?.call(this.#host, updates);
  }

  /** A store makes appends that are made together durable together. */
  async #append(updates: readonly Uint8Array[], noted: boolean): Promise<void> {
    const { name, unsaved } = this.#host;
    const store = this.#store;
    // The note first: a crash between the two may count too little as acknowledged, never too much.
    const notes = noted ? [store.append(this.#notes, unsaved.encode())] : [];
    const results = await Promise.allSettled([...notes, ...updates.map((update) => store.append(name, update))]);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    this.#entries += updates.length;
    const position = Math.max(0, ...results.slice(notes.length).map((result) => (result as { value: number }).value)); // cast: none was rejected
    if (position > 0) this.#reached(position);
    await this.#compact(noted);
  }

  /** Positions rise: one that does not tells that somebody emptied the store. Then everything goes in again. */
  #reached(position: number): void {
    if (position <= this.#position) {
      this.#queue.unshift(this.#host.doc.encode());
      this.#noted = true;
    }
    this.#position = position;
  }

  async #replace(replacement: Replacement): Promise<void> {
    const { platform } = this.#host;
    try {
      for (let tries = 0; !(await this.#tryToReplace(replacement)); tries++)
        if (tries > MOST_TRIES) throw new Error("other tabs replace the log all the time");
    } catch (error) {
      if (platform.now() - replacement.since > PATIENCE_MS) for (const done of replacement.done.splice(0)) done();
      throw error;
    }
    if (this.#replacement === replacement) this.#replacement = undefined;
    for (const done of replacement.done) done();
  }

  /**
   * In one step what was gives way: a page that goes before it finds all of that, one that goes behind it nothing. What stands beside the document says
   * nothing until that holds what it speaks of.
   * @returns False when another tab's snapshot was in the way.
   */
  async #tryToReplace(replacement: Replacement): Promise<boolean> {
    const { name, doc, unsaved, renewals, pending } = this.#host;
    const store = this.#store;
    replacement.upTo ??= await store.append(name, nothingOf(doc)); // of its own: a snapshot replaces older ones only
    const kept = renewals?.call(this.#host);
    const each = encodeValue([encodeVersion(doc.version()), ...(pending?.call(this.#host) ?? [])]); // in a snapshot, transactions are no longer told apart
    const bytes = doc.encode();
    await store.append(this.#notes, unsaved.encode());
    const at = await store.append(this.#pending, each);
    if (kept !== undefined) {
      const log = `${name}\0renewals`;
      await store.compact(log, kept, await store.append(log, kept));
    }
    await store.compact(name, bytes, replacement.upTo);
    const { snapshot, updates, position } = await store.load(name);
    if (snapshot === undefined || !isSame(snapshot, bytes)) {
      replacement.upTo = undefined;
      return false;
    }
    this.#entries = updates.length;
    this.#position = position;
    await store.compact(this.#pending, each, at).catch(() => undefined); // later will do
    return true;
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
    if (isOfAnotherEpoch(stored, doc)) return;
    this.#reader.enterAlone(stored);
    const bytes = doc.encode();
    for (const entry of this.#reader.waitingOf(stored)) await store.append(name, entry); // what waits stands in no snapshot
    await store.compact(name, bytes, stored.position);
    if (notes === undefined || notes.position === 0) return;
    this.#reader.merge(notes);
    await store.compact(this.#notes, unsaved.encode(), notes.position);
  }
}

/** An entry that holds nothing, to get a position with. */
function nothingOf(doc: Doc): Uint8Array {
  return doc.encode({ since: doc.version() });
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
