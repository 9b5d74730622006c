/** Looks at one byte after the other. */
export function findByte(values: ReadonlySet<number>, bytes: Uint8Array, from: number, to: number): number {
  for (const [index, byte] of bytes.entries()) if (index >= from && index < to && values.has(byte)) return index;
  return -1;
}

export function countBytes(values: ReadonlySet<number>, bytes: Uint8Array, from: number, to: number): number {
  return bytes.filter((byte, index) => index >= from && index < to && values.has(byte)).length;
}
