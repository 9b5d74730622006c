import { type UpdateRange, updateRanges } from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";
import { covers } from "../replica/outgoing.ts";
import type { StoredDocument } from "../store.ts";
import type { DocumentHost } from "./host.ts";
import { LogPosition } from "./log-position.ts";
import type { LoggedDocument } from "./log-types.ts";

/** Who writes to the log. */
interface FollowerListener {
  /** Whether the document is in an epoch. */
  isIn(epoch: number): boolean;
  /** It is in another. */
  restart(): Promise<void>;
  /** The store lacks what it had. */
  setBack(): void;
}

/** What stands in a document's log: what other hubs appended comes over the bus, or is read when positions say that something was missed. */
export class LogFollower {
  /** How far it is in the document. */
  log: LogPosition;
  /** Bytes the store holds of it, about. */
  storedBytes: number;
  /** In the log, and not in the document: what they build on did not get in. */
  #left: readonly Uint8Array[] = [];
  readonly #document: LoggedDocument;
  readonly #host: DocumentHost;
  readonly #listener: FollowerListener;
  #fetching: Promise<boolean> | undefined;
  #cancelFetch: (() => void) | undefined;
  #ended = false;

  constructor(document: LoggedDocument, host: DocumentHost, stored: StoredDocument, listener: FollowerListener) {
    this.#document = document;
    this.#host = host;
    this.#listener = listener;
    this.log = positionOf(stored);
    this.storedBytes = sizeOf(stored);
  }

  /** Takes in what was loaded. */
  begin(updates: readonly Uint8Array[]): void {
    this.#left = this.#replay(updates);
  }

  /** The document has become what is stored of another epoch. */
  restart(stored: StoredDocument, isComplete: boolean): void {
    this.log = positionOf(stored);
    this.storedBytes = sizeOf(stored);
    this.#left = isComplete ? [] : stored.updates;
  }

  get fetching(): Promise<boolean> | undefined {
    return this.#fetching;
  }

  /** This hub has stored something, which is in the document. */
  stored(position: number): void {
    this.log.note(position);
    if (this.log.hasHole) this.#catchUpSoon();
  }

  /** Another hub has stored something. */
  heard(position: number, take: () => boolean): void {
    if (position <= this.log.position || this.#ended) return;
    if (take()) this.log.note(position);
    else this.log.miss(position);
    if (this.log.hasHole) this.#catchUpSoon();
  }

  /** Whether all that is in the log is in the document. */
  hasAll(): boolean {
    if (this.#left.length === 0) return true;
    const version = this.#document.content.version();
    const isKnown = (range: UpdateRange): boolean => covers(version, range);
    this.#left = this.#left.filter((update) => !updateRanges(update).every(isKnown));
    return this.#left.length === 0;
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
        if (this.log.hasHole && !this.#ended) this.#catchUpSoon();
      });
    return this.#fetching;
  }

  /** Ends timers. */
  end(): void {
    this.#cancelFetch?.();
    this.#ended = true;
  }

  /** What is missing may be on its way over the bus. */
  #catchUpSoon(): void {
    this.#cancelFetch ??= this.#host.platform.after(this.#host.limits.catchUpMs, () => void this.catchUp());
  }

  async #fetch(): Promise<void> {
    const before = this.log.position;
    const { name } = this.#document;
    const stored = await this.#host.store.load(name, before);
    if (this.#ended) return;
    if (stored.position === 0 && before > 0) return this.#removed();
    if (stored.position < before) return this.#listener.setBack();
    if (!this.#listener.isIn(stored.epoch ?? 0) && stored.position > 0) return this.#listener.restart();
    if (stored.snapshot !== undefined) this.#document.takeStored(stored.snapshot);
    const left = this.#replay(stored.updates);
    this.#document.know(stored.authors ?? new Map());
    if (left.length > 0) throw new CodedError("SYNC_STORE_GAP", `${left.length} updates build on what is not stored`);
    if (stored.snapshot !== undefined) this.log.cut(stored.position - stored.updates.length);
    this.log.reach(stored.position);
    this.storedBytes = stored.snapshot === undefined ? this.storedBytes + sizeOf(stored) : sizeOf(stored);
    if (stored.updates.length > 0 || stored.snapshot !== undefined) this.#host.meter.fetched();
  }

  /** By another hub, whose word the bus has lost; or the store was emptied, which looks the same from here. */
  #removed(): void {
    const error = new CodedError("SYNC_REMOVED", "the document was removed");
    this.#host.meter.storeSetBacks++;
    this.#host.report(error);
    this.#document.fail(error);
  }

  /**
   * A write may have failed and a later one not: in a store that does not check claims, that one then stands in the log before what it builds on,
   * or alone. Nothing that misses something was ever acknowledged, so what is left over here is sent again.
   */
  #replay(updates: readonly Uint8Array[]): readonly Uint8Array[] {
    let left = updates;
    for (let before = -1; left.length > 0 && left.length !== before; ) {
      before = left.length;
      left = left.filter((update) => !this.#document.takeStored(update));
    }
    return left;
  }
}

function positionOf({ position, updates }: StoredDocument): LogPosition {
  return new LogPosition(position, position - updates.length);
}

function sizeOf({ snapshot, updates }: StoredDocument): number {
  return updates.reduce((sum, update) => sum + update.length, snapshot?.length ?? 0);
}
