import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { clientScripts } from "../../adapters/node/index.ts";
import type { App } from "../../lib/app/index.ts";
import { each, type Html, html, unsafeRawHtml } from "../../lib/html/index.ts";
import { defineView, liveRoute, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { ensureBuilt } from "../helpers/built.ts";
import { live, openView, useLiveBrowser } from "../helpers/live-browser.ts";
import { LIVE_CLIENTS, type LiveClient } from "../helpers/live-page.ts";

/*
 * Live views, and partial updates beside them, where markup and addresses of scripts need the one policy that the page allows.
 */

const view: View = defineView({
  mount: () => ({ rows: signal<readonly number[]>([1]), text: signal("") }),
  on: {
    add: (state) => state.rows.update((rows) => [...rows, rows.length + 1]),
    turn: (state) => state.rows.update((rows) => [...rows].reverse()),
    say: (state, event) => state.text.set(String(event["text"])),
  },
  render: (
    state,
    bind,
  ): Html => html`<form method="post"><button id="add" ${bind.add("click")}>+</button><button id="turn" ${bind.turn("click")}>t</button></form>
    <form id="say" ${bind.say("submit")}><input name="text"></form>
    <ul>${each(
      state.rows.get(),
      (row) => row,
      (row) => html`<li>${row}</li>`,
    )}</ul>
    <svg>${each(
      state.rows.get(),
      (row) => row,
      (row) => html`<circle r="${row}"></circle>`,
    )}</svg>
    <div id="raw">${unsafeRawHtml(`<b>${state.text.get()}</b>`)}</div><a id="next" bus-nav href="/next">next</a>`,
});

const next: View = defineView({ mount: () => ({}), render: () => html`<h1>Next</h1>` });

useLiveBrowser();

const routes = (app: App): void => {
  app.use(async (c, go) => {
    c.addHeader("content-security-policy", "require-trusted-types-for 'script'; trusted-types busbar");
    return go();
  });
  app.get("/piece", (c) => c.html(html`<i>piece</i>`));
  liveRoute(app, "/next", next, {
    layout: (content) => html`<!doctype html><html><head><title>Next</title></head><body>${content}</body></html>`,
  });
};

const open = (client: LiveClient, isBroken = false): Promise<Page> => {
  const core = clientScripts({ directory: pathToFileURL(`${ensureBuilt()}/client/`) }).tag("busbar");
  return openView(client, view, { app: routes, isBroken, head: () => html`${core}` });
};

const shows = (selector: string, text: string): Promise<void> =>
  expect.poll(() => live.page.textContent(selector)).toBe(text);

/** Asks for a piece of HTML, as partial updates do. */
const ask = async (): Promise<void> => {
  await live.page.evaluate(() => {
    const asks = document.createElement("p");
    asks.setAttribute("bus-get", "/piece");
    document.body.append(asks);
    asks.click();
  });
  await shows("p", "piece");
};

for (const client of LIVE_CLIENTS)
  for (const isFirst of [true, false])
    test(`rows, trusted markup, forms and moves work under Trusted Types, partial updates ${isFirst ? "first" : "last"} (${client})`, async () => {
      await open(client);
      if (isFirst) await ask();
      await live.page.click("#add");
      await shows("ul", "12");
      expect(await live.page.evaluate(() => document.querySelectorAll("circle")[1] instanceof SVGElement)).toBe(true);
      await live.page.click("#turn");
      await shows("ul", "21");
      await live.page.fill("#say input", "said");
      await live.page.press("#say input", "Enter");
      await shows("#raw b", "said");
      if (!isFirst) await ask();
    });

test.each(LIVE_CLIENTS)("navigation works under Trusted Types (%s)", async (client) => {
  // The browser complains of the JSON that the fetched page has for its live root: it is in a script, which does not run anyway.
  await open(client, true);
  await live.page.click("#next");
  await shows("h1", "Next");
  await live.saw("connected", 2);
});
