import { every, type SyncPlatform } from "../platform.ts";
import type { Connection } from "../replica/connection.ts";
import type { TabGroup } from "./group.ts";

const WATCH_MS = 3000;
const PATIENCE = 2; // questions a leader may leave open before it is taken for dead

/** The tab that leads, or would. */
export interface TabLeadHost {
  readonly tabs: TabGroup;
  readonly platform: SyncPlatform;
  createConnection(): Connection;
  /** Learns what whoever led has left. */
  prepare(): Promise<void>;
  /** It leads, and is connected or about to be. */
  began(): void;
  /** Another tab took it for dead. */
  lost(): void;
  /** Asks the leader whether it is there. */
  ask(): void;
}

/** Which of the tabs is connected: asks to lead, begins, gives up, and watches whoever leads. */
export class TabLead {
  readonly #host: TabLeadHost;
  #stopWatching: () => void = nothing;
  /** While this tab leads. */
  #connection: Connection | undefined;
  #isStarted = false;
  #leave: () => void = nothing;
  #heard = false;
  #unanswered = 0;
  #ended = false;

  constructor(host: TabLeadHost) {
    this.#host = host;
  }

  start(): void {
    this.#stopWatching = every(this.#host.platform, WATCH_MS, () => this.#watch());
    this.#ask(false);
  }

  /** While this tab leads. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Whether it knows what whoever led has left. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** The leader has said something. */
  hear(): void {
    this.#heard = true;
  }

  /** Takes it from whoever leads now. */
  take(): void {
    if (this.#connection === undefined) this.#ask(true);
  }

  stop(): void {
    this.#ended = true;
    this.#stopWatching();
    this.#connection?.stop();
    this.#connection = undefined;
    this.#leave();
  }

  #ask(take: boolean): void {
    this.#leave();
    this.#leave = this.#host.tabs.lead(
      () => void this.#begin(),
      () => this.#lose(),
      take,
    );
  }

  /** A leader that died may have left edits in the store that nobody has heard of. */
  async #begin(): Promise<void> {
    const connection = this.#host.createConnection();
    this.#connection = connection;
    await this.#host.prepare();
    if (this.#connection !== connection) return;
    this.#isStarted = true;
    connection.start();
    this.#host.began();
  }

  #lose(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#isStarted = false;
    connection?.stop();
    if (this.#ended) return;
    this.#unanswered = 0;
    this.#host.lost();
    this.#ask(false);
  }

  /** A tab that follows asks a leader of whom it hears nothing whether it is there. */
  #watch(): void {
    const heard = this.#heard;
    this.#heard = false;
    if (heard || this.#connection !== undefined) this.#unanswered = 0;
    else if (this.#unanswered < PATIENCE) {
      this.#unanswered++;
      this.#host.ask();
    } else {
      this.#unanswered = 0;
      this.#ask(true);
    }
  }
}

function nothing(): void {}
