import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { carryOver, compactDoc, createUndo } from "../../lib/crdt/index.ts";
import { runs } from "../helpers/runs.ts";
import { type AnyDoc, anyEdit, create, type Edit, edit, ROOTS } from "./edits.ts";
import { nameless } from "./mirror.ts";

type Step = Edit & { readonly kind: (typeof ROOTS)[number] | "undo" | "redo" };

const edits: fc.Arbitrary<readonly Step[]> = fc.array(
  anyEdit([
    { weight: 9, arbitrary: fc.constantFrom(...ROOTS, "text", "list", "list", "map", "map", "tree") },
    { weight: 2, arbitrary: fc.constantFrom("undo" as const, "redo" as const) },
  ]),
  { maxLength: 30 },
);
/** Values of one key that were set at once: those that are carried over count as the latest. */
function unordered(entries: unknown): unknown {
  return (entries as [key: string, values: number[]][]).map(([key, values]) => [key, [...new Set(values)].sort()]);
}

function shown(doc: AnyDoc): unknown {
  return ROOTS.map((root) => (root === "multiMap" ? unordered(doc.multiMap("r").entries()) : nameless(doc[root]("r"))));
}

function run(doc: AnyDoc, steps: readonly Step[]): void {
  const undo = createUndo(doc);
  for (const { kind, ...each } of steps)
    if (kind === "undo" || kind === "redo") undo[kind]();
    else edit(doc, { ...each, kind });
}

test("documents of every type, in each other too, are written anew and take over what was done elsewhere and undone", () => {
  fc.assert(
    fc.property(edits, edits, edits, edits, (start, mine, theirs, late) => {
      const doc = create(1);
      run(doc, start);
      const away = create(2);
      away.apply(doc.encode());
      run(away, theirs);
      run(doc, mine);
      const base = compactDoc(doc, 1);
      assert.ok(base);
      const onto = create(3);
      onto.apply(base);
      assert.deepEqual(shown(onto), shown(doc));
      away.apply(doc.encode());
      run(away, late);
      assert.ok(carryOver(doc, away, onto));
      assert.deepEqual(shown(onto), shown(away));
    }),
    { numRuns: runs(180) },
  );
});
