// Bitmaps as Arrow lays them out: bit i is bit (i mod 8) of byte (i div 8), least significant first.

/** Bytes a bitmap of so many bits takes. */
export function bitmapBytes(bits: number): number {
  return (bits + 7) >>> 3;
}

export function getBit(bits: Uint8Array, at: number): number {
  return ((bits[at >> 3] as number) >> (at & 7)) & 1; // cast: callers stay inside the bitmap
}

export function setBit(bits: Uint8Array, at: number, on: boolean): void {
  const byte = bits[at >> 3] as number; // cast: callers stay inside the bitmap
  bits[at >> 3] = on ? byte | (1 << (at & 7)) : byte & ~(1 << (at & 7));
}

/** `count` bits of `bits` from bit `from` on, as a bitmap of its own; a view where the first bit begins a byte. */
export function sliceBits(bits: Uint8Array, from: number, count: number): Uint8Array {
  if ((from & 7) === 0) return bits.subarray(from >> 3, (from >> 3) + bitmapBytes(count));
  const copy = new Uint8Array(bitmapBytes(count));
  for (let i = 0; i < count; i++) if (getBit(bits, from + i)) setBit(copy, i, true);
  return copy;
}

/** How many of the first `count` bits are set. */
export function countBits(bits: Uint8Array, count: number): number {
  let total = 0;
  const whole = count >> 3;
  for (let i = 0; i < whole; i++) total += ONES[bits[i] as number] as number; // cast: both indexes are in range
  for (let i = whole << 3; i < count; i++) total += getBit(bits, i);
  return total;
}

const ONES: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) ones++;
  return ones;
});
