import type { Doc } from "../crdt/index.ts";
import type { CodedError } from "../errors/index.ts";
import { computed, type ReadableSignal, type Signal, signal } from "../signals/index.ts";
import type { PeerChange, SyncLevel, WireValue } from "../wire/index.ts";
import type { ReplicaStatus } from "./connection.ts";
import { LocalLog, type StoredStatus } from "./local-log.ts";
import type { SyncPlatform } from "./platform.ts";
import type { PresenceLine, PresenceListener, Replica } from "./replica-types.ts";
import type { DocumentLog } from "./store.ts";
import { Unsaved } from "./unsaved.ts";

/** What every replica needs. */
export interface CoreOptions {
  readonly doc: Doc;
  readonly name: string;
  readonly store?: DocumentLog;
  readonly platform: SyncPlatform;
}

/** Where a replica stands, as whoever holds the connection says. */
export interface Standing {
  readonly status: ReplicaStatus;
  readonly error: CodedError | undefined;
  readonly level: SyncLevel | undefined;
}

/** What replicas have in common: the document, what they show of themselves, and the log on this device. */
export abstract class ReplicaCore implements Replica {
  readonly doc: Doc;
  readonly name: string;
  readonly status: Signal<ReplicaStatus> = signal<ReplicaStatus>("connecting");
  readonly error: Signal<CodedError | undefined> = signal<CodedError | undefined>(undefined);
  readonly level: Signal<SyncLevel | undefined> = signal<SyncLevel | undefined>(undefined);
  readonly stored: Signal<StoredStatus> = signal<StoredStatus>("none");
  readonly storeError: Signal<unknown> = signal<unknown>(undefined);
  readonly unsaved: ReadableSignal<number>;
  readonly presence: Line = new Line((state) => this.say(state));
  protected readonly known: Unsaved;
  protected readonly log: LocalLog | undefined;
  readonly #changes = signal(0);
  readonly #stopUpdates: () => void;

  constructor({ doc, name, store, platform }: CoreOptions) {
    this.doc = doc;
    this.name = name;
    this.known = new Unsaved(doc);
    this.unsaved = computed(() => {
      this.#changes.get();
      return this.known.count();
    });
    if (store !== undefined) {
      this.log = new LocalLog({
        doc,
        name,
        store,
        platform,
        unsaved: this.known,
        changed: (status, error) => {
          this.storeError.set(error);
          this.stored.set(status);
        },
        written: (updates) => this.written(updates),
      });
    }
    if (doc.version().size > 0) this.claim();
    this.#stopUpdates = doc.onUpdate((update, origin) => {
      if (origin === this.log && origin !== undefined) return this.counted();
      this.edited(update, origin);
      this.counted();
    });
  }

  stop(): void {
    if (this.status.peek() === "stopped") return;
    this.#stopUpdates();
    this.log?.stop();
    this.end();
  }

  async saved(): Promise<boolean> {
    return (await this.log?.settled()) ?? true;
  }

  abstract retry(): void;

  /** An update entered the document, from anywhere but the store. */
  protected abstract edited(update: Uint8Array, origin: unknown): void;
  protected abstract say(state: WireValue): void;
  protected abstract end(): void;
  /** The store has these, or refused them. */
  protected written(_updates: readonly Uint8Array[]): void {}

  /** Runs `f` once the document holds what is stored on this device. */
  protected open(f: () => void): void {
    if (this.log === undefined) {
      f();
      return;
    }
    void this.log.ready.then(() => {
      this.counted();
      if (this.status.peek() !== "stopped") f();
    });
  }

  protected show({ status, error, level }: Standing): void {
    this.level.set(level);
    this.error.set(error);
    this.status.set(status);
  }

  /** The hub has more of what was made on this device. */
  protected acknowledged(): void {
    this.log?.noteSoon();
    this.counted();
  }

  /** This session has written to the document. */
  protected claim(): void {
    try {
      if (this.known.add(this.doc.replicaId)) this.log?.note();
    } catch {} // a document that is only read has no id
  }

  /** The number of what is not acknowledged may be another. */
  protected counted(): void {
    this.#changes.update((count) => count + 1);
  }
}

/** The line of a replica: what arrives goes to all who listen. */
class Line implements PresenceLine, PresenceListener {
  readonly send: (state: WireValue) => void;
  readonly #listeners = new Set<PresenceListener>();

  constructor(send: (state: WireValue) => void) {
    this.send = send;
  }

  listen(listener: PresenceListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  opened(): void {
    for (const listener of [...this.#listeners]) listener.opened();
  }

  changed(full: boolean, changes: readonly PeerChange[]): void {
    for (const listener of [...this.#listeners]) listener.changed(full, changes);
  }

  lost(): void {
    for (const listener of [...this.#listeners]) listener.lost();
  }
}
