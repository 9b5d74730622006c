import { decodeVersion } from "../../crdt/index.ts";
import { CodedError, type ErrorCode } from "../../errors/index.ts";
import type { WireValue } from "../../wire/index.ts";
import { Connection } from "../replica/connection.ts";
import type { ReplicaCore } from "../replica/core.ts";
import type { CreateRenewer } from "../replica/renewer-types.ts";
import type { ReplicaOptions } from "../replica/types.ts";
import type { Uplink } from "../replica/uplink.ts";
import { TabAccord } from "./accord.ts";
import { TabExchange } from "./exchange.ts";
import type { TabGroup } from "./group.ts";
import { TabLead } from "./lead.ts";
import { TabLine } from "./line.ts";
import { within } from "./outgoing.ts";
import { TabPeers } from "./peers.ts";
import { TabRenewer } from "./renewer.ts";
import { TabScout } from "./scout.ts";
import type { State, TabMessage } from "./types.ts";

/** The connection that tabs of a browser share, seen from one of them: what it hears of the others, and what it answers. */
export class TabUplink implements Uplink {
  readonly #core: ReplicaCore;
  readonly #options: ReplicaOptions;
  readonly #tabs: TabGroup;
  readonly #line: TabLine;
  readonly #renewer: TabRenewer;
  readonly #accord: TabAccord;
  readonly #exchange: TabExchange;
  readonly #peers: TabPeers;
  readonly #scout: TabScout;
  /** From when the document holds what is stored on this device. */
  #lead: TabLead | undefined;
  readonly #stops: (() => void)[] = [];
  /** What the leader has said of itself. */
  #state: State | undefined;
  #ended = false;

  constructor(core: ReplicaCore, options: ReplicaOptions, tabs: TabGroup, create: CreateRenewer) {
    this.#core = core;
    this.#options = options;
    this.#tabs = tabs;
    this.#peers = new TabPeers(core.presence);
    this.#scout = new TabScout(options);
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
      made: (update) => this.#exchange.give(update),
    });
    core.renewer = this.#renewer;
    this.#accord = new TabAccord({
      core,
      line: this.#line,
      renewer: this.#renewer,
      follows: () => this.#lead?.isStarted !== true,
    });
    this.#exchange = new TabExchange({
      core,
      line: this.#line,
      renewer: this.#renewer,
      accord: this.#accord,
      origin: this,
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
    return origin === this ? this.#exchange.isNews(update) : this.#connection?.isFromHub(origin) !== true;
  }

  edited(update: Uint8Array, origin: unknown): void {
    if (origin !== this) {
      if (this.#connection?.isFromHub(origin) !== true) this.#core.claim();
      this.#exchange.give(update);
    }
    const each =
      origin === this && !this.isPending(update, origin) ? within(this.#core.outgoing.all, update) : [update];
    for (const single of each) this.#connection?.push(single, origin);
  }

  written(updates: readonly Uint8Array[], areStored: boolean): void {
    this.#line.share(updates, areStored);
  }

  say(state: WireValue): void {
    this.#peers.said = state;
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

  restart(): void {
    this.#connection?.restart();
    this.#line.hello();
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
        if (this.#peers.said !== null) connection.setPresence(this.#peers.said);
        core.presence.opened();
        this.#line.post({ kind: "opened" });
      },
      peers: (full, changes) => {
        this.#peers.meet(full, changes);
        this.#line.post({ kind: "peers", full, changes });
      },
      lost: () => {
        if (this.#connection !== connection) return;
        this.#peers.meet(true, []);
        this.#line.post({ kind: "peers", full: true, changes: [] });
      },
      unreachable: () => {
        const to = this.#scout.pick(this.#accord.others);
        if (to !== undefined) this.#line.post({ kind: "try", to });
      },
    });
    return connection;
  }

  #hear(message: TabMessage): void {
    if ("to" in message && message.to !== undefined && message.to !== this.#line.tab) return; // for another
    switch (message.kind) {
      case "updates":
        this.#exchange.take(message);
        if (message.to !== undefined && this.#connection !== undefined) this.#line.helloSoon(); // the others may lack it too
        break;
      case "state":
        this.#hearLeader(message.state);
        break;
      case "peers":
        if (this.#connection === undefined) this.#peers.meet(message.full, message.changes);
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
      case "try":
        void this.#try();
        break;
      case "presence":
        this.#peers.said = message.state;
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

  /** The tab that leads cannot reach the hub. */
  async #try(): Promise<void> {
    const opens = this.#connection === undefined && !this.#ended && (await this.#scout.try());
    const { status = "offline" } = this.#state ?? {}; // it may have reached it by now
    if (opens && !this.#ended && (status === "offline" || status === "connecting")) this.#lead?.take();
  }

  /** Sends a tab what it lacks: the leader does, and to a leader all do. What it has of one that is gone is asked for. */
  async #answer(tab: number, version: Uint8Array, leads: boolean): Promise<void> {
    const isLeader = this.#connection !== undefined;
    const since = decodeVersion(version);
    if (this.#accord.lead(tab, since, isLeader)) return;
    if (this.#exchange.lacks(tab, since)) this.#line.helloSoon();
    if (isLeader) {
      this.#line.tell();
      this.#line.post({ kind: "peers", full: true, changes: this.#peers.all });
    }
    if (isLeader || leads || this.#state === undefined) await this.#exchange.send(tab, since);
  }
}
