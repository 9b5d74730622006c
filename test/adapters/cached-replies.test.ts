import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type App, cacheReply, createApp } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import type { Running } from "./host-suite.ts";
import { PLAIN_HOSTS } from "./hosts.ts";

const PAGE = `<h1>Žluť</h1>${"lorem ipsum ".repeat(2000)}`;
const CHANGED = "Sun, 06 Nov 1994 08:49:37 GMT";
const BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
const BYTES = Uint8Array.from({ length: 300 }, (_, i) => i % 256);

function createCachedApp(): App {
  const app = createApp();
  const page = cacheReply({
    status: 200,
    headers: [
      ["content-type", "text/html; charset=utf-8"],
      ["cache-control", "max-age=60"],
      ["x-page", "1"],
    ],
    body: PAGE,
  });
  app.all("/page", () => page);
  const bytes = cacheReply({ status: 200, headers: [["content-type", "application/wasm"]], body: BYTES });
  app.get("/bytes", () => bytes);
  const dated = cacheReply({ status: 200, headers: [["Last-Modified", CHANGED]], body: "dated" });
  app.get("/dated", () => dated);
  const moved = cacheReply({ status: 301, headers: [["location", "/page"]], body: null });
  app.get("/moved", () => moved);
  const missing = cacheReply({ status: 404, headers: [["content-type", "text/plain"]], body: "nothing here" });
  app.get("/missing", () => missing);
  const later = Promise.resolve(cacheReply(html`<p>later</p>`));
  app.get("/later", () => later);
  app.group("/more", (group) => {
    group.use((c, next) => {
      c.addHeader("x-request", c.params["id"] ?? "none");
      c.addHeader("set-cookie", "a=1");
      return next();
    });
    group.get("/:id", () => page);
  });
  app.group("/changed", (group) => {
    group.use(async (_c, next) => {
      const reply = await next();
      return { ...reply, headers: [["content-type", "text/plain"]], body: "another body" };
    });
    group.get("/", () => page);
  });
  return app;
}

describe.each(PLAIN_HOSTS)("a cached reply on $name", (host) => {
  let server: Running;
  const get = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(server.origin + path, { redirect: "manual", ...init });
  const ifNoneMatch = (value: string): RequestInit => ({ headers: { "if-none-match": value } });

  beforeAll(async () => {
    server = await host.start(createCachedApp());
  });
  afterAll(() => server.close());

  test("is sent whole, any number of times, with its headers and an entity tag", async () => {
    const tags = new Set<string | null>();
    for (let i = 0; i < 3; i++) {
      const reply = await get("/page");
      assert.deepEqual([reply.status, await reply.text()], [200, PAGE]);
      const names = ["content-type", "cache-control", "x-page", "content-length"];
      const length = String(Buffer.byteLength(PAGE));
      assert.deepEqual(
        names.map((name) => reply.headers.get(name)),
        ["text/html; charset=utf-8", "max-age=60", "1", length],
      );
      tags.add(reply.headers.get("etag"));
    }
    assert.equal(tags.size, 1);
    assert.match([...tags][0] ?? "", /^"[0-9a-f]{16}"$/);
  });

  test("is sent as the bytes it was given", async () => {
    const reply = await get("/bytes");
    assert.equal(reply.headers.get("content-type"), "application/wasm");
    assert.deepEqual(new Uint8Array(await reply.arrayBuffer()), BYTES);
  });

  test("is a 304 for a client that has it, with the headers a 304 must repeat and no others of its own", async () => {
    const etag = (await get("/page")).headers.get("etag") ?? "";
    for (const value of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const reply = await get("/page", ifNoneMatch(value));
      assert.deepEqual([reply.status, await reply.text()], [304, ""]);
      assert.deepEqual(
        ["etag", "cache-control", "x-page", "content-type"].map((name) => reply.headers.get(name)),
        [etag, "max-age=60", null, null],
      );
    }
    assert.equal((await get("/page", ifNoneMatch('"another"'))).status, 200);
  });

  test("is a 412 for a client that wants the rest of another one", async () => {
    const etag = (await get("/page")).headers.get("etag") ?? "";
    const ask = async (headers: HeadersInit, path = "/page", method = "GET"): Promise<number> => {
      const reply = await get(path, { method, headers });
      await reply.text();
      return reply.status;
    };
    for (const value of [etag, `"x", ${etag}`, "*"]) assert.equal(await ask({ "if-match": value }), 200, value);
    for (const value of ['"x"', `W/${etag}`, ""]) assert.equal(await ask({ "if-match": value }), 412, value);
    assert.equal(await ask({ "if-match": '"x"', "if-none-match": etag }), 412); // the first is asked first
    assert.equal(await ask({ "if-match": etag, "if-none-match": etag }), 304);
    assert.equal(await ask({ "if-match": '"x"' }, "/page", "HEAD"), 412);
    assert.equal(await ask({ "if-match": '"x"' }, "/page", "POST"), 200); // what it asked for is done
    assert.equal(await ask({ "if-match": '"x"' }, "/missing"), 404);
    const reply = await get("/page", { headers: { "if-match": '"x"' } });
    assert.deepEqual([reply.headers.get("etag"), await reply.text()], [etag, ""]);
  });

  test("with a date is held against those of the request, where no tag decides", async () => {
    const etag = (await get("/dated")).headers.get("etag") ?? "";
    const statusOf = async (headers: HeadersInit): Promise<number> => {
      const reply = await get("/dated", { headers });
      await reply.text();
      return reply.status;
    };
    assert.equal(await statusOf({ "if-modified-since": CHANGED }), 304);
    assert.equal(await statusOf({ "if-modified-since": BEFORE }), 200);
    assert.equal(await statusOf({ "if-modified-since": "yesterday" }), 200);
    assert.equal(await statusOf({ "if-modified-since": CHANGED, "if-none-match": '"x"' }), 200);
    assert.equal(await statusOf({ "if-unmodified-since": CHANGED }), 200);
    assert.equal(await statusOf({ "if-unmodified-since": BEFORE }), 412);
    assert.equal(await statusOf({ "if-unmodified-since": BEFORE, "if-match": etag }), 200);
    assert.equal((await get("/dated", { headers: { "if-modified-since": CHANGED } })).headers.get("etag"), etag);
  });

  test("is sent to a POST whatever tag it names", async () => {
    const reply = await get("/page", { method: "POST", ...ifNoneMatch("*") });
    assert.deepEqual([reply.status, await reply.text()], [200, PAGE]);
  });

  test("tells HEAD its length and sends no body", async () => {
    const reply = await get("/page", { method: "HEAD" });
    assert.deepEqual([reply.status, await reply.text()], [200, ""]);
    assert.equal(reply.headers.get("content-length"), String(Buffer.byteLength(PAGE)));
    assert.equal((await get("/page", { method: "HEAD", ...ifNoneMatch("*") })).status, 304);
  });

  test("without a body, or of another status, is sent as it is and has no tag", async () => {
    const moved = await get("/moved");
    assert.deepEqual([moved.status, moved.headers.get("location"), await moved.text()], [301, "/page", ""]);
    const missing = await get("/missing", ifNoneMatch("*"));
    assert.deepEqual([missing.status, await missing.text(), missing.headers.get("etag")], [404, "nothing here", null]);
  });

  test("may come later", async () => {
    assert.equal(await (await get("/later")).text(), "<p>later</p>");
  });

  test("takes the headers middleware adds, each request its own", async () => {
    for (const id of ["1", "2"]) {
      const reply = await get(`/more/${id}`);
      assert.deepEqual(
        [reply.headers.get("x-request"), reply.headers.getSetCookie(), await reply.text()],
        [id, ["a=1"], PAGE],
      );
    }
    const again = await get("/more/3", ifNoneMatch("*"));
    assert.deepEqual([again.status, again.headers.get("x-request"), await again.text()], [304, "3", ""]);
    assert.equal((await get("/page")).headers.get("x-request"), null);
  });

  test("that middleware made another reply of is that one", async () => {
    const reply = await get("/changed");
    assert.deepEqual(
      [await reply.text(), reply.headers.get("content-type"), reply.headers.get("content-length")],
      ["another body", "text/plain", "12"],
    );
    assert.equal(reply.headers.get("etag"), null);
  });
});
