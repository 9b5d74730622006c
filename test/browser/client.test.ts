import assert from "node:assert/strict";
import { beforeEach, describe, test } from "vitest";
import { browser, page, site, useClientPage } from "../helpers/client-page.ts";
import { held, redirect } from "../helpers/client-site.ts";

useClientPage();

beforeEach(() => {
  site.headers = { "content-security-policy": "script-src 'self'" }; // no inline scripts, no eval: the client must do without
});

/** A page that loads the client as a classic script. */
const shell = (body: string, title = "Test"): string => site.page(body).replace("<title>Test", `<title>${title}`);

async function open(body: string): Promise<void> {
  site.routes["GET /"] = shell(body);
  await page.goto("/");
}

describe("swaps", () => {
  test("table rows arrive whole, as main and as parts", async () => {
    site.routes["POST /x"] =
      `<tr><td>main</td></tr><bus-partial bus-target="#b" bus-swap="beforeend"><tr><td>part</td></tr></bus-partial><p id="n" bus-swap-oob="true">1</p>`;
    await open(
      `<table><tbody id="a"></tbody><tbody id="b"></tbody></table><p id="n">0</p><button bus-post="/x" bus-target="#a" bus-swap="beforeend">+</button>`,
    );
    await page.click("button");
    await page.waitForSelector("#b td");
    assert.equal(await page.locator("table").textContent(), "mainpart");
    assert.equal(await page.textContent("#n"), "1");
  });

  test("a script of a reply runs once", async () => {
    site.routes["GET /x"] = `<script src="/count.js"></script>`;
    site.routes["GET /count.js"] = (_request, response) => {
      response
        .setHeader("content-type", "text/javascript")
        .end("document.body.dataset.runs = Number(document.body.dataset.runs ?? 0) + 1");
    };
    await open(`<p bus-get="/x" bus-trigger="load"></p>`);
    await page.waitForSelector("body[data-runs]", { state: "attached" });
    assert.equal(await page.getAttribute("body", "data-runs"), "1");
  });
});

describe("history", () => {
  const pages = (): void => {
    site.routes["GET /"] = shell(
      `<main><h1>one</h1><a href="/two" bus-get="/two" bus-target="main" bus-select="main > *" bus-push-url="true">next</a></main>`,
      "One",
    );
    site.routes["GET /two"] = shell("<main><h1>two</h1></main>", "Two");
  };

  test("bus-push-url adds an entry; Back and Forward show what belongs to it", async () => {
    pages();
    await page.goto("/");
    await page.click("a");
    await page.waitForSelector("h1:text('two')");
    assert.equal(new URL(page.url()).pathname, "/two");
    assert.equal(await page.title(), "Two");
    await page.goBack();
    await page.waitForSelector("h1:text('one')");
    assert.equal(new URL(page.url()).pathname, "/");
    assert.equal(await page.title(), "One");
    await page.goForward();
    await page.waitForSelector("h1:text('two')");
    await page.goBack();
    await page.click("a"); // what came back is active
    await page.waitForSelector("h1:text('two')");
  });

  test("a boosted form shows the page that its redirect leads to, with that page's address", async () => {
    site.routes["GET /"] = shell(
      `<form bus-boost="true" method="post" action="/add"><input name="title" value="a b"><button>Add</button></form>`,
    );
    site.routes["POST /add"] = redirect("/list");
    site.routes["GET /list"] = shell("<h1>list</h1>", "List");
    await page.goto("/");
    await page.evaluate(() => Object.assign(window, { same: true }));
    await page.click("button");
    await page.waitForSelector("h1");
    assert.equal(new URL(page.url()).pathname, "/list");
    assert.equal(await page.evaluate(() => "same" in window), true, "the page was not loaded anew");
    assert.deepEqual(site.seen, ["GET /", "POST /add title=a+b", "GET /list"]);
  });
});

describe("while a request runs", () => {
  test("indicator, aria-busy and disabled are set, and gone afterwards; a second click sends nothing", async () => {
    const reply = held("done");
    site.routes["POST /x"] = reply.handler;
    await open(
      `<button bus-post="/x" bus-target="#t" bus-indicator="#i" bus-disable="#d">go</button><i id="i"></i><input id="d"><p id="t"></p>`,
    );
    await page.click("button");
    await page.waitForSelector("#i.bus-request", { state: "attached" });
    assert.equal(await page.getAttribute("#t", "aria-busy"), "true");
    assert.equal(await page.isDisabled("#d"), true);
    await page.click("button");
    await page.click("button");
    reply.release();
    await page.waitForSelector("#t:not([aria-busy]):text('done')");
    assert.equal(await page.getAttribute("#i", "class"), "");
    assert.equal(await page.isDisabled("#d"), false);
    assert.deepEqual(site.seen, ["GET /", "POST /x"]);
  });

  test("an older reply does not overwrite a newer one", async () => {
    const slow = held("old");
    site.routes["GET /slow"] = slow.handler;
    site.routes["GET /fast"] = "new";
    await open(
      `<a id="s" bus-get="/slow" bus-target="#t">slow</a><a id="f" bus-get="/fast" bus-target="#t">fast</a><p id="t"></p>`,
    );
    await page.click("#s");
    await page.click("#f");
    await page.waitForSelector("#t:text('new')");
    const answered = page.waitForResponse(/slow/);
    slow.release();
    await (await answered).finished();
    await page.waitForSelector("#s:not(.bus-request)");
    assert.equal(await page.textContent("#t"), "new");
  });

  test("focus and caret survive the swap of the form around them", async () => {
    const form = `<form id="f"><input id="a" value="hello" bus-get="/x" bus-trigger="keyup" bus-target="#f" bus-swap="outerHTML"></form>`;
    site.routes["GET /x"] = form;
    await open(form);
    await page.focus("#a");
    await page.locator("#a").evaluate((el: HTMLInputElement) => el.setSelectionRange(2, 2));
    const done = page.evaluate(
      () => new Promise<void>((resolve) => document.addEventListener("bus:after:swap", () => resolve())),
    );
    await page.keyboard.press("Shift");
    await done;
    assert.deepEqual(
      await page.evaluate(() => {
        const el = document.activeElement as HTMLInputElement;
        return [el.id, el.selectionStart];
      }),
      ["a", 2],
    );
  });
});

test("an extension lets a reply wait for the click on what is pressed, as docs/client.md shows it", async () => {
  const { handler, release } = held("");
  site.routes["GET /check"] = handler;
  site.routes["POST /save"] = "saved";
  site.routes["GET /waits.js"] = (_request, response) => {
    response.setHeader("content-type", "text/javascript").end(`(window.busbarConfig ??= {}).extensions = [{
      async swap() {
        for (let rests = 50; rests-- && document.querySelector(":is(a,button):active"); ) await new Promise((go) => setTimeout(go, 20));
      },
    }];`);
  };
  await open(
    `<script src="/waits.js"></script><p style="height: 300px">this goes</p><input bus-get="/check" bus-trigger="blur" bus-target="p" bus-swap="delete"><button bus-post="/save" bus-target="output">save</button><output></output>`,
  );
  await page.focus("input");
  const box = await page.locator("button").boundingBox();
  assert.ok(box);
  await page.clock.pauseAt(Date.now() + 1000); // however slow the machine is: no press takes long
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  const replied = page.waitForResponse("**/check*");
  release();
  await (await replied).finished();
  assert.equal(await page.locator("p").count(), 1);
  await page.mouse.up();
  await page.waitForSelector("output:text('saved')");
  await page.clock.runFor(100);
  await page.waitForSelector("p", { state: "detached" });
});

describe("safety", () => {
  test("Bus-Redirect goes to http addresses only", async () => {
    site.routes["POST /bad"] = (_request, response) =>
      void response.setHeader("bus-redirect", "javascript:document.body.id='hit'").end();
    site.routes["POST /good"] = (_request, response) => void response.setHeader("bus-redirect", "/there").end();
    site.routes["GET /there"] = shell("<h1>there</h1>");
    await open(`<b id="x" bus-post="/bad">bad</b><b id="y" bus-post="/good">good</b>`);
    const refused = page.evaluate(
      () =>
        new Promise<string>((resolve) =>
          document.addEventListener("bus:error", ({ detail }) => resolve(detail.reason)),
        ),
    );
    await page.click("#x");
    assert.equal(await refused, "origin");
    await page.click("#y");
    await page.waitForSelector("h1");
    assert.equal(new URL(page.url()).pathname, "/there");
  });
});

describe("without JavaScript", () => {
  test("links and forms do the same work, page by page", async () => {
    const items = ["milk"];
    const list = (): string =>
      shell(`<form method="post" action="/add" bus-post="/add" bus-target="ul" bus-swap="beforeend"><input name="title"><button>Add</button></form>
        <ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul><a href="/about" bus-boost="true">About</a>`);
    site.routes["GET /"] = (_request, response) => void response.end(list());
    site.routes["GET /about"] = shell("<h1>about</h1>");
    site.routes["POST /add"] = (request, response, body) => {
      const title = new URLSearchParams(`${body}`).get("title") ?? "";
      items.push(title);
      if (request.headers["bus-request"] === "true") response.end(`<li>${title}</li>`);
      else redirect("/")(request, response, body);
    };
    for (const javaScriptEnabled of [false, true]) {
      const one = await browser.newContext({ baseURL: site.origin, javaScriptEnabled });
      const tab = await one.newPage();
      await tab.goto("/");
      await tab.fill("input", `bread ${javaScriptEnabled}`);
      await tab.click("button");
      await tab.waitForSelector(`li:text('bread ${javaScriptEnabled}')`);
      assert.equal(await tab.locator("li").count(), items.length);
      await tab.click("a");
      await tab.waitForSelector("h1");
      assert.equal(new URL(tab.url()).pathname, "/about");
      await one.close();
    }
  });
});
