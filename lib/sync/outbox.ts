import { type Channel, encodeSyncFrame } from "../wire/index.ts";
import type { Link } from "./link.ts";
import type { SyncPlatform } from "./platform.ts";

/** Updates on their way to one reader. */
export interface Outbox {
  /** Sends `updates` now, or keeps them until the reader has caught up. `encoded` is the frame that holds exactly them. */
  deliver(handle: number, updates: readonly Uint8Array[], encoded: Uint8Array): void;
  /** Forgets what waits for a document. */
  forget(handle: number): void;
  /** Bytes that wait here. */
  readonly waitingBytes: number;
  dispose(): void;
}

/** A reader with this much unread gets its updates gathered, later, in one frame. */
const SLOW_BYTES = 256 * 1024;
const POLL_MS = 50;

/** Keeps a slow reader's updates by reference: a thousand slow readers of one document share its bytes. */
export function createOutbox(channel: Channel, link: Link, platform: SyncPlatform): Outbox {
  const waiting = new Map<number, Uint8Array[]>();
  let waitingBytes = 0;
  let cancel: (() => void) | undefined;

  const take = (handle: number): readonly Uint8Array[] => {
    const updates = waiting.get(handle) ?? [];
    waiting.delete(handle);
    for (const update of updates) waitingBytes -= update.length;
    return updates;
  };
  const catchUp = (): void => {
    cancel = undefined;
    for (const handle of [...waiting.keys()]) {
      if (channel.queuedBytes >= SLOW_BYTES) break;
      link.send({ kind: "update", handle, ref: 0, updates: take(handle) });
    }
    if (waiting.size > 0) cancel = platform.after(POLL_MS, catchUp);
  };

  return {
    get waitingBytes() {
      return waitingBytes;
    },
    deliver(handle, updates, encoded) {
      const earlier = waiting.get(handle);
      if (earlier === undefined && channel.queuedBytes < SLOW_BYTES) return link.sendEncoded(encoded);
      if (earlier === undefined) waiting.set(handle, [...updates]);
      else for (const update of updates) earlier.push(update);
      for (const update of updates) waitingBytes += update.length;
      cancel ??= platform.after(POLL_MS, catchUp);
    },
    forget: (handle) => void take(handle),
    dispose() {
      cancel?.();
      waiting.clear();
    },
  };
}

/** The frame that brings updates of others. */
export function encodeUpdates(handle: number, updates: readonly Uint8Array[]): Uint8Array {
  return encodeSyncFrame({ kind: "update", handle, ref: 0, updates });
}
