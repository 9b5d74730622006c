import { DEFLATED, encodeLiveFrame, MOUNT } from "../wire/index.ts";

/** Below this a frame fits into a packet or two anyway. */
const LEAST_BYTES = 1024;
/** The head of an array of five, as a MOUNT is. */
const FIVE = 0x95;

/** A MOUNT over 1 KiB as it travels; all else as it is. Patches are small, and answer somebody who waits. */
export function deflateMount(bytes: Uint8Array, deflate: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  if (bytes.length <= LEAST_BYTES || bytes[0] !== FIVE || bytes[1] !== MOUNT) return bytes;
  const shorter = encodeLiveFrame([DEFLATED, bytes.length, deflate(bytes)]);
  return shorter.length < bytes.length ? shorter : bytes;
}
