import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { DOM_CASES } from "../client/live-dom-cases.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { LIVE_CLIENTS, type OpenLive, openLive } from "../helpers/live-page.ts";

/* What the document keeps while a live view changes it, in Chromium: see live-dom-cases.ts. In jsdom: test/client/live-dom.test.ts. */

let browser: Browser;
let live: OpenLive | undefined;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await live?.server.stop();
  live = undefined;
});

describe.each(LIVE_CLIENTS)("%s", (client) => {
  test.each(DOM_CASES)("$name", async ({ view, act, answer }) => {
    live = await openLive(browser, client, view);
    assert.deepEqual(await live.page.evaluate(act), answer);
    assert.deepEqual(await live.seen(), ["connected"]);
  });
});
