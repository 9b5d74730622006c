import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { each, type Html, type HtmlValue, html, spread, unsafeRawHtml } from "../../lib/html/index.ts";
import { createPage, createTemplates, treeOf } from "../../lib/patch/index.ts";

const texts = fc.constantFrom("", "a", "12", "012", "ünïcode", "<b>");
const value: fc.Arbitrary<HtmlValue> = fc.letrec<{ one: HtmlValue }>((tie) => ({
  one: fc.oneof(
    { depthSize: "small" },
    texts,
    fc.integer(),
    texts.map((text) => unsafeRawHtml(text)),
    fc
      .record({ cls: fc.oneof(texts, fc.boolean()), inner: tie("one") })
      .map(({ cls, inner }) => html`<p class=${cls}>${inner}!</p>`),
    fc
      .tuple(texts, tie("one"))
      .map(([title, inner]) => html`<q ${spread({ title, hidden: title === "a" })}>${inner}</q>`),
    fc
      .uniqueArray(fc.record({ key: fc.nat(9), inner: tie("one"), kind: fc.boolean() }), {
        selector: ({ key }) => key,
        maxLength: 6,
      })
      .map((rows) =>
        each(
          rows,
          ({ key }) => key,
          ({ inner, kind }): Html => (kind ? html`<li>${inner}</li>` : html`<li>${inner} ${inner}</li>`),
        ),
      ),
  ),
})).one;

test("a page made of a packed one has the same content, and tells the same of what comes next", () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const [first, next] = [html`<main>${before}</main>`, html`<main>${after}</main>`];
      const tell = (isPacked: boolean): unknown => {
        const templates = createTemplates();
        const page = createPage(treeOf(first), templates);
        const content = page.content();
        const known = isPacked ? createPage(page.pack(), templates) : page;
        assert.deepEqual(known.content(), content);
        known.update(next);
        return [known.take(), known.content()];
      };
      assert.deepEqual(tell(true), tell(false));
    }),
  );
});

test("pages that show the same have one hash, however they came to it, and others have another", () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      const templates = createTemplates();
      const shown = (inner: HtmlValue): Html => html`<main>${inner}</main>`;
      const page = createPage(treeOf(shown(other)), templates);
      page.update(shown(one));
      const alike = [
        createPage(treeOf(shown(one)), templates),
        createPage(shown(one), templates),
        createPage(page.pack(), templates),
      ];
      const content = JSON.stringify(page.content());
      for (const twin of alike) {
        assert.equal(JSON.stringify(twin.content()), content);
        assert.equal(twin.hash(), page.hash());
      }
      const stranger = createPage(shown(other), templates);
      assert.equal(stranger.hash() === page.hash(), JSON.stringify(stranger.content()) === content);
    }),
  );
});
