import assert from "node:assert/strict";
import { beforeEach, describe, test } from "vitest";
import { openPage as open, page, site, useClientPage } from "../helpers/client-page.ts";
import type { Handler } from "../helpers/client-site.ts";

/* Replies as servers and networks really send them: empty, huge, cut off, in other encodings, as files. */

useClientPage();
beforeEach(() => {
  page.on("pageerror", (error) => assert.fail(error));
});

/** Asks by a click, and waits until it is over. The reason of `bus:error`, or nothing. */
const ask = (css = "#go"): Promise<string | undefined> =>
  page.evaluate(
    (selector) =>
      new Promise<string | undefined>((resolve) => {
        let reason: string | undefined;
        document.addEventListener("bus:error", ({ detail }) => {
          reason = detail.reason;
        });
        document.addEventListener("bus:before:request", ({ detail }) =>
          detail.ctx.ends.push(() => setTimeout(() => resolve(reason))),
        );
        document.querySelector<HTMLElement>(selector)?.click();
      }),
    css,
  );

describe("a reply", () => {
  test.each<[what: string, handler: Handler, shown: string]>([
    ["with a byte order mark", (_, response) => response.end("\uFEFF<b>new</b>"), "<b>new</b>"],
    ["that is empty", (_, response) => response.end(), ""],
    ["without a type and a body", (_, response) => response.removeHeader("content-type") ?? response.end(), ""],
    ["with 204", (_, response) => response.writeHead(204).end(), "old"],
    ["with 205", (_, response) => response.writeHead(205).end(), "old"],
    ["with 304, which nobody asked for", (_, response) => response.writeHead(304).end(), "old"],
    ["with 422", (_, response) => response.writeHead(422).end("no"), "no"],
    ["with 500", (_, response) => response.writeHead(500).end("<h1>broken</h1>"), "old"],
    [
      "as text",
      (_, response) => response.setHeader("content-type", "text/plain").end("<i>&amp;"),
      "&lt;i&gt;&amp;amp;",
    ],
    [
      "that names another charset, but is UTF-8 as all are",
      (_, response) => response.setHeader("content-type", "text/html; charset=iso-8859-1").end("ä€"),
      "ä€",
    ],
  ])("%s", async (_what, handler, shown) => {
    site.routes["GET /x"] = handler;
    await open(`<p id="go" bus-get="/x">old</p>`);
    assert.equal(await ask(), undefined);
    assert.equal(await page.innerHTML("#go"), shown);
    assert.equal(await page.locator("[aria-busy], .bus-request").count(), 0);
  });

  test("that is cut off in the middle is an error, and nothing of it is shown", async () => {
    site.routes["GET /x"] = (_request, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("<b>half of");
      setTimeout(() => response.destroy(), 50);
    };
    await open(`<p id="go" bus-get="/x">old</p>`);
    assert.equal(await ask(), "swap");
    assert.equal(await page.innerHTML("#go"), "old");
    site.routes["GET /x"] = "<b>whole</b>";
    assert.equal(await ask(), undefined);
    assert.equal(await page.innerHTML("#go"), "<b>whole</b>");
  });

  test("of eight megabytes is shown whole", async () => {
    site.routes["GET /x"] = `<pre>${"ä".repeat(4_000_000)}</pre><i>end</i>`;
    await open(`<p id="go" bus-get="/x">old</p>`);
    assert.equal(await ask(), undefined);
    assert.deepEqual(
      await page.evaluate(() => [
        document.querySelector("#go pre")?.textContent?.length,
        document.querySelector("#go i")?.textContent,
      ]),
      [4_000_000, "end"],
    );
  });

  test("with a declarative shadow root is shown under Trusted Types", async () => {
    site.headers["content-security-policy"] =
      "script-src 'self'; require-trusted-types-for 'script'; trusted-types busbar";
    site.routes["GET /x"] = `<x-card><template shadowrootmode="open"><b>shade</b></template></x-card>`;
    await open(`<p id="go" bus-get="/x">old</p>`);
    assert.equal(await ask(), undefined);
    assert.equal(await page.evaluate(() => document.querySelector("x-card")?.shadowRoot?.textContent), "shade");
  });
});

describe("boost", () => {
  test("a link to a file to keep downloads it, and the page stays", async () => {
    site.routes["GET /list.csv"] = (_request, response) =>
      response.writeHead(200, { "content-type": "text/csv", "content-disposition": "attachment" }).end("a,b");
    await open(`<body bus-boost="true"><a id="go" href="/list.csv">list</a>`);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#go")]);
    assert.equal(download.suggestedFilename(), "list.csv");
    assert.equal(page.url(), `${site.origin}/`);
    assert.equal(await page.textContent("#go"), "list");
  });

  test("a link to a file to look at shows it, and Back the page", async () => {
    site.routes["GET /data.json"] = (_request, response) =>
      response.setHeader("content-type", "application/json").end(`{"a":1}`);
    await open(`<div bus-boost="true"><a id="go" href="/data.json">data</a></div>`);
    await page.click("#go");
    await page.waitForURL("**/data.json");
    assert.match((await page.textContent("body")) ?? "", /"a":1/);
    await page.goBack();
    assert.equal(await page.textContent("#go"), "data");
  });

  test("a form sends its files", async () => {
    let got = "";
    site.routes["POST /up"] = (_request, response, body) => {
      got = body.toString();
      response.writeHead(303, { location: "/done" }).end();
    };
    site.routes["GET /done"] = site.page("<h1>stored</h1>");
    await open(
      `<form bus-boost="true" method="post" action="/up" enctype="multipart/form-data"><input type="file" name="file"><button id="go" name="by" value="1">send</button></form>`,
    );
    await page.setInputFiles("[type=file]", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("content") });
    await page.click("#go");
    await page.waitForSelector("h1");
    assert.equal(page.url(), `${site.origin}/done`);
    assert.match(got, /name="file"; filename="a.txt".*content.*name="by"/s);
  });
});
