import assert from "node:assert/strict";
import fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { difference, isPlain } from "../client/harness/parsers.ts";
import { markup } from "../client/harness/soup.ts";
import { launchBrowser } from "../helpers/chromium.ts";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.setContent("<!doctype html>"); // pages are not in quirks mode
});

afterAll(() => browser?.close());

const differenceInPage = (html: string): Promise<string | undefined> => page.evaluate(difference, html);

describe("a piece of a page that the client parses as a body", () => {
  test("becomes what a template makes of it, in Chromium", async () => {
    await fc.assert(
      fc.asyncProperty(markup, async (html) => {
        fc.pre(isPlain(html));
        assert.equal(await differenceInPage(html), undefined);
      }),
      { numRuns: 1000, maxSkipsPerRun: 50 },
    );
  });

  test.each(["<p><table></table>", "<div></div><frameset></frameset>", "<div></div></body><!--c-->"])(
    "%s is none",
    async (html) => {
      assert.ok(!isPlain(html));
      assert.notEqual(await differenceInPage(html), undefined);
    },
  );
});
