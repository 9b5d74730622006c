/**
 * What the bytes of an update and of a document share (docs/crdt.md, "Bytes"): both are operations of some replicas, from a counter on.
 *
 *   "BC", version, CRC-32 of what follows,
 *   sections present, replica ids, roots, per replica (entries, first counter),
 *   then columns, each with its length: heads, refs, pairs, maps, text.
 */
export const MAGIC_B = 0x42;
export const MAGIC_C = 0x43;
export const VERSION = 1;
export const HEADER_BYTES = 7;
export const CRC_AT = 3;

export const HAS_REFS = 1;
export const HAS_PAIRS = 2;
export const HAS_MAPS = 4;
export const HAS_TEXT = 8;

/** A head is `kind + flags + 32 * rest`: rest is the length less one, or a write's Lamport time. */
export const HEAD_FLAG = 4; // insert: left child; deletion: backwards; write: a delete
export const HEAD_REF = 8; // the reference is not the predicted one
export const HEAD_EXTRA = 16; // another root than the entry before, or an unusual right origin
export const HEAD_UNIT = 32;

/** Counters and Lamport times stay below this, so that a head stays a safe integer. */
export const MAX_COUNTER: number = 2 ** 48;
/** Root names and map keys, in UTF-8 bytes. */
export const MAX_NAME_BYTES = 1024;

/** CRC-32 (IEEE 802.3) of the bytes. O(n). */
export function crc32(bytes: Uint8Array, from: number): number {
  let crc = -1;
  // Two table steps a byte: a 64 byte table is as fast as 1 KiB for updates of a few dozen bytes and needs no set-up.
  for (let i = from; i < bytes.length; i++) {
    crc ^= bytes[i] as number; // cast: i is below the length
    crc = (NIBBLES[crc & 15] as number) ^ (crc >>> 4); // cast: the table has 16 entries
    crc = (NIBBLES[crc & 15] as number) ^ (crc >>> 4); // cast: the table has 16 entries
  }
  return (crc ^ -1) >>> 0;
}

const NIBBLES: readonly number[] = [
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
  0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
];
