import {
  createDoc,
  type Doc,
  type ReapplyResult,
  type ReapplyStep,
  reapplyUpdates,
  renewDoc,
  updateRanges,
  type Version,
} from "../crdt/index.ts";
import type { CodedError } from "../errors/index.ts";
import { computed, type ReadableSignal, type Signal, signal } from "../signals/index.ts";
import type { PeerChange, SyncLevel, WireValue } from "../wire/index.ts";
import { ownerKey } from "./claims.ts";
import type { Refusal, ReplicaStatus } from "./connection.ts";
import { type CutOver, cutOver } from "./cut-over.ts";
import { LocalLog, type StoredStatus } from "./local-log.ts";
import { Outgoing } from "./outgoing.ts";
import type { SyncPlatform } from "./platform.ts";
import type { PresenceLine, PresenceListener, RebasedEdits, RefusedEdit, Replica } from "./replica-types.ts";
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

/** Nobody knows any more what its edits were made on. */
export const GIVEN_UP = { doc: undefined, carried: undefined, isWhole: false } as const;

/** How a replica goes into an epoch. */
export type Entered = CutOver | typeof GIVEN_UP;

/** What replicas have in common: the document, what they show of themselves, and the log on this device. */
export abstract class ReplicaCore implements Replica {
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
  protected readonly known: Unsaved;
  protected readonly outgoing: Outgoing;
  protected readonly log: LocalLog | undefined;
  readonly #platform: SyncPlatform;
  /** As which it has written: another one after each refusal. */
  readonly #mine = new Set<number>();
  /** Operations that are no more, as they were refused or made anew: from the first number of a replica to the last that was seen. */
  protected readonly dead: Map<number, { readonly from: number; readonly to: number }> = new Map();
  readonly #changes = signal(0);
  readonly #stopUpdates: () => void;

  constructor({ doc, name, store, platform }: CoreOptions) {
    this.doc = doc;
    this.name = name;
    this.#platform = platform;
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
  protected async renew(known: Doc, { error, updates }: Refusal): Promise<void> {
    await this.log?.reload(); // what tabs wrote that are gone by now
    const [base, hub] = [known.encode(), known.version()];
    const pending = updates.size === 0 ? undefined : this.outgoing.since(hub);
    const steps: ReapplyStep[] = pending?.map((update) => ({ update, isRefused: updates.has(update) })) ?? [
      { update: this.doc.encode({ since: hub }), isRefused: true },
    ]; // they cannot be told apart
    this.becomes(base, steps, error);
    await this.log?.replace();
  }

  /** Transactions are made anew on `base`. */
  protected becomes(base: Uint8Array, steps: readonly ReapplyStep[], error: CodedError): readonly ReapplyResult[] {
    const { doc, results } = reapplyUpdates(this.doc, base, steps, this.#platform.random);
    const waiting: Uint8Array[] = [];
    const now = doc.version();
    for (const result of results) {
      if (isWaiting(result)) waiting.push(result.step.update);
      else if (result.update !== result.step.update) this.bury(result.step.update, now);
    }
    for (const update of waiting) doc.apply(update); // what they build on is still to come
    this.outgoing.reset([...results.flatMap(({ update }) => update ?? []), ...waiting]);
    this.log?.drop();
    renewDoc(this.doc, doc, { origin: this }); // observers may edit
    this.claim();
    const refused = results.flatMap(({ step, changes, error: cause }): RefusedEdit[] =>
      step.isRefused === true || (cause !== undefined && !waiting.includes(step.update))
        ? [{ error, changes, update: step.update }]
        : [],
    );
    this.refused.update((before) => [...before, ...refused]);
    this.counted();
    return results;
  }

  /** Of an update, what is not in the document `now`, is no more. */
  protected bury(update: Uint8Array, now: Version): void {
    for (const { replica, from: first, to } of updateRanges(update)) {
      const from = Math.max(first, now.get(replica) ?? 0);
      if (from >= to) continue;
      const known = this.dead.get(replica) ?? { from, to };
      this.dead.set(replica, { from: Math.min(from, known.from), to: Math.max(to, known.to) });
    }
  }

  /** The document goes into the hub's epoch, with all that the hub has not got. True when that is all there is. */
  protected async cut(steps: readonly CutStep[]): Promise<boolean> {
    for (const { epoch, old, step } of steps) {
      const next = step === "lost" ? undefined : cutOver(this.doc, old, epoch, this.#platform.random);
      if (next === undefined && this.#isAllNews()) return true;
      this.enter(epoch, old, next ?? GIVEN_UP);
    }
    await this.log?.replace();
    return false;
  }

  /** The document becomes what it is in the next epoch. */
  protected enter(epoch: number, _old: Uint8Array, { doc, carried, isWhole }: Entered): void {
    const fork = isWhole ? undefined : this.doc.encode();
    this.dead.clear();
    this.outgoing.reset(carried === undefined ? [] : [carried]);
    this.log?.drop();
    renewDoc(this.doc, doc ?? createDoc({ random: (length) => this.#platform.random(length) }), { origin: this });
    this.claim();
    if (fork !== undefined) this.log?.keepFork(fork).catch((error: unknown) => this.storeError.set(error));
    if (fork !== undefined || carried !== undefined) this.rebased.update((before) => [...before, { epoch, fork }]);
    this.counted();
  }

  /** Nothing of it was ever at a hub: it builds on no epoch. */
  #isAllNews(): boolean {
    let all = 0;
    for (const count of this.doc.version().values()) all += count;
    return this.known.count() === all;
  }

  /** Whether an update is, or follows, one that is no more. */
  protected isDead(update: Uint8Array): boolean {
    return (
      this.dead.size > 0 && updateRanges(update).some(({ replica, to }) => to > (this.dead.get(replica)?.from ?? to))
    );
  }

  /** Whether who is at this version has such. */
  protected isDeadAt(version: Version): boolean {
    const now = this.doc.version();
    return [...this.dead].some(([key, { from }]) => (version.get(key) ?? 0) > Math.max(from, now.get(key) ?? 0));
  }

  /** An entry of the log; those of earlier visits that the hub has not are sent one by one if it comes to that. */
  #read(update: Uint8Array): boolean {
    if (this.isDead(update)) return false;
    if (this.isOurs(update)) this.outgoing.add(update);
    return true;
  }

  /** Whether an update that came by the store or another tab was made on this device, and is not acknowledged. */
  protected isOurs(update: Uint8Array): boolean {
    return updateRanges(update).some((range) => this.known.unsavedOf(range) !== undefined);
  }

  /** Whether this session wrote some of it. */
  protected isMine(update: Uint8Array): boolean {
    return updateRanges(update).some(({ replica }) => this.#mine.has(ownerKey(replica)));
  }

  /** This session has written to the document. */
  protected claim(): void {
    try {
      this.#mine.add(this.doc.replicaId);
      if (this.known.add(this.doc.replicaId)) this.log?.note();
    } catch {} // a document that is only read has no id
  }

  /** The number of what is not acknowledged may be another. */
  protected counted(): void {
    this.#changes.update((count) => count + 1);
  }
}

/** Whether a transaction found no place, as what it builds on was not among what was made anew. */
function isWaiting({ update, changes, error }: ReapplyResult): boolean {
  return update === undefined && error !== undefined && changes.length === 0;
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
