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
import type { HubDocument, Watcher } from "./hub-document.ts";
import { checkName, HELLO_BYTES, type Limits, MAX_UPDATES, MAX_VERSION_BYTES } from "./hub-limits.ts";
import { createQuota, type Quota } from "./hub-quota.ts";
import type { Held } from "./hub-shelf.ts";
import { Link } from "./link.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { SyncPlatform } from "./platform.ts";

/** What a connection needs from its hub. */
export interface ConnectionHost {
  readonly limits: Limits;
  readonly platform: SyncPlatform;
  readonly user: WireValue;
  /** This connection's number, by which others see its presence. */
  readonly peer: number;
  /** What it may do with a document; undefined refuses it. */
  authorize(name: string): Promise<SyncLevel | undefined>;
  acquire(name: string): Promise<Held>;
  /** Something that is not the other side's fault. */
  report(error: unknown): void;
  closed(): void;
}

interface Open {
  readonly handle: number;
  readonly document: HubDocument;
  readonly level: SyncLevel;
  readonly watcher: Watcher;
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
export class HubConnection {
  /** When the other side was last heard. */
  heardAt: number;
  readonly #channel: Channel;
  readonly #host: ConnectionHost;
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #quota: Quota;
  readonly #entries = new Map<number, Entry>();
  readonly #owed = new Set<Promise<void>>();
  /** Documents that were left while they loaded, and load on. */
  #abandoned = 0;
  readonly #stops: (() => void)[];
  #greeted = false;
  #draining = false;
  #ended = false;

  constructor(channel: Channel, host: ConnectionHost) {
    this.#channel = channel;
    this.#host = host;
    this.#quota = createQuota(host.limits);
    this.heardAt = host.platform.now();
    this.#link = new Link(
      channel,
      { messageBytes: HELLO_BYTES, frameBytes: 0 },
      { frame: (frame, byteLength) => this.#receive(frame, byteLength), broken: (error) => this.fail(error) },
    );
    this.#outbox = createOutbox(channel, this.#link, host.platform);
    const { helloMs } = host.limits;
    const late = host.platform.after(helloMs, () => {
      if (!this.#greeted) this.fail(new CodedError("SYNC_SILENT", `no HELLO within ${helloMs} ms`));
    });
    this.#stops = [channel.onClose(() => this.#end()), late, () => this.#link.stop(), () => this.#outbox.dispose()];
  }

  /** Resolves when every acknowledgement owed is sent. */
  async settled(): Promise<void> {
    await Promise.all(this.#owed);
  }

  /** Takes no more updates, and says when to come back. */
  drain(retryAfterMs: number): void {
    this.#draining = true;
    this.#send({ kind: "drain", retryAfterMs });
  }

  ping(): void {
    if (this.#greeted) this.#send({ kind: "ping", nonce: 0 });
  }

  /** Sends an ERROR about the whole connection and closes it. */
  fail(error: CodedError): void {
    if (this.#ended) return;
    if (error.code === "SYNC_UNAVAILABLE") this.#host.report(error);
    this.#refuse(0, 0, error);
    this.close(POLICY_VIOLATION, error.code);
  }

  close(code: number, reason: string): void {
    this.#end();
    this.#channel.close(code, reason);
  }

  #receive(frame: SyncFrame, byteLength: number): void {
    this.heardAt = this.#host.platform.now();
    this.#quota.countFrame(this.heardAt);
    if (this.#greeted) this.#serve(frame, byteLength);
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
    this.#greeted = true;
    const { silentMs, maxMessageBytes, maxFrameBytes } = this.#host.limits;
    this.#link.accept({ messageBytes: maxMessageBytes, frameBytes: maxFrameBytes });
    const { peer } = this.#host;
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
    const level = await this.#host.authorize(name);
    if (isGone()) return;
    if (level === undefined) throw new CodedError("SYNC_FORBIDDEN", "this document is not for this connection");
    const { document, release } = await this.#host.acquire(name);
    if (isGone()) return release();
    const { watcher, begin } = this.#createWatcher(handle);
    const unwatch = document.watch(watcher);
    entry.leave = () => {
      unwatch();
      release();
    };
    const update = document.since(since);
    const opened: SyncFrame = { kind: "opened", handle, level, version: document.version, update };
    await document.durable(); // a version is a promise: what it covers is not sent again
    if (isGone()) return;
    entry.open = { handle, document, level, watcher };
    this.#send(opened);
    begin();
    document.presence.welcome(watcher);
  }

  /** A watcher that holds back what it hears until `begin`: OPENED comes first. */
  #createWatcher(handle: number): { watcher: Watcher; begin: () => void } {
    const { peer, user } = this.#host;
    let held: (() => void)[] | undefined = [];
    const deliver: Watcher["deliver"] = (updates, encode) => {
      if (held !== undefined) return void held.push(() => deliver(updates, encode));
      this.#outbox.deliver(handle, updates, encode(handle));
      this.#checkQueue();
    };
    const watcher: Watcher = {
      peer,
      user,
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
    else if (open.level === "write") this.#take(open, ref, updates, byteLength);
    else this.#refuse(handle, ref, new CodedError("SYNC_READ_ONLY", "this connection may only read"));
  }

  #take({ document, watcher, handle }: Open, ref: number, updates: readonly Uint8Array[], byteLength: number): void {
    if (updates.length > MAX_UPDATES) {
      throw new CodedError("SYNC_LIMIT", `${updates.length} updates in a frame, where ${MAX_UPDATES} are allowed`);
    }
    const giveBack = this.#quota.takeUpdate(byteLength);
    let complete = true;
    try {
      for (const update of updates) complete = document.apply(update, watcher) && complete;
    } catch (cause) {
      throw new CodedError("SYNC_BAD_UPDATE", "the update was refused whole", { cause });
    }
    if (!complete) this.#send({ kind: "missing", handle, ref, version: document.version });
    // Also when part of it is missing: room is given back once what did fit is durable.
    const ack = complete ? (): void => this.#send({ kind: "ack", handle, ref }) : (): void => undefined;
    const done: Promise<void> = document
      .durable()
      .then(ack, () => undefined) // the store failed: the watcher has said so already
      .finally(() => {
        this.#owed.delete(done);
        giveBack();
      });
    this.#owed.add(done);
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
    open?.document.presence.set(open.watcher, decodeValue(encodeValue(state))); // a copy: it outlives the message
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
    for (const stop of this.#stops) stop();
    for (const handle of [...this.#entries.keys()]) this.#leave(handle);
    this.#host.closed();
  }
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
]);
