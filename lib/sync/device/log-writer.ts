import { createDoc, type Doc, encodeVersion, epochOf, type Version, versionCovers } from "../../crdt/index.ts";
import { encodeValue } from "../../wire/index.ts";
import { isSame } from "../replica/outgoing.ts";
import { Unsaved } from "../replica/unsaved.ts";
import type { DocumentLog, StoredDocument } from "../store.ts";
import { isOfAnotherEpoch, LogReader, type LogReaderHost, versionOf } from "./log-reader.ts";

/** Whose log is written. */
export interface LogWriterHost extends LogReaderHost {
  readonly name: string;
  /** Those that the hub may not have, one by one. */
  pending?(): readonly Uint8Array[];
  /** How what was stored became what the document is: for sessions that still have what was. */
  renewals?(): Uint8Array | undefined;
  /** What was stored of an epoch before, and sent to nobody. */
  gaveUp?(epoch: number, fork: Uint8Array): void;
}

const COMPACT_AFTER = 200; // entries: reading them back is what opening a document costs
const MOST_ENTRIES = 1000;
const MOST_TRIES = 10;
const ANEW = 2 ** 19; // a log that begins anew, as the one before was deleted, begins higher

/** A document in the store of this device: what is written there, and in which order, so that a page may go at any moment. */
export class LogWriter {
  readonly #host: LogWriterHost;
  readonly #store: DocumentLog;
  readonly #reader: LogReader;
  readonly #notes: string;
  readonly #pending: string;
  readonly #renewals: string;
  #entries = 0;
  /** Of the last entry known to be there. */
  #position = 0;

  /** @param origin - Of what enters the document from there. */
  constructor(host: LogWriterHost, store: DocumentLog, origin: unknown) {
    this.#host = host;
    this.#store = store;
    this.#reader = new LogReader(host, origin);
    this.#notes = `${host.name}\0unsaved`; // logs of their own: which operations the hub has not acknowledged,
    this.#pending = `${host.name}\0pending`; // the transactions they are of, where they stand in a snapshot,
    this.#renewals = `${host.name}\0renewals`; // and what `renewals` gave
  }

  /**
   * Brings what is stored into the document.
   * @param before - What the document held by then.
   * @returns That, where it is not stored.
   */
  async load(before: Version): Promise<Uint8Array | undefined> {
    const [stored, notes, pending, renewals] = await Promise.all([
      ...this.#loads(),
      this.#host.learn && this.renewals(),
    ] as const);
    const early = before.size > 0 && !hasAll(stored, before) ? this.#host.doc.encode() : undefined;
    this.#reader.merge(notes);
    this.#entries = stored.updates.length;
    this.#position = stored.position;
    this.#reader.enter(stored, pending, renewals);
    return early;
  }

  /**
   * As `load`, where that had failed: by now the document may be in an epoch that what is stored never saw. Then what of it the hub has not becomes a fork.
   * @returns As `load`; or that all that is stored is to give way.
   */
  async loadLate(): Promise<Uint8Array | "gone" | undefined> {
    const { doc, gaveUp } = this.#host;
    const [stored, notes] = await Promise.all(this.#loads());
    const old = createDoc({ limits: { maxUpdateBytes: 2 ** 31 } });
    for (const bytes of [stored.snapshot, ...stored.updates])
      if (bytes !== undefined && bytes.length > 0) this.#reader.attempt(() => void old.apply(bytes));
    const epoch = epochOf(doc.version());
    if (epochOf(old.version()) >= epoch || old.version().size === 0) return this.load(doc.version());
    const unsaved = new Unsaved(old);
    for (const bytes of [notes.snapshot, ...notes.updates])
      if (bytes !== undefined) this.#reader.attempt(() => unsaved.merge(bytes));
    if (unsaved.count() > 0) {
      const fork = old.encode();
      await this.keepFork(fork);
      gaveUp?.call(this.#host, epoch, fork);
    }
    return "gone";
  }

  /**
   * Reads the log again: another tab may have written to it and gone without a word.
   * @returns Up to where that is part of the document now, for `replace`: what comes later stays behind that.
   */
  async reload(): Promise<number | undefined> {
    const { name, doc } = this.#host;
    try {
      await this.#store.append(name, nothingOf(doc)); // a snapshot replaces older ones only
      const [stored, notes, pending] = await Promise.all(this.#loads());
      if (isOfAnotherEpoch(stored, doc)) return undefined;
      this.#reader.merge(notes); // whose edits those are
      this.#reader.enter(stored, pending);
      return stored.position;
    } catch {
      return undefined; // what cannot be read now is read when the document is opened next
    }
  }

  /** What `renewals` gave, to whichever tab. */
  async renewals(): Promise<Uint8Array | undefined> {
    const { snapshot, updates } = await this.#store.load(this.#renewals);
    return updates.at(-1) ?? snapshot;
  }

  /** Keeps a document that is given up, in a log of its own. */
  async keepFork(bytes: Uint8Array): Promise<void> {
    await this.#store.append(`${this.#host.name}\0forks`, bytes);
  }

  /**
   * Adds updates, and what is not acknowledged. A store makes appends that are made together durable together.
   * @returns False when somebody has emptied the store: then everything is to go in again.
   */
  async append(updates: readonly Uint8Array[], noted: boolean): Promise<boolean> {
    const { name, unsaved } = this.#host;
    const store = this.#store;
    // The note first: a crash between the two may count too little as acknowledged, never too much.
    const notes = noted ? [store.append(this.#notes, unsaved.encode())] : [];
    const results = await Promise.allSettled([...notes, ...updates.map((update) => store.append(name, update))]);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    this.#entries += updates.length;
    const positions = results.slice(notes.length).map((result) => (result as { value: number }).value); // cast: none was rejected
    const isThere = positions.length === 0 || (await this.#isThere(Math.min(...positions)));
    this.#position = Math.max(...positions, isThere ? this.#position : 0);
    await this.#compact(noted);
    return isThere;
  }

  /** Whether what was stored before this position is still there. */
  async #isThere(position: number): Promise<boolean> {
    const { name, doc } = this.#host;
    const version = doc.version();
    if (this.#position === 0) return versionCovers(versionOf(await this.#store.load(name)), version); // nothing was there, so nothing tells
    return position > this.#position && position < this.#position + ANEW;
  }

  /**
   * All that is stored gives way to what the document is.
   * @param place - `upTo`: what `reload` gave; undefined: wherever the log has got. `isCut`: at least up to where this session has written.
   */
  async replace(place: { upTo: number | undefined; readonly isCut: boolean }): Promise<void> {
    if (place.isCut && place.upTo !== undefined) place.upTo = Math.max(place.upTo, this.#position);
    for (let tries = 0; !(await this.#tryToReplace(place)); tries++)
      if (tries > MOST_TRIES) throw new Error("other tabs replace the log all the time");
  }

  /**
   * In one step what was gives way: a page that goes before it finds all of that, one that goes behind it nothing. What stands beside the document says
   * nothing until that holds what it speaks of.
   * @returns False when another tab's snapshot was in the way.
   */
  async #tryToReplace(place: { upTo: number | undefined }): Promise<boolean> {
    const { name, doc, unsaved, renewals, pending } = this.#host;
    const store = this.#store;
    place.upTo ??= await store.append(name, nothingOf(doc)); // of its own: a snapshot replaces older ones only
    const kept = renewals?.call(this.#host);
    const each = encodeValue([encodeVersion(doc.version()), ...(pending?.call(this.#host) ?? [])]); // in a snapshot, transactions are no longer told apart
    const bytes = doc.encode();
    await store.append(this.#notes, unsaved.encode());
    const at = await store.append(this.#pending, each);
    if (kept !== undefined) {
      const log = this.#renewals;
      await store.compact(log, kept, await store.append(log, kept));
    }
    await store.compact(name, bytes, place.upTo);
    const { snapshot, updates, position } = await store.load(name);
    if (snapshot === undefined || !isSame(snapshot, bytes)) {
      place.upTo = undefined;
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

  #loads(): readonly [Promise<StoredDocument>, Promise<StoredDocument>, Promise<StoredDocument>] {
    const store = this.#store;
    return [store.load(this.#host.name), store.load(this.#notes), store.load(this.#pending)];
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
