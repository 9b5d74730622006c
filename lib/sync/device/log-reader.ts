import { type Doc, decodeVersion, epochOf, updateRanges, type Version, versionCovers } from "../../crdt/index.ts";
import { decodeValue } from "../../wire/index.ts";
import type { SyncPlatform } from "../platform.ts";
import { covers } from "../replica/outgoing.ts";
import type { Unsaved } from "../replica/unsaved.ts";
import type { StoredDocument } from "../store.ts";

/** Whose log is read. */
export interface LogReaderHost {
  readonly doc: Doc;
  readonly platform: SyncPlatform;
  readonly unsaved: Unsaved;
  /** An entry of the log, which is about to enter the document. False: it is to be left out. */
  read?(update: Uint8Array): boolean;
  /** What `renewals` gave in another session, once the document holds the snapshot: entries of what was may still come. */
  learn?(renewals: Uint8Array): void;
}

/** Brings what stands in the store of this device into the document. Nothing is ever lost for one entry that cannot be read. */
export class LogReader {
  readonly #host: LogReaderHost;
  readonly #origin: unknown;

  constructor(host: LogReaderHost, origin: unknown) {
    this.#host = host;
    this.#origin = origin;
  }

  /** What is not acknowledged, as notes beside the log say. */
  merge({ snapshot, updates }: StoredDocument): void {
    for (const bytes of [snapshot, ...updates])
      if (bytes !== undefined) this.attempt(() => this.#host.unsaved.merge(bytes));
  }

  /** What stands beside the document speaks of its snapshot, and tells of the entries behind that how to take them. */
  enter({ snapshot, updates }: StoredDocument, pending: StoredDocument, renewals?: Uint8Array): void {
    this.#apply(snapshot, []);
    if (renewals !== undefined) this.attempt(() => this.#host.learn?.(renewals));
    this.#takeApart(pending);
    this.#apply(undefined, updates);
  }

  /** Without what stands beside it. */
  enterAlone({ snapshot, updates }: StoredDocument): void {
    this.#apply(snapshot, updates);
  }

  /** What builds on entries that are not there, and may still come. */
  waitingOf({ updates }: StoredDocument): Uint8Array[] {
    const { doc } = this.#host;
    if (doc.pending().updates === 0) return [];
    const version = doc.version();
    const waiting: Uint8Array[] = [];
    for (const update of updates) {
      this.attempt(() => {
        const isIn = updateRanges(update).every((range) => covers(version, range));
        if (!isIn && this.#host.read?.(update) !== false) waiting.push(update);
      });
    }
    return waiting;
  }

  #apply(snapshot: Uint8Array | undefined, updates: readonly Uint8Array[]): void {
    const { doc } = this.#host;
    if (snapshot !== undefined && snapshot.length > 0) this.attempt(() => void doc.apply(snapshot, this.#origin));
    for (const bytes of updates) {
      this.attempt(() => {
        if (this.#host.read?.(bytes) !== false) doc.apply(bytes, this.#origin);
      });
    }
  }

  /** The transactions of a snapshot that the hub may not have. */
  #takeApart({ snapshot, updates }: StoredDocument): void {
    for (const bytes of [snapshot, ...updates]) {
      if (bytes === undefined) continue;
      this.attempt(() => {
        const [version, ...each] = decodeValue(bytes) as Uint8Array[]; // cast: nobody else writes there
        if (version === undefined || !versionCovers(this.#host.doc.version(), decodeVersion(version))) return;
        this.#apply(undefined, each);
      });
    }
  }

  /** Nothing is lost for what cannot be read. */
  attempt(f: () => void): void {
    try {
      f();
    } catch (error) {
      this.#host.platform.report?.(error);
    }
  }
}

/** Whether what is stored means something else than the document does: it was cut, by a page of its own. */
export function isOfAnotherEpoch(stored: StoredDocument, doc: Doc): boolean {
  const version = doc.version();
  const found = versionOf(stored);
  return found.size > 0 && version.size > 0 && epochOf(found) !== epochOf(version);
}

/** How far what is stored reaches. */
export function versionOf({ snapshot, updates }: StoredDocument): Version {
  const found: Map<number, number> = new Map();
  for (const bytes of [snapshot, ...updates]) {
    if (bytes === undefined || bytes.length === 0) continue;
    try {
      for (const { replica, to } of updateRanges(bytes)) found.set(replica, Math.max(to, found.get(replica) ?? 0));
    } catch {} // what cannot be read says nothing
  }
  return found;
}
