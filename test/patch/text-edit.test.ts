import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { html } from "../../lib/html/index.ts";
import { contentOf, createTemplates, diff, treeOf } from "../../lib/patch/index.ts";
import { checkOperations } from "../../lib/wire/check-operations.ts";
import { encodeFrame, OP_EDIT, OP_REMOVE, OP_TEXT, type Operation, type WireValue } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { applyToModel, modelOf } from "../oracle/apply-operations.ts";

/** What makes one text another, and what a client has then. */
function change(before: string, now: string): { readonly operations: readonly Operation[]; readonly shown: unknown } {
  const page = (text: string) => html`<p>${text}</p>`;
  const templates = createTemplates();
  const first = treeOf(page(before));
  const model = modelOf(contentOf(first, templates));
  const operations = diff(first, page(now), templates);
  checkOperations(operations as readonly unknown[] as WireValue[]); // cast: operations are values
  const shown = applyToModel(model, operations, []);
  return { operations, shown: (shown as { values: unknown[] }).values[0] };
}

const bytes = (operation: Operation): number => encodeFrame(operation as unknown as readonly [number]).length;
const long = "the quick brown fox jumps over the lazy dog";

test("sends the part of a long text that has changed", () => {
  const grown = `${long}, and over the cat`;
  assert.deepEqual(change(long, grown).operations, [[OP_EDIT, 0, 43, 0, ", and over the cat"]]);
  assert.deepEqual(change(grown, long).operations, [[OP_EDIT, 0, 43, 18, ""]]);
  assert.deepEqual(change(long, long.replace("brown", "red")).operations, [[OP_EDIT, 0, 10, 5, "red"]]);
});

test("sends a text whole where that is no longer", () => {
  assert.deepEqual(change("tea", "teas").operations, [[OP_TEXT, 0, "teas"]]);
  assert.deepEqual(change(long, "something else altogether").operations, [[OP_TEXT, 0, "something else altogether"]]);
  assert.deepEqual(change(long, "").operations, [[OP_REMOVE, 0]]);
  assert.deepEqual(change(long, long).operations, []);
});

test("splits no pair of surrogates", () => {
  const face = (last: string): string => `we are happy here ${last}${last} as ever`;
  const { operations, shown } = change(face("\u{1f600}"), face("\u{1f601}"));
  assert.deepEqual(operations, [[OP_EDIT, 0, 18, 4, "\u{1f601}\u{1f601}"]]);
  assert.equal(shown, face("\u{1f601}"));
});

test("any text becomes any other, by no more bytes than it has", () => {
  const piece = fc.constantFrom("a", "b", "ab ", "é", "€", "\u{1f600}", "\u{1f601}", "\u{10ffff}", "long words ");
  const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(""));
  const edited = fc.tuple(text, text, text, text).map(([a, b, c, d]): [string, string] => [a + b + c, a + d + c]);
  fc.assert(
    fc.property(edited, ([before, now]) => {
      const { operations, shown } = change(before, now);
      assert.equal(shown, now);
      assert.equal(operations.length, before === now ? 0 : 1);
      for (const operation of operations) assert.ok(bytes(operation) <= bytes([OP_TEXT, 0, now]));
    }),
    { numRuns: runs(500) },
  );
});
