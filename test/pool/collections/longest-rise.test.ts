import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { longestRise } from "../../../lib/pool/index.ts";
import { longestRiseLength } from "../../oracle/longest-rise.ts";

describe("a longest rise", () => {
  test("rises strictly, and none is longer, whether entries repeat or not", () => {
    const entries = fc.oneof(
      fc.uniqueArray(fc.nat(1000), { maxLength: 60 }),
      fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 60 }),
      fc.array(fc.double({ noNaN: true }), { maxLength: 40 }),
    );
    fc.assert(
      fc.property(entries, (order) => {
        const marks = longestRise(order);
        const rise = order.filter((_, index) => marks[index] === 1);
        assert.ok(rise.every((entry, index) => index === 0 || (rise[index - 1] ?? 0) < entry));
        assert.equal(rise.length, longestRiseLength(order));
      }),
      { numRuns: 1000 },
    );
  });

  test("is everything that rises already, and one entry of what falls", () => {
    const rising = Array.from({ length: 50_000 }, (_, i) => i);
    assert.ok(longestRise(rising).every((mark) => mark === 1));
    assert.equal(
      longestRise(rising.reverse()).reduce((sum, mark) => sum + mark, 0),
      1,
    );
    assert.deepEqual([...longestRise([2, 0, 1, 3])], [0, 1, 1, 1]);
    assert.equal(longestRise([]).length, 0);
  });
});
