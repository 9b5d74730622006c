import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { decode, encode } from "../../client/live/codec.ts";
import { decodeValue, encodeValue, type WireValue } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";

const value: fc.Arbitrary<WireValue> = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.double({ noNaN: true }).filter((n) => !Object.is(n, -0)),
    fc.string({ unit: "grapheme", maxLength: 400 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie("value"), { maxKeys: 20, noNullPrototype: false }),
  ),
})).value;

/** With maps as the wire codec makes them: without a prototype. */
function rootless(part: WireValue): WireValue {
  if (typeof part !== "object" || part === null || part instanceof Uint8Array) return part;
  if (Array.isArray(part)) return part.map(rootless);
  const map: { [key: string]: WireValue } = Object.create(null);
  for (const [key, inner] of Object.entries(part)) map[key] = rootless(inner);
  return map;
}

test("reads all that the wire codec writes, and writes what it reads the same", () => {
  fc.assert(
    fc.property(value, (given) => {
      const plain = decodeValue(encodeValue(given));
      assert.deepEqual(rootless(decode(encodeValue(given))), plain);
      assert.deepEqual(decodeValue(encode(given)), plain);
    }),
    { numRuns: runs(500) },
  );
});

test("long values take their wide forms", () => {
  for (const given of ["x".repeat(70_000), new Uint8Array(70_000), new Array(70_000).fill(1), 2 ** 32, -(2 ** 40)]) {
    assert.deepEqual(decode(encodeValue(given)), given);
    assert.deepEqual(decodeValue(encode(given)), given);
  }
});

test("texts are read where they stand, plain ones and others", () => {
  const units = Array.from({ length: 0x180 }, (_, unit) => String.fromCharCode(unit));
  const texts = [...units, units.join(""), "", "plain", "caf\u00e9", "plain", "a\nb", "\u20ac", "\u{1f600} ~", "last"];
  assert.deepEqual(decode(encodeValue(texts)), texts);
});

test("a text that begins with a byte order mark keeps it, and so does any other, whatever its length", () => {
  const texts = ["\ufeff", "\ufeffa", "\ufeff\ufeff", "a\ufeff"];
  for (let length = 1; length < 700; length++) texts.push("\u00e9".repeat(length), `\ufeff${"x".repeat(length)}`);
  assert.deepEqual(decode(encodeValue(texts)), texts);
});
