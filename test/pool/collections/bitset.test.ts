import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createBitset } from "../../../lib/pool/index.ts";

describe("a bitset", () => {
  test("has, ranks, selects and goes on as counting does, after any changes", () => {
    const sizes = fc.oneof(fc.nat(80), fc.integer({ min: 200, max: 1100 }));
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), fc.nat(400), (size, values, count) => {
        const bits = createBitset(size);
        const set = new Set<number>();
        for (let round = 0; round < 3 && size > 0; round++) {
          for (let i = 0; i < count; i++) {
            const value = (values.next().value ?? 0) % size;
            const keeps = (values.next().value ?? 0) % 3 > 0;
            if (keeps) bits.add(value);
            else bits.delete(value);
            if (keeps) set.add(value);
            else set.delete(value);
          }
          const sorted = [...set].sort((a, b) => a - b);
          for (let value = 0; value <= size + 1; value++) {
            assert.equal(bits.has(value), set.has(value));
            assert.equal(bits.rank(value), sorted.filter((one) => one < value).length);
            assert.equal(bits.next(value), sorted.find((one) => one >= value) ?? -1);
          }
          for (let rank = 0; rank <= sorted.length; rank++) assert.equal(bits.select(rank), sorted[rank] ?? -1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("ranks and selects are each other's inverse where words and blocks meet", () => {
    const edges = [0, 31, 32, 63, 64, 255, 256, 257, 511, 512, 8191, 8192, 99_999];
    const bits = createBitset(100_000);
    for (const edge of edges) bits.add(edge);
    for (const [rank, edge] of edges.entries()) {
      assert.equal(bits.rank(edge), rank);
      assert.equal(bits.rank(edge + 1), rank + 1);
      assert.equal(bits.select(rank), edge);
    }
    for (let value = 0; value < 100_000; value++) bits.add(value);
    for (const value of edges) assert.deepEqual([bits.rank(value), bits.select(value)], [value, value]);
  });

  test("refuses what is not in it, and answers for it", () => {
    const bits = createBitset(40);
    for (const wrong of [-1, 40, 1.5, Number.NaN]) {
      assert.throws(() => bits.add(wrong), { code: "POOL_OUT_OF_RANGE" });
      assert.throws(() => bits.delete(wrong), { code: "POOL_OUT_OF_RANGE" });
    }
    for (const wrong of [-1, 1.5, 2 ** 32]) assert.throws(() => createBitset(wrong), { code: "POOL_OUT_OF_RANGE" });
    bits.add(39);
    assert.ok([-1, 40, 39.5, 2 ** 32 + 39, Number.NaN].every((wrong) => !bits.has(wrong)));
    assert.deepEqual([bits.rank(-5), bits.rank(1e9), bits.rank(Number.NaN)], [0, 1, 0]);
    assert.deepEqual(
      [bits.select(-1), bits.select(1), bits.select(0.5), bits.next(-9), bits.next(40)],
      [-1, -1, -1, 39, -1],
    );
    assert.deepEqual([createBitset(0).rank(0), createBitset(0).select(0), createBitset(0).next(0)], [0, -1, -1]);
  });
});
