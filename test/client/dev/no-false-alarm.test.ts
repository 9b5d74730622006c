import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, test } from "vitest";
import { FINDINGS } from "../../../client/dev/codes.ts";
import { distance, nearest } from "../../../client/dev/distance.ts";
import { KNOWN } from "../../../client/dev/names.ts";
import { busNames } from "../../../lib/html/elements/names.ts";
import { root } from "../../helpers/imports.ts";
import { runs } from "../../helpers/runs.ts";
import { look } from "./stage.ts";

const path = fc.constantFrom("/x", "/rows/7", "?page=2", "", "/a/b?c=d&e=null-ish");
const style = fc.constantFrom("innerHTML", "outerHTML", "beforeend", "delete", "none", "before");
const swap = fc
  .tuple(style, fc.constantFrom("", " delay:1s", " scroll:bottom", " show:#place:top", " transition:true"))
  .map((both) => both.join(""));
const target = fc.constantFrom("this", "#place", "closest li", "body", ".place", "main, #place", "ul li");
const trigger = fc.constantFrom(
  "load",
  "every 2s",
  "saved from:body",
  "click once",
  "keyup changed delay:300ms, click",
);

/** Attributes that may stand on anything that asks. */
const common: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    "bus-swap": swap,
    "bus-target": target,
    "bus-select": fc.constantFrom("#place", "tr > td:nth-child(2)"),
    "bus-include": fc.constantFrom("#place", "closest form", ".filters"),
    "bus-vals": fc.jsonValue().map((value) => JSON.stringify({ value })),
    "bus-headers": fc.constant(`{"X-A":"1"}`),
    "bus-confirm": fc.string(),
    "bus-indicator": fc.constantFrom(".spinner", "#place", "this"),
    "bus-disable": fc.constantFrom("this", "find button"),
    "bus-sync": fc.constantFrom("drop", "closest li:abort", "this:queue last", "replace", "queue all"),
    "bus-push-url": fc.constantFrom("true", "false", "/y"),
    "bus-replace-url": fc.constantFrom("true", "false", "/y"),
    "bus-validate": fc.constantFrom("true", "false"),
    "bus-status:422": fc.constant("target:#place swap:outerHTML"),
    "bus-timeout": fc.constant("5s"),
    class: fc.string(),
    "data-x": fc.string(),
  },
  { requiredKeys: [] },
);

function tag(name: string, attributes: Readonly<Record<string, string>>, inside: string): string {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
  el.innerHTML = inside;
  return el.outerHTML;
}

const button = fc
  .tuple(fc.constantFrom("get", "post", "put", "patch", "delete"), path, common, fc.option(trigger))
  .map(([verb, url, attributes, when]) =>
    tag(
      "button",
      { type: "button", ...attributes, [`bus-${verb}`]: url, ...(when !== null && { "bus-trigger": when }) },
      "x",
    ),
  );
const link = fc
  .tuple(path, common)
  .map(([url, attributes]) => tag("a", { ...attributes, href: url, "bus-get": url }, "x"));
const form = fc.tuple(path, common, fc.boolean()).map(([url, attributes, hasFile]) =>
  tag(
    "form",
    {
      ...attributes,
      method: "post",
      action: url,
      "bus-post": url,
      ...(hasFile && { enctype: "multipart/form-data" }),
    },
    `<input name="a">${hasFile ? '<input type="file" name="f">' : ""}<button>ok</button>`,
  ),
);
const field = fc
  .tuple(path, common)
  .map(([url, attributes]) => tag("input", { ...attributes, name: "q", "bus-get": url }, ""));
const row = fc
  .array(fc.oneof(button, link, form, field), { maxLength: 3 })
  .map((inside) => `<li>${inside.join("")}</li>`);

describe("no false alarm", () => {
  test("a page of attributes as they should be gives no finding", () => {
    const inherited = fc.record({ "bus-swap:inherited": swap, "bus-target:inherited": target });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), inherited, fc.boolean(), (rows, around, isBoosted) => {
        // Somebody inside uses what is inherited: the last row.
        const list = tag("ul", around, `${rows.join("")}<li><button type="button" bus-get="/last">x</button></li>`);
        const boosted = tag("nav", isBoosted ? { "bus-boost": "true" } : {}, `<a href="/a">a</a>`);
        const { messages } = look(`<main id="place" class="place">${boosted}${list}</main>`);
        assert.deepEqual(messages(), []);
      }),
      { numRuns: runs(150) },
    );
  });

  test("every attribute that busbar/html knows is known", () => {
    assert.deepEqual(
      busNames().filter((name) => !KNOWN.has(name.slice("bus-".length))),
      [],
    );
  });
});

describe("how far words are apart", () => {
  test.each([
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["abc", "ab", 1],
    ["abc", "xabc", 1],
    ["kitten", "sitting", 3],
  ])("%j and %j: %i", (a, b, expected) => {
    assert.equal(distance(a, b), expected);
    assert.equal(distance(b, a), expected);
  });

  test("a change of one letter is at most one away, and found", () => {
    const words = [...KNOWN].filter((word) => word.length > 3);
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.nat(), fc.constantFrom(..."xyz"), (word, at, letter) => {
        const i = at % word.length;
        const slip = word.slice(0, i) + letter + word.slice(i + 1);
        assert.ok(distance(word, slip) <= 1);
        assert.ok(nearest(slip, words));
      }),
    );
  });

  test("what is far from everything, or long, is nothing's slip", () => {
    assert.equal(nearest("wheelbarrow", KNOWN), undefined);
    assert.equal(nearest("target".repeat(50), KNOWN), undefined);
  });
});

test("docs/client-dev.md has the table of findings", () => {
  const page = readFileSync(join(root, "docs/client-dev.md"), "utf8");
  const written = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]*) \|$/gm)].map(([, code, text]) => `${code}: ${text}`);
  const plain = (text: string): string => text.replaceAll("`", "");
  assert.deepEqual(
    written.map(plain),
    Object.entries(FINDINGS).map(([code, text]) => `${code}: ${text}`),
  );
});
