import assert from "node:assert/strict";
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { launchBrowser } from "../helpers/chromium.ts";
import { type ClientSite, openClientSite } from "../helpers/client-site.ts";

let browser: Browser;
let site: ClientSite;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), openClientSite()]);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** Counts intervals that run, before the client is loaded. */
const COUNTING = (): void => {
  const { setInterval, clearInterval } = window;
  const running = new Set<number>();
  Object.assign(window, {
    running,
    setInterval: (...given: Parameters<typeof setInterval>) => {
      const id = setInterval(...given) as unknown as number; // cast: in browsers it is one
      running.add(id);
      return id;
    },
    clearInterval: (id: number) => {
      running.delete(id);
      clearInterval(id);
    },
  });
};

async function openPage(body: string): Promise<{ page: Page; measure(): Promise<Record<string, number>> }> {
  site.reset();
  site.routes["GET /"] = site.page(body);
  const page = await browser.newPage({ baseURL: site.origin });
  await page.addInitScript(COUNTING);
  await page.goto("/");
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return {
    page,
    measure: async () => {
      await session.send("HeapProfiler.collectGarbage");
      const { metrics } = await session.send("Performance.getMetrics");
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    },
  };
}

/** Fewer than this many of ten thousand may be what the browser itself keeps for a while. */
const FEW = 100;

/** Waits until the page holds no more than before: requests of elements that have left may still be under way. */
async function comesBackTo(
  before: Record<string, number>,
  measure: () => Promise<Record<string, number>>,
): Promise<void> {
  for (let attempts = 0; ; attempts++) {
    const after = await measure();
    const more = ["Nodes", "JSEventListeners"].map(
      (name) => (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN),
    );
    if (more.every((count) => count < FEW)) return;
    assert.ok(attempts < MOST_ATTEMPTS, `${more[0]} nodes and ${more[1]} listeners more than before`);
  }
}

const MOST_ATTEMPTS = 1_000;

const ROUND = (): void => {
  const box = document.querySelector("#box") as HTMLElement; // cast: the page has one
  const kinds = [
    `<b bus-post="/x">a</b>`,
    `<b bus-post="/x" bus-trigger="click, tick from:document">b</b>`,
    `<form bus-post="/x" bus-trigger="tick from:window"><input name="a" bus-get="/x" bus-trigger="input changed delay:1s"></form>`,
    `<b bus-get="/x" bus-trigger="every 10ms">c</b>`,
  ];
  box.innerHTML = kinds.join("").repeat(100);
};

test("ten thousand elements that were inserted and removed leave no listener, no timer and no node", async () => {
  const { page, measure } = await openPage(`<div id="box"></div>`);
  site.routes["GET /x"] = (_request, response) => void response.writeHead(204).end();
  const round = async (): Promise<void> => {
    await page.evaluate(ROUND);
    await page.evaluate(() => document.querySelector("#box")?.replaceChildren());
  };
  await round();
  await page.evaluate(() => document.dispatchEvent(new Event("tick")));
  const before = await measure();
  for (let i = 0; i < 25; i++) await round();
  await page.evaluate(() => {
    for (const place of [document, window]) place.dispatchEvent(new Event("tick"));
  });
  await page.waitForFunction(() => (window as unknown as { running: Set<number> }).running.size === 0); // cast: see COUNTING
  await comesBackTo(before, measure);
  await page.close();
});

test("five hundred swaps leave no listener and no node", async () => {
  const rows = Array.from(
    { length: 10 },
    (_, i) => `<li id="r${i}"><b bus-post="/x" bus-trigger="click, tick from:document">${i}</b></li>`,
  );
  const { page, measure } = await openPage(
    `<ul id="box" bus-get="/rows" bus-trigger="again" bus-swap="innerHTML"></ul>`,
  );
  site.routes["GET /rows"] = rows.join("");
  const swaps = (count: number): Promise<void> =>
    page.evaluate(async (count) => {
      for (let i = 0; i < count; i++)
        await new Promise((resolve) => {
          document.addEventListener("bus:after:swap", resolve, { once: true });
          document.querySelector("#box")?.dispatchEvent(new Event("again"));
        });
      document.dispatchEvent(new Event("tick"));
    }, count);
  // What is in the page asks nothing when it is told to.
  site.routes["POST /x"] = (_request, response) => void response.writeHead(204).end();
  await swaps(10);
  const before = await measure();
  await swaps(500);
  await comesBackTo(before, measure);
  await page.close();
});
