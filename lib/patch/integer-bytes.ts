/** What an integer costs on the wire. */
export function integerBytes(value: number): number {
  if (value < 0) return value >= -32 ? 1 : value >= -128 ? 2 : value >= -32_768 ? 3 : 5;
  if (value < 128) return 1;
  if (value < 256) return 2;
  return value < 65_536 ? 3 : 5;
}
