import { type Channel, encodeSyncFrame, type SyncFrame } from "../../wire/index.ts";
import type { Link } from "../link.ts";
import type { SyncPlatform } from "../platform.ts";

/** A reader with this much unread gets its updates gathered, later, in one frame. */
const SLOW_BYTES = 256 * 1024;
const POLL_MS = 50;
/** Bytes of memory for each frame in a queue: who never reads could be sent millions of tiny ones. */
const FRAME_COST = 200;

/** Updates on their way to one reader. Keeps a slow one's by reference: a thousand slow readers of one document share its bytes. */
export class Outbox {
  /** Bytes that wait here. */
  waitingBytes = 0;
  readonly #channel: Channel;
  readonly #link: Link;
  readonly #platform: SyncPlatform;
  /** Made for the first reader that is slow: most never are. */
  #waiting: Map<number, Uint8Array[]> | undefined;
  #cancel: (() => void) | undefined;
  /** Bytes with which the last OPEN of a handle is being answered, */
  #answered = 0;
  #handle = 0;
  /** and the most that any was, of those that are not read yet. */
  #beside = 0;

  constructor(channel: Channel, link: Link, platform: SyncPlatform) {
    this.#channel = channel;
    this.#link = link;
    this.#platform = platform;
  }

  /** Sends `updates` now, or keeps them until the reader has caught up. `encoded` is the frame that holds exactly them. */
  deliver(handle: number, updates: readonly Uint8Array[], encoded: Uint8Array): void {
    const earlier = this.#waiting?.get(handle);
    if (earlier === undefined && this.#channel.queuedBytes < SLOW_BYTES) {
      this.#link.sendEncoded(encoded);
      return;
    }
    this.#waiting ??= new Map();
    if (earlier === undefined) this.#waiting.set(handle, [...updates]);
    else for (const update of updates) earlier.push(update);
    for (const update of updates) this.waitingBytes += update.length;
    this.#cancel ??= this.#platform.after(POLL_MS, () => this.#catchUp());
  }

  /** Sends what answers an OPEN. */
  answer(handle: number, frame: SyncFrame): void {
    const before = this.#channel.queuedBytes;
    this.#link.send(frame);
    if (handle !== this.#handle) this.#asked(handle);
    this.#answered += this.#channel.queuedBytes - before;
    this.#beside = Math.max(this.#beside, this.#answered);
  }

  /** Bytes the reader has not taken, and what their frames take beside. */
  get unread(): number {
    const queued = this.#channel.queuedBytes;
    return queued + this.#link.framesIn(queued) * FRAME_COST + this.waitingBytes;
  }

  /**
   * Whether more waits than may. One answer counts beside: a document is as long as it is, and could not be opened else.
   * @param isShareOver - Whether all of an author's connections together have too much; asked of who is slow.
   */
  isOver(maxBytes: number, isShareOver: (beside: number) => boolean): boolean {
    const bytes = this.unread;
    if (bytes <= maxBytes) this.#beside = 0;
    return bytes > maxBytes + this.#beside || (bytes >= SLOW_BYTES && isShareOver(this.#beside));
  }

  /** Forgets what waits for a document. */
  forget(handle: number): void {
    this.#take(handle);
    if (handle === this.#handle) this.#asked(handle);
  }

  dispose(): void {
    this.#cancel?.();
    this.#waiting = undefined;
  }

  #asked(handle: number): void {
    this.#handle = handle;
    this.#answered = 0;
  }

  #take(handle: number): readonly Uint8Array[] {
    const updates = this.#waiting?.get(handle) ?? [];
    this.#waiting?.delete(handle);
    for (const update of updates) this.waitingBytes -= update.length;
    return updates;
  }

  #catchUp(): void {
    this.#cancel = undefined;
    for (const handle of [...(this.#waiting?.keys() ?? [])]) {
      if (this.#channel.queuedBytes >= SLOW_BYTES) break;
      this.#link.send({ kind: "update", handle, ref: 0, updates: this.#take(handle) });
    }
    if (this.#waiting === undefined || this.#waiting.size === 0) return;
    this.#cancel = this.#platform.after(POLL_MS, () => this.#catchUp());
  }
}

/** The frame that brings updates of others. */
export function encodeUpdates(handle: number, updates: readonly Uint8Array[]): Uint8Array {
  return encodeSyncFrame({ kind: "update", handle, ref: 0, updates });
}
