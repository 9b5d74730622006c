import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { each, type Html, type HtmlValue, html } from "../../lib/html/index.ts";
import { createPage, createTemplates, type Page, type Templates, treeOf } from "../../lib/patch/index.ts";

interface Shown {
  readonly cells: readonly [HtmlValue, HtmlValue, HtmlValue];
  readonly isOther: boolean;
}

const cell: fc.Arbitrary<HtmlValue> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("", "a", "7", "007") },
  { weight: 3, arbitrary: fc.nat(9) },
  { weight: 2, arbitrary: fc.constantFrom(null, undefined, false, 7n) },
  { weight: 1, arbitrary: fc.constantFrom("b", "c").map((text) => html`<b>${text}</b>`) },
);
const row: fc.Arbitrary<Shown> = fc.record({
  cells: fc.tuple(cell, cell, cell),
  isOther: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

function pageOf(rows: readonly Shown[], hasAttribute: boolean, count: () => void = () => {}): Html {
  const show = ({ cells: [a, b, c], isOther }: Shown): Html => {
    count();
    if (isOther) return html`<li>${a}${b}${c}</li>`;
    // an attribute takes texts and numbers
    const title = typeof a === "string" || typeof a === "number" ? a : null;
    return hasAttribute ? html`<li title=${title}>${b} ${c}</li>` : html`<li>${a} ${b} ${c}</li>`;
  };
  return html`<ul>${each(rows, (_, index) => index, show)}</ul>`;
}

/** Texts and numbers read the same. */
function textsIn(page: Page): string {
  return JSON.stringify(page.content(), (_, value) => (typeof value === "number" ? String(value) : value));
}

function shownAnew(rows: readonly Shown[], hasAttribute: boolean, templates: Templates): string {
  return textsIn(createPage(treeOf(pageOf(rows, hasAttribute)), templates));
}

test("rows that stay show what a page made anew shows, and each is made once", () => {
  const renders = fc
    .nat(4)
    .chain((size) => fc.array(fc.array(row, { minLength: size, maxLength: size }), { minLength: 2, maxLength: 5 }));
  fc.assert(
    fc.property(renders, fc.boolean(), ([first = [], ...others], hasAttribute) => {
      const templates = createTemplates();
      const page = createPage(treeOf(pageOf(first, hasAttribute)), templates);
      for (const rows of others) {
        let made = 0;
        page.update(pageOf(rows, hasAttribute, () => made++));
        assert.equal(made, rows.length);
        page.take();
        assert.equal(textsIn(page), shownAnew(rows, hasAttribute, templates));
      }
    }),
    { numRuns: 300 },
  );
});

test("a row that loses its texts while one before it gets markup shows nothing", () => {
  const plain = (...cells: Shown["cells"]): Shown => ({ cells, isOther: false });
  const before = [plain("a", "b", "c"), plain("d", "e", "f")];
  const after = [plain(html`<b>a</b>`, "b", "c"), plain(undefined, undefined, undefined)];
  const templates = createTemplates();
  const page = createPage(treeOf(pageOf(before, false)), templates);
  page.update(pageOf(after, false));
  assert.equal(textsIn(page), shownAnew(after, false, templates));
});
