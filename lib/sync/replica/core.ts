import { type Doc, updateRanges, type Version } from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";
import { computed, type ReadableSignal, type Signal, signal } from "../../signals/index.ts";
import type { SyncLevel, WireValue } from "../../wire/index.ts";
import { ownerKey } from "../claims.ts";
import type { LocalLog, LocalLogHost, StoredStatus } from "../device/local-log.ts";
import type { SyncPlatform } from "../platform.ts";
import { Line } from "../presence/line.ts";
import type { Refusal, ReplicaStatus } from "./connection-types.ts";
import { type Later, later } from "./later.ts";
import { Outgoing } from "./outgoing.ts";
import type { RenewerHost, Renews } from "./renewer-types.ts";
import type { CreateAftermath, CutStep } from "./session-types.ts";
import type { RebasedEdits, RefusedEdit, Replica, ReplicaOptions } from "./types.ts";
import { Unsaved } from "./unsaved.ts";
import type { Uplink } from "./uplink.ts";

/** What a replica is made of beside itself. */
export interface ReplicaParts {
  uplink(core: ReplicaCore): Uplink;
  /** Where it is kept on this device. */
  readonly log?: (host: LocalLogHost) => LocalLog;
}

/** Where a replica stands, as whoever holds the connection says. */
export interface Standing {
  readonly status: ReplicaStatus;
  readonly error: CodedError | undefined;
  readonly level: SyncLevel | undefined;
}

const RETRY_MS = 3000;
const PREFETCH_MS = 5000;

export const loadRenewer: Later<typeof import("./renewer.ts")> = /* @__PURE__ */ later(() => import("./renewer.ts"));

/** A replica: the document, what it shows of itself, and what it is made of, which may still have to be loaded. */
export class ReplicaCore implements Replica, RenewerHost {
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
  readonly presence: Line = new Line((state) => this.#say(state));
  readonly known: Unsaved;
  readonly outgoing: Outgoing;
  readonly platform: SyncPlatform;
  /** Once there was something to make anew. */
  renewer: Renews | undefined;
  #log: LocalLog | undefined;
  #uplink: Uplink | undefined;
  /** Settles once all parts are there. */
  readonly #complete: Promise<void> | undefined;
  /** Until then. */
  readonly #before: Version;
  #early: (readonly [update: Uint8Array, origin: unknown])[] = [];
  #said: WireValue = null;
  #hurry: () => void = nothing;
  #cancelPrefetch: (() => void) | undefined;
  #isStopped = false;
  /** As which it has written: another one after each refusal. */
  readonly #mine = new Set<number>();
  readonly #changes = signal(0);
  readonly #stopUpdates: () => void;

  constructor({ doc, name, platform, store }: ReplicaOptions, parts: ReplicaParts | (() => Promise<ReplicaParts>)) {
    this.doc = doc;
    this.name = name;
    this.platform = platform;
    this.known = new Unsaved(doc);
    this.outgoing = new Outgoing(doc);
    this.unsaved = computed(() => {
      this.#changes.get();
      return this.known.count();
    });
    if (store !== undefined) this.stored.set("loading");
    this.#before = doc.version();
    if (this.#before.size > 0) this.claim();
    this.#stopUpdates = doc.onUpdate((update, origin) => this.#hear(update, origin));
    if (typeof parts === "function") this.#complete = this.#load(parts);
    else this.#assemble(parts);
  }

  get log(): LocalLog | undefined {
    return this.#log;
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopUpdates();
    this.#hurry();
    this.#cancelPrefetch?.();
    if (this.#uplink === undefined) this.status.set("stopped");
    else this.#end(this.#uplink);
  }

  retry(): void {
    this.#hurry();
    this.#uplink?.retry();
  }

  async saved(): Promise<boolean> {
    await this.#complete;
    return (await this.#log?.settled()) ?? true;
  }

  show({ status, error, level }: Standing): void {
    this.level.set(level);
    this.error.set(error);
    this.status.set(status);
    if (status === "synced" && this.renewer === undefined && !this.#isStopped) this.#prefetch();
  }

  /** The hub has more of what was made on this device. */
  acknowledged(): void {
    if (this.known.count() === 0) this.outgoing.reset([]);
    else this.outgoing.thin((range) => this.known.isAcked(range));
    this.#log?.noteSoon();
    this.counted();
  }

  /** The document becomes the hub's, with what is pending but not refused. Resolves once it is stored. */
  async renew(hub: Doc, refusal: Refusal): Promise<void> {
    await (await this.#renews()).renew(hub, refusal);
  }

  /** The document goes into the hub's epoch, with all that the hub has not got. True when that is all there is. */
  async cut(steps: readonly CutStep[]): Promise<boolean> {
    return (await this.#renews()).cut(steps);
  }

  get createAftermath(): CreateAftermath | undefined {
    return loadRenewer.peek()?.SessionAftermath;
  }

  async prepare(): Promise<void> {
    await loadRenewer();
  }

  /** Whether an update that came by the store or another tab was made on this device, and is not acknowledged. */
  isOurs(update: Uint8Array): boolean {
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
      if (this.known.add(this.doc.replicaId)) this.#log?.note();
    } catch {} // a document that is only read has no id
  }

  /** The number of what is not acknowledged may be another. */
  counted(): void {
    this.#changes.update((count) => count + 1);
    this.#uplink?.counted?.();
  }

  #hear(update: Uint8Array, origin: unknown): void {
    const uplink = this.#uplink;
    if (uplink === undefined) {
      this.claim();
      this.#early.push([update, origin]);
    } else if (origin === undefined || origin !== this.#log) {
      if (uplink.isPending(update, origin)) this.outgoing.push(update);
      uplink.edited(update, origin);
    }
    this.counted();
  }

  #say(state: WireValue): void {
    this.#said = state;
    this.#uplink?.say(state);
  }

  async #load(parts: () => Promise<ReplicaParts>): Promise<void> {
    this.#assemble(await this.#insist(parts));
  }

  /** Where it cannot be loaded, it is tried again: edits wait in the document meanwhile. */
  async #insist(parts: () => Promise<ReplicaParts>): Promise<ReplicaParts> {
    for (;;) {
      try {
        return await parts();
      } catch (cause) {
        const error = new CodedError("SYNC_UNAVAILABLE", "a part of the program could not be loaded", { cause });
        if (!this.#isStopped) this.show({ status: "offline", error, level: undefined });
        await new Promise<void>((again) => {
          const cancel = this.platform.after(RETRY_MS, again);
          this.#hurry = () => {
            cancel();
            again();
          };
        });
      }
    }
  }

  #assemble({ log, uplink: create }: ReplicaParts): void {
    const uplink = create(this);
    this.#uplink = uplink;
    this.#log = log?.({
      doc: this.doc,
      name: this.name,
      platform: this.platform,
      unsaved: this.known,
      before: this.#before,
      changed: (status, error) => {
        this.storeError.set(error);
        this.stored.set(status);
      },
      renewals: () => this.renewer?.toKeep?.(),
      learn: (renewals) => this.renewer?.learn?.(renewals),
      pending: () => this.outgoing.all.filter((update) => this.isOurs(update)),
      read: (update) => this.#read(update),
      gaveUp: (epoch, fork) => this.rebased.update((before) => [...before, { epoch, fork }]),
      readLate: () => {
        this.counted();
        uplink.restart();
      },
      written: (updates, areStored) => uplink.written?.(updates, areStored),
    });
    if (this.known.count() > 0) this.#log?.note();
    for (const [update, origin] of this.#early.splice(0)) this.#hear(update, origin);
    if (this.#isStopped) this.#end(uplink);
    else if (this.#log === undefined) this.#start(uplink);
    else
      void this.#log.ready.then(() => {
        this.counted();
        if (!this.#isStopped) this.#start(uplink);
      });
  }

  #start(uplink: Uplink): void {
    if (this.#said !== null) uplink.say(this.#said);
    uplink.start();
  }

  #end(uplink: Uplink): void {
    this.#log?.stop();
    uplink.stop();
  }

  /** Hubs rarely refuse, and rarely cut: what that takes is loaded then. */
  async #renews(): Promise<Renews> {
    if (this.renewer === undefined) {
      const { Renewer } = await loadRenewer();
      this.renewer ??= new Renewer(this);
    }
    return this.renewer;
  }

  /** While there is a network, and nothing more urgent: without one it could not be loaded. */
  #prefetch(): void {
    this.#cancelPrefetch ??= this.platform.after(PREFETCH_MS, () => void Promise.resolve(loadRenewer()).catch(nothing));
  }

  /** An entry of the log; those of earlier visits that the hub has not are sent one by one if it comes to that. */
  #read(update: Uint8Array): boolean {
    if (this.renewer?.isDead(update) === true) return false;
    if (this.isOurs(update)) this.outgoing.add(update);
    return true;
  }
}

function nothing(): void {}
