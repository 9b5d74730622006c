import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { type ClientScripts, clientScripts } from "../../adapters/node/index.ts";
import { createDoc, encodeVersion } from "../../lib/crdt/index.ts";
import type { Hub } from "../../lib/sync/index.ts";
import { type Channel, encodeSyncFrame, SYNC_PROTOCOL, type SyncFrame } from "../../lib/wire/index.ts";
import { ensureBuilt } from "../helpers/built.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { type LiveServer, startServer } from "../helpers/live.ts";
import { addSyncPage, createPadHub, type SyncPad } from "../helpers/sync-page.ts";

declare const pad: SyncPad;

let browser: Browser;
let scripts: ClientScripts;
let server: LiveServer;
let hub: Hub<{ user: string }>;
let context: BrowserContext;
/** Who answers the next socket, if not the hub. */
let intruder: ((channel: Channel) => void) | undefined;

beforeAll(async () => {
  scripts = clientScripts({ directory: pathToFileURL(`${ensureBuilt()}/client/`) });
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  intruder = undefined;
  hub = createPadHub();
  server = await startServer((app) => {
    scripts.mount(app);
    addSyncPage(app, scripts);
    app.socket("/sync", (_c, channel) => {
      const answer = intruder ?? ((open: Channel) => hub.accept(open, { user: "ada" }));
      intruder = undefined;
      answer(channel);
    });
  });
  context = await browser.newContext({ baseURL: server.url });
});
afterEach(async () => {
  await context.close();
  await hub.close();
  await server.stop();
});

async function open(query: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`/page?${query}`);
  await page.waitForFunction(() => typeof pad !== "undefined");
  return page;
}

const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => pad.replica.status.peek() === "synced" && pad.replica.unsaved.peek() === 0);

async function textAtHub(): Promise<string> {
  const { doc, release } = await hub.open("pad");
  const text = doc.text("body").toString();
  release();
  return text;
}

describe("a page that is loaded again in the middle of", () => {
  /** Milliseconds from the edit until the page goes. */
  const MOMENTS = [0, 1, 3, 6, 12, 25, 60];

  test("a refusal keeps all but what is refused, once", async () => {
    const page = await open("store");
    await settled(page);
    for (const [i, moment] of MOMENTS.entries()) {
      await page.evaluate(
        async ([at, ms]) => {
          await pad.replica.saved(); // it is there: what was written before
          pad.text.insert(pad.text.length, `<${at}`);
          pad.doc.map("locked").set(`k${at}`, true);
          pad.text.insert(pad.text.length, ">");
          await pad.replica.saved(); // until then nothing is promised
          await new Promise((go) => setTimeout(go, ms));
        },
        [i, moment] as const,
      );
      await page.reload();
      await page.waitForFunction(() => typeof pad !== "undefined");
    }
    await settled(page);
    const expected = MOMENTS.map((_, i) => `<${i}>`).join("");
    assert.equal(await page.evaluate(() => pad.text.toString()), expected);
    assert.deepEqual(await page.evaluate(() => [...pad.doc.map("locked").entries()]), []);
    assert.equal(await textAtHub(), expected);
  });

  test("a cut carries over what was not sent, once", async () => {
    const page = await open("store");
    await settled(page);
    await page.evaluate(() => pad.text.insert(0, "x".repeat(50)));
    await settled(page);
    await page.evaluate(() => pad.text.delete(10, 40));
    await settled(page);
    for (const [i, moment] of MOMENTS.entries()) {
      server.cut();
      await page.evaluate(async (at) => {
        pad.text.insert(pad.text.length, `<${at}>`); // nobody hears of it before the cut
        await pad.replica.saved();
      }, i);
      assert.ok(await hub.documents.cut("pad"));
      await page.evaluate(() => dispatchEvent(new Event("online")));
      await page.waitForTimeout(moment);
      await page.reload();
      await page.waitForFunction(() => typeof pad !== "undefined");
      await settled(page);
    }
    const expected = "x".repeat(10) + MOMENTS.map((_, i) => `<${i}>`).join("");
    assert.equal(await page.evaluate(() => pad.text.toString()), expected);
    assert.equal(await textAtHub(), expected);
  });
});

describe("a page whose hub is no hub", () => {
  const welcome: SyncFrame = {
    kind: "welcome",
    ...{ protocol: SYNC_PROTOCOL, capabilities: [], peer: 1, silentMs: 30_000, maxMessageBytes: 262_144 },
  };
  const version = encodeVersion(new Map());
  const opened: SyncFrame = { kind: "opened", handle: 1, level: "write", version, update: new Uint8Array() };
  const other = createDoc({ replicaId: 77 });
  other.text("body").insert(0, "intruder");
  const good = other.encode();
  const damaged = good.map((byte, i) => (i === good.length - 6 ? byte ^ 0x55 : byte));

  const attacks: Readonly<Record<string, (channel: Channel) => void>> = {
    "bytes that are no frame": (channel) => channel.send(new Uint8Array([0xc1, 0xff, 0x00])),
    "a frame that claims more than it has": (channel) =>
      channel.send(new Uint8Array([0x94, 36, 1, 1, 0xdd, 255, 255, 255, 255])),
    "nothing at all": (channel) => channel.send(new Uint8Array()),
    "a damaged update": (channel) =>
      send(channel, welcome, opened, { kind: "update", handle: 1, ref: 0, updates: [damaged] }),
    "a damaged document": (channel) => send(channel, welcome, { ...opened, update: damaged } as SyncFrame),
    "an update of a document that is not open": (channel) =>
      send(channel, welcome, opened, { kind: "update", handle: 7, ref: 0, updates: [good] }),
    "a version that is none": (channel) =>
      send(channel, welcome, { ...opened, version: new Uint8Array([255]) } as SyncFrame),
    "parts that are too small to be parts": (channel) =>
      send(channel, welcome, { kind: "part", last: false, bytes: new Uint8Array(3) }),
    "a cut to nowhere": (channel) =>
      send(channel, welcome, { kind: "cut", handle: 1, epoch: 3, old: new Uint8Array([1, 2, 3]), step: "last" }),
  };

  function send(channel: Channel, ...frames: readonly SyncFrame[]): void {
    for (const frame of frames) channel.send(encodeSyncFrame(frame));
  }

  test("ends each connection, keeps its document as it was, and goes on when the hub is one", async () => {
    const page = await open("store");
    await settled(page);
    await page.locator("textarea").pressSequentially("mine");
    await settled(page);
    for (const [name, attack] of Object.entries(attacks)) {
      const isMet = new Promise<void>((met) => {
        intruder = (channel) => {
          channel.onMessage(() => undefined);
          channel.onClose(() => met());
          intruder = () => undefined; // it comes back sooner than a slow test looks: nobody answers until then
          attack(channel);
        };
      });
      server.cut();
      await page.evaluate(() => pad.replica.retry());
      await isMet;
      await page.waitForFunction(() => pad.replica.error.peek() !== undefined);
      assert.equal(await page.evaluate(() => pad.text.toString()), "mine", name);
      intruder = undefined;
      server.cut(); // who waits for an answer
      await page.evaluate(() => pad.replica.retry());
      await settled(page);
    }
    await page.locator("textarea").pressSequentially("!");
    await settled(page);
    assert.equal(await textAtHub(), "mine!");
  });
});
