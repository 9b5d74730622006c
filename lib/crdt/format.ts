/**
 * What the bytes of an update and of a document share (docs/crdt.md, "Bytes"): operations of some replicas, from a counter on.
 *
 *   update:   form, CRC-32 of the rest, tables, one stream of numbers, bodies, texts in the order of the operations
 *   document: form, CRC-32 of the texts, CRC-32 of the rest, length of the texts, texts, tables, columns
 *
 * Both are written by the same code: an update has one column for all numbers, a document one for each sort of number, as those compress.
 */
export const UPDATE = 0xc6;
export const DOCUMENT = 0xc7;
export const UPDATE_HEADER = 5;
export const DOCUMENT_HEADER = 9;

export const HAS_CONTAINERS = 1;
export const HAS_DELETIONS = 2;
export const HAS_PAIRS = 4;
/** The tables begin with flags + 8 * number of replicas. */
export const TABLE_UNIT = 8;

/** A stretch of rows of one kind: 1 + (another follows ? 1 : 0) + 2 * kind + 16 * (rows - 1); 0 stands for no rows. */
export const STRETCH_MORE = 1;
export const STRETCH_KIND = 2;
export const STRETCH_UNIT = 16;

/** A deleted interval: the lowest two bits are its length less one, or 3 when the length, less four, follows. */
export const LONG_INTERVAL = 3;

/** Counters and Lamport times stay below this, so that codes made of them stay safe integers. */
export const MAX_COUNTER: number = 2 ** 48;

/** CRC-32 (IEEE 802.3) of the bytes. O(n). */
export function crc32(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1;
  for (let i = from; i < to; i++) crc = (TABLE[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8); // cast: i is below the length
  return (crc ^ -1) >>> 0;
}

const TABLE: Int32Array = /* @__PURE__ */ createTable();

function createTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
}
