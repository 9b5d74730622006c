import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { clientScripts } from "../../adapters/node/index.ts";
import type { App } from "../../lib/app/index.ts";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { ensureBuilt } from "../helpers/built.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS, type LiveClient, type OpenOptions } from "../helpers/live-page.ts";

/* Live views among other things: at other addresses, in pages that other scripts change, and beside each other. */

useLiveBrowser();

const board: View = defineView({
  mount: ({ query }) => ({ at: signal(`at ${(query as { page?: string })["page"] ?? "start"}`), count: signal(0) }),
  on: { add: (state) => state.count.update((n) => n + 1) },
  navigate(state, { query }) {
    state.at.set(`at ${(query as { page?: string })["page"] ?? "start"}`);
  },
  title: (state) => state.at.get(),
  render: (state, bind): Html =>
    html`<h1>${state.at}</h1><output>${state.count}</output><button id="add" ${bind.add("click")}>+</button>
    <a id="two" href="/view?page=2" bus-nav>2</a><a id="three" href="/view?page=3" bus-nav="replace">3</a><a id="other" href="/other" bus-nav>other</a>
    <a id="plain" href="/plain" bus-nav>plain</a><p style="height:3000px"></p><i id="far">far</i><a id="hash" href="/view?page=4#far" bus-nav>4</a>
    <i id="100%">100%</i><a id="percent" href="/view?page=5#100%" bus-nav>5</a><a id="bytes" href="/view?page=6#%ff" bus-nav>6</a>
    <i id="a+b&amp;ü">plus</i><a id="escaped" href="/view?page=7#a+b%26%C3%BC" bus-nav>7</a>`,
});
const lists: View = defineView({
  mount: () => ({ keys: signal<readonly string[]>([]) }),
  on: { order: (state, event) => state.keys.set(String(event["value"]).split("")) },
  render: (state, bind): Html =>
    html`<input id="keys" ${bind.order("change")}><ul>${each(
      state.keys,
      (key) => key,
      (key) => html`<li>${key}<input></li>`,
    )}</ul>`,
});

const secret = new Uint8Array(32).fill(6);
/** The other address, and pages that `busbar/client` asks for. */
const more = (client: LiveClient) => (app: App) => {
  const scripts = clientScripts({ directory: pathToFileURL(`${ensureBuilt()}/client/`) });
  const tag = (): Html =>
    client === "source" ? html`<script src="/live.js" defer></script>` : scripts.tag("busbar-live");
  const layout = (content: Html): Html =>
    html`<!doctype html><html><head><title>Other</title>${tag()}</head><body>${content}</body></html>`;
  liveRoute(app, "/other", counterOf("other"), { secret, layout });
  liveRoute(app, "/left", counterOf("left"), { secret, layout });
  liveRoute(app, "/right", counterOf("right"), { secret, layout });
  app.get("/plain", (c) =>
    c.html(html`<!doctype html><html><head><title>Plain</title></head><body><p id="isplain">plain</p></body></html>`),
  );
  app.get("/piece", (c) => c.html(html`<b id="piece">piece ${c.query["n"] ?? ""}</b>`));
};
const counterOf = (name: string): View =>
  defineView({
    mount: () => ({ count: signal(0) }),
    on: { add: (state) => state.count.update((n) => n + 1) },
    render: (state, bind): Html =>
      html`<h1 id="h-${name}">${name} ${state.count}</h1><button id="add-${name}" ${bind.add("click")}>+</button>`,
  });

async function open(client: LiveClient, view: View, options: OpenOptions = {}): Promise<Page> {
  return openView(client, view, { app: more(client), ...options });
}
const shows = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.waitForFunction(
    ([css, wanted]) => document.querySelector(css as string)?.textContent === wanted,
    [selector, text],
  );
const press = (page: Page, selector: string): Promise<void> =>
  page.evaluate((css) => document.querySelector<HTMLElement>(css)?.click(), selector);

describe.each(LIVE_CLIENTS)("%s", (client) => {
  test("links go to other addresses without a load, and back and forward follow", async () => {
    const page = await open(client, board);
    await press(page, "#add");
    await shows(page, "output", "1");
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    await live.has("nav");
    await press(page, "#two");
    await shows(page, "h1", "at 2");
    await expect.poll(() => page.title()).toBe("at 2");
    assert.equal(new URL(page.url()).search, "?page=2");
    await press(page, "#three");
    await shows(page, "h1", "at 3");
    await page.goBack();
    await shows(page, "h1", "at start");
    await page.goForward();
    await shows(page, "h1", "at 3");
    await press(page, "#hash");
    await shows(page, "h1", "at 4");
    await page.waitForFunction(() => scrollY > 500);
    await page.goBack();
    await shows(page, "h1", "at 3");
    await press(page, "#add");
    await shows(page, "output", "2"); // one session all the while
    assert.equal(await page.evaluate(() => (window as unknown as { isSame?: boolean }).isSame), true);
    assert.equal((await live.seen()).filter((name) => name === "connected").length, 1);
  });

  test("a link's fragment leads to what has that id, also where it is no escaped text", async () => {
    const page = await open(client, board);
    await live.has("nav");
    const scrolls: readonly [link: string, shown: string, isScrolled: boolean][] = [
      ["#percent", "at 5", true],
      ["#bytes", "at 6", false],
      ["#escaped", "at 7", true],
    ];
    for (const [link, shown, isScrolled] of scrolls) {
      await page.evaluate(() => scrollTo(0, 0));
      await press(page, link);
      await shows(page, "h1", shown);
      await expect.poll(() => page.evaluate(() => scrollY > 500)).toBe(isScrolled);
    }
    await press(page, "#add");
    await shows(page, "output", "1");
    assert.equal((await live.seen()).filter((name) => name === "connected").length, 1);
  });

  test("a link to another live page takes its root in, and back leads back; one to any other page is a load", async () => {
    const page = await open(client, board);
    await live.has("nav");
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    await press(page, "#other");
    await shows(page, "#h-other", "other 0");
    await live.saw("connected", 2);
    await press(page, "#add-other");
    await shows(page, "#h-other", "other 1");
    assert.equal(await page.title(), "Other");
    await page.goBack();
    await shows(page, "h1", "at start");
    await live.saw("connected", 3);
    assert.equal(await page.evaluate(() => (window as unknown as { isSame?: boolean }).isSame), true);
    await live.has("nav");
    await press(page, "#plain");
    await page.waitForSelector("#isplain");
    assert.equal(await page.evaluate(() => (window as unknown as { isSame?: boolean }).isSame), undefined);
  });

  test("a session that is back after a move of address says the new one", async () => {
    const page = await open(client, board);
    await live.has("nav");
    await press(page, "#two");
    await shows(page, "h1", "at 2");
    live.server.cut();
    await live.saw("connected", 2);
    await press(page, "#add");
    await shows(page, "output", "1");
    await live.restart();
    await live.saw("connected", 3);
    await shows(page, "h1", "at 2");
    await shows(page, "output", "0");
  });

  test("random lists are what a full render would be, and rows that stay are the same elements", async () => {
    const page = await open(client, lists);
    const orders = fc.sample(fc.uniqueArray(fc.constantFrom(..."abcdefghijklmnop"), { maxLength: 16 }), {
      ...{ numRuns: 60, seed: 12 },
    });
    const answers = await page.evaluate(
      async (list) => {
        const input = document.querySelector<HTMLInputElement>("#keys") as HTMLInputElement;
        const rows = (): HTMLElement[] => [...document.querySelectorAll("li")];
        const seen: [string, boolean][] = [];
        const born = new Map<string, Element>();
        for (const order of list) {
          input.value = order;
          input.dispatchEvent(new Event("change", { bubbles: true }));
          await until(
            () =>
              rows()
                .map((row) => row.textContent)
                .join("") === order,
          );
          seen.push([order, rows().every((row) => (born.get(row.textContent ?? "") ?? row) === row)]);
          born.clear();
          for (const row of rows()) born.set(row.textContent ?? "", row);
        }
        return seen;
      },
      orders.map((order) => order.join("")),
    );
    assert.deepEqual(
      answers,
      orders.map((order) => [order.join(""), true]),
    );
  });

  test("several views in a page live apart, and lose their connections apart", async () => {
    const page = await open(client, counterOf("first"), {
      head: () => html`<script src="/join.js" defer></script>`,
      app: (app) => {
        more(client)(app);
        app.get("/join.js", (c) =>
          c.bytes(
            new TextEncoder().encode(
              `for (const name of ["left", "right"]) fetch("/" + name).then((r) => r.text()).then((text) => {
                const root = new DOMParser().parseFromString(text, "text/html").querySelector("[bus-live]");
                document.body.append(document.importNode(root, true));
              });`,
            ),
            { type: "text/javascript" },
          ),
        );
      },
    });
    await live.saw("connected", 3);
    for (const [name, times] of [
      ["left", 2],
      ["right", 1],
      ["first", 3],
    ] as const)
      for (let i = 0; i < times; i++) await press(page, `#add-${name}`);
    await shows(page, "#h-left", "left 2");
    await shows(page, "#h-right", "right 1");
    await shows(page, "#h-first", "first 3");
    await page.evaluate(() => document.querySelector("#h-left")?.closest("[bus-live]")?.remove());
    live.server.cut();
    await live.saw("connected", 5);
    await press(page, "#add-right");
    await shows(page, "#h-right", "right 2");
    await press(page, "#add-first");
    await shows(page, "#h-first", "first 4");
    assert.equal((await live.seen()).filter((name) => name === "connected").length, 5);
  });
});

describe("beside busbar/client", () => {
  const withCore = (): Html => {
    const scripts = clientScripts({ directory: pathToFileURL(`${ensureBuilt()}/client/`) });
    return html`${scripts.tag("busbar")}`;
  };
  const mixed: View = defineView({
    mount: () => ({ count: signal(0) }),
    on: { add: (state) => state.count.update((n) => n + 1) },
    render: (state, bind): Html =>
      html`<output>${state.count}</output><button id="add" ${bind.add("click")}>+</button>
      <button id="ask" bus-get="/piece" bus-target="#into">ask</button><div id="into" bus-ignore></div>
      <ul>${each(
        Array.from({ length: state.count.get() }, (_, i) => i),
        (i) => i,
        (i) => html`<li><button id="row${i}" bus-get="/piece?n=${i}" bus-target="#into">row</button></li>`,
      )}</ul>`,
  });

  test("partial updates work inside a live view, in what came with the page and in what a patch has brought", async () => {
    const page = await open("scripts", mixed, { head: withCore });
    await press(page, "#ask");
    await shows(page, "#piece", "piece ");
    await press(page, "#add");
    await page.waitForSelector("#row0");
    await press(page, "#row0");
    await shows(page, "#piece", "piece 0");
    await press(page, "#add");
    await shows(page, "output", "2");
    assert.equal(await page.textContent("#into"), "piece 0");
    assert.deepEqual(await live.seen(), ["connected"]);
  });

  test("a live page that a partial update brings is started, and ended when another takes its place", async () => {
    const page = await open("scripts", mixed, {
      head: () => html`${withCore()}<script src="/outside.js" defer></script>`,
      app: (app) => {
        more("scripts")(app);
        app.get("/outside.js", (c) =>
          c.bytes(
            new TextEncoder().encode(
              `document.body.insertAdjacentHTML("beforeend", '<button id="swap" bus-get="/left" bus-select="[bus-live]" bus-target="#place">s</button><button id="off" bus-get="/piece" bus-target="#place">o</button><div id="place"></div>')`,
            ),
            { type: "text/javascript" },
          ),
        );
      },
    });
    await page.waitForSelector("#swap");
    await press(page, "#swap");
    await shows(page, "#h-left", "left 0");
    await live.saw("connected", 2);
    await press(page, "#add-left");
    await shows(page, "#h-left", "left 1");
    await press(page, "#off");
    await shows(page, "#place", "piece ");
    await press(page, "#swap");
    await shows(page, "#h-left", "left 0");
    await live.saw("connected", 3);
    await press(page, "#add-left");
    await shows(page, "#h-left", "left 1");
    await press(page, "#add");
    await shows(page, "output", "1");
    assert.ok(!(await live.seen()).includes("error"));
  });
});
