/** The sum of finite doubles, exactly, rounded once: every double is a whole number of 2^-1074. */
export function exactSum(values: readonly number[]): number {
  const total = values.reduce((sum, value) => sum + units(value), 0n);
  if (total < 0n) return -toDouble(-total);
  return toDouble(total);
}

function units(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 1n ? -size : size;
}

/** To nearest, ties to even. */
function toDouble(total: bigint): number {
  const length = total.toString(2).length;
  if (length <= 53) return Number(total) * 2 ** -1074;
  const shift = BigInt(length - 53);
  let kept = total >> shift;
  const rest = total - (kept << shift);
  const half = 1n << (shift - 1n);
  if (rest > half || (rest === half && kept % 2n === 1n)) kept++;
  // In two steps: 2^971 is the largest power a 53-bit number may be multiplied by.
  const exponent = Number(shift) - 1074;
  return exponent > 971 ? Number.POSITIVE_INFINITY : Number(kept) * 2 ** exponent;
}
