import {
  createDoc,
  decodeVersion,
  encodeVersion,
  epochOf,
  forkDoc,
  type ReapplyResult,
  type ReapplyStep,
  updateRanges,
  versionCovers,
} from "../crdt/index.ts";
import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { PeerChange, WireValue } from "../wire/index.ts";
import { Connection } from "./connection.ts";
import { carriedOnto } from "./cut-over.ts";
import { checkName } from "./names.ts";
import { covers } from "./outgoing.ts";
import { every } from "./platform.ts";
import { type Entered, GIVEN_UP, ReplicaCore } from "./replica-core.ts";
import type { Replica } from "./replica-types.ts";
import { isReplaced, Renewals, renewalsOf } from "./tab-renewals.ts";
import type { Renewal, State, TabCut, TabMessage, TabReplicaOptions } from "./tab-types.ts";

const NOTHING = new Uint8Array();
const WATCH_MS = 3000;
const HELLO_MS = 100;
const HEARD_MS = 50; // what was said before a tab got the lead has been heard by then
const PATIENCE = 2; // questions a leader may leave open before it is taken for dead

/**
 * Keeps a document equal with a hub's, over one connection for all tabs of a browser: one of them leads and is connected, the others speak
 * through it. When it is closed, crashes or freezes, another takes over. Every tab has the whole document, and edits reach the
 * others whether there is a network or not.
 * @throws CodedError `SYNC_BAD_NAME`.
 * @example
 * ```ts
 * const replica = createTabReplica({ doc, name, connect, platform: browserPlatform, tabs: browserTabs("notes") });
 * ```
 * @public
 */
export function createTabReplica(options: TabReplicaOptions): Replica {
  checkName(options.name);
  return new TabReplica(options);
}

class TabReplica extends ReplicaCore {
  readonly #options: TabReplicaOptions;
  readonly #tab: number;
  readonly #stops: (() => void)[] = [];
  /** While this tab leads. */
  #connection: Connection | undefined;
  #leave: () => void = () => undefined;
  /** What the leader has said of itself. */
  #state: State | undefined;
  /** The other users, for tabs that come later. */
  readonly #peers = new Map<number, PeerChange>();
  /** What was last said for this user, by whichever tab. */
  #said: WireValue = null;
  #heard = false;
  /** The connection is. */
  #isStarted = false;
  #unanswered = 0;
  #outbox: Uint8Array[] = [];
  #isStale = false;
  #cancelHello: (() => void) | undefined;
  #lastCut: TabCut | undefined;
  readonly #renewals = new Renewals();
  /** Which one is being done. */
  #followed: Renewal | undefined;
  #ended = false;

  constructor(options: TabReplicaOptions) {
    super(options);
    this.#options = options;
    this.#tab = this.#draw();
    this.open(() => this.#join());
  }

  retry(): void {
    if (this.#connection === undefined) this.#post({ kind: "retry" });
    else this.#connection.retry();
  }

  protected isPending(update: Uint8Array, origin: unknown): boolean {
    if (origin !== this) return this.#connection?.isFromHub(origin) !== true;
    return updateRanges(update).some((range) => {
      const rest = this.known.unsavedOf(range);
      return rest !== undefined && !this.outgoing.brings(rest);
    });
  }

  protected edited(update: Uint8Array, origin: unknown): void {
    if (origin !== this) {
      if (this.#connection?.isFromHub(origin) !== true) this.claim();
      if (this.log === undefined) this.#share([update]);
      else this.log.append(update); // shared once it is stored: what another tab builds on must not be lost with this one
    }
    const each = origin === this && !this.isPending(update, origin) ? this.outgoing.within(update) : [update];
    for (const single of each) this.#connection?.push(single, origin);
  }

  protected override written(updates: readonly Uint8Array[]): void {
    this.#share(updates);
  }

  protected override becomes(
    base: Uint8Array,
    steps: readonly ReapplyStep[],
    error: CodedError,
  ): readonly ReapplyResult[] {
    const handled = new Map(this.doc.version());
    for (const [key, { to }] of this.dead) handled.set(key, Math.max(to, handled.get(key) ?? 0));
    this.#outbox = []; // what was to be shared is among the steps
    const results = super.becomes(base, steps, error);
    const [followed, version] = [this.#followed, encodeVersion(this.doc.version())];
    const made = results.filter(({ step, update }) => followed === undefined || (update && update !== step.update));
    const done = made.map(({ step: { update, isRefused = false, renewed }, update: now = null }) =>
      followed !== undefined && renewed !== undefined ? [] : [{ update, isRefused, renewed: now }],
    );
    const renewal: Renewal =
      followed === undefined
        ? {
            id: this.#draw(),
            base,
            handled: encodeVersion(handled),
            version,
            steps: done.flat(),
            error: [error.code, error.message],
          }
        : { ...followed, steps: [...followed.steps, ...done.flat()] };
    this.#renewals.keep(renewal);
    if (this.#connection !== undefined) this.#post({ kind: "renewed", to: undefined, ...renewal });
    return results;
  }

  protected override enter(epoch: number, old: Uint8Array, next: Entered): void {
    const before = next.doc === undefined || old.length === 0 ? undefined : forkDoc(this.doc);
    before?.apply(old);
    const known = next.doc === undefined ? NOTHING : (before ?? this.doc).encode();
    const base = next.doc?.encode() ?? NOTHING;
    this.#outbox = []; // it is brought over
    this.#renewals.clear();
    super.enter(epoch, old, next);
    this.#lastCut = { epoch, old: known, base };
    if (this.#connection !== undefined) this.#post({ kind: "cut", to: undefined, ...this.#lastCut });
  }

  protected override counted(): void {
    super.counted();
    if (this.#connection === undefined && !this.#ended) this.#follow();
  }

  protected say(state: WireValue): void {
    this.#said = state;
    if (this.#connection === undefined) this.#post({ kind: "presence", state });
    else this.#connection.setPresence(state);
  }

  protected end(): void {
    this.#ended = true;
    this.#cancelHello?.();
    this.#connection?.stop();
    this.#connection = undefined;
    this.#leave();
    for (const stop of this.#stops) stop();
    this.presence.lost();
    this.show({ status: "stopped", error: this.error.peek(), level: this.level.peek() });
    this.#part();
    this.#options.tabs.close();
  }

  #draw(): number {
    return this.#options.platform.random(6).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  #join(): void {
    const { tabs, platform } = this.#options;
    this.#stops.push(
      tabs.listen((message) => this.#hear(message as TabMessage)), // cast: only this class speaks on this line
      tabs.onWake(() => this.#hello()),
      tabs.onSleep(() => this.#part()),
      every(platform, WATCH_MS, () => this.#watch()),
    );
    this.#ask(false);
    this.#hello();
  }

  #ask(take: boolean): void {
    this.#leave();
    this.#leave = this.#options.tabs.lead(
      () => void this.#begin(),
      () => this.#lose(),
      take,
    );
  }

  /** A leader that died may have left edits in the store that nobody has heard of. */
  async #begin(): Promise<void> {
    const connection = new Connection(this.#options, {
      unsaved: this.known,
      outgoing: this.outgoing,
      renew: (hub, refusal) => this.renew(hub, refusal),
      cut: (steps) => this.cut(steps),
      changed: () => {
        if (this.#connection !== connection) return;
        this.show(connection);
        this.#tell();
      },
      acknowledged: () => {
        this.acknowledged();
        this.#tell();
      },
      opened: () => {
        if (this.#said !== null) connection.setPresence(this.#said);
        this.presence.opened();
        this.#post({ kind: "opened" });
      },
      peers: (full, changes) => {
        this.#meet(full, changes);
        this.#post({ kind: "peers", full, changes });
      },
      lost: () => {
        if (this.#connection !== connection) return;
        this.#meet(true, []);
        this.#post({ kind: "peers", full: true, changes: [] });
      },
    });
    this.#connection = connection;
    await this.#catchUp();
    await this.log?.reload();
    if (this.#renewals.all.length > 0) await this.log?.replace(); // whoever led may have gone before it did
    if (this.#connection !== connection) return;
    this.#isStarted = true;
    connection.start();
    this.#hello();
  }

  /** Whoever led may have made anew what is pending here, and sent that, in its last moment: done once more, it would be there twice. */
  async #catchUp(): Promise<void> {
    const { log } = this;
    if (log === undefined) {
      if (this.#state !== undefined) await new Promise<void>((heard) => this.#options.platform.after(HEARD_MS, heard));
      return;
    }
    try {
      const bytes = await log.renewals();
      for (const renewal of bytes === undefined ? [] : renewalsOf(bytes)) this.#renewToo(renewal);
    } catch (error) {
      this.#options.platform.report?.(error);
    }
  }

  protected override renewalsToKeep(): Uint8Array | undefined {
    return this.#renewals.encode();
  }

  protected override learn(bytes: Uint8Array): void {
    for (const renewal of renewalsOf(bytes)) {
      this.#renewals.keep(renewal);
      const version = decodeVersion(renewal.version);
      for (const step of renewal.steps) if (isReplaced(step)) this.bury(step.update, version);
    }
  }

  /** Another tab took this one for dead. */
  #lose(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#isStarted = false;
    connection?.stop();
    if (this.#ended) return;
    this.#unanswered = 0;
    this.#state = undefined;
    this.counted();
    this.#ask(false);
    this.#hello();
  }

  /** A tab that follows asks a leader of whom it hears nothing whether it is there. */
  #watch(): void {
    const heard = this.#heard;
    this.#heard = false;
    if (heard || this.#connection !== undefined) this.#unanswered = 0;
    else if (this.#unanswered < PATIENCE) {
      this.#unanswered++;
      this.#post({ kind: "ask" });
    } else {
      this.#unanswered = 0;
      this.#ask(true);
    }
  }

  #hear(message: TabMessage): void {
    switch (message.kind) {
      case "hello":
        void this.#answer(message.tab, message.version, message.leads);
        break;
      case "updates":
        if (message.to !== undefined && message.to !== this.#tab) break;
        if (this.#isHere(message.epoch)) this.#take(message);
        break;
      case "cut":
        if (message.to === undefined || message.to === this.#tab) this.#cutToo(message);
        break;
      case "renewed":
        if (message.to !== undefined && message.to !== this.#tab) break;
        try {
          this.#renewToo(message);
        } catch (error) {
          this.#options.platform.report?.(error);
        }
        break;
      case "state":
        this.#hearLeader(message.state);
        break;
      case "peers":
        if (this.#connection === undefined) this.#meet(message.full, message.changes);
        break;
      case "opened":
        if (this.#connection === undefined) this.presence.opened();
        break;
      case "ask":
        this.#tell();
        break;
      case "retry":
        this.#connection?.retry();
        break;
      case "presence":
        this.#said = message.state;
        this.#connection?.setPresence(message.state);
        break;
    }
  }

  #hearLeader(state: State): void {
    this.#heard = true;
    if (this.#connection !== undefined) return; // two may lead for a moment: the platform ends one
    this.#state = state;
    this.known.merge(state.unsaved);
    this.counted();
  }

  /** Shows what the leader says, and that edits of this tab are not there yet. */
  #follow(): void {
    const { status = "connecting", error, level } = this.#state ?? {};
    this.show({
      status: status === "synced" && this.known.count() > 0 ? "syncing" : status,
      error: error && new CodedError(error[0] as ErrorCode, error[1]), // cast: the leader's error had a code of this table
      level,
    });
  }

  #take({ whole, updates, unsaved }: Extract<TabMessage, { kind: "updates" }>): void {
    this.known.merge(unsaved);
    const live = updates.filter((update) => !this.isDead(update)); // its tab makes it anew
    for (const update of live) if (this.isOurs(update)) this.outgoing.add(update); // one by one, however they enter the document
    const isUsable = whole !== undefined && !this.isDead(whole);
    let pending = whole !== undefined && !isUsable;
    for (const update of isUsable ? [whole, ...live] : live) {
      try {
        pending = this.doc.apply(update, this).pending || pending;
      } catch (error) {
        this.#options.platform.report?.(error);
      }
    }
    if (pending) this.#helloSoon();
  }

  /** Sends a tab what it lacks: the leader does, and to a leader all do. */
  async #answer(tab: number, version: Uint8Array, leads: boolean): Promise<void> {
    const isLeader = this.#connection !== undefined;
    const had = decodeVersion(version);
    if (had.size > 0 && !this.#isHere(epochOf(had))) {
      if (this.#lastCut !== undefined) this.#post({ kind: "cut", to: tab, ...this.#lastCut });
      return; // what it has means something else here
    }
    if (isLeader && this.isDeadAt(decodeVersion(version))) {
      for (const renewal of this.#renewals.all) this.#post({ kind: "renewed", to: tab, ...renewal });
      return;
    }
    if (isLeader) {
      this.#tell();
      this.#post({ kind: "peers", full: true, changes: [...this.#peers.values()] });
    }
    if (!isLeader && !leads && this.#state !== undefined) return;
    await this.log?.settled();
    const since = decodeVersion(version);
    if (versionCovers(since, this.doc.version())) return;
    const each = this.outgoing.since(since);
    const whole = each === undefined ? this.doc.encode({ since }) : undefined;
    const updates = each ?? this.outgoing.all;
    this.#post({ kind: "updates", to: tab, epoch: this.#epoch, whole, updates, unsaved: this.known.encode() });
  }

  /** The leader did so with what it knew of; what this tab made since is made anew behind that. */
  #renewToo(renewal: Renewal): void {
    if (this.#isStarted) return;
    if (!this.#renewals.concerns(renewal, this.doc.version())) {
      this.#renewals.keep(renewal);
      return;
    }
    const { base, handled, steps } = renewal;
    const [code, message] = renewal.error;
    const seen = decodeVersion(handled);
    const rest = this.outgoing.all.map((update): ReapplyStep => {
      if (updateRanges(update).every((range) => covers(seen, range))) return { update, renewed: null };
      return { update, otherwise: this.isMine(update) ? "make" : "leave" };
    });
    const error = new CodedError(code, message);
    const known = new Set(rest.map(({ update }) => update));
    for (const { step, update } of this.#follows(renewal, () => this.becomes(base, [...steps, ...rest], error))) {
      if (update === undefined || !known.has(step.update) || !this.isMine(update)) continue;
      if (this.log === undefined) this.#share([update]);
      else this.log.append(update);
    }
    this.#helloSoon();
  }

  #follows<T>(renewal: Renewal, f: () => T): T {
    this.#followed = renewal;
    try {
      return f();
    } finally {
      this.#followed = undefined;
    }
  }

  get #epoch(): number {
    return epochOf(this.doc.version());
  }

  /** Whether what is of an epoch means the same here. */
  #isHere(epoch: number): boolean {
    return epoch === this.#epoch || this.doc.version().size === 0;
  }

  /** The leader went into the next epoch with what it knew of; what this tab has beyond is brought over too. */
  #cutToo({ epoch, old, base }: TabCut): void {
    if (this.#connection !== undefined || this.#epoch >= epoch || this.doc.version().size === 0) return;
    const { random } = this.#options.platform;
    const before = createDoc();
    if (old.length > 0) before.apply(old);
    const isNext = this.#epoch === epoch - 1 && base.length > 0;
    const next = isNext ? carriedOnto(before, this.doc, base, random) : GIVEN_UP;
    this.enter(epoch, NOTHING, next);
    void this.log?.replace();
    if (next.carried !== undefined) this.#share([next.carried]);
    this.#hello();
  }

  /** In answer to what was heard: tabs that do not agree must not ask each other all the time. */
  #helloSoon(): void {
    this.#cancelHello ??= this.#options.platform.after(HELLO_MS, () => {
      this.#cancelHello = undefined;
      this.#hello();
    });
  }

  #hello(): void {
    const version = encodeVersion(this.doc.version());
    this.#post({ kind: "hello", tab: this.#tab, version, leads: this.#connection !== undefined });
  }

  #meet(full: boolean, changes: readonly PeerChange[]): void {
    if (full) this.#peers.clear();
    for (const change of changes) {
      if (change[2] === null) this.#peers.delete(change[0]);
      else this.#peers.set(change[0], change);
    }
    this.presence.changed(full, changes);
  }

  /** Says where the leader stands: once per turn, however often that changes. */
  #tell(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    void Promise.resolve().then(() => {
      this.#isStale = false;
      const connection = this.#connection;
      if (connection === undefined) return;
      const { status, level, error } = connection;
      const unsaved = this.known.encode();
      this.#post({ kind: "state", state: { status, level, error: error && [error.code, error.message], unsaved } });
    });
  }

  /** Edits that are being stored are still to be shared: nobody else sends them while this tab sleeps. */
  #part(): void {
    if (this.log !== undefined) this.#outbox.push(...this.log.waiting);
    this.#send();
  }

  /** Those of one turn in one message. */
  #share(updates: readonly Uint8Array[]): void {
    if (this.#outbox.length === 0) void Promise.resolve().then(() => this.#send());
    this.#outbox.push(...updates);
  }

  #send(): void {
    const updates = this.#outbox.splice(0);
    if (updates.length > 0) {
      const unsaved = this.known.encode();
      const whole = undefined;
      this.#options.tabs.post({ kind: "updates", to: undefined, epoch: this.#epoch, whole, updates, unsaved });
    }
  }

  #post(message: TabMessage): void {
    if (!this.#ended) this.#options.tabs.post(message);
  }
}
