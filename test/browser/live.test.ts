import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type LiveRoute, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { decodeLiveFrame, MOUNT, PATCH } from "../../lib/wire/index.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { type LiveServer, startServer } from "../helpers/live.ts";
import { liveSource } from "../helpers/live-page.ts";

interface Row {
  readonly id: number;
  readonly text: string;
}

const rows = (): Row[] => Array.from({ length: 1000 }, (_, id) => ({ id, text: `row ${id}` }));

const board: View = defineView({
  mount: () => ({ count: signal(0), rows: signal(rows()), next: 1000 }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
    insert(state, event) {
      const row = { id: state.next++, text: String(event["text"]) };
      state.rows.update((list) => list.toSpliced(Number(event["at"]), 0, row));
    },
    remove: (state, event) => state.rows.update((list) => list.filter((row) => row.id !== event["id"])),
    reverse: (state) => state.rows.update((list) => list.toReversed()),
    lastFirst: (state) => state.rows.update((list) => [...list.slice(-1), ...list.slice(0, -1)]),
  },
  render: (state, bind): Html =>
    html`<h1>${state.count}</h1>
    <form method="post"><button id="add" ${bind.add("click")}>+</button> <button id="reverse" ${bind.reverse("click")}>r</button>
    <button id="last" ${bind.lastFirst("click")}>l</button></form>
    <form id="insert" ${bind.insert("submit")}><input name="text"><input name="at" value="500"><button>insert</button></form>
    <form method="post"><ul>${each(
      state.rows.get(),
      (row) => row.id,
      (row) =>
        html`<li id=${`r${row.id}`}>${row.text} <button ${bind.remove("click", { id: row.id })}>x</button> <input aria-label="note"></li>`,
    )}</ul></form>`,
});

const csp = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'";
let script: Uint8Array;
let browser: Browser;
let server: LiveServer;
let route: LiveRoute;
let frames: { readonly sent: number[]; readonly received: Uint8Array[] };

beforeAll(async () => {
  [script, browser] = await Promise.all([liveSource(), launchBrowser()]);
});
afterAll(() => browser?.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

async function serve(): Promise<void> {
  server = await startServer((app) => {
    app.get("/live.js", (c) => c.bytes(script, { type: "text/javascript" }));
    app.use(async (c, next) => {
      c.addHeader("content-security-policy", csp);
      return next();
    });
    route = liveRoute(app, "/board", board, {
      layout: (content) =>
        html`<!doctype html><html lang="en"><head><title>Board</title><script src="/live.js" defer></script></head><body>${content}</body></html>`,
    });
  });
}

async function open(javaScriptEnabled = true): Promise<Page> {
  await serve();
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled });
  const page = await context.newPage();
  frames = { sent: [], received: [] };
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => frames.sent.push(payload.length));
    socket.on("framereceived", ({ payload }) => frames.received.push(new Uint8Array(Buffer.from(payload))));
  });
  page.on("pageerror", (error) => assert.fail(error));
  page.on("console", (message) => assert.notEqual(message.type(), "error", message.text()));
  if (javaScriptEnabled) {
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      for (const name of ["connected", "disconnected", "unknown", "error"]) {
        document.addEventListener(`bus:live:${name}`, () => seen.push(name));
      }
    });
  }
  await page.goto("/board");
  if (javaScriptEnabled)
    await page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.includes("connected"));
  return page;
}

const types = (): number[] => frames.received.map((bytes) => decodeLiveFrame(bytes)[0]);
const seen = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
const count = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, text);

test("the page the server sent is adopted: clicks patch it and nothing is mounted", async () => {
  const page = await open();
  await page.evaluate(() => Object.assign(window, { first: document.querySelector("#r0") }));
  await page.click("#add");
  await page.click("#add");
  await count(page, "2");
  assert.ok(!types().includes(MOUNT));
  assert.ok(types().includes(PATCH));
  assert.ok(
    await page.evaluate(() => (window as unknown as { first: Element }).first === document.querySelector("#r0")),
  );
  for (const bytes of frames.received) expect(bytes.length).toBeLessThan(16);
});

test("rows are inserted, moved and removed among a thousand by small patches, and what users typed in them stays", async () => {
  const page = await open();
  await page.fill("#r700 input", "my note");
  await page.fill("#insert [name=text]", "milk");
  await page.press("#insert [name=text]", "Enter");
  await page.waitForSelector("#r1000");
  assert.equal(await page.locator("li").nth(500).getAttribute("id"), "r1000");
  expect(frames.received.at(-1)?.length).toBeLessThan(80);
  assert.equal(await page.inputValue("#insert [name=text]"), "");
  await page.click("#last");
  await page.waitForFunction(() => document.querySelector("li")?.id === "r999");
  expect(frames.received.at(-1)?.length).toBeLessThan(16);
  await page.click("#r500 button");
  await page.waitForSelector("#r500", { state: "detached" });
  expect(frames.received.at(-1)?.length).toBeLessThan(16);
  await page.click("#reverse");
  await page.waitForFunction(() => document.querySelector("li")?.id === "r998");
  expect(frames.received.at(-1)?.length).toBeLessThan(1300);
  assert.equal(await page.locator("li").count(), 1000);
  assert.equal(await page.inputValue("#r700 input"), "my note");
  assert.ok(!types().includes(MOUNT));
});

test("focus, caret and typed text survive a reversal around them", async () => {
  const page = await open();
  await page.fill("#r3 input", "typing");
  await page.evaluate(() => (document.activeElement as HTMLInputElement).setSelectionRange(2, 4));
  await page.evaluate(() => document.querySelector<HTMLElement>("#reverse")?.click());
  await page.waitForFunction(() => document.querySelector("li")?.id === "r999");
  const state = await page.evaluate(() => {
    const active = document.activeElement as HTMLInputElement;
    return [active.closest("li")?.id, active.value, active.selectionStart, active.selectionEnd];
  });
  assert.deepEqual(state, ["r3", "typing", 2, 4]);
});

test("when the server drops the socket the page comes back with its state and mounts nothing", async () => {
  const page = await open();
  await page.click("#add");
  await count(page, "1");
  await page.fill("#insert [name=text]", "draft");
  server.cut();
  await page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.includes("disconnected"));
  await page.evaluate(() => document.querySelector<HTMLElement>("#add")?.click());
  await count(page, "2");
  assert.deepEqual(await seen(page), ["connected", "disconnected", "connected"]);
  assert.equal(await page.inputValue("#insert [name=text]"), "draft");
  assert.ok(!types().includes(MOUNT));
});

test("a deploy that drains is one reconnect", async () => {
  const page = await open();
  route.drain("deploy", 20);
  await page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.length === 3);
  await page.click("#add");
  await count(page, "1");
});

test("with JavaScript off the same buttons and forms work through posts", async () => {
  const page = await open(false);
  await page.click("#add");
  await page.click("#add");
  assert.equal(await page.textContent("h1"), "2");
  await page.click("#r5 button");
  await page.waitForLoadState();
  assert.equal(await page.locator("#r5").count(), 0);
  await page.fill("#insert [name=text]", "milk");
  await page.click("#insert button");
  await page.waitForLoadState();
  assert.equal(await page.locator("#r1000").count(), 1);
  assert.equal(new URL(page.url()).search, "");
});
