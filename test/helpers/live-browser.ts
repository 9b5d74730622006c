import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { View } from "../../lib/live/index.ts";
import { launchBrowser } from "./chromium.ts";
import { type LiveClient, type OpenLive, type OpenOptions, openLive } from "./live-page.ts";

/** What the test has opened last. */
export let live: OpenLive;
let browser: Browser;
let isOpen = false;

/** A browser for the file; what a test opens in it is closed behind it. */
export function useLiveBrowser(): void {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    if (isOpen) await live.server.stop();
    isOpen = false;
  });
}

/** Serves a view and opens it. */
export async function openView(client: LiveClient, view: View, options: OpenOptions = {}): Promise<Page> {
  live = await openLive(browser, client, view, options);
  isOpen = true;
  return live.page;
}
