import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, test } from "vitest";
import { launchProfile } from "../helpers/chromium.ts";
import { context, page, site, useClientPage } from "../helpers/client-page.ts";
import { type Handler, redirect } from "../helpers/client-site.ts";

useClientPage();

/** One address, two answers: the piece for the client, the page for everyone else. Both may be cached. */
const both =
  (name: string, more = ""): Handler =>
  (request, response) => {
    const isPartial = request.headers["bus-request-type"] === "partial";
    const piece = `<h1>${name}</h1>${more}`;
    response.setHeader("vary", "Bus-Request, Bus-Request-Type").setHeader("cache-control", "max-age=600");
    response.end(isPartial ? piece : site.page(`<nav>nav</nav><main>${piece}</main>`));
  };

const link = (to: string): string => `<a href="${to}" bus-get="${to}" bus-target="main" bus-push-url="true">${to}</a>`;

function routes(): void {
  site.routes = {
    "GET /": both("home", link("/one")),
    "GET /one": both("one", link("/two")),
    "GET /two": both("two"),
    "GET /away": "<!doctype html><title>away</title><h1>away</h1>",
  };
}

const shows = (one: Page, name: string): Promise<unknown> => one.waitForSelector(`nav + main h1:text("${name}")`);

describe("Back and Forward", () => {
  test("show the page of each address, never the piece that was fetched for it", async () => {
    routes();
    await page.goto("/");
    for (const name of ["one", "two"]) {
      await page.click("a");
      await shows(page, name);
    }
    await page.goto("/away");
    await page.goBack();
    await shows(page, "two");
    await page.goBack();
    await shows(page, "one");
    await page.goBack();
    await shows(page, "home");
    await page.goForward();
    await shows(page, "one");
    await page.click("a"); // what came back is active
    await shows(page, "two");
    assert.equal(new URL(page.url()).pathname, "/two");
  });

  test("lead to where the page of an address redirects by now", async () => {
    routes();
    await page.goto("/");
    await page.click("a");
    await shows(page, "one");
    site.routes["GET /login"] = both("login");
    site.routes["GET /"] = redirect("/login");
    await page.goBack();
    await shows(page, "login");
    assert.equal(new URL(page.url()).pathname, "/login");
    await page.goForward();
    await shows(page, "one");
    assert.equal(new URL(page.url()).pathname, "/one");
  });

  test("a reload of a pushed address is the page", async () => {
    routes();
    await page.goto("/");
    await page.click("a");
    await shows(page, "one");
    await page.reload();
    await shows(page, "one");
    await page.goBack();
    await shows(page, "home");
  });

  test("bring the reader back to where the page was scrolled", async () => {
    const tall = `<div style="height: 5000px"></div>`;
    site.routes = {
      "GET /": site.page(`<main>${link("/one").replace("main", "body")}${tall}</main>`),
      "GET /one": site.page(`<h1>one</h1>${tall}`),
    };
    await page.goto("/");
    await page.evaluate(() => scrollTo(0, 1234));
    await page.evaluate(() => document.querySelector("a")?.click());
    await page.waitForSelector("h1");
    await page.goBack();
    await page.waitForFunction(() => scrollY === 1234);
  });

  test("leave a form that was filled in and sent as the server shows it", async () => {
    const entries: string[] = [];
    const form = (): string =>
      site.page(
        `<p>${entries.length}</p><form bus-boost="true" method="post" action="/add"><input name="a"><button>add</button></form>`,
      );
    site.routes = {
      "GET /": (_request, response) => void response.end(form()),
      "POST /add": (_request, response, body) => {
        entries.push(`${body}`);
        response.writeHead(303, { location: "/list" }).end();
      },
      "GET /list": site.page("<h1>list</h1>"),
    };
    await page.goto("/");
    await page.fill("input", "1");
    await page.click("button");
    await page.waitForSelector("h1");
    await page.goBack();
    await page.waitForSelector("p:text('1')");
    assert.deepEqual(entries, ["a=1"], "nothing was sent again");
  });
});

// The browser of the tests is a headless shell, whose embedder switches the back/forward cache off (CDP says
// BackForwardCacheDisabledForDelegate), so what can be shown is that nothing of ours keeps a page out of it.
test("nothing listens to what keeps a page out of the browser's own cache for Back", async () => {
  site.routes["GET /"] = site.page(`<p bus-post="/x">go</p>`);
  site.routes["POST /x"] = "ok";
  await page.goto("/");
  await page.click("p");
  await page.waitForSelector("p:text('ok')");
  const session = await context.newCDPSession(page);
  const types: string[] = [];
  for (const expression of ["window", "document"]) {
    const { result } = await session.send("Runtime.evaluate", { expression });
    const { listeners } = await session.send("DOMDebugger.getEventListeners", { objectId: result.objectId ?? "" });
    types.push(...listeners.map(({ type }) => type));
  }
  assert.ok(types.includes("popstate") && types.includes("click"), "the client's own are found");
  assert.deepEqual(
    types.filter((type) => /unload/.test(type)),
    [],
  );
});

test("after a restart of the browser a pushed address is the page, also from its cache on disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "busbar-profile-"));
  try {
    routes();
    for (const address of ["/", "/one"]) {
      const profile = await launchProfile(folder, site.origin);
      const tab = await profile.newPage();
      await tab.goto(address);
      await shows(tab, address === "/" ? "home" : "one");
      await tab.click("a");
      await shows(tab, address === "/" ? "one" : "two");
      await profile.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
