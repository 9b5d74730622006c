import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { renderToString } from "../../lib/html/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { ALL_CASES } from "../html/cases/all.ts";
import { templateOf } from "../html/helpers.ts";
import { type Tree, treeOf } from "../oracle/html.ts";

/** What the pages call, and what was called. */
declare const notes: { pwned: boolean; readonly taken: unknown[] };

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  await page.route("**/*", (route) =>
    route.request().url() === "https://own.example/page"
      ? route.fulfill({ contentType: "text/html; charset=utf-8", body: source })
      : route.abort(),
  );
  await page.addInitScript(() => {
    const own = { pwned: false, taken: [] as unknown[] };
    Object.assign(globalThis, {
      notes: own,
      pwned: () => {
        own.pwned = true;
      },
      take: (...values: unknown[]) => own.taken.push(...values),
    });
  });
});
afterAll(() => browser?.close());

let source = "";

// What is refused is no page.
const PAGES = ALL_CASES.map(({ context, cases }) => ({
  context,
  pages: cases.filter(({ expect }) => expect.kind !== "refused").map((own) => [own.name, own] as const),
})).filter(({ pages }) => pages.length > 0);

describe.each(PAGES)("$context", ({ pages }) => {
  test.each(pages)("%s", async (_name, own) => {
    const text = renderToString(templateOf(own.statics, own.values), { report: false, ...own.options });
    assert.deepEqual(await treeInBrowser(text), plain(treeOf(text)));
    const { pwned, taken } = await visit(text);
    assert.equal(pwned, false);
    if (own.expect.kind === "runs") assert.equal(taken, JSON.stringify(own.expect.taken));
  });
});

function plain(values: unknown): unknown {
  return JSON.parse(JSON.stringify(values));
}

/** Runs it as a page, clicks on everything, and tells what was called. */
async function visit(text: string): Promise<{ readonly pwned: boolean; readonly taken: string }> {
  source = text;
  await page.goto("https://own.example/page", { waitUntil: "domcontentloaded" });
  return page.evaluate(() => {
    addEventListener("click", (event) => event.preventDefault());
    addEventListener("submit", (event) => event.preventDefault());
    for (const element of document.querySelectorAll<HTMLElement>("*")) element.click?.();
    return { pwned: notes.pwned, taken: JSON.stringify(notes.taken) };
  });
}

/** The tree that the browser makes of it, with scripting off, in the shape of the oracle's. */
function treeInBrowser(text: string): Promise<Tree[]> {
  return page.evaluate((given) => {
    const isDocument = /^\s*<(?:!doctype|html)/i.test(given);
    const parsed = new DOMParser().parseFromString(isDocument ? given : "", "text/html");
    if (isDocument) return [...parsed.childNodes].map(simplify);
    const template = parsed.createElement("template");
    template.innerHTML = given;
    return [...template.content.childNodes].map(simplify);
    function simplify(node: Node): Tree {
      if (node.nodeType === Node.TEXT_NODE) return (node as Text).data;
      if (node.nodeType === Node.COMMENT_NODE) return { comment: (node as Comment).data };
      if (node.nodeType === Node.DOCUMENT_TYPE_NODE) return ["!doctype", {}];
      const element = node as Element;
      const attributes = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
      const { childNodes } = element instanceof HTMLTemplateElement ? element.content : element;
      return [element.localName, attributes, ...[...childNodes].map(simplify)];
    }
  }, text);
}
