import { createDoc, type UpdateRange, updateRanges } from "../crdt/index.ts";
import { CodedError, isCodedError } from "../errors/index.ts";
import { Compaction } from "./hub-compaction.ts";
import { carryEdits, forgetEpochs, isMostlyGone, readEpoch, writeAnew } from "./hub-epochs.ts";
import { Gathering } from "./hub-gathering.ts";
import type { DocumentHost } from "./hub-host.ts";
import { STORED_LIMITS } from "./hub-limits.ts";
import type { LogEntry, LoggedDocument } from "./hub-log-types.ts";
import { LogPosition } from "./log-position.ts";
import { covers } from "./outgoing.ts";
import type { StoredDocument } from "./store.ts";

/** For a moment in which nothing is being written. */
const CUT_TRIES = 20;

/** A document's log at the store: what enters the document is appended; what other hubs appended comes over the bus, or is read when positions say that something was missed. */
export class HubLog {
  /** How often the document has been cut. */
  epoch: number;
  /** Bytes the store holds of it, about. */
  storedBytes: number;
  readonly #document: LoggedDocument;
  readonly #host: DocumentHost;
  #log: LogPosition;
  /** In the log, and not in the document: what they build on did not get in. */
  #left: readonly Uint8Array[] = [];
  #tail: Promise<void> = Promise.resolve();
  /** Appends that have not been answered. */
  #underway = 0;
  /** Edits of the server's own that are not durable. */
  readonly #own = new Set<LogEntry>();
  readonly #gathering: Gathering;
  readonly #compaction: Compaction;
  #fetching: Promise<boolean> | undefined;
  #restarting: Promise<void> | undefined;
  #cancelFetch: (() => void) | undefined;
  #ended = false;

  constructor(document: LoggedDocument, host: DocumentHost, stored: StoredDocument) {
    this.#document = document;
    this.#host = host;
    this.#compaction = new Compaction(host, document, {
      isCurrent: (log) => log === this.#log,
      hasAll: () => this.#hasAll(),
      compacted: (bytes) => {
        this.storedBytes = bytes;
      },
      failed: (error) => {
        if (!isOtherEpoch(error)) this.#failed(error);
      },
    });
    this.#gathering = new Gathering(host.platform, host.limits.gatherMs);
    this.epoch = stored.epoch ?? 0;
    this.#log = positionOf(stored);
    this.storedBytes = sizeOf(stored);
  }

  /** Takes in what was loaded. */
  begin(updates: readonly Uint8Array[]): void {
    this.#left = this.replay(updates);
  }

  /** Takes the epoch of whoever writes first. */
  adopt(epoch: number): boolean {
    if (this.#log.position > 0 || this.#underway > 0) return false;
    this.epoch = epoch;
    return true;
  }

  append(entry: LogEntry, ranges: readonly UpdateRange[], author: string | undefined): void {
    const { store, meter, bus } = this.#host;
    const { name } = this.#document;
    const { epoch } = this;
    this.storedBytes += entry.bytes.length;
    this.#underway++;
    if (entry.isOwn) this.#own.add(entry);
    const write = (): Promise<number> => store.append(name, entry.bytes, { ranges, author, epoch });
    const turn = this.#gathering.turn(entry.from, this.#document.readers);
    const written = (turn === undefined ? write() : turn.then(write)).then(
      (position) => {
        this.#underway--; // in one step with the position
        this.#own.delete(entry);
        meter.stored(entry.bytes.length);
        if (this.epoch !== epoch) return; // the cut has it
        bus?.appended(name, position, entry.bytes, author, epoch);
        this.#log.note(position);
        this.#document.deliver(entry);
        if (this.#log.hasHole) this.#catchUpSoon();
        this.#host.stored(name, entry.bytes, author);
        if (!this.#ended) this.#compaction.startIfDue(this.#log, this.#tail);
      },
      async (error: unknown) => {
        this.#underway--;
        if (!isOtherEpoch(error)) throw error;
        await this.restart();
        if (!entry.isOwn) throw error; // its sender brings it over
      },
    );
    this.#tail = Promise.all([this.#tail, written]).then(() => undefined);
    this.#tail.catch((error: unknown) => {
      if (!isOtherEpoch(error)) this.#failed(error);
    });
  }

  /** Resolves once all that was applied so far is durable; rejects when the store failed. */
  durable(): Promise<void> {
    return this.#tail;
  }

  /** Resolves once what was edited on the server so far is durable, also over a cut: then it is brought over. */
  async saved(): Promise<void> {
    const tail = this.#tail;
    try {
      await tail;
    } catch (error) {
      await this.#restarting;
      if (!isOtherEpoch(error) || tail === this.#tail) throw error;
      await this.saved(); // the document has been read anew
    }
  }

  /** Resolves when nothing is being written any more, however that ended. */
  async quiet(): Promise<void> {
    for (let tail: unknown; tail !== this.#tail || this.#isBusy; ) {
      tail = this.#tail; // the last append may start a compaction
      await Promise.allSettled([tail, this.#compaction.running, this.#fetching, this.#restarting]);
    }
  }

  get #isBusy(): boolean {
    return this.#compaction.running !== undefined || this.#fetching !== undefined || this.#restarting !== undefined;
  }

  /**
   * A write may have failed and a later one not: in a store that does not check claims, that one then stands in the log before what it builds on,
   * or alone. Nothing that misses something was ever acknowledged, so what is left over here is sent again.
   */
  replay(updates: readonly Uint8Array[]): readonly Uint8Array[] {
    let left = updates;
    for (let before = -1; left.length > 0 && left.length !== before; ) {
      before = left.length;
      left = left.filter((update) => !this.#document.takeStored(update));
    }
    return left;
  }

  /** Another hub has stored something. */
  heard(position: number, take: () => boolean): void {
    if (position <= this.#log.position || this.#ended) return;
    if (take()) this.#log.note(position);
    else this.#log.miss(position);
    if (this.#log.hasHole) this.#catchUpSoon();
  }

  /** Another hub has rewritten the log up to a position. */
  compacted(upTo: number): void {
    this.#log.cut(upTo);
  }

  /** Reads what others have stored since, if anything. False when it could not. */
  catchUp(): Promise<boolean> {
    this.#cancelFetch?.();
    this.#cancelFetch = undefined;
    this.#fetching ??= this.#fetch()
      .then(
        () => true,
        (error: unknown) => {
          this.#host.report(error); // the next look may succeed
          return false;
        },
      )
      .finally(() => {
        this.#fetching = undefined;
        if (this.#log.hasHole && !this.#ended) this.#catchUpSoon();
      });
    return this.#fetching;
  }

  /**
   * Writes the document anew, without what was deleted, and begins an epoch. False when it cannot be written anew, or another hub wrote meanwhile: then nothing
   * has changed.
   */
  async cut(): Promise<boolean> {
    const { store, bus, platform, limits } = this.#host;
    const { name } = this.#document;
    for (let tries = 0; this.#underway > 0 && tries < CUT_TRIES; tries++) await this.#tail.catch(() => undefined);
    if (this.#log.hasHole) await this.catchUp();
    // A position stands for all that is in the document only while nothing is on its way: what another hub appends must not be taken for that.
    if (this.#underway > 0 || this.#log.hasHole) return false;
    const upTo = this.#log.position;
    const epoch = this.epoch + 1;
    if (this.#ended || upTo === 0) return false;
    const isCut = await writeAnew(this.#host, this.#document, epoch, upTo);
    if (!isCut) return false;
    bus?.cut(name);
    await this.restart();
    forgetEpochs(store, name, platform.now() - limits.offlineMs).catch((error: unknown) => this.#host.report(error));
    return true;
  }

  /** Cuts a document that is mostly deleted. */
  async cutIfDue(): Promise<void> {
    if (isMostlyGone(this.#document.content.version(), this.#host.limits.cutAfter)) await this.cut();
  }

  /** The document is in another epoch: reads it anew. Edits of the server's own that did not get in are brought over. */
  restart(): Promise<void> {
    this.#restarting ??= this.#restart()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#restarting = undefined;
      });
    return this.#restarting;
  }

  /** Ends timers. */
  end(): void {
    this.#cancelFetch?.();
    this.#gathering.end();
    this.#ended = true;
  }

  /** What is edited from now on is stored nowhere. */
  reject(error: CodedError): void {
    this.end();
    this.#tail = this.#tail.then(() => Promise.reject(error));
    this.#tail.catch(() => undefined); // for whoever asks
  }

  async #restart(): Promise<void> {
    const { store, platform } = this.#host;
    const { name, content } = this.#document;
    const stored = await store.load(name);
    const { epoch = 0 } = stored;
    if (this.#ended || epoch === this.epoch) return;
    const before = this.epoch;
    const own = [...this.#own];
    const old = own.length > 0 && epoch === before + 1 ? await readEpoch(store, name, before) : undefined;
    if (this.#ended) return;
    const other = createDoc({ random: (length) => platform.random(length), limits: STORED_LIMITS });
    for (const bytes of [stored.snapshot, ...stored.updates]) if (bytes !== undefined) other.apply(bytes);
    this.epoch = epoch;
    this.#log = positionOf(stored);
    this.#left = other.pending().updates === 0 ? [] : stored.updates;
    this.storedBytes = sizeOf(stored);
    this.#tail = Promise.resolve();
    this.#own.clear();
    this.#document.restart(other, stored.authors ?? new Map());
    if (own.length === 0) return;
    const edits = own.map(({ bytes }) => bytes);
    const carried = old && carryEdits(content.doc, old, edits, epoch, (length) => platform.random(length));
    if (carried === undefined) throw new CodedError("SYNC_CUT", `${own.length} edits of the server were not stored`);
    content.doc.apply(carried);
  }

  #hasAll(): boolean {
    if (this.#left.length === 0) return true;
    const version = this.#document.content.version();
    this.#left = this.#left.filter((update) => !updateRanges(update).every((range) => covers(version, range)));
    return this.#left.length === 0;
  }

  /** What is missing may be on its way over the bus. */
  #catchUpSoon(): void {
    this.#cancelFetch ??= this.#host.platform.after(this.#host.limits.catchUpMs, () => void this.catchUp());
  }

  async #fetch(): Promise<void> {
    const before = this.#log.position;
    const { name } = this.#document;
    const stored = await this.#host.store.load(name, before);
    if (this.#ended) return;
    if (stored.position === 0 && before > 0)
      return this.#document.fail(new CodedError("SYNC_REMOVED", "the document was removed"));
    if (stored.position < before) {
      this.#host.meter.storeSetBacks++;
      return this.#failed(new Error("the store was set back")); // whoever has more brings it
    }
    if ((stored.epoch ?? 0) !== this.epoch && stored.position > 0) return this.restart();
    if (stored.snapshot !== undefined) this.#document.takeStored(stored.snapshot);
    const left = this.replay(stored.updates);
    this.#document.know(stored.authors ?? new Map());
    if (left.length > 0) throw new CodedError("SYNC_STORE_GAP", `${left.length} updates build on what is not stored`);
    if (stored.snapshot !== undefined) this.#log.cut(stored.position - stored.updates.length);
    this.#log.reach(stored.position);
    this.storedBytes = stored.snapshot === undefined ? this.storedBytes + sizeOf(stored) : sizeOf(stored);
    if (stored.updates.length > 0 || stored.snapshot !== undefined) this.#host.meter.fetched();
  }

  #failed(cause: unknown): void {
    this.#document.fail(new CodedError("SYNC_UNAVAILABLE", "the store failed", { cause }));
  }
}

function isOtherEpoch(error: unknown): boolean {
  return isCodedError(error) && error.code === "SYNC_STORE_EPOCH";
}

function positionOf({ position, updates }: StoredDocument): LogPosition {
  return new LogPosition(position, position - updates.length);
}

function sizeOf({ snapshot, updates }: StoredDocument): number {
  return updates.reduce((sum, update) => sum + update.length, snapshot?.length ?? 0);
}
