import type { Platform } from "../../app/index.ts";
import { CodedError } from "../../errors/index.ts";
import { decodeValue, encodeValue, type WireValue } from "../../wire/index.ts";
import { toText } from "../token.ts";
import { badSnapshot } from "./decode-data.ts";
import type { SnapshotStore } from "./types.ts";

/** What is stored of a session, state and ref together. */
export interface Snapshot {
  /** Path and query of its page. */
  readonly url: string;
  /** Who has joined it; "" for nobody that could be told from others. */
  readonly visitor: string;
  /** Names the events, with their refs. */
  readonly epoch: number;
  /** Last ref whose handler has settled. */
  readonly handled: number;
  /** Last seq sent by then. */
  readonly seq: number;
  readonly packed: Uint8Array;
}

/** What another process has left of a session. */
export interface Found extends Snapshot {
  /** An event that had started and was not committed. */
  readonly begun: { readonly ref: number; readonly handler: string } | undefined;
}

/** What a route's records are made of. */
export interface RecordsOptions {
  readonly store: SnapshotStore;
  readonly platform: Platform;
  readonly secret: Uint8Array;
  /** Begins every key: routes and applications that share a store must differ in it. */
  readonly namespace: string;
  readonly ttlMs: number;
}

const VERSION = 2;
const TAG_BYTES = 16;

/**
 * The records of one route's sessions. Each process that holds a session writes under keys of its own, which one key, the session's, names: a process that has lost a session to another one
 * and does not know it yet writes where nobody reads.
 * - `NAMESPACE/ID` names the holder's keys. - `NAMESPACE/ID/HOLDER` is the snapshot. - `NAMESPACE/ID/HOLDER/run` is the event that has started.
 * Values are signed together with their key, so that damaged, foreign and moved ones are refused.
 */
export class Records {
  private readonly options: RecordsOptions;

  constructor(options: RecordsOptions) {
    this.options = options;
  }

  /** A record that a session writes from now on. */
  open(id: string): SessionRecord {
    return new SessionRecord(this, id, toText(this.options.platform.random(9)));
  }

  /**
   * What is there of a session; `undefined` when there is nothing.
   * @throws CodedError `LIVE_BAD_SNAPSHOT`; what the store throws.
   */
  async find(id: string): Promise<Found | undefined> {
    const holder = await this.holderOf(id);
    if (holder === undefined) return undefined;
    const [snapshot, begun] = await Promise.all([this.get(`${id}/${holder}`), this.get(`${id}/${holder}/run`)]);
    if (snapshot === undefined) return undefined;
    const found = snapshotOf(snapshot);
    const run = begun === undefined ? undefined : begunOf(begun);
    const isOpen = run !== undefined && run.epoch === found.epoch && run.ref > found.handled;
    return { ...found, begun: isOpen ? { ref: run.ref, handler: run.handler } : undefined };
  }

  async holderOf(id: string): Promise<string | undefined> {
    const holder = await this.get(id);
    if (holder !== undefined && typeof holder !== "string") throw badSnapshot("no holder");
    return holder;
  }

  async put(name: string, value: WireValue): Promise<void> {
    const { store, ttlMs } = this.options;
    const body = encodeValue(value);
    const sealed = new Uint8Array(TAG_BYTES + body.length);
    sealed.set(this.tagOf(name, body));
    sealed.set(body, TAG_BYTES);
    await store.put(this.keyOf(name), sealed, ttlMs);
  }

  delete(name: string): Promise<void> {
    return this.options.store.delete(this.keyOf(name));
  }

  private async get(name: string): Promise<WireValue | undefined> {
    const sealed = await this.options.store.get(this.keyOf(name));
    if (sealed === undefined) return undefined;
    const body = sealed.subarray(TAG_BYTES);
    const tag = this.tagOf(name, body);
    // Every byte is looked at, so that the time taken tells nothing about the tag.
    let difference = sealed.length < TAG_BYTES ? 1 : 0;
    for (let at = 0; at < TAG_BYTES; at++) difference |= (tag[at] ?? 0) ^ (sealed[at] ?? 0);
    if (difference !== 0) throw badSnapshot("another signature, or none");
    try {
      return decodeValue(body);
    } catch (cause) {
      throw new CodedError("LIVE_BAD_SNAPSHOT", "The snapshot is of another version", { cause });
    }
  }

  private keyOf(name: string): string {
    return `${this.options.namespace}/${name}`;
  }

  private tagOf(name: string, body: Uint8Array): Uint8Array {
    const { platform, secret } = this.options;
    const head = new TextEncoder().encode(`busbar/live snapshot\n${this.keyOf(name)}\n`);
    const data = new Uint8Array(head.length + body.length);
    data.set(head);
    data.set(body, head.length);
    return platform.hmac(secret, data).subarray(0, TAG_BYTES);
  }
}

/** What one session writes. Calls wait for those before them. */
export class SessionRecord {
  private readonly records: Records;
  private readonly id: string;
  private readonly holder: string;
  /** Of the last snapshot written; 0 before the first. */
  private epoch = 0;
  /** It is written, and others find it. */
  isHeld = false;
  private order: Promise<unknown> = Promise.resolve();

  constructor(records: Records, id: string, holder: string) {
    this.records = records;
    this.id = id;
    this.holder = holder;
  }

  /** Whether this process, as far as the store knows, still has the session. */
  async isMine(): Promise<boolean> {
    return !this.isHeld || (await this.records.holderOf(this.id)) === this.holder;
  }

  /** Takes the session over, as it was found: what is not known of an event stays so until a later one is committed. */
  take(found: Found): Promise<void> {
    return this.inTurn(async () => {
      const { begun, epoch } = found;
      if (begun !== undefined) await this.begin(epoch, begun.ref, begun.handler);
      await this.write(found);
    });
  }

  /** An event is about to run. @param before - The session as it is. */
  started(ref: number, handler: string, before: () => Snapshot, epoch: number): Promise<void> {
    return this.inTurn(async () => {
      if (epoch !== this.epoch) await this.write(before());
      await this.begin(epoch, ref, handler);
    });
  }

  /** An event has run. @param after - The session as it is now. */
  committed(after: Snapshot): Promise<void> {
    return this.inTurn(() => this.write(after));
  }

  /** Takes all of it away: the session has been left, or cannot be stored. */
  drop(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.isHeld) return;
      this.isHeld = false;
      this.epoch = 0;
      if ((await this.records.holderOf(this.id)) === this.holder) await this.records.delete(this.id);
      await this.records.delete(`${this.id}/${this.holder}`);
      await this.records.delete(`${this.id}/${this.holder}/run`);
    });
  }

  private begin(epoch: number, ref: number, handler: string): Promise<void> {
    return this.records.put(`${this.id}/${this.holder}/run`, [VERSION, epoch, ref, handler]);
  }

  private async write({ url, visitor, epoch, handled, seq, packed }: Snapshot): Promise<void> {
    await this.records.put(`${this.id}/${this.holder}`, [VERSION, url, visitor, epoch, handled, seq, packed]);
    this.epoch = epoch;
    if (this.isHeld) return;
    // Last: whoever finds the holder's name finds its snapshot.
    await this.records.put(this.id, this.holder);
    this.isHeld = true;
  }

  private inTurn(f: () => Promise<void>): Promise<void> {
    const mine = this.order.then(f);
    this.order = mine.catch(() => {}); // whoever asked hears of it
    return mine;
  }
}

function snapshotOf(value: WireValue): Snapshot {
  const [version, url, visitor, epoch, handled, seq, packed] = listOf(value);
  if (version !== VERSION) throw badSnapshot("another version");
  if (typeof url !== "string" || typeof visitor !== "string" || !(packed instanceof Uint8Array))
    throw badSnapshot("other fields");
  if (!isCount(epoch) || !isCount(handled) || !isCount(seq)) throw badSnapshot("other fields");
  return { url, visitor, epoch, handled, seq, packed };
}

function begunOf(value: WireValue): { readonly epoch: number; readonly ref: number; readonly handler: string } {
  const [version, epoch, ref, handler] = listOf(value);
  if (version !== VERSION || !isCount(epoch) || !isCount(ref) || typeof handler !== "string") {
    throw badSnapshot("other fields");
  }
  return { epoch, ref, handler };
}

function listOf(value: WireValue): readonly WireValue[] {
  if (!Array.isArray(value)) throw badSnapshot("no fields");
  return value;
}

function isCount(value: WireValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
