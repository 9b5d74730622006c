import { CodedError } from "../errors/index.ts";

/**
 * Packs an order of 0..n-1 into little more than the log2(n!) bits it takes: 1,000 entries into some 1,073 bytes, of 1,066.
 *
 * Place after place takes its entry by a swap with what stands there or behind. How far behind is below the number `left` of places that are left, and travels in a
 * truncated binary code: with w = floor(log2 left) and s = 2^(w+1) - left, a number below s in w bits, any other as itself + s in w + 1, highest bit first. Bits fill
 * bytes from the lowest; what is left of the last byte is 0.
 * @remarks Time: linear.
 * @public
 */
export function packOrder(order: readonly number[]): Uint8Array {
  const count = order.length;
  const places = Int32Array.from({ length: count }, (_, at) => at); // by entry, where it stands
  const entries = places.slice(); // and what stands where
  const bytes: number[] = [];
  let bits = 0;
  let filled = 0;
  const put = (value: number, width: number): void => {
    for (let bit = width - 1; bit >= 0; bit--) {
      bits |= ((value >> bit) & 1) << filled;
      if (++filled < 8) continue;
      bytes.push(bits);
      bits = filled = 0;
    }
  };
  for (let at = 0; at < count; at++) {
    const entry = order[at] ?? 0;
    const place = places[entry] ?? 0;
    const width = widthOf(count - at);
    const short = (2 << width) - (count - at);
    const distance = place - at;
    if (distance < short) put(distance, width);
    else put(distance + short, width + 1);
    const other = entries[at] ?? 0;
    entries[place] = other;
    places[other] = place;
  }
  if (filled > 0) bytes.push(bits);
  return Uint8Array.from(bytes);
}

/**
 * Reads what {@link packOrder} wrote.
 * @throws CodedError `WIRE_BAD_OPERATION` when the bytes are not an order of `count` entries.
 * @remarks Time: linear in the bytes, whatever `count` says.
 * @public
 */
export function unpackOrder(bytes: Uint8Array, count: number): number[] {
  // Length first: `count` comes from a stranger and sizes the list. All places but the last take a bit or more.
  if (count - 1 > bytes.length * 8) refuse();
  const order = Array.from({ length: count }, (_, at) => at);
  let at = 0;
  const bit = (): number => {
    const byte = bytes[at >> 3] ?? refuse();
    return (byte >> (at++ & 7)) & 1;
  };
  for (let place = 0; place < count; place++) {
    const left = count - place;
    const width = widthOf(left);
    const short = (2 << width) - left;
    let distance = 0;
    for (let i = 0; i < width; i++) distance = distance * 2 + bit();
    if (distance >= short) distance = distance * 2 + bit() - short;
    const other = place + distance; // below `count`: no code says more
    const entry = order[other] ?? 0;
    order[other] = order[place] ?? 0;
    order[place] = entry;
  }
  const last = bytes[bytes.length - 1] ?? 0;
  if ((at + 7) >> 3 !== bytes.length || (at % 8 > 0 && last >> (at % 8) !== 0)) refuse();
  return order;
}

function widthOf(left: number): number {
  return 31 - Math.clz32(left);
}

function refuse(): never {
  throw new CodedError("WIRE_BAD_OPERATION", "the bytes are not an order of so many rows");
}
