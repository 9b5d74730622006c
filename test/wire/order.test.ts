import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { packOrder, unpackOrder } from "../../lib/wire/order.ts";
import { runs } from "../helpers/runs.ts";

const orders = fc.integer({ min: 0, max: 300 }).chain((count) =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, at) => at),
    { minLength: count },
  ),
);

/** What docs/wire.md says, with texts of bits. */
function slowPack(order: readonly number[]): Uint8Array {
  const rows = order.map((_, at) => at);
  let bits = "";
  for (const [place, entry] of order.entries()) {
    const other = rows.indexOf(entry);
    const left = order.length - place;
    const width = Math.floor(Math.log2(left));
    const short = 2 ** (width + 1) - left;
    const distance = other - place;
    const [value, digits] = distance < short ? [distance, width] : [distance + short, width + 1];
    if (digits > 0) bits += value.toString(2).padStart(digits, "0");
    rows[other] = rows[place] ?? 0;
    rows[place] = entry;
  }
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt([...byte].reverse().join("").padStart(8, "0"), 2));
}

test("an order comes back as it was, in the bytes that the description says", () => {
  fc.assert(
    fc.property(orders, (order) => {
      const packed = packOrder(order);
      assert.deepEqual(packed, slowPack(order));
      assert.deepEqual(unpackOrder(packed, order.length), order);
    }),
    { numRuns: runs(300) },
  );
});

test("any bytes are an order, and those of it, or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 90 }), (bytes, count) => {
      let order: number[];
      try {
        order = unpackOrder(bytes, count);
      } catch (error) {
        assert.equal((error as { code?: string }).code, "WIRE_BAD_OPERATION"); // cast: asked for only
        return;
      }
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        order.map((_, at) => at),
      );
      assert.deepEqual(packOrder(order), bytes);
    }),
    { numRuns: runs(3000) },
  );
});

test("a count that the bytes cannot hold is refused before anything is made of it", () => {
  for (const count of [10, 2 ** 31, 2 ** 53 - 1]) assert.throws(() => unpackOrder(new Uint8Array(1), count));
});

test("a thousand rows in any order take hardly more than the information in it", () => {
  let state = 7;
  const order = Array.from({ length: 1000 }, (_, at) => at);
  for (let at = 999; at > 0; at--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  expect(packOrder(order).length).toBeLessThan(1080); // log2(1000!) is 1,066 bytes
});
