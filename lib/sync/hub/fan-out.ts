import type { Version } from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { LogEntry } from "./log-types.ts";
import { memoized } from "./memoized.ts";
import { encodeUpdates } from "./outbox.ts";
import type { PresenceWatcher } from "./presence.ts";

/** One connection's side of an open document. */
export interface Watcher extends PresenceWatcher {
  /** Whose replicas it may write as; undefined: nobody's in particular. */
  readonly author: string | undefined;
  /** What it had when it opened the document and the hub had not: perhaps written by others, and lost here. */
  readonly brought: Version | undefined;
  /** Durable updates of others, oldest first. `encode` yields their frame, made once for all who use one handle. */
  deliver(updates: readonly Uint8Array[], encode: (handle: number) => Uint8Array): void;
  /** The document's store failed, or it was removed: nothing more will come. */
  lost(error: CodedError): void;
}

/** Brings durable updates to all who watch a document: once per turn, what became durable together in one frame, which all share. */
export class FanOut {
  readonly #watchers: ReadonlySet<Watcher>;
  #durable: LogEntry[] = [];

  constructor(watchers: ReadonlySet<Watcher>) {
    this.#watchers = watchers;
  }

  add(entry: LogEntry): void {
    this.#durable.push(entry);
    if (this.#durable.length === 1) void Promise.resolve().then(() => this.#send());
  }

  /** The document began anew: what has not gone out is of no use any more. */
  forget(): void {
    this.#durable = [];
  }

  #send(): void {
    const entries = this.#durable;
    this.#durable = [];
    if (entries.length === 0) return;
    const senders = new Set(entries.map((entry) => entry.from));
    const all = entries.map((entry) => entry.bytes);
    const encodeAll = memoized((handle: number) => encodeUpdates(handle, all));
    for (const watcher of [...this.#watchers]) {
      if (!senders.has(watcher)) watcher.deliver(all, encodeAll);
      else {
        const others = entries.filter((entry) => entry.from !== watcher).map((entry) => entry.bytes);
        if (others.length > 0) watcher.deliver(others, (handle) => encodeUpdates(handle, others));
      }
    }
  }
}
