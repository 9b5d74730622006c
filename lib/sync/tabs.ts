import { decodeVersion, epochOf, updateRanges, versionCovers } from "../crdt/index.ts";
import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { PeerChange, WireValue } from "../wire/index.ts";
import { Connection } from "./connection.ts";
import type { CreateRenewer } from "./renewer-types.ts";
import type { ReplicaCore } from "./replica-core.ts";
import type { ReplicaOptions } from "./replica-types.ts";
import type { TabGroup } from "./tab-group.ts";
import { TabLead } from "./tab-lead.ts";
import { TabLine } from "./tab-line.ts";
import { bring, within } from "./tab-outgoing.ts";
import { renewalsOf } from "./tab-renewals.ts";
import { TabRenewer } from "./tab-renewer.ts";
import { TabRoll } from "./tab-roll.ts";
import type { Renewal, State, TabCut, TabMessage } from "./tab-types.ts";
import type { Uplink } from "./uplink.ts";

/** The connection that tabs of a browser share, seen from one of them: what it hears of the others, and what it answers. */
export class TabUplink implements Uplink {
  readonly #core: ReplicaCore;
  readonly #options: ReplicaOptions;
  readonly #tabs: TabGroup;
  readonly #line: TabLine;
  readonly #renewer: TabRenewer;
  readonly #roll: TabRoll;
  /** The tab that led last. */
  #leader: number | undefined;
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

  constructor(core: ReplicaCore, options: ReplicaOptions, tabs: TabGroup, create: CreateRenewer) {
    this.#core = core;
    this.#options = options;
    this.#tabs = tabs;
    this.#roll = new TabRoll(core.platform);
    this.#line = new TabLine(tabs, core.platform, {
      doc: core.doc,
      known: core.known,
      connection: () => this.#connection,
      waiting: () => core.log?.waiting ?? [],
    });
    this.#renewer = new TabRenewer(create, core, {
      becameAnother: () => this.#line.drop(),
      renewed: (renewal) => {
        if (this.#connection !== undefined) this.#line.post({ kind: "renewed", to: undefined, ...renewal });
      },
      cutTo: (cut) => {
        if (this.#connection !== undefined) this.#line.post({ kind: "cut", to: undefined, ...cut });
      },
      heard: () => this.#call(),
      made: (update) => this.#made(update),
    });
    core.renewer = this.#renewer;
  }

  retry(): void {
    if (this.#connection === undefined) this.#line.post({ kind: "retry" });
    else this.#connection.retry();
  }

  counted(): void {
    if (this.#connection === undefined && !this.#ended) this.#follow();
  }

  get #connection(): Connection | undefined {
    return this.#lead?.connection;
  }

  isPending(update: Uint8Array, origin: unknown): boolean {
    if (origin !== this) return this.#connection?.isFromHub(origin) !== true;
    return updateRanges(update).some((range) => {
      const rest = this.#core.known.unsavedOf(range);
      return rest !== undefined && !bring(this.#core.outgoing.all, rest);
    });
  }

  edited(update: Uint8Array, origin: unknown): void {
    if (origin !== this) {
      if (this.#connection?.isFromHub(origin) !== true) this.#core.claim();
      this.#made(update);
    }
    const each =
      origin === this && !this.isPending(update, origin) ? within(this.#core.outgoing.all, update) : [update];
    for (const single of each) this.#connection?.push(single, origin);
  }

  written(updates: readonly Uint8Array[]): void {
    this.#line.share(updates);
  }

  say(state: WireValue): void {
    this.#said = state;
    if (this.#connection === undefined) this.#line.post({ kind: "presence", state });
    else this.#connection.setPresence(state);
  }

  stop(): void {
    this.#ended = true;
    this.#line.post({ kind: "bye", tab: this.#line.tab });
    this.#line.stop();
    this.#lead?.stop();
    for (const stop of this.#stops) stop();
    const { presence, error, level } = this.#core;
    presence.lost();
    this.#core.show({ status: "stopped", error: error.peek(), level: level.peek() });
    this.#line.part();
    this.#tabs.close();
  }

  start(): void {
    const tabs = this.#tabs;
    const { platform } = this.#core;
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
        this.#core.counted();
        this.#line.hello();
      },
      ask: () => this.#line.post({ kind: "ask" }),
    });
    this.#lead.start();
    this.#line.hello();
  }

  /** Shared once it is stored: what another tab builds on must not be lost with this one. */
  #made(update: Uint8Array): void {
    const { log } = this.#core;
    if (log === undefined) this.#line.share([update]);
    else log.append(update);
  }

  #createConnection(): Connection {
    const core = this.#core;
    const connection: Connection = new Connection(this.#options, core, {
      changed: () => {
        if (this.#connection !== connection) return;
        core.show(connection);
        this.#line.tell();
      },
      acknowledged: () => {
        core.acknowledged();
        this.#line.tell();
      },
      opened: () => {
        if (this.#said !== null) connection.setPresence(this.#said);
        core.presence.opened();
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
    const { log } = this.#core;
    if (this.#leader !== undefined) this.#roll.forget(this.#leader); // gone, or it would lead
    await this.#call();
    if (log === undefined) return;
    try {
      const bytes = await log.renewals();
      for (const renewal of bytes === undefined ? [] : renewalsOf(bytes)) this.#renewToo(renewal);
    } catch (error) {
      this.#core.platform.report?.(error);
    }
    const upTo = await log.reload();
    if (this.#renewer.renewals.length > 0) await log.replace(upTo); // whoever led may have gone before it did
  }

  #hear(message: TabMessage): void {
    switch (message.kind) {
      case "hello":
        if (message.leads) this.#leader = message.tab;
        if (this.#roll.meet(message.tab)) this.#line.post({ kind: "here", call: undefined, tab: this.#line.tab });
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
          this.#core.platform.report?.(error);
        }
        break;
      case "state":
        this.#hearLeader(message.state);
        break;
      case "peers":
        if (this.#connection === undefined) this.#meet(message.full, message.changes);
        break;
      case "opened":
        if (this.#connection === undefined) this.#core.presence.opened();
        break;
      case "call":
        this.#leader = message.tab;
        this.#hearCall(message);
        break;
      case "here":
        this.#roll.meet(message.tab);
        if (message.call !== undefined) this.#roll.answer(message.call, message.tab);
        break;
      case "bye":
        this.#roll.forget(message.tab);
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
    this.#core.known.merge(state.unsaved);
    this.#core.counted();
  }

  /** Shows what the leader says, and that edits of this tab are not there yet. */
  #follow(): void {
    const { status = "connecting", error, level } = this.#state ?? {};
    this.#core.show({
      status: status === "synced" && this.#core.known.count() > 0 ? "syncing" : status,
      error: error && new CodedError(error[0] as ErrorCode, error[1]), // cast: the leader's error had a code of this table
      level,
    });
  }

  #take({ whole, updates, unsaved }: Extract<TabMessage, { kind: "updates" }>): void {
    this.#core.known.merge(unsaved);
    const live = updates.filter((update) => !this.#renewer.isDead(update)); // its tab makes it anew
    for (const update of live) if (this.#core.isOurs(update)) this.#core.outgoing.add(update); // one by one, however they enter the document
    const isUsable = whole !== undefined && !this.#renewer.isDead(whole);
    let pending = whole !== undefined && !isUsable;
    for (const update of isUsable ? [whole, ...live] : live) {
      try {
        pending = this.#core.doc.apply(update, this).pending || pending;
      } catch (error) {
        this.#core.platform.report?.(error);
      }
    }
    if (pending) this.#line.helloSoon();
  }

  /** Sends a tab what it lacks: the leader does, and to a leader all do. */
  async #answer(tab: number, version: Uint8Array, leads: boolean): Promise<void> {
    const isLeader = this.#connection !== undefined;
    const since = decodeVersion(version);
    if (since.size > 0 && !this.#isHere(epochOf(since))) {
      for (const cut of this.#renewer.cutsSince(epochOf(since))) this.#line.post({ kind: "cut", to: tab, ...cut });
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
    await this.#core.log?.settled();
    if (versionCovers(since, this.#core.doc.version())) return;
    const each = this.#core.outgoing.since(since);
    const whole = each === undefined ? this.#core.doc.encode({ since }) : undefined;
    const updates = each ?? this.#core.outgoing.all;
    this.#line.post({
      kind: "updates",
      to: tab,
      epoch: this.#epoch,
      whole,
      updates,
      unsaved: this.#core.known.encode(),
    });
  }

  /** Resolves when the other tabs have heard all that was said, and this one what they knew of it. */
  #call(): Promise<void> {
    const { tab } = this.#line;
    const renewals = this.#renewer.renewals.map(({ id }) => id);
    return this.#roll.call((call) => this.#line.post({ kind: "call", call, tab, epoch: this.#epoch, renewals }));
  }

  #hearCall({ call, tab, epoch, renewals }: Extract<TabMessage, { kind: "call" }>): void {
    for (const cut of this.#renewer.cutsSince(epoch)) this.#line.post({ kind: "cut", to: tab, ...cut });
    for (const renewal of this.#renewer.renewals)
      if (!renewals.includes(renewal.id)) this.#line.post({ kind: "renewed", to: tab, ...renewal });
    this.#roll.meet(tab);
    this.#line.post({ kind: "here", call, tab: this.#line.tab });
  }

  #renewToo(renewal: Renewal): void {
    if (this.#lead?.isStarted === true) return;
    if (this.#renewer.renewToo(renewal)) this.#line.helloSoon();
  }

  #cutToo(cut: TabCut): void {
    if (this.#lead?.isStarted === true || this.#epoch >= cut.epoch || this.#core.doc.version().size === 0) return;
    const carried = this.#renewer.cutToo(cut);
    void this.#core.log?.replace();
    if (carried !== undefined) this.#line.share([carried]);
    this.#line.hello();
  }

  get #epoch(): number {
    return epochOf(this.#core.doc.version());
  }

  /** Whether what is of an epoch means the same here. */
  #isHere(epoch: number): boolean {
    return epoch === this.#epoch || this.#core.doc.version().size === 0;
  }

  #meet(full: boolean, changes: readonly PeerChange[]): void {
    if (full) this.#peers.clear();
    for (const change of changes) {
      if (change[2] === null) this.#peers.delete(change[0]);
      else this.#peers.set(change[0], change);
    }
    this.#core.presence.changed(full, changes);
  }
}
