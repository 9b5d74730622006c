import { createDoc, type UpdateRange } from "../../crdt/index.ts";
import { CodedError, isCodedError } from "../../errors/index.ts";
import type { StoredDocument } from "../store.ts";
import { Compaction } from "./compaction.ts";
import { carryEdits, forgetEpochs, isMostlyGone, readEpoch, writeAnew } from "./epochs.ts";
import { Gathering } from "./gathering.ts";
import type { DocumentHost } from "./host.ts";
import { STORED_LIMITS } from "./limits.ts";
import { LogFollower } from "./log-follower.ts";
import type { LogEntry, LoggedDocument } from "./log-types.ts";
import { isSetBack, PutBack, setBack } from "./put-back.ts";

/** For a moment in which nothing is being written. */
const CUT_TRIES = 20;

/** A document's log at the store: what enters the document is appended, what stands there from elsewhere is followed. */
export class HubLog {
  /** How often the document has been cut. */
  epoch: number;
  readonly #document: LoggedDocument;
  readonly #host: DocumentHost;
  #tail: Promise<void> = Promise.resolve();
  /** Appends that have not been answered. */
  #underway = 0;
  /** Edits of the server's own that are not durable. */
  readonly #own = new Set<LogEntry>();
  readonly #gathering: Gathering;
  readonly #compaction: Compaction;
  readonly #follower: LogFollower;
  #restarting: Promise<void> | undefined;
  readonly #putBack: PutBack;
  #ended = false;

  constructor(document: LoggedDocument, host: DocumentHost, stored: StoredDocument) {
    this.#document = document;
    this.#host = host;
    const follower = new LogFollower(document, host, stored, {
      isIn: (epoch) => epoch === this.epoch,
      restart: () => this.restart(),
      setBack: () => this.setBack(true),
    });
    this.#follower = follower;
    this.#compaction = new Compaction(host, document, {
      isCurrent: (log) => log === follower.log,
      hasAll: () => follower.hasAll(),
      compacted: (bytes) => {
        follower.storedBytes = bytes;
      },
      failed: (error) => {
        if (!isOtherEpoch(error)) this.failed(error);
      },
    });
    this.#putBack = new PutBack(host, document, { isOver: () => this.#ended });
    this.#gathering = new Gathering(host.platform, host.limits.gatherMs);
    this.epoch = stored.epoch ?? 0;
  }

  /** Bytes the store holds of it, about. */
  get storedBytes(): number {
    return this.#follower.storedBytes;
  }

  /** Takes in what was loaded. */
  begin(updates: readonly Uint8Array[]): void {
    this.#follower.begin(updates);
  }

  /** Takes the epoch of whoever writes first. */
  adopt(epoch: number): boolean {
    if (this.#follower.log.position > 0 || this.#underway > 0) return false;
    this.epoch = epoch;
    return true;
  }

  append(entry: LogEntry, ranges: readonly UpdateRange[], author: string | undefined): void {
    const { store, meter, bus } = this.#host;
    const { name } = this.#document;
    const { epoch } = this;
    const before = this.#follower.log.position; // the document has all up to here, and not this
    this.#follower.storedBytes += entry.bytes.length;
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
        if (position <= before) throw setBack(position);
        bus?.appended(name, position, entry.bytes, author, epoch);
        this.#follower.stored(position);
        this.#document.deliver(entry);
        this.#host.stored(name, entry.bytes, author);
        if (!this.#ended) this.#compaction.startIfDue(this.#follower.log, this.#tail);
      },
      async (error: unknown) => {
        this.#underway--;
        if (isOtherEpoch(error)) await this.restart(); // then an edit of the server's own is brought over, others by their senders
        throw error;
      },
    );
    this.#tail = Promise.all([this.#tail, written]).then(() => undefined);
    this.#tail.catch((error: unknown) => {
      if (!isOtherEpoch(error)) this.failed(error);
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
      const others = [this.#compaction.running, this.#follower.fetching, this.#restarting, this.#putBack.running];
      await Promise.allSettled([tail, ...others]);
    }
  }

  get #isBusy(): boolean {
    const others = [this.#follower.fetching, this.#restarting, this.#putBack.running];
    return [this.#compaction.running, ...others].some((each) => each !== undefined);
  }

  /** Another hub has stored something. */
  heard(position: number, take: () => boolean): void {
    this.#follower.heard(position, take);
  }

  /** Another hub has rewritten the log up to a position. */
  compacted(upTo: number): void {
    this.#follower.log.cut(upTo);
  }

  /** Reads what others have stored since, if anything. False when it could not. */
  catchUp(): Promise<boolean> {
    return this.#follower.catchUp();
  }

  /**
   * Writes the document anew, without what was deleted, and begins an epoch. False when it cannot be written anew, or another hub wrote meanwhile: then nothing
   * has changed.
   */
  async cut(): Promise<boolean> {
    const { store, bus, platform, limits } = this.#host;
    const { name } = this.#document;
    for (let tries = 0; this.#underway > 0 && tries < CUT_TRIES; tries++) await this.#tail.catch(() => undefined);
    if (this.#follower.log.hasHole) await this.catchUp();
    // A position stands for all that is in the document only while nothing is on its way: what another hub appends must not be taken for that.
    const { hasHole, position: upTo } = this.#follower.log;
    if (this.#underway > 0 || hasHole) return false;
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
      .catch((error: unknown) => this.failed(error))
      .finally(() => {
        this.#restarting = undefined;
      });
    return this.#restarting;
  }

  /** Ends timers. */
  end(): void {
    this.#follower.end();
    this.#gathering.end();
    this.#ended = true;
  }

  /** What is edited from now on is stored nowhere. */
  reject(error: CodedError): void {
    this.end();
    const fails = (): Promise<never> => Promise.reject(error);
    this.#tail = this.#tail.then(fails, fails);
    this.#tail.catch(() => undefined); // for whoever asks
  }

  /** The document leaves memory, and whoever has it open comes back. */
  failed(cause: unknown): void {
    if (isSetBack(cause)) this.setBack(true, cause);
    else this.#document.fail(new CodedError("SYNC_UNAVAILABLE", "the store failed", { cause }));
  }

  /**
   * The store has lost some of what it has acknowledged, and nobody but this hub may have it: it is put back, and the document read anew.
   * @param isFirst - The other hubs do not know.
   */
  setBack(isFirst: boolean, cause?: unknown): void {
    if (!this.#ended) this.#putBack.start(isFirst, this.epoch, cause);
  }

  async #restart(): Promise<void> {
    const { store, platform } = this.#host;
    const { name, content } = this.#document;
    const stored = await store.load(name);
    const { epoch = 0 } = stored;
    if (this.#ended || epoch === this.epoch) return;
    const before = this.epoch;
    const old = this.#own.size > 0 && epoch === before + 1 ? await readEpoch(store, name, before) : undefined;
    if (this.#ended) return;
    const own = [...this.#own]; // some may be of a moment ago
    const other = createDoc({ random: (length) => platform.random(length), limits: STORED_LIMITS });
    for (const bytes of [stored.snapshot, ...stored.updates]) if (bytes !== undefined) other.apply(bytes);
    this.epoch = epoch;
    this.#follower.restart(stored, other.pending().updates === 0);
    this.#tail = Promise.resolve();
    this.#own.clear();
    this.#document.restart(other, stored.authors ?? new Map());
    if (own.length === 0) return;
    const edits = own.map(({ bytes }) => bytes);
    const carried = old && carryEdits(content.doc, old, edits, epoch, (length) => platform.random(length));
    if (carried === undefined) throw new CodedError("SYNC_CUT", `${own.length} edits of the server were not stored`);
    content.doc.apply(carried);
  }
}

function isOtherEpoch(error: unknown): boolean {
  return isCodedError(error) && error.code === "SYNC_STORE_EPOCH";
}
