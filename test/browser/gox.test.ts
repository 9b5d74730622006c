import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, test } from "vitest";
import { runBundle } from "../gox/fixtures.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import type { LiveServer } from "../helpers/live.ts";

interface Bundle {
  /** Serves the translations, with the client script. */
  readonly serve: (script: Uint8Array) => Promise<LiveServer>;
}

let bundle: Bundle;
let script: Uint8Array;
let browser: Browser;
let server: LiveServer;

beforeAll(async () => {
  const entry = fileURLToPath(new URL("../../client/live/index.ts", import.meta.url));
  const options = { bundle: true, minify: true, format: "iife", target: "es2022", write: false } as const;
  const { outputFiles } = await build({ ...options, mangleProps: /^_[^_]/, entryPoints: [entry] });
  script = outputFiles[0]?.contents ?? new Uint8Array();
  bundle = await runBundle<Bundle>(`
    import { headStyles, html } from "busbar/html";
    import { componentView, liveRoute } from "busbar/live";
    import { startServer } from "../helpers/live.ts";
    import { Counter, counterStyle } from "./data/counter.tsx";
    import { TodoList } from "./data/todo-list.tsx";
    import { FocusField } from "./data/refs.tsx";
    // What a page needs for calls of elements' methods.
    const calls = \`addEventListener("bus:live:command", ({ detail: { name, args: [id, method, ...rest] } }) => {
      if (name === "call") queueMicrotask(() => document.getElementById(id)?.[method](...rest)); // after the patch, which keeps the focus
    });\`;
    export const serve = (script) => startServer((app) => {
      app.get("/live.js", (c) => c.bytes(script, { type: "text/javascript" }));
      app.get("/calls.js", (c) => c.bytes(new TextEncoder().encode(calls), { type: "text/javascript" }));
      const layout = (content) => html\`<!doctype html><html lang="en"><head><title>GoX</title>\${headStyles()}
        <script src="/live.js" defer></script><script src="/calls.js" defer></script></head><body>\${counterStyle}\${content}</body></html>\`;
      liveRoute(app, "/counter", componentView(Counter, { props: () => ({ initial: 5, step: 2 }) }), { layout });
      liveRoute(app, "/todos", componentView(TodoList), { layout });
      liveRoute(app, "/focus", componentView(FocusField), { layout });
    });
  `);
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

async function open(path: string): Promise<Page> {
  server = await bundle.serve(script);
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(error));
  page.on("console", (message) => assert.notEqual(message.type(), "error", message.text()));
  await page.addInitScript(() => {
    document.addEventListener("bus:live:connected", () => document.documentElement.setAttribute("data-live", ""));
  });
  await page.goto(path);
  await page.waitForSelector("html[data-live]");
  return page;
}

const shows = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.waitForFunction(([at, wanted]) => document.querySelector(at ?? "")?.textContent === wanted, [selector, text]);

test("the counter counts up, down and back", async () => {
  const page = await open("/counter");
  await shows(page, "output", "5");
  await page.click(".add");
  await page.click(".add");
  await shows(page, "output", "9");
  await shows(page, "p", "Doubled: 18");
  await page.click(".take");
  await shows(page, "output", "7");
  await page.click(".reset");
  await shows(page, "output", "5");
});

test("the counter's scoped styles apply to it", async () => {
  const page = await open("/counter");
  assert.equal(await page.locator(".counter").evaluate((element) => getComputedStyle(element).display), "grid");
  assert.equal(await page.locator("output").evaluate((element) => getComputedStyle(element).fontSize), "32px");
});

test("the to-do list adds what is typed, empties the field, toggles and deletes", async () => {
  const page = await open("/todos");
  await shows(page, ".left", "1 open");
  await page.fill("input[type=text]", "Write");
  await page.click(".add");
  await shows(page, ".left", "2 open");
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("input[type=text]")?.value === "");
  await page.fill("input[type=text]", "Rest");
  await page.click(".add");
  await shows(page, ".left", "3 open");
  assert.deepEqual(await page.locator("li span").allTextContents(), ["Read", "Write", "Rest"]);
  await page.locator("li input").nth(1).click();
  await shows(page, ".left", "2 open");
  assert.deepEqual(await page.locator("li").evaluateAll((all) => all.map(({ className }) => className)), [
    "todo",
    "todo done",
    "todo",
  ]);
  await page.locator("li button").nth(0).click();
  await page.waitForFunction(() => document.querySelectorAll("li").length === 2);
  assert.deepEqual(await page.locator("li span").allTextContents(), ["Write", "Rest"]);
  assert.equal(await page.locator("li input").nth(0).isChecked(), true);
  await page.locator("li input").nth(0).click();
  await shows(page, ".left", "2 open");
  await page.click(".add");
  assert.equal(await page.locator("li").count(), 2);
});

test("a button focuses a field through its ref", async () => {
  const page = await open("/focus");
  await page.click("button");
  await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
  await shows(page, "button", "Focus (1)");
});
