import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { joinMoves } from "../../lib/patch/page/moves.ts";
import { OP_MOVE } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { applyToModel, type Model } from "../oracle/apply-operations.ts";

const SIZE = 12;
const place = fc.nat(SIZE - 1);

test("moves one after another, of one row more than once too, are the same as all at once", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ from: place, to: place }), { maxLength: 10 }), (moves) => {
      const list = Array.from({ length: SIZE }, (_, at) => `row ${at}`);
      const expected = [...list];
      for (const { from, to } of moves) expected.splice(to, 0, ...expected.splice(from, 1));
      const page: Model = { template: 0, values: [list] };
      const joined = applyToModel(page, [[OP_MOVE, 0, ...joinMoves(moves)]], []);
      assert.deepEqual(joined, { template: 0, values: [expected] });
    }),
    { numRuns: runs(1000) },
  );
});

test("neighbours that move together travel as a run", () => {
  const block = Array.from({ length: 3 }, () => ({ from: 0, to: 9 }));
  assert.deepEqual(joinMoves(block), [-3, 0, 7]);
  assert.deepEqual(joinMoves([]), []);
});
