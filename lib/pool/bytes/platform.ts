/** Looks for one byte from the front of bytes. */
type IndexOf = (this: Uint8Array, byte: number) => number;

/** A pass for each at the speed of the nearest cache beats one through a copy, up to here (bench: internals, "scan"). */
const MOST_VALUES = 4;
/** Each value is looked for in all of a part, wherever the others stand: a part stays in the nearest cache, and costs less than a microsecond. */
const PART = 16_384;

const indexOf = findIndexOf();

/** The values of a set that is so small that the platform's search for each is faster, in what is long; undefined for others. */
export function fewValues(isIn: Uint8Array): readonly number[] | undefined {
  const values = Array.from(isIn.keys()).filter((value) => isIn[value] === 1);
  return indexOf === undefined || values.length > MOST_VALUES ? undefined : values;
}

/** The first place of any of the values, or -1. */
export function findFew(values: readonly number[], bytes: Uint8Array, from: number, to: number): number {
  if (indexOf === undefined) return -1;
  for (let at = from; at < to; at += PART) {
    const part = bytes.subarray(at, Math.min(at + PART, to));
    let first = part.length;
    for (const value of values) {
      const found = indexOf.call(part, value);
      if (found >= 0 && found < first) first = found;
    }
    if (first < part.length) return at + first;
  }
  return -1;
}

/** Node's own, at any bytes; that of typed arrays takes thirty times as long. It has to prove itself first, as it is made for its own class. */
function findIndexOf(): IndexOf | undefined {
  const { Buffer: host } = globalThis as { readonly Buffer?: { readonly prototype: { indexOf?: IndexOf } } }; // cast: browsers have none
  const search = host?.prototype.indexOf;
  const bytes = Uint8Array.of(9, 7, 255, 7).subarray(1);
  try {
    const isRight = search?.call(bytes, 7) === 0 && search.call(bytes, 255) === 1 && search.call(bytes, 9) === -1;
    return isRight ? search : undefined;
  } catch {
    return undefined;
  }
}
