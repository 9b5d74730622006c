import type { DocumentHost } from "./host.ts";
import type { LogPosition } from "./log-position.ts";
import type { LoggedDocument } from "./log-types.ts";

/** Whose log is rewritten. */
interface CompactionListener {
  /** False once the document was cut: then this is not its log any more. */
  isCurrent(log: LogPosition): boolean;
  /** Whether all that is in the log is in the document. */
  hasAll(): boolean;
  /** The store holds so many bytes of it now. */
  compacted(bytes: number): void;
  failed(error: unknown): void;
}

/** Rewrites a long log as one snapshot. */
export class Compaction {
  running: Promise<void> | undefined;
  readonly #host: DocumentHost;
  readonly #document: LoggedDocument;
  readonly #listener: CompactionListener;

  constructor(host: DocumentHost, document: LoggedDocument, listener: CompactionListener) {
    this.#host = host;
    this.#document = document;
    this.#listener = listener;
  }

  /** @param durable - Resolves once all that was applied so far is stored. */
  startIfDue(log: LogPosition, durable: Promise<void>): void {
    const { store, limits, bus } = this.#host;
    if (this.running !== undefined || log.length < limits.compactAfter) return;
    const { name, content } = this.#document;
    const { isCurrent, hasAll, compacted, failed } = this.#listener;
    if (!hasAll()) return; // a snapshot would put an end to it, and the store would take it for known when it is sent again
    const upTo = log.position;
    const snapshot = content.encode();
    const version = content.version();
    // The document may hold more than the log up to here; what follows in the log is then applied twice, harmlessly. What is not in the log yet has to be there first:
    // a store that knows it from a snapshot would give it no position, by which the other hubs hear of it.
    this.running = durable
      .then(() => (isCurrent(log) ? store.compact(name, snapshot, upTo, version) : undefined))
      .then(() => {
        if (!isCurrent(log)) return; // it was cut
        log.cut(upTo);
        compacted(snapshot.length);
        bus?.compacted(name, upTo);
      })
      .catch(failed)
      .finally(() => {
        this.running = undefined;
      });
  }
}
