import assert from "node:assert/strict";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import {
  createContext,
  openBlank,
  openPad,
  type Pad,
  saved,
  shows,
  status,
  stored,
  storeError,
  type,
} from "../sync/kept-pages.ts";
import { prepareServer, type Server } from "../sync/server.ts";

declare const pad: Pad;

let browser: Browser;
let withServer: (run: (server: Server) => Promise<void>) => Promise<void>;

beforeAll(async () => {
  [browser, withServer] = await Promise.all([launchBrowser(), prepareServer("child-page-kept.ts")]);
});
afterAll(() => browser.close());

const withContext = (run: (context: BrowserContext, server: Server) => Promise<void>): Promise<void> =>
  withServer(async (server) => {
    const context = await createContext(browser, server);
    await run(context, server);
    await context.close();
  });

/** Somebody has used the page before. */
async function visit(context: BrowserContext, text: string): Promise<void> {
  const page = await openPad(context, "keep&name=ada");
  await status(page, "synced");
  await type(page, text);
  assert.equal(await saved(page), true);
  await status(page, "synced");
  await page.close();
}

/** Another tab whose transaction does not end: it asks for something as long as `spins`. */
async function holdTransaction(context: BrowserContext): Promise<Page> {
  const holder = await openBlank(context);
  await holder.evaluate(async () => {
    const open = indexedDB.open("kept", 1);
    await new Promise((opened) => {
      open.onsuccess = opened;
    });
    Object.assign(window, { spins: true });
    const heads = open.result.transaction(["log", "heads", "snapshots"], "readwrite").objectStore("heads");
    const spin = (): void => {
      if (!("spins" in window) || !window.spins) return;
      heads.get("nothing").onsuccess = spin;
    };
    spin();
  });
  return holder;
}
const letGo = (holder: Page): Promise<unknown> => holder.evaluate(() => Object.assign(window, { spins: false }));

describe("the browser's database", () => {
  test("held by another tab's transaction, as a page opens, keeps nobody from the hub, and is used once it is free", () =>
    withContext(async (context, server) => {
      await visit(context, "kept");
      const holder = await holdTransaction(context);
      const page = await openPad(context, "keep&name=ada");
      await status(page, "synced");
      await shows(page, "kept");
      await storeError(page, "SYNC_STORE_UNAVAILABLE");
      await page.evaluate(() => pad.text.insert(4, "!"));
      await letGo(holder);
      await stored(page, "saved");
      await server.kill();
      await shows(await openPad(context, "keep&name=ada"), "kept!");
    }));

  test("held by another tab's transaction, as tabs are open, keeps what is typed from nobody", () =>
    withContext(async (context, server) => {
      const tabs = [
        await openPad(context, "keep&tabs&name=ada"),
        await openPad(context, "keep&tabs&name=ada"),
      ] as const;
      for (const page of tabs) await status(page, "synced");
      await type(tabs[0], "a");
      for (const page of tabs) await shows(page, "a");
      const holder = await holdTransaction(context);
      const bob = await openPad(await createContext(browser, server), "name=bob");
      await tabs[1].evaluate(() => pad.text.insert(1, "b"));
      await shows(bob, "ab");
      await storeError(tabs[1], "SYNC_STORE_UNAVAILABLE");
      await letGo(holder);
      for (const page of tabs) await stored(page, "saved");
      await bob.context().close();
    }));

  test("that a tab of a later release has changed is left alone: pages say so, and go on with the hub", () =>
    withContext(async (context) => {
      await visit(context, "kept");
      const page = await openPad(context, "keep&name=ada");
      await status(page, "synced");
      const later = await openBlank(context);
      await later.evaluate(async () => {
        const open = indexedDB.open("kept", 2);
        open.onupgradeneeded = () => void open.result.createObjectStore("later");
        await new Promise((opened) => {
          open.onsuccess = opened;
        });
      });
      await page.evaluate(() => pad.text.insert(4, "!"));
      await storeError(page, "SYNC_STORE_FORMAT");
      const other = await openPad(context, "keep&name=ada");
      await storeError(other, "SYNC_STORE_FORMAT");
      for (const each of [page, other]) {
        await status(each, "synced");
        await shows(each, "kept!");
      }
    }));

  test("whose connection the browser has dropped without a word is opened anew", () =>
    withContext(async (context) => {
      await context.addInitScript(() => {
        const { open } = IDBFactory.prototype;
        IDBFactory.prototype.open = function (...args) {
          const request = open.apply(this, args);
          request.addEventListener("success", () => Object.assign(window, { connection: request.result }));
          return request;
        };
      });
      const page = await openPad(context, "keep&name=ada");
      await status(page, "synced");
      await page.evaluate(() => (window as unknown as { connection: IDBDatabase }).connection.close()); // cast: put there above
      await page.evaluate(() => pad.text.insert(0, "typed"));
      await stored(page, "saved");
    }));

  test("that a page may not have is asked for again, and used once it may", () =>
    withContext(async (context, server) => {
      await context.addInitScript(() => {
        const { open } = IDBFactory.prototype;
        IDBFactory.prototype.open = function (...args) {
          if (!("isAllowed" in window)) throw new DOMException("no storage here", "SecurityError");
          return open.apply(this, args);
        };
      });
      const page = await openPad(context, "keep&name=ada");
      await status(page, "synced");
      await storeError(page, "SYNC_STORE_UNAVAILABLE");
      await type(page, "typed");
      await page.evaluate(() => Object.assign(window, { isAllowed: true }));
      await stored(page, "saved");
      await server.kill();
      const again = await context.newPage();
      await again.addInitScript(() => Object.assign(window, { isAllowed: true }));
      await again.goto("/pad?keep&name=ada");
      await shows(again, "typed");
    }));

  test("that is not there at all is said to be missing, and the page goes on with the hub", () =>
    withContext(async (context) => {
      await context.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
      const page = await openPad(context, "keep&tabs&name=ada");
      await status(page, "synced");
      await storeError(page, "SYNC_STORE_UNAVAILABLE");
      await type(page, "typed");
      await page.waitForFunction(() => pad.replica.unsaved.peek() === 0);
    }));

  test("that a tab does not let go of is deleted later, and whoever wants it deleted hears of it", () =>
    withContext(async (context) => {
      const page = await openPad(context, "name=ada");
      const holder = await openBlank(context);
      await holder.evaluate(async () => {
        const open = indexedDB.open("kept", 1);
        await new Promise((opened) => {
          open.onsuccess = opened;
        });
        Object.assign(window, { kept: open.result });
      });
      const code = await page.evaluate(() =>
        pad.deleteIndexedDb("kept").then(
          () => undefined,
          (error: { code: string }) => error.code,
        ),
      );
      assert.equal(code, "SYNC_STORE_UNAVAILABLE");
      await holder.evaluate(() => (window as unknown as { kept: IDBDatabase }).kept.close()); // cast: put there above
      await page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
    }));
});
