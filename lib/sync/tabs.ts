import { decodeVersion, updateRanges, versionCovers } from "../crdt/index.ts";
import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { PeerChange, WireValue } from "../wire/index.ts";
import { Connection } from "./connection.ts";
import type { CreateRenewer } from "./renewer-types.ts";
import type { ReplicaCore } from "./replica-core.ts";
import type { ReplicaOptions } from "./replica-types.ts";
import { TabAccord } from "./tab-accord.ts";
import type { TabGroup } from "./tab-group.ts";
import { TabLead } from "./tab-lead.ts";
import { TabLine } from "./tab-line.ts";
import { bring, within } from "./tab-outgoing.ts";
import { TabRenewer } from "./tab-renewer.ts";
import type { State, TabMessage } from "./tab-types.ts";
import type { Uplink } from "./uplink.ts";

/** The connection that tabs of a browser share, seen from one of them: what it hears of the others, and what it answers. */
export class TabUplink implements Uplink {
  readonly #core: ReplicaCore;
  readonly #options: ReplicaOptions;
  readonly #tabs: TabGroup;
  readonly #line: TabLine;
  readonly #renewer: TabRenewer;
  readonly #accord: TabAccord;
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
      heard: () => this.#accord.call(),
      made: (update) => this.#made(update),
    });
    core.renewer = this.#renewer;
    this.#accord = new TabAccord({
      core,
      line: this.#line,
      renewer: this.#renewer,
      follows: () => this.#lead?.isStarted !== true,
    });
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
      prepare: () => this.#accord.catchUp(),
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

  #hear(message: TabMessage): void {
    if ("to" in message && message.to !== undefined && message.to !== this.#line.tab) return; // for another
    switch (message.kind) {
      case "updates":
        if (this.#accord.isHere(message.epoch)) this.#take(message);
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
      default:
        this.#accord.hear(message);
        if (message.kind === "hello") void this.#answer(message.tab, message.version, message.leads);
    }
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
    if (this.#accord.lead(tab, since, isLeader)) return;
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
      epoch: this.#accord.epoch,
      whole,
      updates,
      unsaved: this.#core.known.encode(),
    });
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
