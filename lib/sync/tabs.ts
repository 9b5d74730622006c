import { decodeVersion, epochOf, updateRanges, versionCovers } from "../crdt/index.ts";
import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { PeerChange, WireValue } from "../wire/index.ts";
import { Connection } from "./connection.ts";
import { checkName } from "./names.ts";
import type { Renews } from "./renewer-types.ts";
import { ReplicaCore } from "./replica-core.ts";
import type { Replica } from "./replica-types.ts";
import { TabLead } from "./tab-lead.ts";
import { TabLine } from "./tab-line.ts";
import { renewalsOf } from "./tab-renewals.ts";
import { TabRenewer, type TabRenewerHost } from "./tab-renewer.ts";
import type { Renewal, State, TabCut, TabMessage, TabReplicaOptions } from "./tab-types.ts";

const HEARD_MS = 50; // what was said before a tab got the lead has been heard by then

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

/** A replica among others of its browser: what it hears of them, and what it answers. */
class TabReplica extends ReplicaCore implements TabRenewerHost {
  readonly #options: TabReplicaOptions;
  readonly #line: TabLine;
  readonly #renewer = new TabRenewer(this);
  /** From when the document holds what is stored on this device. */
  #lead: TabLead | undefined;
  readonly #stops: (() => void)[] = [];
  /** What the leader has said of itself. */
  #state: State | undefined;
  /** The other users, for tabs that come later. */
  readonly #peers = new Map<number, PeerChange>();
  /** What was last said for this user, by whichever tab. */
  #said: WireValue = null;
  #ended = false;

  constructor(options: TabReplicaOptions) {
    super(options);
    this.#options = options;
    this.#line = new TabLine(options.tabs, options.platform, {
      doc: this.doc,
      known: this.known,
      connection: () => this.#connection,
      waiting: () => this.log?.waiting ?? [],
    });
    this.open(() => this.#join());
  }

  retry(): void {
    if (this.#connection === undefined) this.#line.post({ kind: "retry" });
    else this.#connection.retry();
  }

  override counted(): void {
    super.counted();
    if (this.#connection === undefined && !this.#ended) this.#follow();
  }

  becameAnother(): void {
    this.#line.drop();
  }

  renewed(renewal: Renewal): void {
    if (this.#connection !== undefined) this.#line.post({ kind: "renewed", to: undefined, ...renewal });
  }

  cutTo(cut: TabCut): void {
    if (this.#connection !== undefined) this.#line.post({ kind: "cut", to: undefined, ...cut });
  }

  made(update: Uint8Array): void {
    if (this.log === undefined) this.#line.share([update]);
    else this.log.append(update); // shared once it is stored: what another tab builds on must not be lost with this one
  }

  get #connection(): Connection | undefined {
    return this.#lead?.connection;
  }

  protected override loadRenewer(): Promise<Renews> {
    return Promise.resolve(this.#renewer);
  }

  protected override isDead(update: Uint8Array): boolean {
    return this.#renewer.isDead(update);
  }

  protected override renewalsToKeep(): Uint8Array | undefined {
    return this.#renewer.encode();
  }

  protected override learn(bytes: Uint8Array): void {
    this.#renewer.learn(bytes);
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
      this.made(update);
    }
    const each = origin === this && !this.isPending(update, origin) ? this.outgoing.within(update) : [update];
    for (const single of each) this.#connection?.push(single, origin);
  }

  protected override written(updates: readonly Uint8Array[]): void {
    this.#line.share(updates);
  }

  protected say(state: WireValue): void {
    this.#said = state;
    if (this.#connection === undefined) this.#line.post({ kind: "presence", state });
    else this.#connection.setPresence(state);
  }

  protected end(): void {
    this.#ended = true;
    this.#line.stop();
    this.#lead?.stop();
    for (const stop of this.#stops) stop();
    this.presence.lost();
    this.show({ status: "stopped", error: this.error.peek(), level: this.level.peek() });
    this.#line.part();
    this.#options.tabs.close();
  }

  #join(): void {
    const { tabs, platform } = this.#options;
    this.#stops.push(
      tabs.listen((message) => this.#hear(message as TabMessage)), // cast: only this class speaks on this line
      tabs.onWake(() => this.#line.hello()),
      tabs.onSleep(() => this.#line.part()),
    );
    this.#lead = new TabLead({
      tabs,
      platform,
      createConnection: () => this.#createConnection(),
      prepare: () => this.#catchUp(),
      began: () => this.#line.hello(),
      lost: () => {
        this.#state = undefined;
        this.counted();
        this.#line.hello();
      },
      ask: () => this.#line.post({ kind: "ask" }),
    });
    this.#lead.start();
    this.#line.hello();
  }

  #createConnection(): Connection {
    const connection: Connection = new Connection(this.#options, {
      unsaved: this.known,
      outgoing: this.outgoing,
      renew: (hub, refusal) => this.renew(hub, refusal),
      cut: (steps) => this.cut(steps),
      changed: () => {
        if (this.#connection !== connection) return;
        this.show(connection);
        this.#line.tell();
      },
      acknowledged: () => {
        this.acknowledged();
        this.#line.tell();
      },
      opened: () => {
        if (this.#said !== null) connection.setPresence(this.#said);
        this.presence.opened();
        this.#line.post({ kind: "opened" });
      },
      peers: (full, changes) => {
        this.#meet(full, changes);
        this.#line.post({ kind: "peers", full, changes });
      },
      lost: () => {
        if (this.#connection !== connection) return;
        this.#meet(true, []);
        this.#line.post({ kind: "peers", full: true, changes: [] });
      },
    });
    return connection;
  }

  /** Whoever led may have made anew what is pending here, and sent that, in its last moment: done once more, it would be there twice. */
  async #catchUp(): Promise<void> {
    const { log } = this;
    if (log === undefined) {
      if (this.#state !== undefined) await new Promise<void>((heard) => this.platform.after(HEARD_MS, heard));
      return;
    }
    try {
      const bytes = await log.renewals();
      for (const renewal of bytes === undefined ? [] : renewalsOf(bytes)) this.#renewToo(renewal);
    } catch (error) {
      this.platform.report?.(error);
    }
    await log.reload();
    if (this.#renewer.renewals.length > 0) await log.replace(); // whoever led may have gone before it did
  }

  #hear(message: TabMessage): void {
    switch (message.kind) {
      case "hello":
        void this.#answer(message.tab, message.version, message.leads);
        break;
      case "updates":
        if (this.#isFor(message.to) && this.#isHere(message.epoch)) this.#take(message);
        break;
      case "cut":
        if (this.#isFor(message.to)) this.#cutToo(message);
        break;
      case "renewed":
        if (!this.#isFor(message.to)) break;
        try {
          this.#renewToo(message);
        } catch (error) {
          this.platform.report?.(error);
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
        this.#line.tell();
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

  #isFor(tab: number | undefined): boolean {
    return tab === undefined || tab === this.#line.tab;
  }

  #hearLeader(state: State): void {
    this.#lead?.hear();
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
        this.platform.report?.(error);
      }
    }
    if (pending) this.#line.helloSoon();
  }

  /** Sends a tab what it lacks: the leader does, and to a leader all do. */
  async #answer(tab: number, version: Uint8Array, leads: boolean): Promise<void> {
    const isLeader = this.#connection !== undefined;
    const since = decodeVersion(version);
    if (since.size > 0 && !this.#isHere(epochOf(since))) {
      const cut = this.#renewer.lastCut;
      if (cut !== undefined) this.#line.post({ kind: "cut", to: tab, ...cut });
      return; // what it has means something else here
    }
    if (isLeader && this.#renewer.isDeadAt(since)) {
      for (const renewal of this.#renewer.renewals) this.#line.post({ kind: "renewed", to: tab, ...renewal });
      return;
    }
    if (isLeader) {
      this.#line.tell();
      this.#line.post({ kind: "peers", full: true, changes: [...this.#peers.values()] });
    }
    if (!isLeader && !leads && this.#state !== undefined) return;
    await this.log?.settled();
    if (versionCovers(since, this.doc.version())) return;
    const each = this.outgoing.since(since);
    const whole = each === undefined ? this.doc.encode({ since }) : undefined;
    const updates = each ?? this.outgoing.all;
    this.#line.post({ kind: "updates", to: tab, epoch: this.#epoch, whole, updates, unsaved: this.known.encode() });
  }

  #renewToo(renewal: Renewal): void {
    if (this.#lead?.isStarted === true) return;
    if (this.#renewer.renewToo(renewal)) this.#line.helloSoon();
  }

  #cutToo(cut: TabCut): void {
    if (this.#connection !== undefined || this.#epoch >= cut.epoch || this.doc.version().size === 0) return;
    const carried = this.#renewer.cutToo(cut);
    void this.log?.replace();
    if (carried !== undefined) this.#line.share([carried]);
    this.#line.hello();
  }

  get #epoch(): number {
    return epochOf(this.doc.version());
  }

  /** Whether what is of an epoch means the same here. */
  #isHere(epoch: number): boolean {
    return epoch === this.#epoch || this.doc.version().size === 0;
  }

  #meet(full: boolean, changes: readonly PeerChange[]): void {
    if (full) this.#peers.clear();
    for (const change of changes) {
      if (change[2] === null) this.#peers.delete(change[0]);
      else this.#peers.set(change[0], change);
    }
    this.presence.changed(full, changes);
  }
}
