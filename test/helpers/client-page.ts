import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { launchBrowser } from "./chromium.ts";
import { type ClientSite, openClientSite } from "./client-site.ts";

/** The browser and the site of a test file. */
export let browser: Browser;
export let site: ClientSite;
/** What each test has of its own. */
export let context: BrowserContext;
export let page: Page;

/** Sets them up for the file, and for each test a site without routes and an empty page of it. */
export function useClientPage(): void {
  beforeAll(async () => {
    [browser, site] = await Promise.all([launchBrowser(), openClientSite()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(async () => {
    site.reset();
    context = await browser.newContext({ baseURL: site.origin });
    page = await context.newPage();
  });
  afterEach(() => context.close());
}

/** Opens a page of the site that loads the client, as a classic script or as said. */
export async function openPage(body: string, head?: string): Promise<void> {
  site.routes["GET /"] = site.page(body, head);
  await page.goto("/");
}
