import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, type LiveRouteOptions, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { decodeLiveFrame, EVENT, MOUNT, PATCH } from "../../lib/wire/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { type LiveServer, startServer } from "../helpers/live.ts";
import { liveSource } from "../helpers/live-page.ts";
import { freePort } from "../helpers/ports.ts";

/** What handlers ran, in this and the processes before it. */
let ran: string[] = [];

const makeView = (): View =>
  defineView({
    mount: () => ({ count: signal(0), notes: signal<readonly string[]>([]), big: signal("") }),
    on: {
      add: (state) => {
        ran.push("add");
        state.count.update((n) => n + 1);
      },
      note: (state, event) => {
        ran.push(`note ${event["text"]}`);
        state.notes.update((list) => [...list, String(event["text"])]);
      },
      fill: (state) => {
        state.count.update((n) => n + 1);
        state.big.set(String(state.count.peek()).padEnd(20_000, "x"));
      },
    },
    render: (state, bind): Html =>
      html`<h1>${state.count}</h1><form method="post"><button id="add" ${bind.add("click")}>+</button><button id="fill" ${bind.fill("click")}>fill</button></form>
      <form id="note" ${bind.note("submit")}><input name="text"><button>save</button></form><textarea name="draft"></textarea>
      <ul>${each(
        state.notes,
        (note) => note,
        (note) => html`<li>${note}</li>`,
      )}</ul><pre>${state.big}</pre>`,
  });

let script: Uint8Array;
let browser: Browser;
let server: LiveServer;
let route: LiveRoute;
let sent: Uint8Array[] = [];
let received: Uint8Array[] = [];

beforeAll(async () => {
  [script, browser] = await Promise.all([liveSource(), launchBrowser()]);
});
afterAll(() => browser?.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

async function serve(options: LiveRouteOptions, port: number): Promise<void> {
  server = await startServer(
    (app) => {
      app.get("/live.js", (c) => c.bytes(script, { type: "text/javascript" }));
      route = liveRoute(app, "/notes", makeView(), {
        secret: new Uint8Array(32).fill(3),
        layout: (content) =>
          html`<!doctype html><html lang="en"><head><title>Notes</title><script src="/live.js" defer></script></head><body>${content}</body></html>`,
        ...options,
      });
    },
    { port },
  );
}

async function open(
  options: LiveRouteOptions = {},
  address = (): Promise<string> | string => server.url,
): Promise<{ page: Page; cdp: CDPSession }> {
  ran = [];
  sent = [];
  received = [];
  await serve(options, await freePort()); // one test starts it again there
  const context = await browser.newContext({ baseURL: await address() });
  const page = await context.newPage();
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => sent.push(new Uint8Array(Buffer.from(payload))));
    socket.on("framereceived", ({ payload }) => received.push(new Uint8Array(Buffer.from(payload))));
  });
  page.on("pageerror", (error) => assert.fail(error));
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    for (const name of ["connected", "disconnected", "unknown", "error"]) {
      document.addEventListener(`bus:live:${name}`, () => seen.push(name));
    }
  });
  await page.goto("/notes");
  await times(page, "connected", 1);
  return { page, cdp: await context.newCDPSession(page) };
}

const seen = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
const times = (page: Page, name: string, count: number): Promise<unknown> =>
  page.waitForFunction(
    ([wanted, least]) =>
      (window as unknown as { seen: string[] }).seen.filter((one) => one === wanted).length >= Number(least),
    [name, count],
    { timeout: 60_000 },
  );
const count = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, text, { timeout: 60_000 });
const typesOf = (frames: readonly Uint8Array[]): number[] => frames.map((bytes) => decodeLiveFrame(bytes)[0]);

test("a slow client gets fewer patches than there were changes, and ends with the same page", async () => {
  const { page, cdp } = await open({ windowFrames: 3 });
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    ...{ offline: false, latency: 300, downloadThroughput: 20_000, uploadThroughput: 20_000 },
  });
  // At once: how long each step of a test takes says nothing of how slow the line is.
  await page.evaluate(() => {
    for (let i = 0; i < 30; i++) document.querySelector<HTMLElement>(i % 3 === 0 ? "#fill" : "#add")?.click();
  });
  await count(page, "30");
  assert.equal(ran.filter((name) => name === "add").length, 20);
  assert.equal(await page.textContent("pre").then((text) => text?.length), 20_000);
  expect(typesOf(received).filter((type) => type === PATCH).length).toBeLessThan(25);
  assert.deepEqual(await seen(page), ["connected"]);
});

test("a phone that slept so long that its session is gone comes back by itself, with what was typed and nothing sent twice", async () => {
  const { page } = await open({ detachedMs: 300 });
  await page.click("#add");
  await count(page, "1");
  await page.fill("[name=draft]", "half a sentence");
  await page.context().setOffline(true); // a page that Chromium has frozen goes on with its sockets: this is what sleep does to them
  server.cut();
  await expect.poll(() => route.sessionCount).toBe(0);
  await page.context().setOffline(false);
  await times(page, "connected", 2);
  await count(page, "0"); // a new session
  assert.equal(await page.inputValue("[name=draft]"), "half a sentence");
  await page.click("#add");
  await count(page, "1");
  assert.deepEqual(ran, ["add", "add"]);
});

test("a phone without a network for a while goes on where it was, and what was pressed meanwhile runs once", async () => {
  const { page } = await open();
  await page.click("#add");
  await count(page, "1");
  await page.context().setOffline(true);
  server.cut();
  await times(page, "disconnected", 1);
  await page.fill("#note [name=text]", "milk");
  await page.press("#note [name=text]", "Enter");
  await page.click("#add");
  await new Promise((done) => setTimeout(done, 1500));
  assert.deepEqual(ran, ["add"]);
  await page.context().setOffline(false);
  await count(page, "2");
  assert.deepEqual(ran, ["add", "note milk", "add"]);
  assert.ok(!typesOf(received).includes(MOUNT));
});

test("a page whose network died without a word goes on over another socket", async () => {
  const ends: Socket[] = [];
  const relay = createServer((near) => {
    const far = connect(Number(new URL(server.url).port), "127.0.0.1");
    near.pipe(far).pipe(near);
    ends.push(near, far);
    for (const end of [near, far]) end.on("error", () => {});
  });
  const address = (): Promise<string> =>
    new Promise((done) => {
      relay.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${(relay.address() as { port: number }).port}`)); // cast: it listens on a port
    });
  const { page } = await open({}, address);
  await page.click("#add");
  await count(page, "1");
  for (const end of ends.splice(0)) end.unpipe().pause();
  await page.click("#add");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await count(page, "2");
  assert.deepEqual(await seen(page), ["connected", "disconnected", "connected"]);
  assert.deepEqual(ran, ["add", "add"]);
  relay.close();
});

test("a deploy while somebody types: the page leaves, joins the new process, keeps the text and the caret, and sends nothing twice", async () => {
  const { page } = await open({ build: "one" });
  await page.click("#add");
  await count(page, "1");
  await page.click("#note [name=text]");
  await page.keyboard.type("half ");
  const { port } = server;
  route.drain("deploy", 50);
  await page.keyboard.type("a ");
  await server.stop();
  await page.keyboard.type("sentence");
  await page.keyboard.press("ArrowLeft");
  await serve({ build: "one" }, port);
  await times(page, "connected", 2);
  await count(page, "0");
  const state = await page.evaluate(() => {
    const active = document.activeElement as HTMLInputElement;
    return [active.name, active.value, active.selectionStart];
  });
  assert.deepEqual(state, ["text", "half a sentence", 14]);
  await page.keyboard.press("Enter");
  await page.waitForSelector("li");
  assert.deepEqual(ran, ["add", "note half a sentence"]);
  const refs = sent.map((bytes) => decodeLiveFrame(bytes)).flatMap((frame) => (frame[0] === EVENT ? [frame[1]] : []));
  assert.deepEqual(refs, [...new Set(refs)]);
});
