import type { SocketChannel } from "../../../lib/app/index.ts";
import type { Random } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";

/** What may change or hear messages on their way: the faults that no network makes, and the checks. */
export interface Tap {
  /** A message of the client's script, before the network has it. Gives what the network gets. */
  fromClient(bytes: Uint8Array): readonly Uint8Array[];
  /** A message that reaches the server. */
  toServer(bytes: Uint8Array): readonly Uint8Array[];
  /** A message of the server, before the network has it. */
  fromServer(bytes: Uint8Array): readonly Uint8Array[];
  /** A message that reaches the client's script. */
  toClient(bytes: Uint8Array): readonly Uint8Array[];
}

export interface LinkOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly client: Owner;
  readonly server: Owner;
  readonly latencyMs: () => number;
  readonly tap: Tap;
  /** Hears what a listener of the server threw: `ws` would end the process. */
  threw(error: unknown): void;
  log(line: string): void;
}

interface Direction {
  /** When the last message arrives: the next one may not overtake it. */
  lastMs: number;
  /** Nothing arrives any more, and nobody is told. */
  isLost: boolean;
  /** Raised by a cut: what was on its way is gone. */
  era: number;
}

/** What the browser's end of a link tells its socket. */
export interface ClientEnd {
  opened(): void;
  message(bytes: Uint8Array): void;
  closed(code: number, reason: string): void;
}

/** Browsers and `ws` wait for the other side's close this long. */
const CLIENT_CLOSE_MS = 10_000;
const SERVER_CLOSE_MS = 30_000;

/** One WebSocket's network: in order in each direction, until it is cut or goes dead without a word. */
export class Link {
  readonly channel: SocketChannel;
  private readonly options: LinkOptions;
  private readonly end: ClientEnd;
  private readonly up: Direction = { lastMs: 0, isLost: false, era: 0 };
  private readonly down: Direction = { lastMs: 0, isLost: false, era: 0 };
  private readonly listeners = new Set<(bytes: Uint8Array) => void>();
  private readonly closeListeners = new Set<(code: number, reason: string) => void>();
  private early: Uint8Array[] | undefined = [];
  private server: "open" | "closing" | "closed" = "open";
  private client: "connecting" | "open" | "closing" | "closed" = "connecting";
  private closed: readonly [number, string] = [1006, ""];
  private inFlight = 0;

  constructor(options: LinkOptions, end: ClientEnd) {
    this.options = options;
    this.end = end;
    this.channel = {
      send: (bytes) => this.serverSends(bytes),
      queuedBytes: 0,
      onMessage: (listener) => {
        this.listeners.add(listener);
        const { early } = this;
        this.early = undefined;
        for (const bytes of early ?? []) this.hear(bytes);
        return () => this.listeners.delete(listener);
      },
      onClose: (listener) => {
        if (this.server !== "closed") this.closeListeners.add(listener);
        else queueMicrotask(() => listener(...this.closed));
        return () => this.closeListeners.delete(listener);
      },
      close: (code = 1000, reason = "") => this.serverCloses(code, reason),
    };
  }

  get isOpen(): boolean {
    return this.client === "open" && this.server === "open" && !this.up.isLost && !this.down.isLost;
  }

  get isClientOpen(): boolean {
    return this.client === "open";
  }

  /** Messages that are on their way in either direction. */
  get travelling(): number {
    return this.inFlight;
  }

  /** The handshake's answer goes to the client. */
  accept(): void {
    this.travel(this.down, this.options.client, () => {
      if (this.client !== "connecting") return;
      this.client = "open";
      this.end.opened();
    });
  }

  clientSends(bytes: Uint8Array): void {
    for (const message of this.options.tap.fromClient(bytes)) {
      if (this.client !== "open") continue;
      const copy = message.slice();
      this.travel(this.up, this.options.server, () => {
        if (this.server !== "open") return;
        for (const arrived of this.options.tap.toServer(copy)) this.hear(arrived);
      });
    }
  }

  clientCloses(code: number, reason: string): void {
    if (this.client === "closing" || this.client === "closed") return;
    this.client = "closing";
    const { scheduler, client, server } = this.options;
    this.travel(this.up, server, () => {
      if (this.server === "closed") return;
      this.serverEnds(code, reason);
      this.travel(this.down, client, () => this.clientEnds(code, reason));
    });
    scheduler.after(CLIENT_CLOSE_MS, () => this.clientEnds(1006, ""), client);
  }

  /** The page is gone: no script hears of the rest. */
  abandon(): void {
    this.clientCloses(1001, "");
    this.client = "closed";
  }

  /**
   * The connection breaks. What is on its way is lost, a message that was half through with it.
   * @param clientHearsMs - When the client's side notices; never without a number.
   */
  cut(clientHearsMs: number | undefined, serverHearsMs: number | undefined): void {
    const { scheduler, client, server } = this.options;
    this.lose("both");
    if (clientHearsMs !== undefined) scheduler.after(clientHearsMs, () => this.clientEnds(1006, ""), client);
    if (serverHearsMs !== undefined) scheduler.after(serverHearsMs, () => this.serverEnds(1006, ""), server);
  }

  /** The server's process is gone. What it has sent still arrives, and then the end, if the client is told at all. */
  die(clientHearsMs: number | undefined): void {
    const { scheduler, client } = this.options;
    this.up.isLost = true;
    this.server = "closed";
    if (clientHearsMs === undefined) return;
    const afterMs = Math.max(clientHearsMs, this.down.lastMs - scheduler.nowMs);
    scheduler.after(afterMs, () => this.clientEnds(1006, ""), client);
  }

  /** Goes dead in one or both directions, and nobody is told. */
  lose(which: "up" | "down" | "both"): void {
    for (const direction of which === "both" ? [this.up, this.down] : [this[which]]) {
      direction.isLost = true;
      direction.era++;
    }
  }

  /** Nothing passes for a while; then all of it comes, in order. */
  stall(which: "up" | "down", ms: number): void {
    this[which].lastMs = Math.max(this[which].lastMs, this.options.scheduler.nowMs + ms);
  }

  private serverSends(bytes: Uint8Array): void {
    if (this.server !== "open") return;
    for (const message of this.options.tap.fromServer(bytes)) {
      const copy = message.slice();
      this.travel(this.down, this.options.client, () => {
        if (this.client !== "open") return; // a closing socket hands nothing to its page
        for (const arrived of this.options.tap.toClient(copy)) this.end.message(arrived);
      });
    }
  }

  private serverCloses(code: number, reason: string): void {
    if (this.server !== "open") return;
    this.server = "closing";
    this.closed = [code, reason];
    const { scheduler, client, server } = this.options;
    this.travel(this.down, client, () => {
      this.clientEnds(code, reason);
      this.travel(this.up, server, () => this.serverEnds(code, reason));
    });
    scheduler.after(SERVER_CLOSE_MS, () => this.serverEnds(1006, ""), server);
  }

  private serverEnds(code: number, reason: string): void {
    if (this.server === "closed") return;
    this.server = "closed";
    this.closed = [code, reason];
    this.guard(() => {
      for (const listener of [...this.closeListeners]) listener(code, reason);
    });
    this.closeListeners.clear();
  }

  private clientEnds(code: number, reason: string): void {
    if (this.client === "closed") return;
    this.client = "closed";
    this.end.closed(code, reason);
  }

  private hear(bytes: Uint8Array): void {
    if (this.early !== undefined) this.early.push(bytes);
    this.guard(() => {
      for (const listener of [...this.listeners]) listener(bytes);
    });
  }

  private guard(f: () => void): void {
    try {
      f();
    } catch (error) {
      this.options.threw(error);
    }
  }

  private travel(direction: Direction, to: Owner, arrive: () => void): void {
    const { scheduler, latencyMs } = this.options;
    if (direction.isLost) return;
    const { era } = direction;
    direction.lastMs = Math.max(direction.lastMs, scheduler.nowMs + latencyMs());
    this.inFlight++;
    scheduler.after(
      direction.lastMs - scheduler.nowMs,
      () => {
        this.inFlight--;
        if (direction.era === era) arrive();
      },
      to,
    );
  }
}
