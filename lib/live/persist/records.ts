import type { Platform } from "../../app/index.ts";
import { CodedError } from "../../errors/index.ts";
import { decodeValue, encodeValue, type WireValue } from "../../wire/index.ts";
import { toText } from "../route/token.ts";
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
  /** Events of which the store has failed to write that they began, or what they did, and whose page may not have heard so. */
  readonly lost?: readonly number[] | undefined;
}

/** What another process has left of a session. */
export interface Found extends Snapshot {
  /** Who has left it. */
  readonly holder: string;
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
/** Takeovers whose traces are followed: those of one lifetime of keys, of which more are nobody's honest work. */
export const MAX_HOLDERS = 16;

/**
 * The records of one route's sessions. Each process that holds a session writes under keys of its own, which one key, the session's, names: a process that has lost a session to another one
 * and does not know it yet writes where nobody reads.
 * - `NAMESPACE/ID` names the holder's keys. - `NAMESPACE/ID/HOLDER` is the snapshot. - `NAMESPACE/ID/HOLDER/run` is the event that has started.
 * - `NAMESPACE/ID/HOLDER/heir` names who takes it over. A holder writes "run" and then looks for an heir; an heir says that it is one and then looks for "run": so one of the two
 *   sees the other, and no event runs with both. A holder has one heir, where the store can `claim`: of several that take over at once each inherits from the one before it.
 * Values are signed together with their key, so that damaged, foreign and moved ones are refused.
 */
export class Records {
  private readonly options: RecordsOptions;

  constructor(options: RecordsOptions) {
    this.options = options;
  }

  /** A name that nobody else has. */
  newHolder(): string {
    return toText(this.options.platform.random(9));
  }

  /**
   * What is there of a session; `undefined` when there is nothing.
   * @throws CodedError `LIVE_BAD_SNAPSHOT`; what the store throws.
   */
  async find(id: string): Promise<Found | undefined> {
    const holder = await this.textOf(id);
    return holder === undefined ? undefined : await this.latest(id, holder, MAX_HOLDERS);
  }

  /** What one holder has written; `undefined` when there is nothing. @throws as `find`. */
  async of(id: string, holder: string): Promise<Found | undefined> {
    const [snapshot, begun] = await Promise.all([this.get(`${id}/${holder}`), this.get(`${id}/${holder}/run`)]);
    if (snapshot === undefined) return undefined;
    const found = snapshotOf(snapshot);
    const run = begun === undefined ? undefined : begunOf(begun);
    const isOpen = run !== undefined && run.epoch === found.epoch && run.ref > found.handled;
    if (!isOpen) return { ...found, holder, begun: undefined };
    const lost = run.lost.length === 0 ? found.lost : [...new Set([...(found.lost ?? []), ...run.lost])];
    return { ...found, lost, holder, begun: { ref: run.ref, handler: run.handler } };
  }

  /** Who holds a session, as far as the store knows; `undefined` for nobody. */
  async holderOf(id: string): Promise<string | undefined> {
    let holder = await this.textOf(id);
    for (let left = MAX_HOLDERS; holder !== undefined && left > 0; left--) {
      const next = await this.heirOf(id, holder);
      if (next === undefined) break;
      holder = next;
    }
    return holder;
  }

  /** Who has taken a session over from a holder, or is about to. */
  heirOf(id: string, holder: string): Promise<string | undefined> {
    return this.textOf(`${id}/${holder}/heir`);
  }

  /**
   * Becomes the heir of a holder, if it has none.
   * @returns whether it is; a store that cannot tell lets the last one have it.
   */
  async inherit(id: string, from: string, heir: string): Promise<boolean> {
    const { store, ttlMs } = this.options;
    const name = `${id}/${from}/heir`;
    const sealed = this.seal(name, heir);
    if (store.claim !== undefined) return await store.claim(this.keyOf(name), sealed, ttlMs);
    await store.put(this.keyOf(name), sealed, ttlMs);
    return true;
  }

  async put(name: string, value: WireValue): Promise<void> {
    const { store, ttlMs } = this.options;
    await store.put(this.keyOf(name), this.seal(name, value), ttlMs);
  }

  putSnapshot(name: string, { url, visitor, epoch, handled, seq, packed, lost = [] }: Snapshot): Promise<void> {
    return this.put(name, [VERSION, url, visitor, epoch, handled, seq, packed, ...(lost.length === 0 ? [] : [lost])]);
  }

  /** @param lost - As in a snapshot; it is missing from the one before. */
  putRun(name: string, epoch: number, ref: number, handler: string, lost: readonly number[]): Promise<void> {
    return this.put(name, [VERSION, epoch, ref, handler, ...(lost.length === 0 ? [] : [lost])]);
  }

  now(): number {
    return this.options.platform.now();
  }

  get ttlMs(): number {
    return this.options.ttlMs;
  }

  delete(name: string): Promise<void> {
    return this.options.store.delete(this.keyOf(name));
  }

  /** Of those who have taken over from each other the last one that has written: who died before it could leaves all to the one before. */
  private async latest(id: string, holder: string, left: number): Promise<Found | undefined> {
    const [found, heir] = await Promise.all([this.of(id, holder), this.heirOf(id, holder)]);
    const later = heir === undefined || left === 0 ? undefined : await this.latest(id, heir, left - 1);
    return later ?? found;
  }

  private async textOf(name: string): Promise<string | undefined> {
    const text = await this.get(name);
    if (text !== undefined && typeof text !== "string") throw badSnapshot("no holder");
    return text;
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

  private seal(name: string, value: WireValue): Uint8Array {
    const body = encodeValue(value);
    const sealed = new Uint8Array(TAG_BYTES + body.length);
    sealed.set(this.tagOf(name, body));
    sealed.set(body, TAG_BYTES);
    return sealed;
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

function snapshotOf(value: WireValue): Snapshot {
  const [version, url, visitor, epoch, handled, seq, packed, lost] = listOf(value);
  if (version !== VERSION) throw badSnapshot("another version");
  if (typeof url !== "string" || typeof visitor !== "string" || !(packed instanceof Uint8Array))
    throw badSnapshot("other fields");
  if (!isCount(epoch) || !isCount(handled) || !isCount(seq)) throw badSnapshot("other fields");
  const snapshot = { url, visitor, epoch, handled, seq, packed };
  return lost === undefined ? snapshot : { ...snapshot, lost: countsOf(lost) };
}

interface Run {
  readonly epoch: number;
  readonly ref: number;
  readonly handler: string;
  readonly lost: readonly number[];
}

function begunOf(value: WireValue): Run {
  const [version, epoch, ref, handler, lost = []] = listOf(value);
  if (version !== VERSION || !isCount(epoch) || !isCount(ref) || typeof handler !== "string") {
    throw badSnapshot("other fields");
  }
  return { epoch, ref, handler, lost: countsOf(lost) };
}

function countsOf(value: WireValue): readonly number[] {
  const counts = listOf(value);
  if (!counts.every(isCount)) throw badSnapshot("other fields");
  return counts;
}

function listOf(value: WireValue): readonly WireValue[] {
  if (!Array.isArray(value)) throw badSnapshot("no fields");
  return value;
}

function isCount(value: WireValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
