import { CodedError } from "../errors/index.ts";

/**
 * Which of many, rising. Either gaps: how many are passed over before the next one; `-n`: the n that follow as well. Or the first of a stretch and its bits, the
 * lowest of each byte first.
 * @public
 */
export type Picks = readonly number[] | readonly [first: number, bits: Uint8Array];

/**
 * Reads picks.
 * @param size - All indexes are below it.
 * @throws CodedError `WIRE_BAD_OPERATION` when one is not.
 * @remarks Time: linear in the bytes and in `size`, whatever the numbers say.
 * @public
 */
export function unpackPicks(picks: Picks, size: number): number[] {
  const indexes: number[] = [];
  const [first = 0, bits] = picks;
  if (bits instanceof Uint8Array) {
    for (const [at, byte] of bits.entries()) {
      for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) indexes.push(first + at * 8 + bit);
    }
  } else {
    let next = 0;
    for (const step of picks as readonly number[]) {
      // cast: only the second may be bytes. Length first: the numbers come from a stranger.
      if (next + Math.abs(step) > size) refuse();
      if (step < 0) for (const end = next - step; next < end; ) indexes.push(next++);
      else {
        next += step;
        indexes.push(next++);
      }
    }
  }
  if ((indexes[indexes.length - 1] ?? -1) >= size) refuse();
  return indexes;
}

function refuse(): never {
  throw new CodedError("WIRE_BAD_OPERATION", "a row is picked that is not there");
}
