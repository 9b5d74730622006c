import { decodeVersion, type Version, versionCovers } from "../../crdt/index.ts";
import { CodedError, isCodedError } from "../../errors/index.ts";
import type { SyncFrame, SyncLevel } from "../../wire/index.ts";
import type { ConnectionHost } from "./connection-types.ts";
import type { HubDocument } from "./document.ts";
import { MAX_EPOCH, stepsTo } from "./epochs.ts";
import type { Watcher } from "./fan-out.ts";
import { checkName, MAX_UPDATES, MAX_VERSION_BYTES, VERSION_COST } from "./limits.ts";
import { Refusals } from "./refusals.ts";
import { ConnectionWatcher, type WatcherOwner } from "./watcher.ts";

type FrameOf<K extends SyncFrame["kind"]> = Extract<SyncFrame, { kind: K }>;

/** What the documents of a connection need of it. */
export interface OpenedHost<Connection> extends WatcherOwner<Connection> {
  readonly host: ConnectionHost<Connection>;
  readonly heardAt: number;
  readonly isEnded: boolean;
  /** Nothing more for this document. */
  forget(handle: number): void;
  /** Takes room for an update. @throws CodedError `SYNC_LIMIT`. */
  takeRoom(byteLength: number): void;
  /** Gives it back once it is durable, or refused. */
  giveRoom(byteLength: number): void;
}

interface Open {
  readonly handle: number;
  readonly document: HubDocument;
  readonly level: SyncLevel;
  readonly watcher: Watcher;
  /** Made for the first transaction that is judged. */
  refusals: Refusals | undefined;
}

/** A document this connection has asked for; while it loads, `open` is undefined. */
interface Entry {
  readonly handle: number;
  readonly name: string;
  isLoading: boolean;
  open: Open | undefined;
  /** What its version takes in memory. */
  heldBytes: number;
  leave(): void;
}

/** The documents of one connection. */
export class OpenedDocuments<Connection> {
  readonly #owner: OpenedHost<Connection>;
  readonly #entries = new Map<number, Entry>();
  /** Acknowledgements to come; made when there is the first, as most connections are idle. */
  #owed: Set<Promise<void>> | undefined;
  /** Documents that were left while they loaded, and load on. */
  #abandoned = 0;

  constructor(owner: OpenedHost<Connection>) {
    this.#owner = owner;
  }

  /** Resolves when every acknowledgement owed is sent. */
  async settled(): Promise<void> {
    await Promise.all(this.#owed ?? []);
  }

  at(handle: number): { readonly document: HubDocument; readonly watcher: Watcher } | undefined {
    return this.#entries.get(handle)?.open;
  }

  open(handle: number, name: string, version: Uint8Array, epoch: number): void {
    const { host } = this.#owner;
    const { maxDocuments } = host.limits;
    if (handle === 0 || this.#entries.has(handle) || epoch > MAX_EPOCH) {
      throw new CodedError("SYNC_BAD_FRAME", `handle ${handle} is taken`, { value: handle });
    }
    if (this.#entries.size + this.#abandoned >= maxDocuments) {
      throw new CodedError("SYNC_LIMIT", `more than ${maxDocuments} documents on one connection`);
    }
    checkVersion(version);
    const heldBytes = version.length * VERSION_COST;
    this.#owner.self.share.hold(heldBytes);
    const entry: Entry = { handle, name, isLoading: true, open: undefined, heldBytes, leave: () => undefined };
    this.#entries.set(handle, entry);
    this.#enter(entry, version, epoch)
      .catch((error: unknown) => {
        if (this.#entries.get(handle) !== entry) return; // it has left, or heard why
        this.leave(handle);
        this.#owner.refuse(handle, 0, this.#blame(error));
      })
      .finally(() => {
        entry.isLoading = false;
        const isLeft = this.#entries.get(handle) !== entry;
        if (isLeft) this.#abandoned--;
        if (isLeft || entry.open?.watcher.brought === undefined) this.#letGo(entry);
      });
  }

  update({ handle, ref, updates }: FrameOf<"update">, byteLength: number): void {
    const open = this.#entries.get(handle)?.open;
    const { refuse } = this.#owner;
    if (open === undefined) refuse.call(this.#owner, handle, ref, notOpen(handle));
    else if (open.level !== "read") this.#take(open, ref, updates, byteLength);
    else refuse.call(this.#owner, handle, ref, new CodedError("SYNC_READ_ONLY", "this connection may only read"));
  }

  /** Not before all of it is durable, as with OPENED: what the document has more than its readers is what the store has not yet. */
  resend({ handle, version }: FrameOf<"missing">): void {
    checkVersion(version);
    const open = this.#entries.get(handle)?.open;
    const update = open?.document.since(version);
    if (open === undefined || update === undefined || update.length === 0) return;
    const send = (): void => {
      if (this.#entries.get(handle)?.open !== open) return;
      this.#owner.send({ kind: "update", handle, ref: 0, updates: [update] });
    };
    open.document.log.durable().then(send, () => undefined); // the store failed: the watcher has said so already
  }

  leave(handle: number): void {
    const entry = this.#entries.get(handle);
    this.#entries.delete(handle);
    this.#owner.forget(handle);
    if (entry === undefined) return;
    if (entry.isLoading) this.#abandoned++;
    else this.#letGo(entry);
    entry.leave();
  }

  /** Its version is forgotten. */
  #letGo(entry: Entry): void {
    this.#owner.self.share.letGo(entry.heldBytes);
    entry.heldBytes = 0;
  }

  leaveAll(): void {
    for (const handle of [...this.#entries.keys()]) this.leave(handle);
  }

  /** Asks, loads and answers. The client may have left again at any await. */
  async #enter(entry: Entry, since: Uint8Array, epoch: number): Promise<void> {
    const { handle, name } = entry;
    const { host, self } = this.#owner;
    const isGone = (): boolean => this.#owner.isEnded || this.#entries.get(handle) !== entry;
    checkName(name);
    const level = await host.authorize(self.connection, name);
    if (isGone()) return;
    if (level === undefined) throw new CodedError("SYNC_FORBIDDEN", "this document is not for this connection");
    const had = decodeVersion(since); // first: a throw must not keep the document
    const { document, release } = await host.acquire(name);
    if (isGone()) return release();
    try {
      await document.knowsOthersOf(had, self.author);
    } catch (error) {
      release();
      throw error;
    }
    if (isGone()) return release();
    const mayBegin = had.size > 0 && level !== "read";
    if (epoch !== document.log.epoch && !(mayBegin && document.log.adopt(epoch))) {
      if (had.size > 0) return this.#lead(entry, document, epoch, had).finally(release);
      this.#owner.send({ kind: "cut", handle, epoch: document.log.epoch, old: NOTHING, step: "last" });
    }
    const bringsNothing = level === "read" || versionCovers(document.content.version(), had);
    const brought = bringsNothing ? undefined : had;
    const watcher = new ConnectionWatcher(this.#owner, this, handle, brought);
    const unwatch = document.watch(watcher);
    entry.leave = () => {
      unwatch();
      release();
      if (entry.open !== undefined) host.left(self.connection, name);
    };
    const update = document.since(since);
    const opened: SyncFrame = { kind: "opened", handle, level, version: document.version, update };
    await document.log.durable(); // a version is a promise: what it covers is not sent again
    if (isGone()) return;
    entry.open = { handle, document, level, watcher, refusals: undefined };
    this.#owner.send(opened);
    watcher.begin();
    document.presence.welcome(watcher);
    host.opened(self.connection, name, level);
  }

  /** Whoever comes from another epoch hears how to get to this one, and opens again. */
  async #lead(entry: Entry, { name, log }: HubDocument, since: number, had: Version): Promise<void> {
    const { handle } = entry;
    if (since > log.epoch) this.#owner.host.meter.storeSetBacks++;
    const steps = await stepsTo(this.#owner.host.store, { name, epoch: log.epoch, handle }, since, had);
    if (this.#entries.get(handle) !== entry) return;
    this.leave(handle);
    for (const step of steps) this.#owner.send(step);
  }

  #take(open: Open, ref: number, updates: readonly Uint8Array[], byteLength: number): void {
    const { document, watcher, handle } = open;
    const owner = this.#owner;
    const { meter } = owner.host;
    if (updates.length > MAX_UPDATES) {
      throw new CodedError("SYNC_LIMIT", `${updates.length} updates in a frame, where ${MAX_UPDATES} are allowed`);
    }
    meter.received(updates.length, byteLength);
    owner.self.share.countBytes(byteLength, owner.heardAt);
    owner.takeRoom(byteLength);
    let complete = true;
    try {
      for (const update of updates) {
        if (!this.#refuses(open, ref, update)) complete = document.apply(update, watcher) && complete;
      }
    } catch (cause) {
      owner.giveRoom(byteLength);
      meter.updatesRefused++;
      if (isCodedError(cause) && cause.code.startsWith("SYNC_")) throw cause;
      throw new CodedError("SYNC_BAD_UPDATE", "the update was refused whole", { cause });
    }
    if (!complete) owner.send({ kind: "missing", handle, ref, version: document.version });
    // Also when part of it is missing: room is given back once what did fit is durable.
    const ack = complete ? (): void => owner.send({ kind: "ack", handle, ref }) : (): void => undefined;
    const done: Promise<void> = document.log
      .durable()
      .then(ack, () => undefined) // the store failed: the watcher has said so already
      .finally(() => {
        this.#owed?.delete(done);
        owner.giveRoom(byteLength);
      });
    this.#owed ??= new Set();
    this.#owed.add(done);
  }

  #refuses(open: Open, ref: number, update: Uint8Array): boolean {
    const { handle, document, level } = open;
    const { host, self } = this.#owner;
    open.refusals ??= new Refusals((bytes) => host.allows(self.connection, document, level, bytes));
    const begins = open.refusals.check(update);
    if (begins === undefined) return false;
    host.meter.updatesRefused++;
    const message = "the server does not accept this edit";
    this.#owner.send({
      kind: "refused",
      handle,
      ref,
      replica: begins.replica,
      from: begins.from,
      code: "SYNC_REFUSED",
      message,
    });
    return true;
  }

  #blame(error: unknown): CodedError {
    // Only what the client did: a store's own words may name a folder of this machine.
    if (isCodedError(error) && THEIRS.has(error.code)) return error as CodedError; // cast: told apart by isCodedError
    this.#owner.host.report(error);
    return new CodedError("SYNC_UNAVAILABLE", "the document cannot be opened now", { cause: error });
  }
}

const NOTHING = new Uint8Array();

/** Why an OPEN can fail through the client's own doing. */
const THEIRS: ReadonlySet<unknown> = new Set(["SYNC_BAD_NAME", "SYNC_FORBIDDEN", "CRDT_BAD_VERSION"]);

function notOpen(handle: number): CodedError {
  return new CodedError("SYNC_BAD_FRAME", `${handle} is not open`);
}

function checkVersion({ length }: Uint8Array): void {
  if (length <= MAX_VERSION_BYTES) return;
  throw new CodedError("SYNC_LIMIT", `a version of ${length} bytes, where ${MAX_VERSION_BYTES} are allowed`);
}
