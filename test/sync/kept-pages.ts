import type { Browser, BrowserContext, Page } from "playwright-core";
import type { deleteIndexedDb, indexedDbStore } from "../../client/sync/index.ts";
import type { CrdtText, Doc } from "../../lib/crdt/index.ts";
import type { Presence, Replica } from "../../lib/sync/index.ts";
import type { Server } from "./server.ts";

/** What the page of `child-page-kept.ts` puts on its window. */
export interface Pad {
  readonly doc: Doc;
  readonly text: CrdtText;
  readonly replica: Replica;
  readonly presence: Presence;
  readonly close: () => void;
  readonly deleteIndexedDb: typeof deleteIndexedDb;
  readonly indexedDbStore: typeof indexedDbStore;
}
declare const pad: Pad;

/** A browser of one's own, whose page comes from a cache as with a service worker: it opens while the server is away. */
export async function createContext(browser: Browser, server: Server): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: server.url });
  const files: Readonly<Record<string, readonly [string, string]>> = {
    "/pad": ["text/html", `<!doctype html><textarea></textarea><script type="module" src="/page.js"></script>`],
    "/page.js": ["text/javascript", server.script],
  };
  await context.route(/\/(pad|page\.js)(\?|$)/, (route) => {
    const [contentType, body] = files[new URL(route.request().url()).pathname] ?? ["text/plain", ""];
    return route.fulfill({ contentType, body });
  });
  return context;
}

export async function openPad(context: BrowserContext, query: string, opening?: (page: Page) => void): Promise<Page> {
  const page = await context.newPage();
  opening?.(page);
  await page.goto(`/pad?${query}`);
  await page.waitForFunction(() => typeof pad !== "undefined" && pad.replica.stored.peek() !== "loading");
  return page;
}

/** A page of the same site that shares nothing with the others but what the browser keeps. */
export async function openBlank(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/blank");
  return page;
}

export const status = (page: Page, wanted: string): Promise<unknown> =>
  page.waitForFunction((value) => pad.replica.status.peek() === value, wanted);
export const stored = (page: Page, wanted: string): Promise<unknown> =>
  page.waitForFunction((value) => pad.replica.stored.peek() === value, wanted);
export const storeError = (page: Page, wanted: string): Promise<unknown> =>
  page.waitForFunction(
    (code) => (pad.replica.storeError.peek() as { code?: string } | undefined)?.code === code,
    wanted,
  );
export const shows = (page: Page, wanted: string): Promise<unknown> =>
  page.waitForFunction((value) => document.querySelector("textarea")?.value === value, wanted);
export const online = (page: Page): Promise<unknown> => page.evaluate(() => dispatchEvent(new Event("online")));
export const type = (page: Page, text: string): Promise<void> => page.locator("textarea").pressSequentially(text);
export const unsaved = (page: Page): Promise<number> => page.evaluate(() => pad.replica.unsaved.peek());
export const saved = (page: Page): Promise<boolean> => page.evaluate(() => pad.replica.saved());

/** This page alone loses its network. */
export async function unplug(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const none = { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 };
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", none);
}

export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => undefined); // nobody is left to answer
  await crashed;
}
