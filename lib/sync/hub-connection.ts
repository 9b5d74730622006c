import { decodeVersion, type UpdateRange, updateRanges, type Version, versionCovers } from "../crdt/index.ts";
import { CodedError, isCodedError } from "../errors/index.ts";
import {
  type Channel,
  decodeValue,
  encodeValue,
  SYNC_PROTOCOL,
  type SyncFrame,
  type SyncLevel,
  type WireValue,
} from "../wire/index.ts";
import { ownerKey } from "./claims.ts";
import type { AuthorShare } from "./hub-authors.ts";
import type { HubDocument, Watcher } from "./hub-document.ts";
import { checkName, type Limits, MAX_UPDATES, MAX_VERSION_BYTES } from "./hub-limits.ts";
import type { Meter } from "./hub-meter.ts";
import { Quota } from "./hub-quota.ts";
import type { Held } from "./hub-shelf.ts";
import { Link, type LinkLimits, type LinkListener } from "./link.ts";
import { Outbox } from "./outbox.ts";
import type { SyncPlatform } from "./platform.ts";

/** What connections need from their hub: one object for all, as there are many of them. */
export interface ConnectionHost<Connection> {
  readonly limits: Limits;
  readonly platform: SyncPlatform;
  readonly meter: Meter;
  /** What a connection takes before and after its HELLO. */
  readonly silent: LinkLimits;
  readonly greeted: LinkLimits;
  /** Whether a transaction may enter a document; a throw is the server's own fault and refuses too. */
  allows(connection: Connection, document: HubDocument, level: SyncLevel, update: Uint8Array): boolean;
  /** The state others see, or a throw for one that does not fit the schema. */
  readPresence(state: WireValue): WireValue;
  /** What it may do with a document; undefined refuses it. */
  authorize(connection: Connection, name: string): Promise<SyncLevel | undefined>;
  acquire(name: string): Promise<Held>;
  /** Something that is not the other side's fault. */
  report(error: unknown): void;
  saidHello(): void;
  opened(connection: Connection, name: string, level: SyncLevel): void;
  left(connection: Connection, name: string): void;
  closed(connection: HubConnection<Connection>): void;
}

/** Who a connection is. */
export interface ConnectionSelf<Connection> {
  readonly connection: Connection;
  readonly user: WireValue;
  /** Whose replicas it may write as. */
  readonly author: string | undefined;
  /** Its number, by which others see its presence. */
  readonly peer: number;
  readonly share: AuthorShare;
}

interface Open {
  readonly handle: number;
  readonly document: HubDocument;
  readonly level: SyncLevel;
  readonly watcher: Watcher;
  /** From which number on a replica's operations are refused: what follows a refused transaction would leave a hole. */
  refused: Map<number, number> | undefined;
}

/** A document this connection has asked for; while it loads, `open` is undefined. */
interface Entry {
  readonly handle: number;
  readonly name: string;
  isLoading: boolean;
  open: Open | undefined;
  leave(): void;
}

type FrameOf<K extends SyncFrame["kind"]> = Extract<SyncFrame, { kind: K }>;

const POLICY_VIOLATION = 1008; // WebSocket close codes
const TRY_AGAIN_LATER = 1013;

/**
 * The hub's side of the protocol on one channel.
 * 1. Nothing but HELLO, in time and small, until it came.
 * 2. OPEN asks authorize, loads the document, answers OPENED with what the client lacks; then the connection watches the document.
 * 3. UPDATE is applied whole or refused, and acknowledged once the store has it.
 * 4. Whatever breaks the rules gets an ERROR and the channel is closed; no other connection notices.
 */
export class HubConnection<Connection> implements LinkListener {
  /** When the other side was last heard. */
  heardAt: number;
  readonly #channel: Channel;
  readonly #host: ConnectionHost<Connection>;
  readonly #self: ConnectionSelf<Connection>;
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #quota: Quota;
  readonly #entries = new Map<number, Entry>();
  /** Acknowledgements to come; made when there is the first, as most connections are idle. */
  #owed: Set<Promise<void>> | undefined;
  /** Documents that were left while they loaded, and load on. */
  #abandoned = 0;
  readonly #stopClose: () => void;
  /** Ends the wait for HELLO; undefined once it came: before it nothing is believed, and little is kept. */
  #late: (() => void) | undefined;
  #draining = false;
  #ended = false;

  constructor(channel: Channel, host: ConnectionHost<Connection>, self: ConnectionSelf<Connection>) {
    this.#channel = channel;
    this.#host = host;
    this.#self = self;
    this.#quota = new Quota(host.limits);
    this.heardAt = host.platform.now();
    this.#link = new Link(channel, host.silent, this);
    this.#outbox = new Outbox(channel, this.#link, host.platform);
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
    return this.#self.share;
  }

  /** Whose replicas it may write as. */
  get author(): string | undefined {
    return this.#self.author;
  }

  /** Resolves when every acknowledgement owed is sent. */
  async settled(): Promise<void> {
    await Promise.all(this.#owed ?? []);
  }

  /** Takes no more updates, and says when to come back. */
  drain(retryAfterMs: number): void {
    this.#draining = true;
    this.#send({ kind: "drain", retryAfterMs });
  }

  ping(): void {
    if (this.isGreeted) this.#send({ kind: "ping", nonce: 0 });
  }

  /** Sends an ERROR about the whole connection and closes it. */
  fail(error: CodedError): void {
    if (this.#ended) return;
    if (error.code === "SYNC_UNAVAILABLE") this.#host.report(error);
    this.#host.meter.connectionsRefused++;
    this.#refuse(0, 0, error);
    this.close(POLICY_VIOLATION, error.code);
  }

  /** Sends an ERROR about the whole connection. */
  tell(error: CodedError): void {
    this.#refuse(0, 0, error);
  }

  close(code: number, reason: string): void {
    this.#end();
    this.#channel.close(code, reason);
  }

  broken(error: CodedError): void {
    this.fail(error);
  }

  frame(frame: SyncFrame, byteLength: number): void {
    this.heardAt = this.#host.platform.now();
    this.#quota.countFrame(this.heardAt);
    if (this.isGreeted) this.#serve(frame, byteLength);
    else this.#hello(frame);
  }

  #serve(frame: SyncFrame, byteLength: number): void {
    switch (frame.kind) {
      case "open":
        this.#open(frame);
        break;
      case "update":
        this.#update(frame, byteLength);
        break;
      case "missing":
        this.#resend(frame);
        break;
      case "leave":
        this.#leave(frame.handle);
        break;
      case "presence":
        this.#presence(frame, byteLength);
        break;
      case "ping":
        this.#send({ kind: "pong", nonce: frame.nonce });
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
    this.#host.saidHello();
    const { silentMs, maxMessageBytes } = this.#host.limits;
    this.#link.accept(this.#host.greeted);
    const { peer } = this.#self;
    this.#send({ kind: "welcome", protocol: SYNC_PROTOCOL, capabilities: [], peer, silentMs, maxMessageBytes });
  }

  #open({ handle, name, version }: FrameOf<"open">): void {
    const { maxDocuments } = this.#host.limits;
    if (handle === 0 || this.#entries.has(handle)) {
      throw new CodedError("SYNC_BAD_FRAME", `handle ${handle} is taken`, { value: handle });
    }
    if (this.#entries.size + this.#abandoned >= maxDocuments) {
      throw new CodedError("SYNC_LIMIT", `more than ${maxDocuments} documents on one connection`);
    }
    checkVersion(version);
    const entry: Entry = { handle, name, isLoading: true, open: undefined, leave: () => undefined };
    this.#entries.set(handle, entry);
    this.#enter(entry, version)
      .catch((error: unknown) => {
        if (this.#entries.get(handle) !== entry) return; // it has left, or heard why
        this.#leave(handle);
        this.#refuse(handle, 0, this.#blame(error));
      })
      .finally(() => {
        entry.isLoading = false;
        if (this.#entries.get(handle) !== entry) this.#abandoned--;
      });
  }

  /** Asks, loads and answers. The client may have left again at any await. */
  async #enter(entry: Entry, since: Uint8Array): Promise<void> {
    const { handle, name } = entry;
    const isGone = (): boolean => this.#ended || this.#entries.get(handle) !== entry;
    checkName(name);
    const level = await this.#host.authorize(this.#self.connection, name);
    if (isGone()) return;
    if (level === undefined) throw new CodedError("SYNC_FORBIDDEN", "this document is not for this connection");
    const had = decodeVersion(since); // first: a throw must not keep the document
    const { document, release } = await this.#host.acquire(name);
    if (isGone()) return release();
    const brought = versionCovers(document.doc.version(), had) ? undefined : had;
    const { watcher, begin } = this.#createWatcher(handle, brought);
    const unwatch = document.watch(watcher);
    entry.leave = () => {
      unwatch();
      release();
      if (entry.open !== undefined) this.#host.left(this.#self.connection, name);
    };
    const update = document.since(since);
    const opened: SyncFrame = { kind: "opened", handle, level, version: document.version, update };
    await document.durable(); // a version is a promise: what it covers is not sent again
    if (isGone()) return;
    entry.open = { handle, document, level, watcher, refused: undefined };
    this.#send(opened);
    begin();
    document.presence.welcome(watcher);
    this.#host.opened(this.#self.connection, name, level);
  }

  /** A watcher that holds back what it hears until `begin`: OPENED comes first. */
  #createWatcher(handle: number, brought: Version | undefined): { watcher: Watcher; begin: () => void } {
    const { peer, user, author } = this.#self;
    const { meter } = this.#host;
    let held: (() => void)[] | undefined = [];
    const deliver: Watcher["deliver"] = (updates, encode) => {
      if (held !== undefined) return void held.push(() => deliver(updates, encode));
      meter.updatesDelivered += updates.length;
      this.#outbox.deliver(handle, updates, encode(handle));
      this.#checkQueue();
    };
    const watcher: Watcher = {
      peer,
      user,
      author,
      brought,
      peers: (full, changes) => this.#send({ kind: "peers", handle, full, changes }),
      deliver,
      lost: (error) => {
        this.#leave(handle);
        this.#refuse(handle, 0, error);
      },
    };
    const begin = (): void => {
      const waiting = held ?? [];
      held = undefined;
      for (const each of waiting) each();
    };
    return { watcher, begin };
  }

  #update({ handle, ref, updates }: FrameOf<"update">, byteLength: number): void {
    if (this.#draining) return; // not acknowledged, so it is sent again to whoever comes next
    const open = this.#entries.get(handle)?.open;
    if (open === undefined) this.#refuse(handle, ref, new CodedError("SYNC_BAD_FRAME", `${handle} is not open`));
    else if (open.level !== "read") this.#take(open, ref, updates, byteLength);
    else this.#refuse(handle, ref, new CodedError("SYNC_READ_ONLY", "this connection may only read"));
  }

  #take(open: Open, ref: number, updates: readonly Uint8Array[], byteLength: number): void {
    const { document, watcher, handle } = open;
    const { meter } = this.#host;
    if (updates.length > MAX_UPDATES) {
      throw new CodedError("SYNC_LIMIT", `${updates.length} updates in a frame, where ${MAX_UPDATES} are allowed`);
    }
    meter.received(updates.length, byteLength);
    this.#self.share.countBytes(byteLength, this.heardAt);
    this.#quota.takeUpdate(byteLength);
    meter.pending++;
    let complete = true;
    try {
      for (const update of updates) {
        if (!this.#refuses(open, ref, update)) complete = document.apply(update, watcher) && complete;
      }
    } catch (cause) {
      this.#quota.giveBack(byteLength);
      meter.pending--;
      meter.updatesRefused++;
      if (isCodedError(cause) && cause.code.startsWith("SYNC_")) throw cause;
      throw new CodedError("SYNC_BAD_UPDATE", "the update was refused whole", { cause });
    }
    if (!complete) this.#send({ kind: "missing", handle, ref, version: document.version });
    // Also when part of it is missing: room is given back once what did fit is durable.
    const ack = complete ? (): void => this.#send({ kind: "ack", handle, ref }) : (): void => undefined;
    const done: Promise<void> = document
      .durable()
      .then(ack, () => undefined) // the store failed: the watcher has said so already
      .finally(() => {
        this.#owed?.delete(done);
        meter.pending--;
        this.#quota.giveBack(byteLength);
      });
    this.#owed ??= new Set();
    this.#owed.add(done);
  }

  /** A transaction enters whole or not at all. One that does not takes all that its replica wrote after it with it. */
  #refuses(open: Open, ref: number, update: Uint8Array): boolean {
    const { document, handle, level, refused } = open;
    let begins = refused && updateRanges(update).find((range) => follows(refused, range));
    if (begins === undefined) {
      if (this.#host.allows(this.#self.connection, document, level, update)) return false;
      begins = updateRanges(update)[0];
      const refused = open.refused ?? new Map<number, number>();
      open.refused = refused;
      for (const { replica, from } of updateRanges(update)) {
        refused.set(replica, Math.min(from, refused.get(replica) ?? from));
      }
    }
    if (begins === undefined) return false; // it brings nothing
    this.#host.meter.updatesRefused++;
    const replica = ownerKey(begins.replica);
    const message = "the server does not accept this edit";
    this.#send({ kind: "refused", handle, ref, replica, from: begins.from, code: "SYNC_REFUSED", message });
    return true;
  }

  #resend({ handle, version }: FrameOf<"missing">): void {
    checkVersion(version);
    const update = this.#entries.get(handle)?.open?.document.since(version);
    if (update !== undefined && update.length > 0) this.#send({ kind: "update", handle, ref: 0, updates: [update] });
  }

  #presence({ handle, state }: FrameOf<"presence">, byteLength: number): void {
    const { maxPresenceBytes } = this.#host.limits;
    if (byteLength > maxPresenceBytes) {
      throw new CodedError("SYNC_LIMIT", `a presence of ${byteLength} bytes, where ${maxPresenceBytes} are allowed`);
    }
    const open = this.#entries.get(handle)?.open;
    const copy = decodeValue(encodeValue(state)); // it outlives the message
    open?.document.presence.set(open.watcher, copy === null ? null : this.#host.readPresence(copy));
  }

  #leave(handle: number): void {
    const entry = this.#entries.get(handle);
    this.#entries.delete(handle);
    this.#outbox.forget(handle);
    if (entry?.isLoading === true) this.#abandoned++;
    entry?.leave();
  }

  #refuse(handle: number, ref: number, error: CodedError): void {
    const { code, message } = error;
    this.#send({ kind: "error", handle, ref, code, final: FINAL.has(code), message });
  }

  #blame(error: unknown): CodedError {
    // Only what the client did: a store's own words may name a folder of this machine.
    if (isCodedError(error) && THEIRS.has(error.code)) return error as CodedError; // cast: told apart by isCodedError
    this.#host.report(error);
    return new CodedError("SYNC_UNAVAILABLE", "the document cannot be opened now", { cause: error });
  }

  #send(frame: SyncFrame): void {
    if (this.#ended) return;
    this.#link.send(frame);
    this.#checkQueue();
  }

  #checkQueue(): void {
    if (this.#channel.queuedBytes + this.#outbox.waitingBytes <= this.#host.limits.maxQueuedBytes) return;
    this.close(TRY_AGAIN_LATER, "SYNC_LIMIT"); // without an ERROR: it would only join the queue
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#late?.();
    this.#stopClose();
    this.#link.stop();
    this.#outbox.dispose();
    for (const handle of [...this.#entries.keys()]) this.#leave(handle);
    this.#host.closed(this);
  }
}

function follows(refused: ReadonlyMap<number, number>, { replica, to }: UpdateRange): boolean {
  const from = refused.get(replica);
  return from !== undefined && to > from;
}

function checkVersion({ length }: Uint8Array): void {
  if (length <= MAX_VERSION_BYTES) return;
  throw new CodedError("SYNC_LIMIT", `a version of ${length} bytes, where ${MAX_VERSION_BYTES} are allowed`);
}

/** Why an OPEN can fail through the client's own doing. */
const THEIRS: ReadonlySet<unknown> = new Set(["SYNC_BAD_NAME", "SYNC_FORBIDDEN", "CRDT_BAD_VERSION"]);

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
