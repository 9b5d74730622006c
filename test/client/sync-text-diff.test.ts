import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type Change, diffText, moveSelection, nthIndex, rebase } from "../../client/sync/text-diff.ts";
import type { TextDelta } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { rebaseOracle } from "../oracle/rebase.ts";

const apply = (text: string, { start, deleted, inserted }: Change): string =>
  text.slice(0, start) + inserted + text.slice(start + deleted);
const letters = fc.string({ unit: fc.constantFrom("a", "b", "😀", "😁"), maxLength: 12 });

describe("diffText", () => {
  test("turns the one text into the other, wherever the caret is said to be", () =>
    fc.assert(
      fc.property(letters, letters, fc.nat(30), (before, after, caret) => {
        const change = diffText(before, after, caret);
        assert.equal(change === undefined ? before : apply(before, change), after);
        assert.equal(change === undefined, before === after);
      }),
    ));

  test("never cuts a surrogate pair", () =>
    fc.assert(
      fc.property(letters, letters, fc.nat(30), (before, after, caret) => {
        const change = diffText(before, after, caret);
        if (change === undefined) return;
        assert.doesNotMatch(change.inserted, /\p{Surrogate}/u);
        assert.doesNotMatch(before.slice(0, change.start), /\p{Surrogate}/u);
        assert.doesNotMatch(before.slice(change.start + change.deleted), /\p{Surrogate}/u);
      }),
    ));

  test.each([
    ["aaa", "aaaa", 2, { start: 1, deleted: 0, inserted: "a" }],
    ["aaa", "aaaa", 4, { start: 3, deleted: 0, inserted: "a" }],
    ["aaaa", "aaa", 1, { start: 1, deleted: 1, inserted: "" }],
    ["one two", "one 2", 5, { start: 4, deleted: 3, inserted: "2" }],
    ["", "x", 1, { start: 0, deleted: 0, inserted: "x" }],
    ["x", "", 0, { start: 0, deleted: 1, inserted: "" }],
    ["abc", "abXc", 0, { start: 2, deleted: 0, inserted: "X" }], // a caret that has nothing to do with the change
  ])("%j to %j with the caret at %i", (before, after, caret, change) => {
    assert.deepEqual(diffText(before, after, caret), change);
  });
});

describe("rebase", () => {
  const delta = (length: number): fc.Arbitrary<TextDelta> =>
    fc
      .array(fc.tuple(fc.nat(3), fc.constantFrom("keep", "insert", "delete"), fc.integer({ min: 1, max: 3 })), {
        maxLength: 3,
      })
      .map((parts) => {
        const steps: TextDelta[number][] = [];
        let left = length;
        for (const [retain, kind, size] of parts) {
          const kept = Math.min(retain, left);
          left -= kept;
          if (kept > 0) steps.push({ retain: kept });
          if (kind === "insert") steps.push({ insert: "+".repeat(size) });
          if (kind === "delete" && left > 0) {
            steps.push({ delete: Math.min(size, left) });
            left -= Math.min(size, left);
          }
        }
        return steps;
      });
  const grown = (length: number, steps: TextDelta): number =>
    steps.reduce(
      (sum, step) => sum + ("insert" in step ? step.insert.length : "delete" in step ? -step.delete : 0),
      length,
    );

  test("agrees with following each unit on its own", () =>
    fc.assert(
      fc.property(
        fc
          .nat(8)
          .chain((length) =>
            fc
              .tuple(fc.constant(length), fc.nat(length), fc.nat(length), delta(length))
              .chain(([size, a, b, first]) =>
                fc.tuple(
                  fc.constant(size),
                  fc.constant(a),
                  fc.constant(b),
                  fc.constant(first),
                  delta(grown(size, first)),
                ),
              ),
          ),
        ([length, a, b, first, second]) => {
          const change = { start: Math.min(a, b), deleted: Math.abs(a - b), inserted: "x" };
          const { at, cuts } = rebase(change, [first, second]);
          const oracle = rebaseOracle(change, length, [first, second]);
          assert.deepEqual(
            cuts.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index)),
            oracle.deleted,
          );
          assert.ok(at >= oracle.atLeast && at <= oracle.atMost, `${at} is not in ${oracle.atLeast}..${oracle.atMost}`);
        },
      ),
      { numRuns: runs(500) },
    ));
});

test("nthIndex skips what is not shown", () => {
  const shown = (index: number): boolean => "a\r\nb"[index] !== "\r";
  assert.deepEqual(
    [0, 1, 2, 3].map((count) => nthIndex(4, count, shown)),
    [0, 1, 3, 4],
  );
});

test.each([
  ["text before it pushes a selection", [2, 4], [[{ insert: "ab" }]], [4, 6]],
  ["text at its start is not selected", [2, 4], [[{ retain: 2 }, { insert: "ab" }]], [4, 6]],
  ["text within it is", [2, 4], [[{ retain: 3 }, { insert: "ab" }]], [2, 6]],
  ["text at its end is not", [2, 4], [[{ retain: 4 }, { insert: "ab" }]], [2, 4]],
  ["text at a caret stands behind it", [2, 2], [[{ retain: 2 }, { insert: "ab" }]], [2, 2]],
  ["a deletion around it leaves a caret", [2, 4], [[{ retain: 1 }, { delete: 5 }]], [1, 1]],
  ["a deletion of its start leaves the rest", [2, 4], [[{ retain: 1 }, { delete: 2 }]], [1, 2]],
  [
    "edits count one after the other",
    [2, 4],
    [[{ insert: "ab" }], [{ delete: 1 }, { retain: 4 }, { insert: "c" }]],
    [3, 6],
  ],
] as const)("moveSelection: %s", (_, selection, edits, expected) => {
  assert.deepEqual(moveSelection(selection, edits), expected);
});
