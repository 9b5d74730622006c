import { CodedError } from "../errors/index.ts";
import type { Limits } from "./hub-limits.ts";

/** What one connection has used up. */
export interface Quota {
  /** Counts a frame. @throws CodedError `SYNC_LIMIT` when there are too many within a second. */
  countFrame(now: number): void;
  /** Takes room for an update until it is durable; call what it returns then. @throws CodedError `SYNC_LIMIT`. */
  takeUpdate(byteLength: number): () => void;
}

export function createQuota({ maxFramesPerSecond, maxPending, maxPendingBytes }: Limits): Quota {
  let secondFrom = 0;
  let frames = 0;
  let pending = 0;
  let pendingBytes = 0;

  return {
    countFrame(now) {
      if (now - secondFrom >= 1000) {
        secondFrom = now;
        frames = 0;
      }
      if (++frames <= maxFramesPerSecond) return;
      throw new CodedError("SYNC_LIMIT", `more than ${maxFramesPerSecond} frames in a second`);
    },
    takeUpdate(byteLength) {
      const isTooLong = pendingBytes > 0 && pendingBytes + byteLength > maxPendingBytes; // alone any frame may come in
      if (isTooLong || pending >= maxPending) {
        throw new CodedError("SYNC_LIMIT", `${pending} updates of ${pendingBytes} bytes are not durable yet`);
      }
      pending++;
      pendingBytes += byteLength;
      return () => {
        pending--;
        pendingBytes -= byteLength;
      };
    },
  };
}
