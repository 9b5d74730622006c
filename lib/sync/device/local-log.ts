import type { Version } from "../../crdt/index.ts";
import type { DocumentLog } from "../store.ts";
import { LogWriter, type LogWriterHost } from "./log-writer.ts";

/**
 * What the store of this device has: `none`, there is no store; `loading`; `saving`, edits are on their way to it; `saved`, it has everything;
 * `failed`, it took something not, which is kept in memory and tried again: see `storeError`.
 * @public
 */
export type StoredStatus = "none" | "loading" | "saving" | "saved" | "failed";

/** What a log needs. */
export interface LocalLogHost extends LogWriterHost {
  /** What the document held before anybody watched it. */
  readonly before: Version;
  changed(status: StoredStatus, error: unknown): void;
  /** The document holds what could not be read at first. */
  readLate?(): void;
  /** These are in the store now, or cannot be: whoever must not be ahead of it may be told. */
  written?(updates: readonly Uint8Array[], areStored: boolean): void;
}

/** All that was stored is to give way to what the document is. */
interface Replacement {
  /** Up to where what was stored is part of that; undefined: up to wherever the log has got. */
  upTo: number | undefined;
  /** What this session wrote before, and was read by nobody, is of another epoch. */
  readonly isCut: boolean;
  readonly since: number;
  readonly done: (() => void)[];
}

const MIN_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;
const NOTE_MS = 1000;
const PATIENCE_MS = 5000; // who waits for the store that long goes on without it

/**
 * A document's log in the store of this device. Updates are appended in order, one batch at a time, so that those of a burst share a write. What
 * the store refuses, a full disk for one, stays here and is tried again.
 */
export class LocalLog {
  /** Settles once the document holds what the store held, or the store could not be read. */
  readonly ready: Promise<void>;
  readonly #host: LocalLogHost;
  readonly #writer: LogWriter;
  #queue: Uint8Array[] = [];
  #underway: readonly Uint8Array[] = [];
  #replacement: Replacement | undefined;
  #writing: Promise<void> | undefined;
  #failures = 0;
  /** Nothing is written to what could not be read: it may be of an epoch that is over. */
  #isUnread = false;
  /** What is not acknowledged is to be written with the next update, */
  #noted = false;
  /** or without one. */
  #isNoteDue = false;
  #cancelNote: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #stopped = false;

  constructor(host: LocalLogHost, store: DocumentLog) {
    this.#host = host;
    this.#writer = new LogWriter(host, store, this);
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

  /** Reads the log again: another tab may have written to it and gone without a word. What it gives is for `replace`. */
  reload(): Promise<number | undefined> {
    return this.#writer.reload();
  }

  /**
   * The document has become another one: all that was stored gives way to it. Nothing else is written until it has. Resolves when it has, or when the
   * store does not take it for some seconds.
   * @param upTo - What `reload` gave, just before; by default all that stands there by then.
   * @param isCut - What this session wrote since gives way too: nothing of another epoch can be read any more.
   */
  replace(upTo?: number, isCut = false): Promise<void> {
    return new Promise((resolve) => {
      this.#replacement = {
        upTo,
        isCut,
        since: this.#host.platform.now(),
        done: [...(this.#replacement?.done ?? []), resolve],
      };
      this.#flush();
    });
  }

  /** What `renewals` gave, to whichever tab. */
  renewals(): Promise<Uint8Array | undefined> {
    return this.#writer.renewals();
  }

  /** Keeps a document that is given up, in a log of its own. */
  keepFork(bytes: Uint8Array): Promise<void> {
    return this.#writer.keepFork(bytes);
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
    try {
      const early = await this.#writer.load(this.#host.before);
      if (early !== undefined) this.#queue.unshift(early);
      if (this.#queue.length === 0) this.#host.changed("saved", undefined);
    } catch (error) {
      this.#isUnread = true;
      this.#failed(error); // read again without waiting for an edit: what was not sent in earlier visits stands there
    }
    this.#flush();
  }

  /** What could not be read at first. */
  async #loadLate(): Promise<void> {
    const found = await this.#writer.loadLate();
    this.#isUnread = false;
    if (found === "gone") {
      this.#replacement ??= { upTo: undefined, isCut: true, since: this.#host.platform.now(), done: [] };
      return;
    }
    if (found !== undefined) this.#queue.unshift(found);
    this.#host.readLate?.();
  }

  #noteNow(): void {
    this.#noted = true;
    this.#isNoteDue = true;
    this.#flush();
  }

  #failed(error: unknown): void {
    const { platform, changed } = this.#host;
    changed.call(this.#host, "failed", error);
    const wait = Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** this.#failures++);
    if (!this.#stopped) this.#cancelRetry = platform.after(wait, () => this.#flush(true));
  }

  #flush(isDue: boolean = this.#isNoteDue || this.#replacement !== undefined): void {
    if (this.#writing !== undefined || (this.#queue.length === 0 && !isDue)) return;
    this.#cancelRetry?.();
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#failures === 0) this.#flush();
    });
  }

  /** What waits, in one batch. */
  async #write(): Promise<void> {
    const { changed, written } = this.#host;
    await this.ready;
    const noted = this.#noted;
    this.#underway = this.#queue;
    this.#queue = [];
    this.#noted = false;
    this.#isNoteDue = false;
    if (this.#underway.length > 0) changed.call(this.#host, "saving", undefined);
    let areStored = false;
    try {
      if (this.#isUnread) await this.#loadLate();
      const replacement = this.#replacement;
      if (replacement !== undefined) await this.#replace(replacement);
      else if (!(await this.#writer.append(this.#underway, noted))) {
        this.#queue.unshift(this.#host.doc.encode());
        this.#noted = true;
      }
      this.#failures = 0;
      areStored = true;
      if (this.#queue.length === 0) changed.call(this.#host, "saved", undefined);
    } catch (error) {
      this.#queue = [...this.#underway, ...this.#queue]; // twice in the log does no harm
      this.#noted ||= noted;
      this.#isNoteDue ||= noted;
      this.#failed(error);
    }
    const updates = this.#underway;
    this.#underway = [];
    if (updates.length > 0) written?.call(this.#host, updates, areStored);
  }

  async #replace(replacement: Replacement): Promise<void> {
    const { platform } = this.#host;
    try {
      await this.#writer.replace(replacement);
    } catch (error) {
      if (Math.abs(platform.now() - replacement.since) > PATIENCE_MS)
        for (const done of replacement.done.splice(0)) done();
      throw error;
    }
    if (this.#replacement === replacement) this.#replacement = undefined;
    for (const done of replacement.done) done();
  }
}
