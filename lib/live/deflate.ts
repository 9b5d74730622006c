import { DEFLATED, encodeLiveFrame } from "../wire/index.ts";
import { isMount } from "./ledger.ts";

/** Below this a frame fits into a packet or two anyway. */
const LEAST_BYTES = 1024;

/** A MOUNT over 1 KiB as it travels; all else as it is. Patches are small, and answer somebody who waits. */
export function deflateMount(bytes: Uint8Array, deflate: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  if (bytes.length <= LEAST_BYTES || !isMount(bytes)) return bytes;
  const shorter = encodeLiveFrame([DEFLATED, bytes.length, deflate(bytes)]);
  return shorter.length < bytes.length ? shorter : bytes;
}
