import assert from "node:assert/strict";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import {
  crash,
  createContext,
  online,
  openPad as open,
  type Pad,
  shows,
  status,
  type,
  unplug,
  unsaved,
} from "../sync/kept-pages.ts";
import { prepareServer, type Server } from "../sync/server.ts";

declare const pad: Pad;

let browser: Browser;
let withServer: (run: (server: Server) => Promise<void>) => Promise<void>;

beforeAll(async () => {
  [browser, withServer] = await Promise.all([launchBrowser(), prepareServer("child-page-kept.ts")]);
});
afterAll(() => browser.close());

/** The page of every socket ever opened. */
const sockets: Page[] = [];

const openPad = (context: BrowserContext, query: string): Promise<Page> =>
  open(context, query, (page) => page.on("websocket", () => sockets.push(page)));

describe("a document kept in the browser", () => {
  test("two browsers edit offline, close, reopen offline, reconnect and converge", () =>
    withServer(async (server) => {
      const contexts = await Promise.all([createContext(browser, server), createContext(browser, server)]);
      const [ada, bob] = (await Promise.all(
        contexts.map((context, i) => openPad(context, `name=${i === 0 ? "ada" : "bob"}&keep`)),
      )) as [Page, Page];
      await Promise.all([status(ada, "synced"), status(bob, "synced")]);
      await type(ada, "base");
      await shows(bob, "base");
      await Promise.all([ada, bob].map((page) => page.evaluate(() => pad.replica.saved())));
      await server.kill();
      await Promise.all([status(ada, "offline"), status(bob, "offline")]);
      await type(ada, " AAA");
      await bob.locator("textarea").evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(0, 0));
      await type(bob, "BB ");
      assert.equal(await ada.evaluate(() => pad.replica.unsaved.peek()), 4);
      assert.deepEqual(await Promise.all([ada, bob].map((page) => page.evaluate(() => pad.replica.saved()))), [
        true,
        true,
      ]);
      await Promise.all([ada.close(), bob.close()]);

      const [again, other] = (await Promise.all(contexts.map((context) => openPad(context, "name=ada&keep")))) as [
        Page,
        Page,
      ];
      await Promise.all([shows(again, "base AAA"), shows(other, "BB base")]);
      assert.deepEqual(
        await Promise.all([again, other].map((page) => page.evaluate(() => pad.replica.unsaved.peek()))),
        [4, 3],
      );
      await again.evaluate(() => pad.text.insert(8, "!"));
      await server.start();
      await Promise.all([online(again), online(other)]);
      await Promise.all([again, other].map((page) => shows(page, "BB base AAA!")));
      await Promise.all([status(again, "synced"), status(other, "synced")]);
      assert.equal(await again.evaluate(() => pad.replica.unsaved.peek()), 0);
      await Promise.all(contexts.map((context) => context.close()));
    }));

  test("what was saved survives a tab that crashes", () =>
    withServer(async (server) => {
      await server.kill();
      const context = await createContext(browser, server);
      const page = await openPad(context, "keep");
      await type(page, "written before the crash");
      await page.evaluate(() => pad.replica.saved());
      await crash(page);
      const again = await openPad(context, "keep");
      await shows(again, "written before the crash");
      assert.equal(await again.evaluate(() => pad.replica.unsaved.peek()), 24);
      await context.close();
    }));

  test("a used-up quota is reported, edits stay, and are written once there is room", () =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      const page = await openPad(context, "keep");
      await status(page, "synced");
      const session = await context.newCDPSession(page);
      await session.send("Storage.overrideQuotaForOrigin", { origin: server.url, quotaSize: 1 });
      await page.evaluate(() => pad.text.insert(0, "x".repeat(300_000)));
      await page.waitForFunction(() => pad.replica.stored.peek() === "failed");
      assert.equal(
        await page.evaluate(() => (pad.replica.storeError.peek() as { code?: string }).code),
        "SYNC_STORE_FULL",
      );
      await status(page, "synced"); // the hub has it all the same
      await session.send("Storage.overrideQuotaForOrigin", { origin: server.url });
      await page.evaluate(() => pad.text.insert(0, "y"));
      await page.waitForFunction(() => pad.replica.stored.peek() === "saved");
      await server.kill();
      const again = await openPad(context, "keep");
      await again.waitForFunction(() => pad.text.length === 300_001);
      await context.close();
    }));

  test("a database that does not open, as a tab keeps it from being deleted, keeps nobody from the hub, and is used once it opens", () =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      const first = await openPad(context, "keep&name=ada");
      await status(first, "synced");
      await type(first, "kept");
      await first.evaluate(() => pad.replica.saved());
      await first.close();
      const holder = await context.newPage();
      await holder.goto("/blank");
      await holder.evaluate(async () => {
        const open = indexedDB.open("kept", 1);
        await new Promise((opened) => {
          open.onsuccess = opened;
        });
        const deletion = indexedDB.deleteDatabase("kept");
        await new Promise((blocked) => {
          deletion.onblocked = blocked;
        });
        Object.assign(window, { kept: open.result });
      });
      const page = await openPad(context, "keep&name=ada");
      await status(page, "synced");
      await shows(page, "kept");
      await page.waitForFunction(
        () => (pad.replica.storeError.peek() as { code?: string } | undefined)?.code === "SYNC_STORE_UNAVAILABLE",
      );
      await page.evaluate(() => pad.text.insert(4, "!"));
      await holder.evaluate(() => (window as unknown as { kept: IDBDatabase }).kept.close()); // cast: put there above
      await page.waitForFunction(() => pad.replica.stored.peek() === "saved");
      await server.kill();
      const again = await openPad(context, "keep&name=ada");
      await shows(again, "kept!");
      await context.close();
    }));

  test("pages whose site's data is cleared put everything back with the next edit", () =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      const pages = [await openPad(context, "keep&tabs&name=ada"), await openPad(context, "keep&tabs&name=ada")] as [
        Page,
        Page,
      ];
      for (const page of pages) await status(page, "synced");
      await server.kill();
      for (const page of pages) await status(page, "offline");
      await type(pages[0], "offline");
      await shows(pages[1], "offline");
      await pages[0].evaluate(() => pad.replica.saved());
      const session = await context.newCDPSession(pages[0]);
      await session.send("Storage.clearDataForOrigin", { origin: server.url, storageTypes: "indexeddb" });
      await pages[1].evaluate(() => {
        for (const letter of " and more, in many writes") pad.text.insert(pad.text.length, letter);
      });
      assert.equal(await pages[1].evaluate(() => pad.replica.saved()), true);
      for (const page of pages) await page.close();
      const again = await openPad(context, "keep&name=ada");
      await shows(again, "offline and more, in many writes");
      assert.equal(await unsaved(again), 32);
      await context.close();
    }));

  test("deleting the database makes open tabs let go, and puts nothing back but what is edited later", () =>
    withServer(async (server) => {
      await server.kill();
      const context = await createContext(browser, server);
      const page = await openPad(context, "keep");
      await type(page, "secret");
      await page.evaluate(() => pad.replica.saved());
      await page.evaluate(async () => {
        pad.close();
        await pad.deleteIndexedDb("kept");
      });
      const again = await openPad(context, "keep");
      assert.equal(await again.locator("textarea").inputValue(), "");
      await context.close();
    }));
});

describe("tabs of one browser", () => {
  test("eight of them converge over one connection, through the crash and the freeze of their leader", () =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      const other = await createContext(browser, server);
      const bob = await openPad(other, "name=bob");
      const tabs: Page[] = [];
      for (let i = 0; i < 8; i++) tabs.push(await openPad(context, "name=ada&keep&tabs"));
      await Promise.all(tabs.map((page) => status(page, "synced")));
      assert.equal(sockets.filter((page) => tabs.includes(page)).length, 1);
      await Promise.all(tabs.map((page, i) => page.evaluate((digit) => pad.text.insert(0, digit), String(i))));
      const agreed = async (pages: readonly Page[], letters: string): Promise<void> => {
        for (const page of pages) {
          await page.waitForFunction(
            (wanted) => [...(document.querySelector("textarea")?.value ?? "")].sort().join("") === wanted,
            letters,
          );
        }
        const values = await Promise.all(pages.map((page) => page.locator("textarea").inputValue()));
        assert.equal(new Set(values).size, 1);
      };
      await agreed([...tabs, bob], "01234567");

      const [first, second, ...rest] = tabs as [Page, Page, ...Page[]];
      await crash(first); // the first asked first: it leads
      await rest[0]?.evaluate(() => pad.text.insert(0, "8"));
      await agreed([second, ...rest, bob], "012345678");

      const session = await context.newCDPSession(second);
      await session.send("Page.setWebLifecycleState", { state: "frozen" });
      await rest[1]?.evaluate(() => pad.text.insert(0, "9"));
      await agreed([...rest, bob], "0123456789");
      await session.send("Page.setWebLifecycleState", { state: "active" });
      await agreed([second, ...rest, bob], "0123456789");
      await second.evaluate(() => pad.text.insert(0, "a"));
      await agreed([second, ...rest, bob], "0123456789a");
      await Promise.all([second, ...rest].map((page) => status(page, "synced")));

      await rest[0]?.close();
      await second.evaluate(() => pad.text.insert(0, "b"));
      await agreed([second, ...rest.slice(1), bob], "0123456789ab");
      await Promise.all([context.close(), other.close()]);
    }));

  test("what one of them stored in its last moment reaches the others, and the hub, by the next that opens", () =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      const bob = await openPad(await createContext(browser, server), "name=bob");
      const tabs = [
        await openPad(context, "name=ada&keep&tabs"),
        await openPad(context, "name=ada&keep&tabs"),
      ] as const;
      await Promise.all(tabs.map((page) => status(page, "synced")));
      await tabs[1].evaluate(() => {
        BroadcastChannel.prototype.postMessage = () => undefined; // nobody hears of it
        pad.text.insert(0, "last");
        return pad.replica.saved();
      });
      await crash(tabs[1]);
      const next = await openPad(context, "name=ada&keep&tabs");
      for (const page of [bob, tabs[0], next]) await shows(page, "last");
      await status(next, "synced");
      await Promise.all([context.close(), bob.context().close()]);
    }));

  test("a leader that hangs is taken for dead, and follows when it comes back", () =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      const tabs = [await openPad(context, "name=ada&tabs"), await openPad(context, "name=ada&tabs")] as [Page, Page];
      await Promise.all(tabs.map((page) => status(page, "synced")));
      const hung = tabs[0].evaluate(() => {
        for (const end = performance.now() + 13_000; performance.now() < end; );
      });
      await tabs[1].evaluate(() => pad.text.insert(0, "x"));
      await tabs[1].waitForFunction(() => pad.replica.status.peek() === "synced" && pad.replica.unsaved.peek() === 0);
      await hung;
      await shows(tabs[0], "x");
      await status(tabs[0], "synced");
      await tabs[0].evaluate(() => pad.text.insert(1, "y"));
      await shows(tabs[1], "xy");
      await context.close();
    }));

  test("one that has a network takes the lead from one that has none, five of them", () =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      const tabs: Page[] = [];
      for (let i = 0; i < 5; i++) tabs.push(await openPad(context, "name=ada&keep&tabs"));
      const bob = await openPad(await createContext(browser, server), "name=bob");
      await Promise.all(tabs.map((page) => status(page, "synced")));
      const [first, second, ...rest] = tabs as [Page, Page, ...Page[]]; // the first asked first: it leads
      for (const page of [first, second]) await unplug(page);
      await server.kill();
      await Promise.all(tabs.map((page) => page.waitForFunction(() => pad.replica.status.peek() !== "synced")));
      await first.evaluate(() => pad.text.insert(0, "a"));
      await rest[0]?.evaluate(() => pad.text.insert(0, "b"));
      await server.start();
      await first.evaluate(() => pad.text.insert(0, "c"));
      await Promise.all(tabs.map((page) => status(page, "synced")));
      for (const page of [...tabs, bob]) {
        await page.waitForFunction(() => [...pad.text.toString()].sort().join("") === "abc");
      }
      assert.deepEqual(await unsaved(first), 0);
      assert.ok(!sockets.slice(-1).includes(first), "it has no network");
      await Promise.all([context.close(), bob.context().close()]);
    }));

  test.each([
    ["has no Web Locks", () => Object.defineProperty(navigator, "locks", { value: undefined })],
    [
      "forbids Web Locks",
      () => {
        const forbid = () => Promise.reject(new DOMException("not here", "SecurityError"));
        Object.assign(LockManager.prototype, { request: forbid, query: forbid });
      },
    ],
    [
      "forbids channels",
      () => {
        const forbid = () => {
          throw new DOMException("not here", "SecurityError");
        };
        Object.assign(window, { BroadcastChannel: new Proxy(BroadcastChannel, { construct: forbid }) });
      },
    ],
  ] as const)("each connects by itself where the browser %s", (_what, prepare) =>
    withServer(async (server) => {
      const context = await createContext(browser, server);
      await context.addInitScript(prepare);
      const tabs = [await openPad(context, "name=ada&tabs"), await openPad(context, "name=ada&tabs")] as [Page, Page];
      await Promise.all(tabs.map((page) => status(page, "synced")));
      await type(tabs[0], "hello");
      await shows(tabs[1], "hello");
      await context.close();
    }),
  );
});
