import type { UpdateRange } from "../../crdt/index.ts";
import { CodedError, isCodedError } from "../../errors/index.ts";
import { ownerKey } from "../claims.ts";
import type { DocumentHost } from "./host.ts";
import type { LoggedDocument } from "./log-types.ts";

/** Whose document is put back. */
interface PutBackListener {
  /** Whether the document has left memory. */
  isOver(): boolean;
}

/**
 * A store that has lost what it had acknowledged, as a database that was emptied or a copy that lagged and took its place, is given it again by the hubs that
 * have it in memory; then they read the document anew.
 */
export class PutBack {
  running: Promise<void> | undefined;
  readonly #host: DocumentHost;
  readonly #document: LoggedDocument;
  readonly #listener: PutBackListener;

  constructor(host: DocumentHost, document: LoggedDocument, listener: PutBackListener) {
    this.#host = host;
    this.#document = document;
    this.#listener = listener;
  }

  /** @param isFirst - The other hubs do not know. */
  start(isFirst: boolean, epoch: number, cause: unknown): void {
    if (this.running !== undefined) return;
    this.#host.meter.storeSetBacks++;
    this.running = this.#run(isFirst, epoch)
      .catch((error: unknown) => this.#host.report(error))
      .finally(() => {
        this.running = undefined;
        this.#document.fail(new CodedError("SYNC_UNAVAILABLE", "the store was set back", { cause }));
      });
  }

  async #run(isFirst: boolean, epoch: number): Promise<void> {
    const { bus, platform, limits } = this.#host;
    // Perhaps it was removed: another hub says so.
    if (bus !== undefined) await new Promise<void>((heard) => platform.after(limits.catchUpMs, heard));
    if (this.#listener.isOver()) return;
    await this.#write(epoch);
    if (isFirst) bus?.setBack(this.#document.name);
  }

  /** The document, and then whose its replicas are: a store that knew their numbers alone would take what is sent again for stored. */
  async #write(epoch: number): Promise<void> {
    const { name, content, authors } = this.#document;
    const { store } = this.#host;
    const byAuthor = new Map<string | undefined, UpdateRange[]>();
    for (const [replica, to] of content.version()) {
      const author = authors.get(ownerKey(replica));
      const ranges = byAuthor.get(author) ?? [];
      byAuthor.set(author, ranges);
      ranges.push({ replica, from: 0, to });
    }
    const { doc } = content;
    const nothing = doc.encode({ since: doc.version() });
    await store.append(name, doc.encode(), { ranges: [], author: undefined, epoch });
    for (const [author, ranges] of byAuthor) await store.append(name, nothing, { ranges, author, epoch });
  }
}

/** What an append was answered tells that the store has lost something. */
export function setBack(position: number): CodedError {
  return new CodedError("SYNC_STORE_GAP", `the store has position ${position}, and had it before`, { value: position });
}

/** Whether the store lacks what it had. */
export function isSetBack(error: unknown): boolean {
  return isCodedError(error) && (error.code === "SYNC_STORE_GAP" || error.code === "SYNC_STORE_POSITION");
}
