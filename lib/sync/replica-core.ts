import { type Doc, updateRanges } from "../crdt/index.ts";
import type { CodedError } from "../errors/index.ts";
import { computed, type ReadableSignal, type Signal, signal } from "../signals/index.ts";
import type { SyncLevel, WireValue } from "../wire/index.ts";
import { ownerKey } from "./claims.ts";
import type { Refusal, ReplicaStatus } from "./connection.ts";
import { LocalLog, type StoredStatus } from "./local-log.ts";
import { Outgoing } from "./outgoing.ts";
import type { SyncPlatform } from "./platform.ts";
import { Line } from "./presence-line.ts";
import type { RenewerHost, Renews } from "./renewer-types.ts";
import type { RebasedEdits, RefusedEdit, Replica } from "./replica-types.ts";
import type { CutStep } from "./session.ts";
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
export abstract class ReplicaCore implements Replica, RenewerHost {
  readonly doc: Doc;
  readonly name: string;
  readonly status: Signal<ReplicaStatus> = signal<ReplicaStatus>("connecting");
  readonly error: Signal<CodedError | undefined> = signal<CodedError | undefined>(undefined);
  readonly level: Signal<SyncLevel | undefined> = signal<SyncLevel | undefined>(undefined);
  readonly stored: Signal<StoredStatus> = signal<StoredStatus>("none");
  readonly refused: Signal<readonly RefusedEdit[]> = signal<readonly RefusedEdit[]>([]);
  readonly rebased: Signal<readonly RebasedEdits[]> = signal<readonly RebasedEdits[]>([]);
  readonly storeError: Signal<unknown> = signal<unknown>(undefined);
  readonly unsaved: ReadableSignal<number>;
  readonly presence: Line = new Line((state) => this.say(state));
  readonly known: Unsaved;
  readonly outgoing: Outgoing;
  readonly log: LocalLog | undefined;
  readonly platform: SyncPlatform;
  /** Once there was something to make anew. */
  #renewer: Renews | undefined;
  /** As which it has written: another one after each refusal. */
  readonly #mine = new Set<number>();
  readonly #changes = signal(0);
  readonly #stopUpdates: () => void;

  constructor({ doc, name, store, platform }: CoreOptions) {
    this.doc = doc;
    this.name = name;
    this.platform = platform;
    this.known = new Unsaved(doc);
    this.outgoing = new Outgoing(doc);
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
        renewals: () => this.renewalsToKeep(),
        learn: (renewals) => this.learn(renewals),
        pending: () => this.outgoing.all.filter((update) => this.isOurs(update)),
        read: (update) => this.#read(update),
        written: (updates) => this.written(updates),
      });
    }
    if (doc.version().size > 0) this.claim();
    this.#stopUpdates = doc.onUpdate((update, origin) => {
      if (origin === this.log && origin !== undefined) return this.counted();
      if (this.isPending(update, origin)) this.outgoing.add(update);
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

  /** Whether an update is one that the hub may not have. */
  protected abstract isPending(update: Uint8Array, origin: unknown): boolean;
  /** An update entered the document, from anywhere but the store. */
  protected abstract edited(update: Uint8Array, origin: unknown): void;
  protected abstract say(state: WireValue): void;
  protected abstract end(): void;
  /** What sessions that still have what was made anew will ask for. */
  protected renewalsToKeep(): Uint8Array | undefined {
    return undefined;
  }
  protected learn(_renewals: Uint8Array): void {}
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
    if (this.known.count() === 0) this.outgoing.reset([]);
    else this.outgoing.thin((range) => this.known.isAcked(range));
    this.log?.noteSoon();
    this.counted();
  }

  /** The document becomes the hub's, with what is pending but not refused. Resolves once it is stored. */
  protected async renew(hub: Doc, refusal: Refusal): Promise<void> {
    await (await this.#renews()).renew(hub, refusal);
  }

  /** The document goes into the hub's epoch, with all that the hub has not got. True when that is all there is. */
  protected async cut(steps: readonly CutStep[]): Promise<boolean> {
    return (await this.#renews()).cut(steps);
  }

  async #renews(): Promise<Renews> {
    this.#renewer ??= await this.loadRenewer();
    return this.#renewer;
  }

  /** Hubs rarely refuse, and rarely cut: what that takes is loaded then. */
  protected async loadRenewer(): Promise<Renews> {
    const { Renewer } = await import("./renewer.ts");
    return new Renewer(this);
  }

  /** An entry of the log; those of earlier visits that the hub has not are sent one by one if it comes to that. */
  #read(update: Uint8Array): boolean {
    if (this.isDead(update)) return false;
    if (this.isOurs(update)) this.outgoing.add(update);
    return true;
  }

  /** Whether an update is, or follows, one that is no more. */
  protected isDead(update: Uint8Array): boolean {
    return this.#renewer?.isDead(update) === true;
  }

  /** Whether an update that came by the store or another tab was made on this device, and is not acknowledged. */
  protected isOurs(update: Uint8Array): boolean {
    return updateRanges(update).some((range) => this.known.unsavedOf(range) !== undefined);
  }

  /** Whether this session wrote some of it. */
  isMine(update: Uint8Array): boolean {
    return updateRanges(update).some(({ replica }) => this.#mine.has(ownerKey(replica)));
  }

  /** This session has written to the document. */
  claim(): void {
    try {
      this.#mine.add(this.doc.replicaId);
      if (this.known.add(this.doc.replicaId)) this.log?.note();
    } catch {} // a document that is only read has no id
  }

  /** The number of what is not acknowledged may be another. */
  counted(): void {
    this.#changes.update((count) => count + 1);
  }
}
