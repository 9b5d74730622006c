import { decodeVersion, encodeVersion, epochOf, type Version } from "../../crdt/index.ts";
import { CodedError, type ErrorCode, isCodedError } from "../../errors/index.ts";
import { type Channel, SYNC_PROTOCOL, type SyncFrame, type SyncLevel, type WireValue } from "../../wire/index.ts";
import { Link } from "../link.ts";
import { every } from "../platform.ts";
import type { Aftermath, FrameOf, Sent, SessionHost, SessionInside } from "./session-types.ts";
import type { SentMark } from "./unsaved.ts";

const NOTHING: Version & SentMark = new Map<number, never>();
const HANDLE = 1; // a session opens one document
const WINDOW = 4; // update frames under way: what is typed meanwhile gathers and leaves in one
const QUEUE_BYTES = 1024 * 1024;
const MAX_UPDATES = 1000; // in one frame; the hub takes more, not any number
const MAX_BACKTRACKS = 3;

/** The replica's side of the protocol on one channel: it ends with the channel, and the next one starts afresh. */
export class Session implements SessionInside {
  readonly host: SessionHost;
  readonly inFlight: Map<number, Sent> = new Map();
  /** What was said to be here when the document was asked for. */
  had: Version = NOTHING;
  /** Of what was asked for; undefined once that is answered. */
  epoch: number | undefined;
  isEnded = false;
  readonly #channel: Channel;
  readonly #link: Link;
  readonly #stops: (() => void)[];
  #heardAt: number;
  #silentMs: number;
  #level: SyncLevel | undefined;
  #waiting: Uint8Array[] = [];
  #flushing = false;
  #nextRef = 1;
  #backtracks = 0;
  readonly #aftermath: Aftermath | undefined;
  #retryAfterMs: number | undefined;

  constructor(channel: Channel, host: SessionHost) {
    this.#channel = channel;
    this.host = host;
    this.#aftermath = host.createAftermath && new host.createAftermath(this);
    this.#heardAt = host.platform.now();
    this.#silentMs = host.connectMs;
    const limits = { messageBytes: host.maxFrameBytes, frameBytes: host.maxFrameBytes };
    this.#link = new Link(channel, limits, {
      frame: (frame) => this.#receive(frame),
      broken: (error) => this.end(error, false),
    });
    this.#stops = [
      () => this.#link.stop(),
      channel.onClose(() => this.end(new CodedError("SYNC_UNAVAILABLE", "the connection was closed"), false)),
      host.platform.after(host.connectMs, () => {
        if (this.#level === undefined) this.end(new CodedError("SYNC_SILENT", "the hub did not answer"), false);
      }),
    ];
    this.#link.send({ kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] });
    this.open(host.isAnew ? NOTHING : host.doc.version());
  }

  /** True when all that was pushed is acknowledged. */
  get isSettled(): boolean {
    return (
      this.#aftermath?.isDue !== true &&
      this.#level !== undefined &&
      this.#waiting.length === 0 &&
      this.inFlight.size === 0
    );
  }

  /** Takes an update made here. Before OPENED there is nothing to do: the difference sent then holds it. */
  push(update: Uint8Array): void {
    if (this.#level === undefined || this.#level === "read") return;
    this.#waiting.push(update);
    if (this.#flushing) return;
    this.#flushing = true;
    void Promise.resolve().then(() => this.#flush());
  }

  setPresence(state: WireValue): void {
    if (this.#level !== undefined) this.#link.send({ kind: "presence", handle: HANDLE, state });
  }

  /** Leaves the document and closes the channel. */
  stop(): void {
    if (this.isEnded) return;
    this.#link.send({ kind: "leave", handle: HANDLE });
    this.close();
  }

  open(had: Version): void {
    const { name, doc } = this.host;
    const epoch = epochOf(doc.version());
    this.epoch = epoch;
    const version = encodeVersion(had);
    this.had = had;
    if (epoch === 0) this.#link.send({ kind: "open", handle: HANDLE, name, version });
    else this.#link.send({ kind: "resume", handle: HANDLE, name, epoch, version });
  }

  #receive(frame: SyncFrame): void {
    this.#heardAt = this.host.platform.now();
    if ("handle" in frame && frame.handle !== HANDLE && frame.handle !== 0) {
      throw new CodedError("SYNC_BAD_FRAME", `a frame of a document that is not open: ${frame.handle}`);
    }
    switch (frame.kind) {
      case "welcome":
        this.#welcome(frame);
        break;
      case "opened":
        this.#opened(frame);
        break;
      case "cut":
        // Whoever has nothing hears of the epoch only; all others go through every cut they missed, and open again.
        if (this.had.size > 0 || this.host.isAnew) this.#follow()?.cut(frame);
        break;
      case "update":
        this.#apply(frame.updates);
        break;
      case "ack":
        this.#acknowledge(frame.ref);
        break;
      case "refused":
        this.#follow()?.refused(frame);
        break;
      case "missing":
        this.#backtrack(frame);
        break;
      case "peers":
        this.host.peers(frame.full, frame.changes);
        break;
      case "ping":
        this.#link.send({ kind: "pong", nonce: frame.nonce });
        break;
      case "drain":
        this.#retryAfterMs = frame.retryAfterMs;
        break;
      case "error":
        // cast: a code of the hub's release; one this release does not know is still worth showing
        this.end(new CodedError(frame.code as ErrorCode, frame.message), frame.final);
        break;
      default: // pong, and what a later hub may say
    }
  }

  #welcome({ silentMs, maxMessageBytes }: FrameOf<"welcome">): void {
    this.#silentMs = silentMs;
    this.#link.fit(maxMessageBytes);
    this.#stops.push(every(this.host.platform, Math.max(1, Math.floor(silentMs / 3)), () => this.#beat()));
  }

  #beat(): void {
    // However a clock is set: then too it is only a coming back.
    if (Math.abs(this.host.platform.now() - this.#heardAt) > this.#silentMs) {
      this.end(new CodedError("SYNC_SILENT", `nothing heard for ${this.#silentMs} ms`), false);
    } else this.#link.send({ kind: "ping", nonce: 0 });
  }

  #opened({ level, version, update }: FrameOf<"opened">): void {
    const hub = decodeVersion(version);
    if (this.epoch === undefined) throw new CodedError("SYNC_BAD_FRAME", "opened, where nothing was asked for");
    this.epoch = undefined;
    if (this.host.isAnew) {
      this.#follow()?.opened(level, update);
      return;
    }
    if (update.length > 0) this.#apply([update]);
    this.begin(level, hub);
  }

  /** Without the part that knows how to go on there is another session, once that is loaded. */
  #follow(): Aftermath | undefined {
    if (this.#aftermath === undefined) {
      this.close();
      this.host.unprepared();
    }
    return this.#aftermath;
  }

  /** Whatever the hub lacks goes at once, edits of before the connection too: that is how unacknowledged ones are sent again. */
  begin(level: SyncLevel, hub: Version): void {
    this.#level = level;
    const lacked = this.host.missing(hub);
    if (level !== "read" && lacked.length > 0) this.sendFirst(lacked);
    this.host.opened(level, lacked.length > 0, hub);
  }

  /** Instead of what waits. */
  sendFirst(updates: readonly Uint8Array[], most: number = MAX_UPDATES): void {
    this.#waiting = updates.slice(most);
    this.#send(updates.slice(0, most));
  }

  after(ms: number, f: () => void): void {
    this.#stops.push(this.host.platform.after(ms, f));
  }

  #apply(updates: readonly Uint8Array[]): void {
    const { doc } = this.host;
    let pending = false;
    for (const update of updates) {
      this.#aftermath?.entered(update);
      this.host.heard(update);
      try {
        pending = doc.apply(update, this).pending || pending;
      } catch (error) {
        if (isCodedError(error) && error.code.startsWith("CRDT_")) throw error;
        this.host.platform.report?.(error); // an observer threw: the update is in, and the next may be heard
      }
    }
    if (pending) this.#link.send({ kind: "missing", handle: HANDLE, ref: 0, version: encodeVersion(doc.version()) });
  }

  #flush(): void {
    this.#flushing = false;
    if (this.isEnded || this.#waiting.length === 0 || this.#aftermath?.isDue === true) return;
    const isBusy = this.inFlight.size >= WINDOW || this.#channel.queuedBytes > QUEUE_BYTES;
    if (isBusy && this.inFlight.size > 0) return; // the next ACK tries again
    this.#send(this.#waiting.splice(0, MAX_UPDATES));
    this.#flush();
  }

  #send(updates: readonly Uint8Array[]): void {
    const ref = this.#nextRef++;
    const mark = this.#waiting.length === 0 ? this.host.mark() : NOTHING; // what still waits is not in this frame
    this.inFlight.set(ref, { mark, updates, refused: new Set() });
    this.#link.send({ kind: "update", handle: HANDLE, ref, updates });
  }

  #acknowledge(ref: number): void {
    const sent = this.inFlight.get(ref);
    if (sent === undefined) return;
    this.inFlight.delete(ref);
    this.#backtracks = 0;
    this.#aftermath?.note(sent.updates.filter((update) => !sent.refused.has(update)));
    this.#flush();
    if (sent.refused.size === 0) this.host.acknowledged(sent.mark);
    this.#aftermath?.settle();
  }

  /** The hub lacks something the update builds on: everything since its version goes again. */
  #backtrack({ ref, version }: FrameOf<"missing">): void {
    const hub = decodeVersion(version);
    const sent = this.inFlight.get(ref);
    this.inFlight.delete(ref);
    if (this.#aftermath?.isDue === true) {
      this.#aftermath.missed(sent, hub);
      return;
    }
    if (++this.#backtracks > MAX_BACKTRACKS) {
      this.end(new CodedError("SYNC_UNAVAILABLE", "the hub keeps missing updates"), false);
      return;
    }
    this.sendFirst(this.host.missing(hub)); // nothing is acknowledged too, once all the hub has is durable
  }

  end(error: CodedError, final: boolean): void {
    if (this.isEnded) return;
    this.close();
    this.host.lost(error, final, this.#retryAfterMs);
  }

  /** Nothing more is heard or said. */
  close(): void {
    this.isEnded = true;
    for (const stop of this.#stops) stop();
    this.#channel.close();
  }
}
