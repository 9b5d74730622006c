import {
  createDoc,
  type Doc,
  decodeVersion,
  encodeVersion,
  epochOf,
  updateRanges,
  type Version,
} from "../crdt/index.ts";
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
import { covers, hasRange } from "./outgoing.ts";
import { every, type SyncPlatform } from "./platform.ts";
import type { SentMark } from "./unsaved.ts";

/** An update that the hub did not take. What its replica wrote later was not taken either. */
export interface RefusedUpdate {
  readonly error: CodedError;
  /** As it was sent. */
  readonly update: Uint8Array;
}

/** What a session tells its replica. */
export interface SessionHost {
  readonly doc: Doc;
  readonly name: string;
  readonly platform: SyncPlatform;
  readonly connectMs: number;
  readonly maxFrameBytes: number;
  /** Asks for the whole document, to make what is pending anew. */
  readonly isAnew: boolean;
  /** What a hub at this version lacks. */
  missing(since: Version): readonly Uint8Array[];
  /** The document as the hub has it, which goes on, and what it refused. Resolves once what is pending is made anew. */
  renew(hub: Doc, refused?: RefusedUpdate): Promise<void>;
  /** The document was cut: it goes into the hub's epoch. Resolves with true when all of it is news to the hub, whatever the epoch. */
  cut(steps: readonly CutStep[]): Promise<boolean>;
  /** The hub refused an update; what it took of others is in `taken`. The session is over. */
  refused(refused: RefusedUpdate, taken: readonly Uint8Array[]): void;
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

/** From one epoch to the next. */
export interface CutStep extends Pick<FrameOf<"cut">, "epoch" | "old" | "step"> {
  /** What the replica had when it asked: that is what the epoch ended with where `old` is empty. */
  readonly had: Version;
}

/** A frame of updates under way. */
interface Sent {
  readonly mark: SentMark;
  readonly updates: readonly Uint8Array[];
  readonly refused: Set<Uint8Array>;
}

type FrameOf<K extends SyncFrame["kind"]> = Extract<SyncFrame, { kind: K }>;

const NOTHING: Version & SentMark = new Map<number, never>();
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
  readonly #inFlight = new Map<number, Sent>();
  #backtracks = 0;
  /** The first that was refused: nothing is sent until the rest is acknowledged. */
  #refused: RefusedUpdate | undefined;
  #taken: Uint8Array[] = [];
  /** What the hub has, in a session in which something was refused: to make anew what is refused next. */
  #hub: Doc | undefined;
  #retryAfterMs: number | undefined;
  /** What was said to be here when the document was asked for. */
  #had: Version = NOTHING;
  /** Of what was asked for; undefined once that is answered. */
  #epoch: number | undefined;
  #cuts: CutStep[] = [];
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
    this.#open(host.isAnew ? NOTHING : host.doc.version());
  }

  /** True when all that was pushed is acknowledged. */
  get isSettled(): boolean {
    return (
      this.#refused === undefined &&
      this.#level !== undefined &&
      this.#waiting.length === 0 &&
      this.#inFlight.size === 0
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
    if (this.#ended) return;
    this.#link.send({ kind: "leave", handle: HANDLE });
    this.#stop();
  }

  #open(had: Version): void {
    const { name, doc } = this.#host;
    const epoch = epochOf(doc.version());
    this.#epoch = epoch;
    const version = encodeVersion(had);
    this.#had = had;
    if (epoch === 0) this.#link.send({ kind: "open", handle: HANDLE, name, version });
    else this.#link.send({ kind: "resume", handle: HANDLE, name, epoch, version });
  }

  #receive(frame: SyncFrame): void {
    this.#heardAt = this.#host.platform.now();
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
        this.#cut(frame);
        break;
      case "update":
        this.#apply(frame.updates);
        break;
      case "ack":
        this.#acknowledge(frame.ref);
        break;
      case "refused":
        this.#hearRefusal(frame);
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
    // However a clock is set: then too it is only a coming back.
    if (Math.abs(this.#host.platform.now() - this.#heardAt) > this.#silentMs) {
      this.#end(new CodedError("SYNC_SILENT", `nothing heard for ${this.#silentMs} ms`), false);
    } else this.#link.send({ kind: "ping", nonce: 0 });
  }

  #opened({ level, version, update }: FrameOf<"opened">): void {
    const hub = decodeVersion(version);
    if (this.#epoch === undefined) throw new CodedError("SYNC_BAD_FRAME", "opened, where nothing was asked for");
    this.#epoch = undefined;
    if (!this.#host.isAnew) {
      if (update.length > 0) this.#apply([update]);
      this.#begin(level, hub);
      return;
    }
    const known = createDoc();
    this.#hub = known;
    if (update.length > 0) known.apply(update);
    this.#renewed(this.#host.renew(known), () => this.#begin(level, known.version()));
  }

  /** Whoever has nothing hears of the epoch only; all others go through every cut they missed, and open again. */
  #cut({ epoch, old, step }: FrameOf<"cut">): void {
    const had = this.#had;
    const isBlank = had.size === 0;
    if (isBlank && !this.#host.isAnew) return;
    if (this.#epoch === undefined || (step !== "lost" && epoch !== this.#epoch + this.#cuts.length + 1))
      throw new CodedError("SYNC_BAD_FRAME", `a cut to ${epoch}, which is not due`);
    this.#cuts.push({ epoch, old: old.slice(), step, had }); // the channel may reuse its buffer
    if (step === "next") return;
    const steps = this.#cuts;
    this.#cuts = [];
    this.#epoch = undefined;
    if (isBlank) {
      this.#end(new CodedError("SYNC_CUT", "the document was cut"), false); // before what was refused is made anew
      return;
    }
    this.#host.cut(steps).then(
      (isNews) => {
        if (!this.#ended) this.#open(isNews ? NOTHING : this.#host.doc.version());
      },
      (cause: unknown) =>
        this.#end(new CodedError("SYNC_UNAVAILABLE", "the cut could not be followed", { cause }), false),
    );
  }

  #renewed(done: Promise<void>, goOn: () => void): void {
    done.then(
      () => {
        if (!this.#ended) goOn();
      },
      (cause: unknown) =>
        this.#end(new CodedError("SYNC_UNAVAILABLE", "edits could not be made anew", { cause }), false),
    );
  }

  /** Whatever the hub lacks goes at once, edits of before the connection too: that is how unacknowledged ones are sent again. */
  #begin(level: SyncLevel, hub: Version): void {
    this.#level = level;
    const lacked = this.#host.missing(hub);
    if (level !== "read" && lacked.length > 0) this.#sendFirst(lacked);
    this.#host.opened(level, lacked.length > 0, hub);
  }

  /** Nothing of it is in the hub's document, so sending it again would end the same. */
  #hearRefusal({ ref, replica, from, code, message }: FrameOf<"refused">): void {
    const sent = this.#inFlight.get(ref);
    const update = sent?.updates.find((each) => hasRange(each, replica, from));
    if (sent === undefined || update === undefined) return;
    sent.refused.add(update);
    this.#refused ??= { error: new CodedError(code as ErrorCode, message), update }; // cast: as below
  }

  /** Once all that was sent is answered, the hub's document is known. */
  #settle(): void {
    const refused = this.#refused;
    if (refused === undefined || this.#inFlight.size > 0 || this.#ended) return;
    const hub = this.#hub;
    if (hub === undefined) {
      this.#stop();
      this.#host.refused(refused, this.#taken);
      return;
    }
    this.#renewed(this.#host.renew(hub, refused), () => {
      this.#refused = undefined;
      this.#sendFirst(this.#host.missing(hub.version()));
    });
  }

  /** Instead of what waits. */
  #sendFirst(updates: readonly Uint8Array[]): void {
    this.#waiting = updates.slice(MAX_UPDATES);
    this.#send(updates.slice(0, MAX_UPDATES));
  }

  #apply(updates: readonly Uint8Array[]): void {
    const { doc } = this.#host;
    let pending = false;
    for (const update of updates) {
      this.#hub?.apply(update);
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
    if (this.#ended || this.#waiting.length === 0 || this.#refused !== undefined) return;
    const isBusy = this.#inFlight.size >= WINDOW || this.#channel.queuedBytes > QUEUE_BYTES;
    if (isBusy && this.#inFlight.size > 0) return; // the next ACK tries again
    this.#send(this.#waiting.splice(0, MAX_UPDATES));
    this.#flush();
  }

  #send(updates: readonly Uint8Array[]): void {
    const ref = this.#nextRef++;
    const mark = this.#waiting.length === 0 ? this.#host.mark() : NOTHING; // what still waits is not in this frame
    this.#inFlight.set(ref, { mark, updates, refused: new Set() });
    this.#link.send({ kind: "update", handle: HANDLE, ref, updates });
  }

  #acknowledge(ref: number): void {
    const sent = this.#inFlight.get(ref);
    if (sent === undefined) return;
    this.#inFlight.delete(ref);
    this.#backtracks = 0;
    this.#note(sent.updates.filter((update) => !sent.refused.has(update)));
    this.#flush();
    if (sent.refused.size === 0) this.#host.acknowledged(sent.mark);
    this.#settle();
  }

  /** The hub lacks something the update builds on: everything since its version goes again. */
  #backtrack({ ref, version }: FrameOf<"missing">): void {
    const hub = decodeVersion(version);
    const sent = this.#inFlight.get(ref);
    this.#inFlight.delete(ref);
    if (this.#refused !== undefined) {
      // What builds on something refused is not there either.
      this.#note(sent?.updates.filter((update) => updateRanges(update).every((range) => covers(hub, range))) ?? []);
      this.#settle();
      return;
    }
    if (++this.#backtracks > MAX_BACKTRACKS) {
      this.#end(new CodedError("SYNC_UNAVAILABLE", "the hub keeps missing updates"), false);
      return;
    }
    this.#sendFirst(this.#host.missing(hub)); // nothing is acknowledged too, once all the hub has is durable
  }

  /** The hub has taken these. */
  #note(updates: readonly Uint8Array[]): void {
    if (this.#hub !== undefined) for (const update of updates) this.#hub.apply(update);
    else if (this.#refused !== undefined) this.#taken.push(...updates);
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
