import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ensureBuilt } from "../helpers/built.ts";
import { launchBrowser } from "../helpers/chromium.ts";

// What only a real engine and a real socket show, under the strictest policy: no inline script, no evaluation, Trusted Types.
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types busbar default";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let browser: Browser;
let server: Server;
let origin: string;
let context: BrowserContext;
let page: Page;
let routes: Record<string, Handler | string>;
let complaints: string[];
let closed: string[];

beforeAll(async () => {
  const dist = ensureBuilt();
  const script = ["busbar.min.js", "busbar-plus.min.js", "busbar-page.min.js"]
    .map((file) => readFileSync(join(dist, "client", file), "utf8"))
    .join("\n");
  browser = await launchBrowser();
  server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*/, "");
    if (path.endsWith(".js")) {
      response.setHeader("content-type", "text/javascript").end(path === "/busbar.js" ? script : routes[path]);
      return;
    }
    response.setHeader("content-type", "text/html; charset=utf-8").setHeader("content-security-policy", POLICY);
    response.on("close", () => {
      if (!response.writableFinished) closed.push(path);
    });
    const route = routes[`${request.method} ${path}`];
    if (route === undefined) response.writeHead(404).end();
    else if (typeof route === "string") response.end(route);
    else route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await browser?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(async () => {
  routes = {};
  complaints = [];
  closed = [];
  context = await browser.newContext({ baseURL: origin });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/Security|Trusted|Refused/.test(message.text())) complaints.push(message.text());
  });
});

afterEach(async () => {
  await context.close();
  assert.deepEqual(complaints, []); // no policy was touched, nothing was thrown
});

const open = async (body: string, head = "<title>Start</title>"): Promise<void> => {
  routes["GET /"] =
    `<!doctype html><html><head>${head}<script src="/busbar.js" defer></script></head><body>${body}</body></html>`;
  await page.goto("/");
};

const settled = (): Promise<void> =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

const until = (condition: () => boolean): Promise<void> => expect.poll(condition).toBe(true);

const partial = (text: string): string => `<bus-partial bus-target="#t" bus-swap="beforeend">${text}</bus-partial>`;

test("a character that is cut in the middle of its bytes arrives whole", async () => {
  const bytes = Buffer.from(`${partial("<li>€🚌é</li>")}${partial("<li>2</li>")}`);
  const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
  routes["GET /x"] = async (_, response) => {
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };
  await open(`<button bus-get="/x">?</button><ul id="t"></ul>`);
  await page.click("button");
  await page.waitForSelector("li:nth-child(2)");
  assert.equal(
    await page.innerHTML("#t").then((html) => html.replace(/ class="[^"]*"/g, "")),
    "<li>€🚌é</li><li>2</li>",
  );
  assert.equal(await page.textContent("button"), "?");
});

test("a partial is shown while the reply still arrives", async () => {
  let end = (): void => {};
  routes["GET /x"] = (_, response) => {
    response.write(partial("<li>1</li>"));
    end = () => response.end(partial("<li>2</li>"));
  };
  await open(`<button bus-get="/x">?</button><ul id="t"></ul>`);
  await page.click("button");
  await page.waitForSelector("li");
  assert.equal(await page.getAttribute("button", "aria-busy"), "true");
  end();
  await page.waitForSelector("li:nth-child(2)");
});

test("a connection that breaks is an error; what was complete stays, of the rest nothing is shown", async () => {
  routes["GET /x"] = (request, response) => {
    response.write(`${partial("<li>1</li>")}<bus-partial bus-target="#t"><li>half`);
    setImmediate(() => setImmediate(() => request.socket.destroy()));
  };
  await open(`<button bus-get="/x">?</button><ul id="t"></ul>`);
  const reason = page.evaluate(
    () =>
      new Promise((done) =>
        document.addEventListener("bus:error", (event) => done(event.detail.reason), { once: true }),
      ),
  );
  await page.click("button");
  assert.equal(await reason, "swap");
  assert.ok(!(await page.textContent("#t"))?.includes("half"));
  assert.equal(await page.locator(".bus-request,[aria-busy]").count(), 0);
});

test("a partial of several megabytes is taken in one piece", async () => {
  const row = `<li>${"x".repeat(1000)}</li>`;
  routes["GET /x"] = partial(row.repeat(4000)) + partial("<li>end</li>");
  await open(`<button bus-get="/x">?</button><ul id="t"></ul>`);
  await page.click("button");
  await page.waitForFunction(() => document.querySelectorAll("#t > li").length === 4001);
});

test("what is replaced while its reply arrives is ended at the server", async () => {
  routes["GET /x"] = (_, response) => void response.write(partial("<li>1</li>"));
  await open(`<button bus-get="/x">?</button><ul id="t"></ul>`);
  await page.click("button");
  await page.waitForSelector("li");
  routes["GET /x"] = partial("<li>2</li>");
  await page.click("button");
  await page.waitForSelector("li:nth-child(2)");
  await until(() => closed.includes("/x"));
});

test("a preloaded reply that nobody takes is ended at the server", async () => {
  routes["GET /x"] = (_, response) => void response.write("<p>");
  await open(`<button bus-get="/x" bus-preload="mouseover">?</button>`);
  await page.hover("button");
  await until(() => closed.includes("/x"));
  assert.equal(await page.textContent("button"), "?");
});

test("ten thousand elements that wait to be revealed are forgotten once removed", async () => {
  await open(`<div id="t"></div>`);
  const session = await context.newCDPSession(page);
  const count = async (): Promise<number> => {
    await session.send("HeapProfiler.collectGarbage");
    const { nodes } = await session.send("Memory.getDOMCounters");
    return nodes;
  };
  const before = await count();
  for (let round = 0; round < 10; round++) {
    await page.evaluate(() => {
      const place = document.querySelector("#t");
      for (let i = 0; i < 1000; i++) {
        const el = document.createElement("p");
        el.setAttribute("bus-get", "/x");
        el.setAttribute("bus-trigger", "revealed");
        el.hidden = true; // never in view, so nothing ever tells its observer
        place?.append(el);
      }
    });
    await settled();
    await page.evaluate(() => document.querySelector("#t")?.replaceChildren());
    await settled();
  }
  await expect.poll(async () => (await count()) - before).toBeLessThan(100);
});

test("a script in the head of the next page runs once, and not again on the page after", async () => {
  routes["/once.js"] =
    "document.documentElement.dataset.runs = (Number(document.documentElement.dataset.runs) || 0) + 1;";
  // The client asks nobody else to trust scripts: under Trusted Types a page's own default policy does.
  routes["/default.js"] =
    `trustedTypes.createPolicy("default", { createScriptURL: (url) => url, createScript: (text) => text });`;
  const trusting = `<script src="/default.js"></script>`;
  const head = `${trusting}<script src="/busbar.js" defer></script><script src="/once.js"></script>`;
  const links = `<a href="/a">a</a><a href="/b">b</a>`;
  for (const name of ["a", "b"])
    routes[`GET /${name}`] =
      `<!doctype html><html><head><title>${name}</title>${head}</head><body bus-boost="true">${links}<p>${name}</p></body></html>`;
  await open(`<main bus-boost="true">${links}</main>`, `<title>Start</title>${trusting}`);
  await page.evaluate(() => document.body.setAttribute("bus-boost", "true"));
  await page.click("a[href='/a']");
  await page.waitForFunction(() => document.documentElement.dataset["runs"] === "1");
  await page.click("a[href='/b']");
  await page.waitForSelector("text=b >> nth=1");
  await settled();
  assert.equal(await page.evaluate(() => document.documentElement.dataset["runs"]), "1");
  assert.equal(await page.title(), "b");
});

test("announcements are in the page's tree of accessibility and not to be seen", async () => {
  routes["GET /x"] = "new";
  await open(`<button bus-get="/x" bus-announce="Saved">?</button>`);
  await page.click("button");
  await page.waitForSelector("html > [aria-live=polite] >> text=Saved", { state: "attached" });
  const seen = await page.evaluate(() => {
    const { bottom } = (document.querySelector("html > [aria-live]") as Element).getBoundingClientRect();
    return [bottom < 0, document.documentElement.scrollHeight <= innerHeight];
  });
  assert.deepEqual(seen, [true, true]);
});

for (const motion of ["no-preference", "reduce"] as const)
  test(`transition:true ${motion === "reduce" ? "keeps still for readers who want that" : "moves to the new state"}`, async () => {
    routes["GET /x"] = "new";
    await page.emulateMedia({ reducedMotion: motion });
    await open(`<button bus-get="/x" bus-swap="innerHTML transition:true">?</button>`);
    await page.evaluate(() => {
      const start = document.startViewTransition.bind(document);
      document.startViewTransition = (update) => {
        const transition = start(update);
        transition.updateCallbackDone.then(() => {
          document.documentElement.dataset["moved"] = document.querySelector("button")?.textContent ?? "";
        });
        return transition;
      };
    });
    await page.click("button");
    await page.waitForSelector("button:text('new')");
    if (motion === "reduce")
      assert.equal(await page.evaluate(() => document.documentElement.dataset["moved"]), undefined);
    else await page.waitForFunction(() => document.documentElement.dataset["moved"] === "new");
  });

test("a transition that is skipped, as when the next one begins, is no error", async () => {
  routes["GET /x"] = "new";
  const errors: Error[] = [];
  page.on("pageerror", (error) => errors.push(error));
  await open(`<button bus-get="/x" bus-swap="innerHTML transition:true">?</button>`);
  await page.evaluate(() => {
    const start = document.startViewTransition.bind(document);
    document.startViewTransition = (update) => {
      const transition = start(update);
      transition.skipTransition();
      transition.finished.then(() => setTimeout(() => document.body.append("over")));
      return transition;
    };
  });
  await page.click("button");
  await page.waitForSelector("body:has-text('over')");
  assert.equal(await page.textContent("button"), "new");
  assert.deepEqual(errors, []);
});

test("show:bottom moves to the end of what was swapped in", async () => {
  routes["GET /x"] = `<p class="tall">1</p>`.repeat(200);
  await open(
    `<div id="t"></div><button id="a" bus-get="/x" bus-target="#t" bus-swap="innerHTML show:bottom">?</button>`,
  );
  await page.click("#a");
  await page.waitForFunction(() => document.querySelectorAll("#t p").length === 200 && scrollY > 0);
});

test("loaded twice, the script works once", async () => {
  let n = 0;
  routes["GET /x"] = (_, response) => void response.end(`${partial(`<li>${++n}</li>`)}`);
  routes["GET /"] =
    `<!doctype html><html><head><title>T</title><script src="/busbar.js" defer></script><script src="/busbar.js?2" defer></script></head><body><button bus-get="/x" bus-preload bus-announce="Saved">?</button><ul id="t"></ul></body></html>`;
  await page.goto("/");
  await page.click("button");
  await page.waitForSelector("li");
  await page.waitForSelector("html > [aria-live]", { state: "attached" });
  assert.equal(n, 1);
  assert.equal(await page.locator("html > [aria-live]").count(), 1);
});
