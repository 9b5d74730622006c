import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { each, type Html, type HtmlValue, html } from "../../lib/html/index.ts";
import { createPage, createTemplates, type Page, type Templates, treeOf } from "../../lib/patch/index.ts";
import { runs } from "../helpers/runs.ts";
import { applyToModel, modelOf } from "../oracle/apply-operations.ts";

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

interface Keyed {
  readonly id: number;
  readonly shown: HtmlValue;
}

/** Rows in one place out and others in, one of which may have markup, and a row that changes: as places, taken round the end of the list. */
const place = { at: fc.nat(10_000), change: fc.nat(10_000), markup: fc.nat(30) };
const gap = fc.record({ ...place, out: fc.nat(4), in: fc.nat(4) });
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.array(gap, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(gap, { minLength: 17, maxLength: 25 }) }, // so many that all is laid out anew
    { weight: 1, arbitrary: fc.record({ ...place, out: fc.nat(900), in: fc.nat(900) }).map((one) => [one]) },
    { weight: 1, arbitrary: fc.constant("turn" as const) },
  ),
  { minLength: 1, maxLength: 8 },
);

test("rows that come and go among many leave those that stay where they are, and a page as one made anew", () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 3, 255, 256, 257, 700), fc.boolean(), steps, (size, hasAttribute, all) => {
      const show = ({ id, shown }: Keyed): Html =>
        hasAttribute ? html`<li id=${id}>${shown}</li>` : html`<li>${shown} ${id}</li>`;
      const pageOf = (rows: readonly Keyed[]): Html => html`<ul>${each(rows, ({ id }) => id, show)}</ul>`;
      let next = size;
      let rows: Keyed[] = Array.from({ length: size }, (_, id) => ({ id, shown: `row ${id}` }));
      const templates = createTemplates();
      const page = createPage(treeOf(pageOf(rows)), templates);
      let model = modelOf(page.content());
      const known = templates.sources().map((source) => source[0]);
      for (const step of all) {
        rows = rows.slice();
        if (step === "turn") rows.push(...rows.splice(0, rows.length >> 1));
        else {
          for (const one of step) {
            const fresh = Array.from({ length: one.in }, (_, at): Keyed => {
              const id = next++;
              return { id, shown: at === one.markup ? html`<b>${id}</b>` : id };
            });
            rows.splice(one.at % (rows.length + 1), one.out, ...fresh);
            const changed = one.change % (rows.length + 1);
            if (changed < rows.length) rows[changed] = { id: rows[changed]?.id ?? 0, shown: `now ${one.change}` };
          }
        }
        page.update(pageOf(rows));
        model = applyToModel(model, page.take(), known);
        const anew = createPage(treeOf(pageOf(rows)), templates);
        assert.equal(textsIn(page), textsIn(anew));
        assert.deepEqual(model, modelOf(anew.content()));
      }
    }),
    { numRuns: runs(150) },
  );
});
