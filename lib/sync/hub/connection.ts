import { CodedError } from "../../errors/index.ts";
import { type Channel, decodeValue, encodeValue, SYNC_PROTOCOL, type SyncFrame } from "../../wire/index.ts";
import { Link, type LinkListener } from "../link.ts";
import type { AuthorShare } from "./authors.ts";
import type { ConnectionHost, ConnectionSelf } from "./connection-types.ts";
import { OpenedDocuments, type OpenedHost } from "./opened.ts";
import { Outbox } from "./outbox.ts";
import { Quota } from "./quota.ts";

type FrameOf<K extends SyncFrame["kind"]> = Extract<SyncFrame, { kind: K }>;

const POLICY_VIOLATION = 1008; // WebSocket close codes
const TRY_AGAIN_LATER = 1013;

/**
 * The hub's side of the protocol on one channel.
 * 1. Nothing but HELLO, in time and small, until it came.
 * 2. OPEN asks authorize, loads the document, answers OPENED with what the client lacks; then the connection watches the document (`opened.ts`).
 * 3. UPDATE is applied whole or refused, and acknowledged once the store has it.
 * 4. Whatever breaks the rules gets an ERROR and the channel is closed; no other connection notices.
 */
export class HubConnection<Connection> implements LinkListener, OpenedHost<Connection> {
  /** When the other side was last heard. */
  heardAt: number;
  isEnded = false;
  readonly host: ConnectionHost<Connection>;
  readonly self: ConnectionSelf<Connection>;
  readonly #channel: Channel;
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #quota: Quota;
  readonly #isShareOver = (beside: number): boolean => this.share.isOver(beside);
  /** Made at the first OPEN. */
  #documents: OpenedDocuments<Connection> | undefined;
  readonly #stopClose: () => void;
  /** Ends the wait for HELLO; undefined once it came: before it nothing is believed, and little is kept. */
  #late: (() => void) | undefined;
  #draining = false;

  constructor(channel: Channel, host: ConnectionHost<Connection>, self: ConnectionSelf<Connection>) {
    this.#channel = channel;
    this.host = host;
    this.self = self;
    this.#quota = new Quota(host.limits);
    this.heardAt = host.platform.now();
    this.#link = new Link(channel, host.silent, this);
    this.#outbox = new Outbox(channel, this.#link, host.platform);
    self.share.unread = () => this.#outbox.unread;
    const { helloMs } = host.limits;
    this.#late = host.platform.after(helloMs, () => {
      this.fail(new CodedError("SYNC_SILENT", `no HELLO within ${helloMs} ms`));
    });
    this.#stopClose = channel.onClose(() => this.#end());
  }

  get isGreeted(): boolean {
    return this.#late === undefined;
  }

  get share(): AuthorShare {
    return this.self.share;
  }

  /** Whose replicas it may write as. */
  get author(): string | undefined {
    return this.self.author;
  }

  /** Resolves when every acknowledgement owed is sent. */
  async settled(): Promise<void> {
    await this.#documents?.settled();
  }

  /** Takes no more updates, and says when to come back. */
  drain(retryAfterMs: number): void {
    this.#draining = true;
    this.send({ kind: "drain", retryAfterMs });
  }

  ping(): void {
    if (this.isGreeted) this.send({ kind: "ping", nonce: 0 });
  }

  /** Sends an ERROR about the whole connection and closes it. */
  fail(error: CodedError): void {
    if (this.isEnded) return;
    if (error.code === "SYNC_UNAVAILABLE") this.host.report(error);
    this.host.meter.connectionsRefused++;
    this.refuse(0, 0, error);
    this.close(POLICY_VIOLATION, error.code);
  }

  close(code: number, reason: string): void {
    this.#end();
    this.#channel.close(code, reason);
  }

  broken(error: CodedError): void {
    this.fail(error);
  }

  frame(frame: SyncFrame, byteLength: number): void {
    this.heardAt = this.host.platform.now();
    this.#quota.countFrame(this.heardAt, ASKS.has(frame.kind));
    if (this.isGreeted) this.#serve(frame, byteLength);
    else this.#hello(frame);
  }

  send(frame: SyncFrame): void {
    if (this.isEnded) return;
    if (frame.kind === "opened" || frame.kind === "cut") this.#outbox.answer(frame.handle, frame);
    else this.#link.send(frame);
    this.#checkQueue();
  }

  sendEncoded(encoded: Uint8Array): void {
    if (this.isEnded) return;
    this.#link.sendEncoded(encoded);
    this.#checkQueue();
  }

  /** Sends an ERROR about a document, or, with handle 0, about the whole connection. */
  refuse(handle: number, ref: number, { code, message }: CodedError): void {
    this.send({ kind: "error", handle, ref, code, final: FINAL.has(code), message });
  }

  deliver(handle: number, updates: readonly Uint8Array[], encoded: Uint8Array): void {
    this.host.meter.updatesDelivered += updates.length;
    this.#outbox.deliver(handle, updates, encoded);
    this.#checkQueue();
  }

  forget(handle: number): void {
    this.#outbox.forget(handle);
  }

  keeps(byteLength: number): void {
    if (byteLength > 0) this.share.hold(byteLength);
    else this.share.letGo(-byteLength);
  }

  takeRoom(byteLength: number): void {
    this.#quota.takeUpdate(byteLength);
    this.share.hold(byteLength);
    this.host.meter.pending++;
  }

  giveRoom(byteLength: number): void {
    this.#quota.giveBack(byteLength);
    this.share.letGo(byteLength);
    this.host.meter.pending--;
  }

  #serve(frame: SyncFrame, byteLength: number): void {
    switch (frame.kind) {
      case "open":
        this.#open(frame.handle, frame.name, frame.version, 0);
        break;
      case "resume":
        this.#open(frame.handle, frame.name, frame.version, frame.epoch);
        break;
      case "update":
        this.#update(frame, byteLength);
        break;
      case "missing":
        this.#documents?.resend(frame);
        break;
      case "leave":
        this.#documents?.leave(frame.handle);
        break;
      case "presence":
        this.#presence(frame, byteLength);
        break;
      case "ping":
        this.send({ kind: "pong", nonce: frame.nonce });
        break;
      case "pong":
        break;
      default:
        throw new CodedError("SYNC_BAD_FRAME", `${frame.kind} is not for a hub`);
    }
  }

  #hello(frame: SyncFrame): void {
    if (frame.kind !== "hello") throw new CodedError("SYNC_BAD_FRAME", `${frame.kind} before hello`);
    if (frame.protocol !== SYNC_PROTOCOL) {
      throw new CodedError("SYNC_PROTOCOL", `protocol ${frame.protocol}, where ${SYNC_PROTOCOL} is spoken`);
    }
    this.#late?.();
    this.#late = undefined;
    this.host.saidHello(this);
    const { silentMs, maxMessageBytes } = this.host.limits;
    this.#link.accept(this.host.greeted);
    const { peer } = this.self;
    this.send({ kind: "welcome", protocol: SYNC_PROTOCOL, capabilities: [], peer, silentMs, maxMessageBytes });
  }

  #open(handle: number, name: string, version: Uint8Array, epoch: number): void {
    this.#documents ??= new OpenedDocuments(this);
    this.#documents.open(handle, name, version, epoch);
  }

  #update(frame: FrameOf<"update">, byteLength: number): void {
    if (this.#draining) return; // not acknowledged, so it is sent again to whoever comes next
    this.#documents ??= new OpenedDocuments(this);
    this.#documents.update(frame, byteLength);
  }

  #presence({ handle, state }: FrameOf<"presence">, byteLength: number): void {
    const { maxPresenceBytes } = this.host.limits;
    if (byteLength > maxPresenceBytes) {
      throw new CodedError("SYNC_LIMIT", `a presence of ${byteLength} bytes, where ${maxPresenceBytes} are allowed`);
    }
    const open = this.#documents?.at(handle);
    const copy = decodeValue(encodeValue(state)); // it outlives the message
    open?.document.presence.set(open.watcher, copy === null ? null : this.host.readPresence(copy));
  }

  #checkQueue(): void {
    if (!this.#outbox.isOver(this.host.limits.maxQueuedBytes, this.#isShareOver)) return;
    this.close(TRY_AGAIN_LATER, "SYNC_LIMIT"); // without an ERROR: it would only join the queue
  }

  #end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#late?.();
    this.#stopClose();
    this.#link.stop();
    this.#outbox.dispose();
    this.#documents?.leaveAll();
    this.host.closed(this);
  }
}

/** What is answered with a document, or a part of it. */
const ASKS: ReadonlySet<string> = new Set(["open", "resume", "missing"]);

/** Where trying the same again can only end the same. */
const FINAL: ReadonlySet<string> = new Set([
  "SYNC_BAD_NAME",
  "SYNC_PROTOCOL",
  "SYNC_FORBIDDEN",
  "SYNC_READ_ONLY",
  "SYNC_BAD_UPDATE",
  "SYNC_REPLICA_TAKEN",
  "SYNC_REMOVED",
]);
