import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { DOM_CASES } from "../client/live-dom-cases.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS } from "../helpers/live-page.ts";

/* What the document keeps while a live view changes it, in Chromium: see live-dom-cases.ts. In jsdom: test/client/live-dom.test.ts. */

useLiveBrowser();

describe.each(LIVE_CLIENTS)("%s", (client) => {
  test.each(DOM_CASES)("$name", async ({ view, act, answer }) => {
    const page = await openView(client, view);
    assert.deepEqual(await page.evaluate(act), answer);
    assert.deepEqual(await live.seen(), ["connected"]);
  });
});
