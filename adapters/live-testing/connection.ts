import type { SocketAcceptor } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import {
  ACK,
  ADOPT,
  type Channel,
  type ClientFrame,
  createChannelPair,
  DRAIN,
  decodeLiveFrame,
  ERROR,
  EVENT,
  encodeLiveFrame,
  HELLO,
  LEAVE,
  type LiveFrame,
  MOUNT,
  type MountFrame,
  NAV,
  type Operation,
  PATCH,
  PING,
  REPLY,
  type ServerFrame,
  type TemplateSource,
  templatesHash,
  UPLOAD,
  type UploadedFrame,
  type WireMap,
  type WireValue,
} from "../../lib/wire/index.ts";
import type { VirtualClock } from "./clock.ts";
import { Outbox, type Sent } from "./outbox.ts";

const PING_MS = 25_000;
const ACK_MS = 200;
const ACK_FRAMES = 4;
const RETRY_MS = 150;
const RETRY_MAX_MS = 10_000;

/** What a page says about its live root. */
export interface PageData {
  readonly token: string;
  readonly build: string;
  readonly render: number;
  readonly templates?: readonly TemplateSource[];
  /** Where they are, when they are not in the page. */
  readonly templatesUrl?: string;
}

/** A frame that has travelled. @public */
export interface SeenFrame {
  readonly from: "page" | "server";
  readonly frame: LiveFrame;
  /** Its length on the wire. */
  readonly bytes: number;
}

/** Asks for a socket: what takes it, or the status that refuses it. */
type Opener = () => Promise<SocketAcceptor | number>;

/** What happens to the page. */
export interface ConnectionHooks {
  mount(frame: MountFrame): void;
  patch(operations: readonly Operation[]): void;
  templates(): readonly string[];
  uploaded(frame: UploadedFrame): void;
  /** What the server sent could not be applied. */
  failed(error: unknown): void;
  /** The page was refused, or the application's socket was. */
  refused(code: string): void;
  unknown(events: readonly WireValue[]): void;
}

export type ConnectionState = "connecting" | "live" | "disconnected" | "refused" | "closed";

/** The client's half of the protocol: what a browser does, on the virtual clock. */
export class Connection {
  state: ConnectionState = "disconnected";
  readonly frames: SeenFrame[] = [];
  /** Counts what came and went, so that one can tell when nothing does. */
  traffic = 0;
  token: Uint8Array;
  readonly #open: Opener;
  readonly #clock: VirtualClock;
  readonly #hooks: ConnectionHooks;
  readonly #outbox: Outbox = new Outbox();
  #build: string;
  #render: number;
  #channel: Channel | undefined;
  #seq = 0;
  #acked = 0;
  #epoch = 0;
  #failures = 0;
  #retryAfterMs = 0;
  #isAway = false;
  #isHeard = true;
  #stopAck: (() => void) | undefined;
  #stopPing: (() => void) | undefined;
  #stopRetry: (() => void) | undefined;

  constructor(data: PageData, isAdopted: boolean, clock: VirtualClock, open: Opener, hooks: ConnectionHooks) {
    this.token = Uint8Array.from(atob(data.token), (letter) => letter.charCodeAt(0));
    this.#build = data.build;
    this.#render = isAdopted ? data.render : 0;
    this.#clock = clock;
    this.#open = open;
    this.#hooks = hooks;
  }

  /** Events that were sent, or wait for a connection, and are not handled yet. */
  get pending(): readonly Sent[] {
    return this.#outbox.pending;
  }

  async connect(): Promise<void> {
    if (this.state === "live" || this.state === "connecting" || this.state === "closed" || this.state === "refused")
      return;
    this.#isAway = false;
    this.#stopRetry?.();
    this.state = "connecting";
    this.traffic++;
    const accept = await this.#open();
    if (this.state !== "connecting") return;
    if (typeof accept === "number") {
      this.state = "refused";
      this.#hooks.refused(`the socket got ${accept}`);
      return;
    }
    const [ours, theirs] = createChannelPair();
    this.#channel = ours;
    ours.onMessage((bytes) => {
      if (this.#channel !== ours) return;
      try {
        this.#hear(bytes);
      } catch (error) {
        this.#hooks.failed(error);
      }
    });
    ours.onClose(() => {
      this.traffic++;
      if (this.#channel === ours) this.#lose();
    });
    accept(theirs);
    const known = templatesHash([...this.#hooks.templates()]);
    this.#send([
      HELLO,
      this.token,
      this.#build,
      this.#seq,
      this.#outbox.lastSent,
      known,
      this.#render,
      0, // it inflates nothing
      this.#epoch,
    ]);
    this.#ping();
  }

  /** Cuts the connection, as a network does: nothing is said, and nothing is tried before `connect`. */
  disconnect(): void {
    this.#isAway = true;
    this.#stopRetry?.();
    const channel = this.#channel;
    this.#lose();
    channel?.close(1006, "cut");
  }

  /** Leaves for good, and says so. */
  close(): void {
    if (this.state === "live") this.#send([LEAVE]);
    this.state = "closed";
    this.#drop();
  }

  /** Sends an event, now or when the connection is back. */
  event(handler: number, args: WireMap): Sent {
    return this.#queue(args, (ref) => (seq) => [EVENT, ref, seq, handler, args]);
  }

  navigate(url: string): Sent {
    return this.#queue(url, (ref) => (seq) => [NAV, ref, seq, url]);
  }

  upload(entry: number, offset: number, part: Uint8Array | readonly [string, string, string, number] | null): void {
    this.#send([UPLOAD, entry, offset, part]);
  }

  /** Sends any frame: for tests of what a stranger may send. */
  send(frame: ClientFrame): void {
    this.#send(frame);
  }

  #queue(what: WireValue, frame: (ref: number) => Sent["frame"]): Sent {
    const sent = this.#outbox.add(what, frame);
    if (this.state === "live") this.#transmit(sent);
    return sent;
  }

  #transmit(sent: Sent): void {
    sent.isSent = true;
    this.#acked = this.#seq;
    this.#send(sent.frame(this.#seq));
  }

  #send(frame: ClientFrame): void {
    const bytes = encodeLiveFrame(frame);
    this.traffic++;
    this.frames.push({ from: "page", frame, bytes: bytes.length });
    this.#channel?.send(bytes);
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeLiveFrame(bytes) as ServerFrame; // cast: a server sends no other; the switch below ignores the rest
    this.traffic++;
    this.#isHeard = true;
    this.frames.push({ from: "server", frame, bytes: bytes.length });
    switch (frame[0]) {
      case ADOPT:
        this.#join(frame[1]);
        return;
      case MOUNT:
        this.#hooks.mount(frame);
        this.#seq = frame[2];
        this.#render ||= 1;
        this.#build = frame[5] ?? this.#build;
        this.#join(frame[1], frame[5] !== undefined);
        this.#acknowledge();
        return;
      case PATCH: {
        const [, seq, handled, ...operations] = frame;
        if (seq > this.#seq) {
          if (seq !== this.#seq + 1)
            throw new CodedError("TESTING_PARTED", `patch ${seq} came after patch ${this.#seq}`);
          this.#hooks.patch(operations);
          this.#seq = seq;
        }
        this.#outbox.settle(handled);
        this.#acknowledge();
        return;
      }
      case ACK:
        this.#outbox.settle(frame[1]);
        return;
      case REPLY: {
        const sent = this.#outbox.find(frame[1]);
        if (sent !== undefined) sent.reply = frame[2];
        return;
      }
      case DRAIN:
        this.#retryAfterMs = frame[2];
        this.#channel?.close();
        return;
      case ERROR: {
        const [, code, ref, afterMs] = frame;
        this.#retryAfterMs = afterMs;
        const sent = this.#outbox.find(ref);
        if (sent !== undefined) this.#fail(sent, code);
        if (code !== "LIVE_REFUSED" && code !== "LIVE_TAKEN_OVER") return;
        this.state = "refused";
        this.#hooks.refused(code);
        return;
      }
      case UPLOAD:
        this.#hooks.uploaded(frame);
        return;
    }
  }

  /** @param isRenewed - What was bound before means nothing to the session: what waits is given up, sent or not. */
  #join(epoch: number, isRenewed: boolean = false): void {
    const isNew = this.#epoch !== 0 && this.#epoch !== epoch;
    const gone = isRenewed || isNew ? this.#outbox.giveUp(isRenewed) : [];
    if (gone.length > 0) this.#hooks.unknown(gone);
    this.#epoch = epoch;
    if (this.state === "live") return;
    this.state = "live";
    for (const sent of this.#outbox.pending) this.#transmit(sent);
  }

  /** An event a process died with is not sent again: nobody knows how far it had come. */
  #fail(sent: Sent, code: string): void {
    sent.failure = code === "LIVE_EVENT_UNKNOWN" ? "unknown" : code;
    if (sent.failure === "unknown") this.#hooks.unknown([sent.what]);
  }

  #acknowledge(): void {
    if (this.#seq - this.#acked >= ACK_FRAMES) {
      this.#ack();
      return;
    }
    this.#stopAck ??= this.#clock.after(ACK_MS, () => this.#ack());
  }

  #ack(): void {
    this.#stopAck?.();
    this.#stopAck = undefined;
    if (this.state === "live" && this.#acked !== this.#seq) this.#send([ACK, this.#seq]);
    this.#acked = this.#seq;
  }

  #ping(): void {
    this.#stopPing?.();
    this.#stopPing = this.#clock.after(PING_MS, () => {
      if (!this.#isHeard) return this.#channel?.close();
      this.#isHeard = false;
      this.#failures = 0;
      if (this.state === "live") this.#send([PING, 0]);
      this.#ping();
    });
  }

  #lose(): void {
    this.#drop();
    if (this.state === "refused" || this.state === "closed") return;
    this.state = "disconnected";
    if (this.#isAway) return;
    const pauseMs = Math.max(this.#retryAfterMs, Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#failures++));
    this.#retryAfterMs = 0;
    this.#stopRetry = this.#clock.after(pauseMs, () => void this.connect());
  }

  #drop(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    this.#stopAck?.();
    this.#stopPing?.();
    this.#stopRetry?.();
    this.#stopAck = undefined;
    channel?.close();
  }
}
