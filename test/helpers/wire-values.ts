import fc from "fast-check";
import type { WireMap, WireValue } from "../../lib/wire/index.ts";

const wellFormed = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.constantFrom("__proto__", "constructor", "toString", "", "0", "\ufeffx"),
);
const number = fc.oneof(
  fc.double(),
  fc.float(),
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.constantFrom(
    -0,
    2 ** 53,
    -(2 ** 53),
    2 ** 32,
    2 ** 31,
    -(2 ** 31),
    -(2 ** 31) - 1,
    127,
    128,
    -32,
    -33,
    -128,
    -129,
  ),
);
/** Any value the wire takes. */
export const { value: wireValue }: { readonly value: fc.Arbitrary<WireValue> } = fc.letrec<{
  value: WireValue;
  map: WireMap;
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    wellFormed,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("value"), { maxLength: 20 }),
    tie("map"),
  ),
  map: fc
    .uniqueArray(fc.tuple(wellFormed, tie("value")), { maxLength: 20, selector: ([key]) => key })
    .map((entries) => toMap(entries)),
}));

/** A map as decoders make them. */
export function toMap(entries: Iterable<readonly [string, WireValue]>): WireMap {
  const map: Record<string, WireValue> = Object.create(null);
  for (const [key, value] of entries) map[key] = value;
  return map;
}
