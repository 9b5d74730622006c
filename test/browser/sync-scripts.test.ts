import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ClientScripts, clientScripts } from "../../adapters/node/index.ts";
import type { Hub } from "../../lib/sync/index.ts";
import { ensureBuilt } from "../helpers/built.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { type LiveServer, startServer } from "../helpers/live.ts";
import { addSyncPage, createPadHub, type SyncPad } from "../helpers/sync-page.ts";

/*
 * The modules as they are shipped, under a policy that lets nothing run but what the page's own script brings: each page loads what it uses, and what
 * it may need later is there when the network is gone.
 */

let browser: Browser;
let scripts: ClientScripts;
let server: LiveServer;
let hub: Hub<{ user: string }>;
let context: BrowserContext;
/** What the page that was opened last has asked for, but for what each asks for some seconds later. */
let loaded: string[];
let problems: string[];

beforeAll(async () => {
  scripts = clientScripts({ directory: pathToFileURL(`${ensureBuilt()}/client/`) });
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  hub = createPadHub();
  server = await startServer((app) => {
    scripts.mount(app);
    addSyncPage(app, scripts);
    app.socket("/sync", (_c, channel) => hub.accept(channel, { user: "ada" }));
  });
  context = await browser.newContext({ baseURL: server.url });
  problems = [];
});
afterEach(async () => {
  await context.close();
  await hub.close();
  await server.stop();
  assert.deepEqual(problems, []);
});

declare const pad: SyncPad;

async function open(query: string): Promise<Page> {
  const page = await context.newPage();
  const names: string[] = []; // its own: those that were opened before it go on asking
  loaded = names;
  page.on("request", (request) => {
    const name = /\/busbar\/(busbar-sync[a-z-]*?)-[0-9a-f]+\.min\.js$/.exec(request.url())?.[1];
    if (name !== undefined && name !== "busbar-sync-renewer") names.push(name.replace(/^busbar-sync-?/, ""));
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`/page?${query}`);
  await page.waitForFunction(() => pad?.replica.status.peek() === "synced");
  return page;
}

describe("the modules of documents, as they are shipped", () => {
  test("bring what a page uses, and nothing else", async () => {
    await open("");
    expect(loaded).toEqual([""]);
    await open("cursors");
    expect(loaded.sort()).toEqual(["", "cursor-layer"]);
    const page = await open("store&tabs");
    expect(loaded.sort()).toEqual(["", "browser-tabs", "indexed-db-store", "local-log", "tabs"]);
    await page.locator("textarea").pressSequentially("kept");
    await page.evaluate(() => pad.replica.saved());
    const again = await open("store&tabs");
    expect(await again.locator("textarea").inputValue()).toBe("kept");
  });

  test("follow a refusal with a part that was fetched while there was a network", async () => {
    const fetched = context.waitForEvent("response", {
      predicate: (response) => response.url().includes("busbar-sync-renewer"),
      timeout: 60_000,
    });
    const page = await open("store");
    await (await fetched).finished();
    await context.route("**/busbar/**", (route) => route.abort()); // no script can be had any more
    await page.evaluate(() => {
      pad.doc.map("locked").set("key", "no");
      pad.text.insert(0, "yes");
    });
    await page.waitForFunction(() => pad.replica.refused.peek().length === 1 && pad.replica.unsaved.peek() === 0);
    assert.equal(await page.evaluate(() => pad.text.toString()), "yes");
    assert.equal(await page.evaluate(() => pad.doc.map("locked").get("key")), undefined);
  });

  test("share their objects with the one that has the rest of the door", async () => {
    const page = await open("");
    const text = await page.evaluate(async () => {
      const { createUndo, signalOf } = await pad.more();
      const undo = createUndo(pad.doc);
      pad.text.insert(0, "gone");
      undo.undo();
      pad.text.insert(0, "here");
      return signalOf(pad.doc.text("body")).get();
    });
    assert.equal(text, "here");
    expect(loaded).toEqual(["", "more"]);
  });

  test.each([
    ["local-log", "store"],
    ["local-log", "store&tabs"],
    ["renewer", "store&tabs"],
    ["tabs", "store&tabs"],
  ])(
    "wait for a part that cannot be had (%s of a page with %s), and lose nothing of what is written meanwhile",
    async (part, query) => {
      let isAway = true;
      await context.route(`**/busbar/busbar-sync-${part}*`, (route) => (isAway ? route.abort() : route.continue()));
      const page = await context.newPage();
      await page.goto(`/page?${query}`);
      await page.waitForFunction(() => pad?.replica.status.peek() === "offline");
      assert.equal(await page.evaluate(() => pad.replica.stored.peek()), "loading");
      await page.locator("textarea").pressSequentially("meanwhile");
      assert.equal(await page.evaluate(() => pad.replica.unsaved.peek()), 9);
      isAway = false;
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await page.waitForFunction(() => pad.replica.status.peek() === "synced" && pad.replica.stored.peek() === "saved");
      const { doc, release } = await hub.open("pad");
      assert.equal(doc.text("body").toString(), "meanwhile");
      release();
    },
  );
});
