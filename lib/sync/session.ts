import { type Doc, decodeVersion, encodeVersion, type Version, versionCovers } from "../crdt/index.ts";
import { CodedError, type ErrorCode, isCodedError } from "../errors/index.ts";
import {
  type Channel,
  type PeerChange,
  SYNC_PROTOCOL,
  type SyncFrame,
  type SyncLevel,
  type WireValue,
} from "../wire/index.ts";
import { Link } from "./link.ts";
import { every, type SyncPlatform } from "./platform.ts";
import type { SentMark } from "./unsaved.ts";

/** What a session tells its replica. */
export interface SessionHost {
  readonly doc: Doc;
  readonly name: string;
  readonly platform: SyncPlatform;
  readonly connectMs: number;
  readonly maxFrameBytes: number;
  /** Both sides know what the other has; edits made until now are on their way, if they may be. `lacks`: the hub had not all of them. */
  opened(level: SyncLevel, lacks: boolean, hub: Version): void;
  /** Of what is sent now. */
  mark(): SentMark;
  /** The hub has made durable what was sent under this mark. */
  acknowledged(mark: SentMark): void;
  peers(full: boolean, changes: readonly PeerChange[]): void;
  /** The channel is gone. `final`: the hub would refuse again. `retryAfterMs`: the hub said when to come back. */
  lost(error: CodedError, final: boolean, retryAfterMs: number | undefined): void;
}

type FrameOf<K extends SyncFrame["kind"]> = Extract<SyncFrame, { kind: K }>;

const HANDLE = 1; // a session opens one document
const WINDOW = 4; // update frames under way: what is typed meanwhile gathers and leaves in one
const QUEUE_BYTES = 1024 * 1024;
const MAX_UPDATES = 1000; // in one frame; the hub takes more, not any number
const MAX_BACKTRACKS = 3;

/** The replica's side of the protocol on one channel: it ends with the channel, and the next one starts afresh. */
export class Session {
  readonly #channel: Channel;
  readonly #host: SessionHost;
  readonly #link: Link;
  readonly #stops: (() => void)[];
  #heardAt: number;
  #silentMs: number;
  #level: SyncLevel | undefined;
  #waiting: Uint8Array[] = [];
  #flushing = false;
  #nextRef = 1;
  #inFlight = new Map<number, SentMark>();
  #backtracks = 0;
  #retryAfterMs: number | undefined;
  #ended = false;

  constructor(channel: Channel, host: SessionHost) {
    this.#channel = channel;
    this.#host = host;
    this.#heardAt = host.platform.now();
    this.#silentMs = host.connectMs;
    const limits = { messageBytes: host.maxFrameBytes, frameBytes: host.maxFrameBytes };
    this.#link = new Link(channel, limits, {
      frame: (frame) => this.#receive(frame),
      broken: (error) => this.#end(error, false),
    });
    this.#stops = [
      () => this.#link.stop(),
      channel.onClose(() => this.#end(new CodedError("SYNC_UNAVAILABLE", "the connection was closed"), false)),
      host.platform.after(host.connectMs, () => {
        if (this.#level === undefined) this.#end(new CodedError("SYNC_SILENT", "the hub did not answer"), false);
      }),
    ];
    this.#link.send({ kind: "hello", protocol: SYNC_PROTOCOL, capabilities: [] });
    this.#link.send({ kind: "open", handle: HANDLE, name: host.name, version: encodeVersion(host.doc.version()) });
  }

  /** True when all that was pushed is acknowledged. */
  get isSettled(): boolean {
    return this.#level !== undefined && this.#waiting.length === 0 && this.#inFlight.size === 0;
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
    if (this.#ended) return;
    this.#link.send({ kind: "leave", handle: HANDLE });
    this.#stop();
  }

  #receive(frame: SyncFrame): void {
    this.#heardAt = this.#host.platform.now();
    switch (frame.kind) {
      case "welcome":
        this.#welcome(frame);
        break;
      case "opened":
        this.#opened(frame);
        break;
      case "update":
        this.#apply(frame.updates);
        break;
      case "ack":
        this.#acknowledge(frame.ref);
        break;
      case "refused":
        // cast: as below. Nothing of it is in the hub's document, so sending it again ends the same.
        this.#end(new CodedError(frame.code as ErrorCode, frame.message), true);
        break;
      case "missing":
        this.#backtrack(frame);
        break;
      case "peers":
        this.#host.peers(frame.full, frame.changes);
        break;
      case "ping":
        this.#link.send({ kind: "pong", nonce: frame.nonce });
        break;
      case "drain":
        this.#retryAfterMs = frame.retryAfterMs;
        break;
      case "error":
        // cast: a code of the hub's release; one this release does not know is still worth showing
        this.#end(new CodedError(frame.code as ErrorCode, frame.message), frame.final);
        break;
      default: // pong, and what a later hub may say
    }
  }

  #welcome({ silentMs, maxMessageBytes }: FrameOf<"welcome">): void {
    this.#silentMs = silentMs;
    this.#link.fit(maxMessageBytes);
    this.#stops.push(every(this.#host.platform, Math.max(1, Math.floor(silentMs / 3)), () => this.#beat()));
  }

  #beat(): void {
    if (this.#host.platform.now() - this.#heardAt > this.#silentMs) {
      this.#end(new CodedError("SYNC_SILENT", `nothing heard for ${this.#silentMs} ms`), false);
    } else this.#link.send({ kind: "ping", nonce: 0 });
  }

  #opened({ level, version, update }: FrameOf<"opened">): void {
    if (update.length > 0) this.#apply([update]);
    this.#level = level;
    // Whatever the hub lacks goes at once, edits of before the connection too: that is how unacknowledged ones are sent again.
    const hub = decodeVersion(version);
    const lacked = this.#encodeSince(hub);
    if (level !== "read" && lacked !== undefined) this.#sendFirst([lacked]);
    this.#host.opened(level, lacked !== undefined, hub);
  }

  #encodeSince(since: Version): Uint8Array | undefined {
    const { doc } = this.#host;
    return versionCovers(since, doc.version()) ? undefined : doc.encode({ since });
  }

  /** Instead of what waits. */
  #sendFirst(updates: readonly Uint8Array[]): void {
    this.#waiting = [];
    this.#send(updates);
  }

  #apply(updates: readonly Uint8Array[]): void {
    const { doc } = this.#host;
    let pending = false;
    for (const update of updates) {
      try {
        pending = doc.apply(update, this).pending || pending;
      } catch (error) {
        if (isCodedError(error) && error.code.startsWith("CRDT_")) throw error;
        this.#host.platform.report?.(error); // an observer threw: the update is in, and the next may be heard
      }
    }
    if (pending) this.#link.send({ kind: "missing", handle: HANDLE, ref: 0, version: encodeVersion(doc.version()) });
  }

  #flush(): void {
    this.#flushing = false;
    if (this.#ended || this.#waiting.length === 0) return;
    const isBusy = this.#inFlight.size >= WINDOW || this.#channel.queuedBytes > QUEUE_BYTES;
    if (isBusy && this.#inFlight.size > 0) return; // the next ACK tries again
    this.#send(this.#waiting.splice(0, MAX_UPDATES));
    this.#flush();
  }

  #send(updates: readonly Uint8Array[]): void {
    const ref = this.#nextRef++;
    this.#inFlight.set(ref, this.#host.mark());
    this.#link.send({ kind: "update", handle: HANDLE, ref, updates });
  }

  #acknowledge(ref: number): void {
    const mark = this.#inFlight.get(ref);
    if (mark === undefined) return;
    this.#inFlight.delete(ref);
    this.#backtracks = 0;
    this.#flush();
    this.#host.acknowledged(mark);
  }

  /** The hub lacks something the update builds on: everything since its version goes again. */
  #backtrack({ ref, version }: FrameOf<"missing">): void {
    if (++this.#backtracks > MAX_BACKTRACKS) {
      this.#end(new CodedError("SYNC_UNAVAILABLE", "the hub keeps missing updates"), false);
      return;
    }
    this.#inFlight.delete(ref);
    const lacked = this.#encodeSince(decodeVersion(version));
    this.#sendFirst(lacked === undefined ? [] : [lacked]); // nothing is acknowledged too, once all the hub has is durable
  }

  #end(error: CodedError, final: boolean): void {
    if (this.#ended) return;
    this.#stop();
    this.#host.lost(error, final, this.#retryAfterMs);
  }

  #stop(): void {
    this.#ended = true;
    for (const stop of this.#stops) stop();
    this.#channel.close();
  }
}
