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
      assert.equal(operations.length === 0, before === now);
      assert.ok(operations.reduce((sum, operation) => sum + bytes(operation), 0) <= bytes([OP_TEXT, 0, now]));
    }),
    { numRuns: runs(500) },
  );
});

test("sends what has changed at both ends of a long text, and not what stands between", () => {
  const article = Array.from({ length: 40 }, (_, at) => `sentence ${at} of the article. `).join("");
  assert.deepEqual(change(`draft: ${article}2 readers`, `news! ${article}31 readers`).operations, [
    [OP_EDIT, 0, 0, 6, "news!"],
    [OP_EDIT, 0, 6 + article.length, 1, "31"],
  ]);
  const faces = `\u{1f600}${article}\u{1f600}`;
  const { operations, shown } = change(faces, `\u{1f601}${article}\u{1f601}`);
  assert.equal(shown, `\u{1f601}${article}\u{1f601}`);
  assert.deepEqual(
    operations.map((operation) => operation[4]),
    ["\u{1f601}", "\u{1f601}"],
  );
});

test("changes at both ends of any long text take no more bytes than one edit of all between", () => {
  const unit = fc.constantFrom("a", "b", "\u{1f600}", "\u{1f601}", "\u{1f9e1}", "é", "lorem ipsum ", "7");
  const text = (minLength: number, maxLength: number) =>
    fc.array(unit, { minLength, maxLength }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text(8, 60), fc.array(text(0, 9), { minLength: 4, maxLength: 4 }), (middle, [a, b, c, d]) => {
      const [before, now] = [`<${a}${middle}${b}>`, `(${c}${middle}${d})`];
      const { operations, shown } = change(before, now);
      assert.equal(shown, now);
      const took = operations.reduce((sum, operation) => sum + bytes(operation), 0);
      assert.ok(took <= bytes([OP_TEXT, 0, now]));
      if (operations.length === 2) assert.ok(took <= bytes([OP_EDIT, 0, 0, before.length, now]));
    }),
    { numRuns: runs(500) },
  );
});
