import type { CrdtLimits } from "../types.ts";
import { deletionsKey } from "../version.ts";
import { decodeUpdate } from "./decode.ts";

/**
 * Operations of one replica, numbered `from` up to, not including, `to`. Deletions have numbers of their own, under the key a `Version` gives them
 * (`-1 - replica`).
 * @public
 */
export interface UpdateRange {
  readonly replica: number;
  readonly from: number;
  readonly to: number;
}

/** Whoever asks what is in an update has decided on its size. */
export const UNBOUNDED: Required<CrdtLimits> = {
  maxUpdateBytes: Number.MAX_SAFE_INTEGER,
  maxOperations: Number.MAX_SAFE_INTEGER,
  maxReplicas: Number.MAX_SAFE_INTEGER,
  maxLamportJump: Number.MAX_SAFE_INTEGER,
  maxPendingBytes: 0,
  maxPendingUpdates: 0,
};

/**
 * Which operations an update or a document brings, without a document to bring them into.
 * @throws CodedError `CRDT_*` for bytes that are neither.
 * @remarks Time: O(bytes).
 * @public
 */
export function updateRanges(bytes: Uint8Array): readonly UpdateRange[] {
  const ranges: UpdateRange[] = [];
  for (const { id: replica, from, to, gone, goneTo } of decodeUpdate(bytes, UNBOUNDED).sections) {
    if (to > from) ranges.push({ replica, from, to });
    if (goneTo > gone) ranges.push({ replica: deletionsKey(replica), from: gone, to: goneTo });
  }
  return ranges;
}
