import {
  type Doc,
  decodeVersion,
  encodeVersion,
  epochOf,
  type UpdateRange,
  updateRanges,
  type Version,
} from "../../crdt/index.ts";
import { CodedError, isCodedError } from "../../errors/index.ts";
import { ownerKey } from "../claims.ts";
import type { StoredDocument } from "../store.ts";
import { HubContent } from "./content.ts";
import { FanOut, type Watcher } from "./fan-out.ts";
import type { DocumentHost } from "./host.ts";
import { HubLog } from "./log.ts";
import { type LogEntry, type LoggedDocument, SERVER } from "./log-types.ts";
import { OperationCount } from "./operations.ts";
import { createPresenceBoard, type PresenceBoard } from "./presence.ts";

/** The origin of what the store had before this hub had it: durable already. */
const STORED = Symbol("stored");

/**
 * A document in memory, its log behind it and its watchers in front. Whatever enters the document is appended to the log first and reaches the watchers once it
 * is durable.
 */
export class HubDocument implements LoggedDocument {
  readonly name: string;
  readonly content: HubContent;
  readonly presence: PresenceBoard;
  readonly log: HubLog;
  readonly authors: Map<number, string>;
  readonly #host: DocumentHost;
  readonly #watchers = new Set<Watcher>();
  readonly #fanOut = new FanOut(this.#watchers);
  readonly #stops: (() => void)[] = [];
  #failed = false;
  readonly #operations = new OperationCount();
  /** Whether the update being applied has entered the document. */
  #entered = false;

  constructor(name: string, stored: StoredDocument, host: DocumentHost) {
    this.name = name;
    this.#host = host;
    const { bus, platform, limits } = host;
    this.authors = new Map(stored.authors);
    this.presence = createPresenceBoard(platform, limits.presenceMs, bus?.presenceLine(name));
    this.content = new HubContent(host, (bytes, from) => this.#entering(bytes, from));
    this.log = new HubLog(this, host, stored);
    try {
      if (stored.snapshot !== undefined) this.content.doc.apply(stored.snapshot, STORED);
      this.log.begin(stored.updates);
    } catch (error) {
      this.dispose(); // what is damaged is asked for again and again
      throw error;
    }
    this.content.begin();
    if (bus === undefined) return;
    this.#stops.push(
      bus.hear(name, {
        appended: (position, update, author, epoch) => {
          this.log.heard(position, () => epoch === this.log.epoch && update !== null && this.#hears(update, author));
        },
        compacted: (upTo) => this.log.compacted(upTo),
        cut: () => void this.log.restart(),
        setBack: () => this.log.setBack(false),
        removed: () => this.fail(new CodedError("SYNC_REMOVED", "the document was removed")),
      }),
    );
  }

  /** Reads a document from its store. */
  static async load(name: string, host: DocumentHost): Promise<HubDocument> {
    const document = new HubDocument(name, await host.store.load(name), host);
    // What was appended between reading and listening was heard by nobody here.
    if (host.bus !== undefined) await document.log.catchUp();
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
   * Applies an update; a throw leaves the document as it was. False when it builds on updates that are not here.
   * @throws CodedError `SYNC_REPLICA_TAKEN`, `SYNC_LIMIT`, `CRDT_*`.
   */
  apply(update: Uint8Array, from: Watcher): boolean {
    const { maxDocumentBytes } = this.#host.limits;
    const { storedBytes } = this.log;
    if (storedBytes + update.length > maxDocumentBytes) {
      throw new CodedError("SYNC_LIMIT", `a document of more than ${maxDocumentBytes} bytes`, { value: storedBytes });
    }
    const ranges = updateRanges(update);
    this.#operations.take(ranges, () => this.content.version());
    this.#checkAuthor(ranges, from.author);
    return this.#apply(update, from);
  }

  get readers(): number {
    return this.#watchers.size;
  }

  /**
   * Who comes from another hub may have more of others than this one has heard of. What they bring of that would pass for writing as another, so it is read first.
   * @throws CodedError `SYNC_UNAVAILABLE` when it cannot be read now.
   */
  async knowsOthersOf(had: Version, author: string | undefined): Promise<void> {
    for (
      let reads = 0;
      reads < 2 && this.#lacksOfOthers(had, author);
      reads++ // the first may have begun before they came
    )
      if (!(await this.log.catchUp())) throw new CodedError("SYNC_UNAVAILABLE", "the store cannot be read now");
    if (this.#lacksOfOthers(had, author)) this.#host.meter.storeSetBacks++; // nobody is shown what the store has not
  }

  takeStored(update: Uint8Array): boolean {
    this.#operations.forget();
    return this.#apply(update, STORED);
  }

  get version(): Uint8Array {
    return encodeVersion(this.content.version());
  }

  /** What a replica at `version` lacks; an empty update when it lacks nothing. */
  since(version: Uint8Array): Uint8Array {
    return this.content.since(decodeVersion(version));
  }

  /** The replicas belong to whoever first wrote as them. */
  bind(ranges: readonly UpdateRange[], author: string | undefined): void {
    if (author === undefined) return;
    for (const { replica } of ranges) {
      const owner = ownerKey(replica);
      if (!this.authors.has(owner)) this.authors.set(owner, author);
    }
  }

  know(authors: ReadonlyMap<number, string>): void {
    for (const [replica, author] of authors) this.authors.set(replica, author);
  }

  deliver(entry: LogEntry): void {
    this.#fanOut.add(entry);
  }

  /** Whoever watches was told of another epoch: they come back and hear how to get to this one. Who has it open on the server goes on. */
  restart(other: Doc, authors: ReadonlyMap<number, string>): void {
    this.#fanOut.forget();
    const error = new CodedError("SYNC_CUT", "the document was cut");
    for (const watcher of [...this.#watchers]) watcher.lost(error);
    this.authors.clear();
    this.#operations.forget();
    this.know(authors);
    try {
      this.content.renew(other);
    } catch (thrown) {
      this.#host.report(thrown); // an observer's
    }
  }

  /** Ends timers and listening. */
  dispose(): void {
    this.log.end();
    this.content.end();
    for (const stop of this.#stops) stop();
    this.presence.dispose();
  }

  /** Ends this copy of the document: whoever opens it next reads what is durable. */
  fail(error: CodedError): void {
    if (this.#failed) return;
    this.#failed = true;
    this.dispose();
    this.log.reject(error);
    this.#host.failed(this, error);
    for (const watcher of [...this.#watchers]) watcher.lost(error);
  }

  #apply(update: Uint8Array, from: unknown): boolean {
    this.#entered = false;
    try {
      return !this.content.doc.apply(update, from).pending;
    } catch (error) {
      if (this.#entered) {
        this.#host.report(error); // an observer on the server threw: no fault of whoever sent the update
        return true;
      }
      if (isCodedError(error) && error.code === "CRDT_PENDING_FULL") return false;
      throw error;
    }
  }

  #lacksOfOthers(had: Version, author: string | undefined): boolean {
    const known = this.content.version();
    for (const [key, count] of had) {
      const owner = this.authors.get(ownerKey(key));
      if (owner !== undefined && owner !== author && count > (known.get(key) ?? 0)) return true;
    }
    return false;
  }

  /** Nobody writes as a replica of another, nor as one of an epoch, by which all would believe to be in that; passing on what is here already is no writing. */
  #checkAuthor(ranges: readonly UpdateRange[], author: string | undefined): void {
    let version: Version | undefined;
    for (const { replica, to } of ranges) {
      const id = ownerKey(replica);
      const owner = this.authors.get(id);
      const isForeign = owner !== undefined && owner !== author;
      if (!isForeign && isOfEpoch(id, this.log.epoch)) continue;
      version ??= this.content.version();
      if (to <= (version.get(replica) ?? 0)) continue;
      throw new CodedError("SYNC_REPLICA_TAKEN", "a replica in the update belongs to another author", {
        value: id,
      });
    }
  }

  #entering(bytes: Uint8Array, from: unknown): void {
    this.#entered = true;
    const entry: LogEntry = { bytes, from, isOwn: from !== STORED && !isWatcher(from) };
    if (from === STORED) {
      this.deliver(entry);
      return;
    }
    const ranges = updateRanges(bytes);
    const author = this.#isPassedOn(ranges, from) ? undefined : authorOf(from);
    if (entry.isOwn) this.#operations.add(ranges);
    this.bind(ranges, author);
    this.log.append(entry, ranges, author);
  }

  /**
   * Who comes back after a store was lost brings what others wrote too. If that made their replicas its own, they could write no more: it is
   * taken in, and binds nobody.
   */
  #isPassedOn(ranges: readonly UpdateRange[], from: unknown): boolean {
    const brought = isWatcher(from) ? from.brought : undefined;
    if (brought === undefined || ranges.some(({ replica }) => this.authors.has(ownerKey(replica)))) return false;
    return ranges.some(({ replica, to }) => to <= (brought.get(replica) ?? 0));
  }

  #hears(update: Uint8Array, author: string | undefined): boolean {
    try {
      const ranges = updateRanges(update);
      this.#operations.add(ranges);
      const isTaken = this.#apply(update, STORED);
      if (isTaken) this.bind(ranges, author);
      return isTaken;
    } catch {
      return false; // damaged on its way: the store has it whole
    }
  }
}

/** Whether a replica may be in a document of this epoch: of those that stand for epochs, one. */
function isOfEpoch(replica: number, epoch: number): boolean {
  const stands = epochOf(new Map([[replica, 1]]));
  return stands === 0 || stands === epoch;
}

function authorOf(from: unknown): string | undefined {
  return isWatcher(from) ? from.author : SERVER;
}

/** Watchers are ours; an origin of the server's own may be anything. */
function isWatcher(from: unknown): from is Watcher {
  return typeof from === "object" && from !== null && "deliver" in from && "lost" in from && "author" in from;
}
