import { DEFLATED, encodeLiveFrame } from "../../wire/index.ts";
import { isMount } from "../machine/ledger.ts";

/** Below this a frame fits into a packet or two anyway. */
const LEAST_BYTES = 1024;
/** Most patches are small, and answer somebody who waits; of those that change many rows most bytes say the same again and again. */
const LEAST_PATCH_BYTES = 4096;

/**
 * A frame as it travels: a MOUNT over 1 KiB deflated, others over 4 KiB.
 * @param onlyMounts - For patches that many get at once: deflating them one by one would hold all of them up.
 */
export function deflateFrame(
  bytes: Uint8Array,
  deflate: (bytes: Uint8Array) => Uint8Array,
  onlyMounts: boolean,
): Uint8Array {
  const { length } = bytes;
  if (length <= LEAST_BYTES) return bytes;
  if (!isMount(bytes) && (onlyMounts || length <= LEAST_PATCH_BYTES)) return bytes;
  const shorter = encodeLiveFrame([DEFLATED, bytes.length, deflate(bytes)]);
  return shorter.length < bytes.length ? shorter : bytes;
}
