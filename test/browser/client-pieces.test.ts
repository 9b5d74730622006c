import assert from "node:assert/strict";
import fc from "fast-check";
import { beforeEach, test } from "vitest";
import { openPage as open, page, useClientPage } from "../helpers/client-page.ts";

/* Replies are pieces of pages. Whatever the client reads them by, what comes of it is what a template would have read. */

useClientPage();
beforeEach(() => {
  page.on("pageerror", (error) => assert.fail(error));
});

const TAGS = (
  "div p span ul li a b font form input button select option textarea label table caption colgroup col thead tbody tr th td " +
  "h1 section svg path circle math mi template style link img br hr dl dt dd iframe x-a details summary footer code canvas"
).split(" ");

const tag = fc.constantFrom(...TAGS);
const token = fc.oneof(
  { weight: 5, arbitrary: tag.map((name) => `<${name}>`) },
  { weight: 1, arbitrary: tag.map((name) => `<${name} class="x&amp;y" title='"'>`) },
  { weight: 1, arbitrary: tag.map((name) => `<${name}/>`) },
  // A stray end of these is an element in pages, and nothing in templates.
  { weight: 3, arbitrary: tag.filter((name) => name !== "p" && name !== "br").map((name) => `</${name}>`) },
  { weight: 2, arbitrary: fc.constantFrom("x", " ", "\n", "&lt;", "<!--c-->", "<![CDATA[x]]>", "<tr><td>1</td></tr>") },
);

test("a piece of markup becomes what a template reads, parts of tables and forms included", async () => {
  await open(`<div id="t"></div>`);
  const texts = fc.sample(
    fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join("")),
    2000,
  );
  const differing = await page.evaluate(async (pieces) => {
    const swap = window.busbarConfig?.swap as (ctx: object, text: string) => Promise<void>; // cast: it has started
    const target = document.querySelector("#t") as Element; // cast: it is there
    const found: string[] = [];
    for (const [order, text] of pieces.entries()) {
      const whole = document.createElement("template");
      whole.innerHTML = text;
      await swap({ source: target, target, swap: "innerHTML", order: order + 1, ends: [] }, text);
      const shown = document.createElement("template");
      shown.innerHTML = "<div></div>";
      shown.content.firstElementChild?.replaceWith(...target.childNodes);
      if (!shown.content.isEqualNode(whole.content) || shown.innerHTML !== whole.innerHTML) found.push(text);
    }
    return found;
  }, texts);
  assert.deepEqual(differing, []);
});
