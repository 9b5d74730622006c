import assert from "node:assert/strict";
import { afterAll, beforeAll, beforeEach, describe, test } from "vitest";
import { openPage as open, page, site, useClientPage } from "../helpers/client-page.ts";
import { type ClientSite, type Handler, held, openClientSite, redirect } from "../helpers/client-site.ts";

let elsewhere: ClientSite;
let complaints: string[];

useClientPage();
beforeAll(async () => {
  elsewhere = await openClientSite();
});
afterAll(() => elsewhere?.close());
beforeEach(() => {
  elsewhere.reset();
  complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
});

/** The reason of the next `bus:error`. */
const nextError = (): Promise<string> =>
  page.evaluate(
    () =>
      new Promise<string>((resolve) =>
        document.addEventListener("bus:error", ({ detail }) => resolve(detail.reason), { once: true }),
      ),
  );

describe("loading", () => {
  const classic = `<script src="/dist/client/busbar.min.js"></script>`;
  test.each([
    ["a classic script in the head", classic],
    ["a deferred script", `<script src="/dist/client/busbar.min.js" defer></script>`],
    ["an async script", `<script src="/dist/client/busbar.min.js" async></script>`],
    ["a module script", `<script src="/dist/client/busbar.min.js" type="module"></script>`],
    ["an import of the door", `<script src="/dist/client/core/index.js" type="module"></script>`],
    ["a classic script, twice", classic + classic],
    ["a classic script and a module", `${classic}<script src="/dist/client/core/index.js" type="module"></script>`],
  ])("as %s it works, once", async (_how, head) => {
    site.routes["POST /x"] = "ok";
    await open(`<p bus-post="/x">go</p><i bus-post="/y" bus-trigger="tick from:document"></i>`, head);
    await page.waitForFunction(() => globalThis.busbarConfig?.process !== undefined);
    await page.click("p");
    await page.waitForSelector("p:text('ok')");
    assert.deepEqual(site.seen, ["GET /", "POST /x"]);
    await page.evaluate(() => document.dispatchEvent(new Event("tick")));
    await page.waitForSelector("i:not(.bus-request)", { state: "attached" });
    assert.deepEqual(site.seen, ["GET /", "POST /x", "POST /y"]);
    assert.deepEqual(
      complaints.filter((text) => !/404/.test(text)),
      [],
    );
  });

  test.each([
    ["script-src 'self'"],
    ["default-src 'self'; require-trusted-types-for 'script'"],
    ["script-src 'self'; require-trusted-types-for 'script'; trusted-types busbar"],
  ])("nothing it does breaks the policy %s", async (policy) => {
    site.headers["content-security-policy"] = policy;
    // Under Trusted Types, scripts of replies need a default policy, which is the page's own.
    const hasScript = !policy.includes("trusted-types");
    const script = hasScript ? `<script src="/n.js"></script>` : "";
    site.routes["GET /x"] = `<p id="n">new</p>${script}<bus-partial bus-target="#t"><b>part</b></bus-partial>`;
    site.routes["GET /page"] = site.page("<h1>page</h1>");
    site.routes["GET /n.js"] = (_request, response) =>
      void response.setHeader("content-type", "text/javascript").end(`document.body.dataset.ran = "1"`);
    await open(
      `<p id="go" bus-get="/x" bus-vals='{"a":1}' bus-headers='{"X-A":"1"}'>go</p><i id="t"></i><a href="/page" bus-boost="true">page</a>`,
    );
    await page.click("#go");
    await page.waitForSelector("#t b");
    if (hasScript) await page.waitForSelector("body[data-ran]");
    await page.click("a");
    await page.waitForSelector("h1");
    assert.deepEqual(complaints, []);
  });
});

describe("redirects", () => {
  test("a chain of redirects is followed, and its end is the address", async () => {
    Object.assign(site.routes, {
      "GET /a": redirect("/b", 302),
      "GET /b": redirect("/c?x=1", 307),
      "GET /c": "<h1>c</h1>",
    });
    await open(`<p bus-get="/a" bus-push-url="true">go</p>`);
    await page.click("p");
    await page.waitForSelector("h1");
    assert.equal(page.url(), `${site.origin}/c?x=1`);
    assert.deepEqual(site.seen, ["GET /", "GET /a", "GET /b", "GET /c?x=1"]);
  });

  test.each([
    [303, "GET /b"],
    [302, "GET /b"],
    [307, "POST /b a=1"],
    [308, "POST /b a=1"],
  ])("a POST that is answered with %i goes on as %s, with its headers", async (status, second) => {
    let header: unknown;
    const end: Handler = (request, response) => {
      header = request.headers["bus-request"];
      response.end("<h1>b</h1>");
    };
    Object.assign(site.routes, { "POST /a": redirect("/b", status), "GET /b": end, "POST /b": end });
    await open(`<p bus-post="/a" bus-vals='{"a":1}'>go</p>`);
    await page.click("p");
    await page.waitForSelector("h1");
    assert.deepEqual(site.seen, ["GET /", "POST /a a=1", second]);
    assert.equal(header, "true");
  });

  test.each([301, 302, 303, 307, 308])(
    "a %i to another origin asks nothing there, and nothing is swapped",
    async (status) => {
      site.routes["POST /a"] = redirect(`${elsewhere.origin}/secret`, status);
      await open(`<p bus-post="/a">old</p>`);
      const failed = nextError();
      await page.click("p");
      assert.equal(await failed, "network");
      assert.equal(await page.textContent("p"), "old");
      assert.deepEqual(elsewhere.seen, []);
    },
  );
});

describe("what is sent", () => {
  test.each([
    [
      "a boosted form",
      `<form method="post" action="/up" bus-boost="true">FIELD<button formenctype="multipart/form-data">send</button></form>`,
    ],
    [
      "a button with a verb",
      `<form>FIELD<button bus-post="/up" formenctype="multipart/form-data">send</button></form>`,
    ],
  ])("%s is sent as its button says", async (_what, form) => {
    let got: { type: string | undefined; body: string } | undefined;
    site.routes["POST /up"] = (request, response, body) => {
      got = { type: request.headers["content-type"], body: `${body}` };
      response.end("<p>stored</p>");
    };
    await open(form.replace("FIELD", `<input type="file" name="file">`));
    await page.setInputFiles("[type=file]", {
      name: "a.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("what it says"),
    });
    await page.click("button");
    await page.waitForSelector("p:text('stored')");
    assert.match(got?.type ?? "", /^multipart\/form-data; boundary=/);
    assert.match(got?.body ?? "", /what it says/);
  });

  test("a file is uploaded as multipart, whole", async () => {
    const content = Buffer.alloc(300_000, "äb\n\0");
    let got: { type: string | undefined; body: Buffer } | undefined;
    site.routes["POST /up"] = (request, response, body) => {
      got = { type: request.headers["content-type"], body };
      response.end("stored");
    };
    await open(
      `<form bus-post="/up" enctype="multipart/form-data" bus-target="p"><input name="note" value="é"><input type="file" name="file" multiple><button>send</button></form><p></p>`,
    );
    await page.setInputFiles("[type=file]", [
      { name: "a ü.bin", mimeType: "application/octet-stream", buffer: content },
      { name: "b.txt", mimeType: "text/plain", buffer: Buffer.from("b") },
    ]);
    await page.click("button");
    await page.waitForSelector("p:text('stored')");
    assert.match(got?.type ?? "", /^multipart\/form-data; boundary=/);
    assert.ok(got?.body.includes(content), "the bytes of the file");
    assert.ok(got?.body.includes(`name="file"; filename="a ü.bin"`));
    assert.ok(got?.body.includes(`name="file"; filename="b.txt"`));
    assert.ok(got?.body.includes(`name="note"\r\n\r\né`));
  });

  test("cookies that a reply sets are sent with the next request", async () => {
    const cookies: unknown[] = [];
    site.routes["GET /x"] = (request, response) => {
      cookies.push(request.headers.cookie);
      response.setHeader("set-cookie", `n=${cookies.length}; HttpOnly; SameSite=Strict`).end(`${cookies.length}`);
    };
    await open(`<p bus-get="/x">go</p>`);
    await page.click("p");
    await page.waitForSelector("p:text('1')");
    await page.click("p");
    await page.waitForSelector("p:text('2')");
    assert.deepEqual(cookies, [undefined, "n=1"]);
  });

  test("no attribute makes it ask another origin", async () => {
    const there = `${elsewhere.origin}/x`;
    await open(
      ["get", "post", "put", "patch", "delete"]
        .map((verb) => `<p id="${verb}" bus-${verb}="${there}">${verb}</p>`)
        .join(""),
    );
    for (const verb of ["get", "post", "put", "patch", "delete"]) {
      const failed = nextError();
      await page.click(`#${verb}`);
      assert.equal(await failed, "origin");
    }
    assert.deepEqual(elsewhere.seen, []);
  });
});

describe("keyboard", () => {
  test("Enter on a link, Enter and Space on a button ask as a click does", async () => {
    site.routes["GET /x"] = "ok";
    await open(`<a href="/x" bus-get="/x" bus-target="p">a</a><button bus-get="/x" bus-target="p">b</button><p></p>`);
    for (const [selector, key] of [
      ["a", "Enter"],
      ["button", "Enter"],
      ["button", " "],
    ] as const) {
      await page.evaluate(() => document.querySelector("p")?.replaceChildren());
      await page.focus(selector);
      await page.keyboard.press(key);
      await page.waitForSelector("p:text('ok')");
    }
    assert.equal(new URL(page.url()).pathname, "/");
    assert.equal(site.seen.length, 4);
  });

  test.each([
    ["the button itself", `bus-disable="this"`, "b"],
    ["a fieldset around it", `bus-disable="#f"`, "b"],
    ["the button, which the reply replaces", `bus-disable="this" bus-target="#f" bus-swap="outerHTML"`, "b"],
  ])("the focus returns when the request has disabled %s", async (_what, attributes, id) => {
    const form = `<fieldset id="f"><button id="b" bus-post="/x" ${attributes}>go</button></fieldset>`;
    await open(`${form}<p id="out"></p>`);
    const reply = held(form);
    site.routes["POST /x"] = reply.handler;
    const focus = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);
    await page.focus("#b");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement === document.body); // so do browsers
    reply.release();
    await page.waitForFunction(() => document.activeElement !== document.body);
    assert.equal(await focus(), id);
    assert.deepEqual(site.seen, ["GET /", "POST /x"]);
  });

  test("the focus stays where the reader has moved it while the button was disabled", async () => {
    await open(`<button id="b" bus-post="/x" bus-disable="this" bus-target="p">go</button><input id="i"><p></p>`);
    const reply = held("done");
    site.routes["POST /x"] = reply.handler;
    await page.focus("#b");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement === document.body);
    await page.focus("#i");
    reply.release();
    await page.waitForSelector("p:text-is('done')");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "i");
  });

  test("Enter in a field submits its form once", async () => {
    site.routes["POST /x"] = "ok";
    await open(`<form bus-post="/x" bus-target="p"><input name="a"><button>go</button></form><p></p>`);
    await page.fill("input", "1");
    await page.press("input", "Enter");
    await page.waitForSelector("p:text('ok')");
    assert.deepEqual(site.seen, ["GET /", "POST /x a=1"]);
  });

  test("a field that is not valid is shown by the browser, and nothing is sent", async () => {
    await open(`<form><input name="a" required><button bus-post="/x">go</button></form>`);
    await page.click("button");
    assert.equal(await page.evaluate(() => document.activeElement?.localName), "input");
    assert.deepEqual(site.seen, ["GET /"]);
  });
});
