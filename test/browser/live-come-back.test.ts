import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS, type LiveClient, type OpenOptions } from "../helpers/live-page.ts";

/* How a page goes on: on networks without sockets, after a lost connection or process, from the cache of back and forward; and how changes are shown. */

useLiveBrowser();

let ran: string[] = [];
const view: View = defineView({
  mount: () => ({ count: signal(0), rows: signal(["a", "b"]), typed: signal("") }),
  on: {
    add(state) {
      ran.push("add");
      state.count.update((n) => n + 1);
    },
    row: (state) => state.rows.update((rows) => ["new", ...rows]),
    hear(state, event) {
      ran.push(`hear ${event["value"] ?? JSON.stringify(event)}`);
      state.typed.set(String(event["value"] ?? event["name"]));
    },
    save: (_state, event) => void ran.push(`save ${event["title"]}`),
  },
  render: (state, bind): Html =>
    html`<h1>${state.count}</h1><button id="add" ${bind.add("click")}>+</button><button id="row" ${bind.row("click")}>r</button>
    <form id="f" ${bind.save("submit")} ${bind.hear("change")}><input id="name" name="name"><select id="s" name="s"><option>x</option><option>y</option></select><input id="box" type="checkbox" name="box"><input type="range" name="n"><input type="color"></form>
    <input id="live" ${bind.hear("input")}><input id="quiet" bus-recover="off" ${bind.hear("input")}><em>${state.typed}</em><textarea id="free"></textarea>
    <ul>${each(
      state.rows,
      (row) => row,
      (row) => html`<li id="r${row}"><input></li>`,
    )}</ul><div id="extra"></div>`,
});

/** The same, and its patches are shown as transitions, or late. */
const shown = (attribute: Html): View =>
  defineView({
    mount: () => ({ count: signal(0) }),
    on: { add: (state) => state.count.update((n) => n + 1) },
    render: (state, bind): Html =>
      html`<h1>${state.count}</h1><button id="add" ${bind.add("click")}>+</button>${attribute}`,
  });

/** Layers that the reader has opened. */
const layers: View = defineView({
  mount: () => ({ count: signal(0) }),
  on: { add: (state) => state.count.update((n) => n + 1) },
  render: (state, bind): Html =>
    html`<h1>${state.count}</h1><button id="add" ${bind.add("click")}>+</button><dialog id="d" class="c${state.count}">${state.count} <input id="i"></dialog><p id="p" popover="manual">${state.count}</p><details><summary>more</summary>${state.count}</details>`,
});

async function open(client: LiveClient, options: OpenOptions = {}, shows: View = view): Promise<Page> {
  ran = [];
  return openView(client, shows, options);
}
const count = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((wanted) => document.querySelector("h1")?.textContent === wanted, text);
const press = (page: Page, id: string): Promise<void> =>
  page.evaluate((one) => document.querySelector<HTMLElement>(`#${one}`)?.click(), id);

const BLOCKED =
  "self.WebSocket = class { constructor() { setTimeout(() => this.onclose?.()) } send() {} close() { this.onclose?.() } }";

describe.each(LIVE_CLIENTS)("%s", (client) => {
  test("where sockets are blocked the page goes on by events and posts, comes back by itself, and is mounted after a restart", async () => {
    const page = await open(client, { setup: BLOCKED });
    await press(page, "add");
    await press(page, "row");
    await count(page, "1");
    await page.waitForSelector("#rnew");
    assert.ok(live.asked.filter((path) => path === "/view").length > 2);
    await new Promise((go) => setTimeout(go, 2100)); // long enough to be a good connection
    live.server.cut();
    await live.saw("disconnected");
    await press(page, "add");
    await count(page, "2");
    await live.restart();
    await live.saw("connected", 3);
    await count(page, "0");
    await press(page, "add");
    await count(page, "1");
    assert.deepEqual(ran, ["add", "add", "add"]);
  });

  test("a modal dialog and a popover stay open, and the focus in them, through a lost connection and a new process", async () => {
    const page = await open(client, {}, layers);
    await page.evaluate(() => {
      document.querySelector<HTMLElement>("#p")?.showPopover();
      document.querySelector<HTMLDialogElement>("#d")?.showModal();
    });
    await page.fill("#i", "typed");
    const state = () =>
      page.evaluate(() => [
        document.querySelector("#d")?.matches(":modal"),
        document.querySelector("#p")?.matches(":popover-open"),
        document.querySelector("details")?.open,
        document.querySelector<HTMLInputElement>("#i")?.value,
        document.activeElement?.id,
      ]);
    await page.evaluate(() => document.querySelector("details")?.toggleAttribute("open", true));
    const before = [true, true, true, "typed", "i"];
    live.server.cut();
    await live.saw("connected", 2);
    assert.deepEqual(await state(), before);
    await press(page, "add");
    await count(page, "1");
    assert.deepEqual(await state(), before);
    await live.restart();
    await live.saw("connected", 3);
    await count(page, "0");
    assert.deepEqual(await state(), before);
  });

  test("where sockets come back they are used again", async () => {
    const page = await open(client, {
      setup:
        "{ const Real = WebSocket; let left = 3; self.WebSocket = class { constructor(url) { if (left-- <= 0) return new Real(url); setTimeout(() => this.onclose?.()) } send() {} close() {} } }",
    });
    await press(page, "add");
    await count(page, "1");
    let sockets = 0;
    page.on("websocket", () => sockets++);
    for (let times = 2; sockets === 0 && times < 8; times++) {
      await live.restart();
      await live.saw("connected", times);
    }
    await press(page, "add");
    await count(page, "1");
    assert.deepEqual(ran, ["add", "add"]);
  });

  test("what was typed is told to a session that has never heard of it, once for each form and field, but where the view does not want it", async () => {
    const page = await open(client);
    await page.fill("#free", "long text");
    await page.fill("#quiet", "secret");
    await page.fill("#live", "searched");
    await expect.poll(() => ran).toContain("hear searched");
    await page.fill("#name", "Ann");
    await page.selectOption("#s", "y");
    await page.check("#box");
    await press(page, "add");
    await count(page, "1");
    ran = [];
    await page.focus("#free");
    await page.evaluate(() => document.querySelector<HTMLTextAreaElement>("#free")?.setSelectionRange(2, 5));
    await live.restart();
    await live.saw("connected", 2);
    await count(page, "0");
    await expect.poll(() => ran.length).toBe(2);
    assert.deepEqual(ran.toSorted(), ['hear {"name":"Ann","s":"y","box":"on","n":"50"}', "hear searched"].toSorted());
    const state = await page.evaluate(() => {
      const free = document.querySelector("#free") as HTMLTextAreaElement;
      const value = (id: string): string => (document.querySelector(id) as HTMLInputElement).value;
      return [
        ...[free.value, free.selectionStart, free.selectionEnd, document.activeElement === free],
        ...[value("#quiet"), value("#live"), value("#name"), value("#s")],
        (document.querySelector("#box") as HTMLInputElement).checked,
      ];
    });
    assert.deepEqual(state, ["long text", 2, 5, true, "secret", "searched", "Ann", "y", true]);
  });

  test("what was typed before the page was let in is kept when it has to come anew", async () => {
    const page = await open(client, {
      isEarly: true,
      setup: () => {
        // An extension puts something into the page before the script sees it.
        new MutationObserver((_records, observer) => {
          const free = document.querySelector<HTMLTextAreaElement>("#free");
          if (!free) return;
          observer.disconnect();
          free.value = "early";
          free.before(document.createElement("hr"));
        }).observe(document, { childList: true, subtree: true });
      },
    });
    await live.saw("connected");
    assert.equal(await page.locator("hr").count(), 0);
    assert.equal(await page.inputValue("#free"), "early");
    await press(page, "add");
    await count(page, "1");
  });

  test("a page that another script has broken is built anew, with what was typed and nothing run twice", async () => {
    const page = await open(client, { isBroken: true });
    await page.fill("#free", "text");
    await page.evaluate(() => document.querySelector("ul")?.replaceChildren());
    await press(page, "row");
    await press(page, "add");
    await page.waitForSelector("#rnew");
    await count(page, "1");
    assert.equal(await page.inputValue("#free"), "text");
    assert.deepEqual(ran, ["add"]);
    assert.equal(await page.locator("li").count(), 3);
  });

  test("patches are shown as view transitions where an element asks for it, all of them and in order", async () => {
    const page = await open(client, {}, shown(html`<i bus-transition></i>`));
    await page.evaluate(() => {
      const calls: unknown[] = [];
      const start = document.startViewTransition.bind(document);
      Object.assign(window, { calls });
      document.startViewTransition = (change) => {
        calls.push(1);
        return start(change);
      };
    });
    await live.has("net");
    for (let i = 0; i < 5; i++) await press(page, "add");
    await count(page, "5");
    expect(await page.evaluate(() => (window as unknown as { calls: unknown[] }).calls.length)).toBeGreaterThan(0);
    assert.deepEqual(await live.seen(), ["connected"]);
  });

  test("in a browser without view transitions patches are shown all the same", async () => {
    const page = await open(
      client,
      { setup: "delete Document.prototype.startViewTransition" },
      shown(html`<i bus-transition></i>`),
    );
    await press(page, "add");
    await count(page, "1");
  });

  test("bus-latency holds each message up, both ways", async () => {
    const page = await open(client, {}, shown(html`<i bus-latency="300"></i>`));
    await live.has("nav");
    live.server.cut(); // the first socket was there before the script that slows it
    await live.saw("connected", 2);
    const took = await page.evaluate(async () => {
      const started = performance.now();
      document.querySelector<HTMLElement>("#add")?.click();
      await until(() => document.querySelector("h1")?.textContent === "1");
      return performance.now() - started;
    });
    expect(took).toBeGreaterThan(590);
  });

  test("a page that is kept for going back to has no socket meanwhile, and nobody is told that it was cut off", async () => {
    const page = await open(client);
    await press(page, "add");
    await count(page, "1");
    await live.has("back");
    await expect
      .poll(async () => {
        await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
        return (await live.seen()).filter((name) => name === "connected").length;
      })
      .toBeGreaterThan(1);
    await press(page, "add");
    await count(page, "2"); // the session was not ended
    assert.ok(!(await live.seen()).includes("disconnected"));
  });

  test("a page that is left for good ends its session at once", async () => {
    const page = await open(client);
    await press(page, "add");
    await count(page, "1");
    assert.equal(live.route.sessionCount, 1);
    await page.goto("about:blank");
    await expect.poll(() => live.route.sessionCount).toBe(0);
  });
});
