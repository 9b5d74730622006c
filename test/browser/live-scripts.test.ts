import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clientScripts } from "../../adapters/node/index.ts";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { ensureBuilt } from "../helpers/built.ts";
import { launchBrowser } from "../helpers/chromium.ts";
import { type LiveServer, startServer } from "../helpers/live.ts";

/*
 * The minified scripts as they are shipped, under a policy that lets nothing else run: what the first loads on demand works with it.
 */

interface State {
  readonly rows: ReturnType<typeof signal<readonly number[]>>;
  readonly heard: ReturnType<typeof signal<string>>;
  readonly open: ReturnType<typeof signal<() => void>>;
}

const view: View = defineView({
  mount: (): State => ({
    rows: signal<readonly number[]>([1, 2, 3, 4]),
    heard: signal(""),
    open: signal<() => void>(() => {}),
  }),
  on: {
    rotate: (state) => state.rows.update((rows) => [...rows.slice(-1), ...rows.slice(0, -1)]),
    hear: (state, event) => {
      state.heard.set(JSON.stringify(event));
    },
    slow: async (state, event) => {
      state.heard.update((text) => `${text}[${event["text"]}]`);
      await new Promise((go) => setTimeout(go, 400));
    },
  },
  render: (state, bind): Html => html`<output>${state.heard}</output>
    <form method="post"><button id="rotate" ${bind.rotate("click")}>r</button></form>
    <ul>${each(
      state.rows.get(),
      (row) => row,
      (row) => html`<li id="r${row}"><input name="n"><iframe srcdoc="<p>x"></iframe></li>`,
    )}</ul>
    <form id="slow" ${bind.slow("submit")}><input name="text" value=${state.heard.get().length}></form>
    <form id="checked" ${bind.hear("input")}><input name="draft"></form>
    <form id="both" ${bind.slow("submit")} ${bind.hear("change")}><input name="text"></form>
    <div id="island" bus-ignore>${state.heard}</div>
    <i bus-hook="Note"></i>`,
});

let browser: Browser;
let server: LiveServer;
let sent: string[];
beforeAll(async () => {
  ensureBuilt();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

async function open(setup = ""): Promise<Page> {
  const scripts = clientScripts({ directory: pathToFileURL(`${ensureBuilt()}/client/`) });
  server = await startServer((app) => {
    scripts.mount(app);
    app.use(async (c, next) => {
      c.addHeader(
        "content-security-policy",
        "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'",
      );
      return next();
    });
    liveRoute(app, "/view", view, {
      layout: (content) =>
        html`<!doctype html><html><head>${scripts.tag("busbar-live")}</head><body>${content}</body></html>`,
    });
  });
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  sent = [];
  page.on("request", (request) => sent.push(new URL(request.url()).pathname));
  page.on("pageerror", (error) => assert.fail(error));
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, {
      seen,
      busbar: {
        hooks: {
          Note: {
            mounted: () => seen.push("mounted"),
            updated: () => seen.push("updated"),
            reconnected: () => seen.push("reconnected"),
          },
        },
      },
    });
    for (const name of ["connected", "disconnected", "error"])
      document.addEventListener(`bus:live:${name}`, () => seen.push(name));
  });
  if (setup !== "") await page.addInitScript(setup);
  await page.goto("/view");
  await saw(page, "connected");
  return page;
}

const saw = (page: Page, name: string): Promise<unknown> =>
  page.waitForFunction((wanted) => (window as unknown as { seen: string[] }).seen.includes(wanted), name);
const order = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll("li")].map((row) => row.id));

test("what the page needs is loaded under its policy with integrity, and hooks run", async () => {
  const page = await open();
  await saw(page, "mounted");
  expect(sent.filter((path) => path.includes("busbar-live-")).length).toBeGreaterThan(1);
  const tags = await page.evaluate(() => [...document.scripts].filter((tag) => tag.src).map((tag) => tag.integrity));
  for (const integrity of tags) expect(integrity).toMatch(/^sha384-/);
});

test("rows move, with their frames, their focus and what was typed in them", async () => {
  const page = await open();
  await page.waitForFunction(() => document.querySelectorAll("iframe")[3]?.contentDocument?.readyState === "complete");
  await page.fill("#r4 input", "typed");
  await page.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>("#r4 iframe");
    Object.assign(window, { frame: frame?.contentWindow });
    document.querySelector<HTMLElement>("#rotate")?.click();
  });
  await expect.poll(() => order(page)).toEqual(["r4", "r1", "r2", "r3"]);
  const kept = await page.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>("#r4 iframe");
    return [
      frame?.contentWindow === (window as unknown as { frame: Window }).frame,
      document.activeElement?.closest("li")?.id,
    ];
  });
  assert.deepEqual(kept, [true, "r4"]);
  assert.equal(await page.inputValue("#r4 input"), "typed");
});

test("without moveBefore rows move around the focused one", async () => {
  const page = await open("delete Element.prototype.moveBefore");
  await saw(page, "mounted");
  await page.fill("#r4 input", "typed");
  await page.evaluate(() => {
    Object.assign(window, { blurs: 0 });
    document.querySelector("#r4 input")?.addEventListener("blur", () => {
      (window as unknown as { blurs: number }).blurs++;
    });
    document.querySelector<HTMLElement>("#rotate")?.click();
  });
  await expect.poll(() => order(page)).toEqual(["r4", "r1", "r2", "r3"]);
  const state = await page.evaluate(() => [
    (window as unknown as { blurs: number }).blurs,
    document.activeElement?.closest("li")?.id,
  ]);
  assert.deepEqual(state, [0, "r4"]);
});

test("a form on its way is sent once and not disturbed", async () => {
  const page = await open();
  await saw(page, "mounted");
  await page.fill("#slow input", "once");
  const during = await page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>("#slow");
    form?.requestSubmit();
    form?.requestSubmit();
    return form?.className;
  });
  assert.equal(during, "bus-request");
  await page.waitForFunction(() => document.querySelector("output")?.textContent === "[once]");
  await page.waitForFunction(() => !document.querySelector("#slow")?.classList.contains("bus-request"));
  assert.equal(await page.textContent("output"), "[once]");
});

test("an ignored island keeps what another script put there", async () => {
  const page = await open();
  await page.evaluate(() => document.querySelector("#island")?.replaceChildren("widget"));
  await page.fill("#checked input", "a");
  await page.waitForFunction(() => document.querySelector("output")?.textContent?.includes('"a"'));
  assert.equal(await page.textContent("#island"), "widget");
});

test("a form that hears its fields too is sent although such an event is on its way", async () => {
  const page = await open();
  await saw(page, "mounted");
  await page.fill("#both input", "last");
  await page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>("#both");
    form?.querySelector("input")?.dispatchEvent(new Event("change", { bubbles: true }));
    form?.requestSubmit();
  });
  await page.waitForFunction(() => document.querySelector("output")?.textContent?.includes("[last]"));
});
