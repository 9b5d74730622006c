import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Suite } from "./host-suite.ts";

/** What replies look like on the wire. */
export function replySuite({ client, host, witness }: Suite): void {
  const { get } = client;

  describe("replies", () => {
    test("renders a template as a page", async () => {
      const reply = await get("/");
      assert.equal(reply.status, 200);
      assert.equal(reply.headers.get("content-type"), "text/html; charset=utf-8");
      assert.equal(await reply.text(), "<h1>Hello &lt;you&gt;</h1>");
    });
    test("takes a bare template from a handler", async () => {
      assert.equal(await (await get("/page")).text(), "<p>just a template</p>");
    });
    test("takes anything of a reply's shape", async () => {
      const reply = await get("/shape");
      const seen = [reply.status, reply.headers.get("x-shape"), await reply.text()];
      assert.deepEqual(seen, [202, "yes", "<b>shape</b>"]);
    });
    test("gives a body without a type none, unless the host insists", async () => {
      assert.equal((await get("/shape")).headers.get("content-type"), host.ways?.guessedType ?? null);
    });
    test("sends bytes untouched", async () => {
      const reply = await get("/bytes");
      assert.equal(reply.headers.get("content-type"), "application/octet-stream");
      assert.deepEqual([...new Uint8Array(await reply.arrayBuffer())], [0, 255, 128, 10]);
    });
    test("sends no more of a buffer than the part it was given", async () => {
      assert.deepEqual([...new Uint8Array(await (await get("/bytes-of-a-part")).arrayBuffer())], [2, 3]);
    });
    test("sends bytes of shared memory as it sends others", async () => {
      assert.deepEqual([...new Uint8Array(await (await get("/shared-bytes")).arrayBuffer())], [2, 3]);
    });
    test("sends bytes and text of megabytes whole", async () => {
      assert.equal((await (await get("/big-bytes")).arrayBuffer()).byteLength, 3_000_000);
      assert.equal((await (await get("/big-text")).text()).length, 1_000_000);
    });
    test("sends empty bodies with a length of none", async () => {
      for (const path of ["/no-text", "/no-bytes"]) {
        const reply = await get(path);
        assert.deepEqual([reply.status, reply.headers.get("content-length"), await reply.text()], [200, "0", ""]);
      }
    });
    test("announces the length in bytes, not characters", async () => {
      const reply = await get("/unicode");
      assert.equal(reply.headers.get("content-length"), String(Buffer.byteLength("žluťoučký 🐎")));
      assert.equal(await reply.text(), "žluťoučký 🐎");
    });
    test("sends a length of the handler's own once", async () => {
      const text = await client.raw(["GET /own-length HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]);
      assert.deepEqual(
        text.match(/content-length: \d+/gi)?.map((line) => line.toLowerCase()),
        ["content-length: 4"],
      );
    });
    test("sends status and headers of the handler's choosing", async () => {
      const reply = await get("/created");
      assert.deepEqual([reply.status, reply.headers.get("location")], [201, "/created/1"]);
      assert.deepEqual(await reply.json(), { ok: true });
    });
    test.each([200, 202, 203, 226, 299, 400, 402, 403, 409, 418, 422, 429, 500, 501, 503, 599])(
      "sends status %i with its body",
      async (status) => {
        const reply = await get(`/status/${status}`);
        assert.deepEqual([reply.status, await reply.text()], [status, `status ${status}`]);
      },
    );
    test.each([201, 202, 301, 400, 404, 500])("sends status %i without a body", async (status) => {
      const reply = await get(`/empty-status/${status}`);
      assert.deepEqual([reply.status, await reply.text()], [status, ""]);
    });
    test("sends a part with its range as it is", async () => {
      const reply = await get("/part");
      const seen = [reply.status, reply.headers.get("content-range"), await reply.text()];
      assert.deepEqual(seen, [206, "bytes 2-3/10", "23"]);
    });
    test("sends 204 without a body", async () => {
      const reply = await get("/empty");
      assert.deepEqual([reply.status, await reply.text(), reply.headers.get("content-type")], [204, "", null]);
    });
    test.each(["/reset", "/redirect", "/empty-status/200", "/empty-status/201", "/empty-status/404"])(
      "sends %s, which has no body, so that the client knows where it ends",
      async (path) => {
        const framing = /^(?:content-length: 0|connection: close|transfer-encoding: chunked)\r$/im;
        const text = await client.raw([`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`], /\r\n\r\n/);
        assert.match(text, framing);
        assert.doesNotMatch(text, /^content-type/im);
      },
    );
    test("sends error statuses of the handler's own as they are", async () => {
      const reply = await get("/gone");
      assert.deepEqual([reply.status, await reply.text()], [410, "no longer"]);
    });
    test("answers 304 to a matching entity tag", async () => {
      assert.equal((await get("/etag")).status, 200);
      const headers = { "if-none-match": 'W/"v0", W/"v1"', "cache-control": "no-cache" };
      const reply = await get("/etag", { headers });
      assert.deepEqual([reply.status, reply.headers.get("etag"), await reply.text()], [304, '"v1"', ""]);
    });
    test("redirects with 302 after GET and 303 after POST", async () => {
      const found = await get("/redirect");
      assert.deepEqual([found.status, found.headers.get("location")], [302, "/hello/there?a=%C5%BE"]);
      const after = await get("/redirect", { method: "POST" });
      assert.deepEqual([after.status, after.headers.get("location")], [303, "/hello/there"]);
    });
  });

  describe("reply headers", () => {
    test("keeps every cookie, the host's too", async () => {
      const cookies = (await get("/set-cookies")).headers.getSetCookie().sort();
      assert.deepEqual(cookies, ["host=1", "one=1; Path=/", "three=3", "two=2; Path=/"]);
    });
    test("keeps the host's cookie beside a single one of the app's", async () => {
      assert.deepEqual((await get("/one-cookie")).headers.getSetCookie().sort(), ["host=1", "only=1"]);
    });
    test("sends fifty cookies on lines of their own, commas and all", async () => {
      const cookies = (await get("/many-cookies")).headers.getSetCookie();
      assert.equal(cookies.length, 51);
      assert.ok(cookies.includes("c49=49, still 49"));
    });
    test("keeps repeated headers and adds to the host's vary", async () => {
      const reply = await get("/links");
      assert.equal(reply.headers.get("link"), "</a>; rel=preload, </b>; rel=preload");
      assert.deepEqual(reply.headers.get("vary")?.split(/,\s*/), ["Origin", "Accept"]);
    });
    test("takes names that differ in case for one", async () => {
      const reply = await get("/mixed-case");
      assert.deepEqual([reply.headers.get("x-mixed"), reply.headers.get("content-language")], ["1, 2", "cs"]);
    });
    test("sends empty, long and Latin-1 values as they are", async () => {
      const { headers } = await get("/odd-values");
      const seen = ["x-empty", "x-tab", "x-latin"].map((name) => headers.get(name));
      assert.deepEqual([...seen, headers.get("x-long")?.length], ["", "a\tb", "é", 6000]);
    });
    test.each(["ok", "é€", "x".repeat(5000)])("sends Latin-1 as it is ahead of a text, too (%#)", async (text) => {
      const reply = await get(`/latin-and-text?${new URLSearchParams({ text })}`);
      assert.deepEqual([reply.headers.get("x-latin"), await reply.text()], ["é", text]);
    });
    test("keeps the host's headers unless the reply has its own", async () => {
      assert.equal((await get("/")).headers.get("x-host"), "host");
      const reply = await get("/own-type");
      assert.deepEqual([reply.headers.get("x-host"), reply.headers.get("content-type")], ["app", "image/svg+xml"]);
    });
    test.each(["/trailer", "/trailer/stream"])("announces no trailers, which %s would not have", async (path) => {
      for (const method of ["GET", "HEAD", "GET"]) {
        const reply = await get(path, { method });
        assert.deepEqual([reply.status, reply.headers.get("trailer")], [200, null]);
        assert.equal(await reply.text(), method === "GET" ? "no trailer" : "");
      }
    });
    test("says of the connection what is true of this one, not of the one behind it", async () => {
      const text = await client.raw(["GET /handed-on HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]);
      assert.match(text, /^x-end: to end\r$/im);
      assert.match(text, /^connection: close\r$/im);
      assert.doesNotMatch(text, /timeout=99|h2c|connection: keep-alive/i);
    });
    test("refuses a reply of two types, which browsers and hosts read one way or the other", async () => {
      const reply = await get("/two-types");
      assert.equal(reply.status, 500);
      assert.doesNotMatch(await reply.text(), /<script>/);
    });
    test("adds headers from middleware", async () => {
      assert.equal((await get("/page")).headers.get("x-app"), "1");
    });
  });

  describe("HEAD", () => {
    test("falls back to GET, with its length and no body", async () => {
      const reply = await get("/hello/you", { method: "HEAD" });
      assert.deepEqual([reply.status, reply.headers.get("content-length"), await reply.text()], [200, "9", ""]);
      assert.equal(reply.headers.get("content-type"), "text/plain; charset=utf-8");
    });
    test.each(["/hello/you", "/count/3", "/bytes", "/"])("sends no body bytes on the wire for %s", async (path) => {
      const text = await client.raw([`HEAD ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`]);
      assert.ok(text.startsWith("HTTP/1.1 200"), text);
      assert.ok(text.endsWith("\r\n\r\n"), text);
    });
    test.each(["/created", "/bytes", "/unicode", "/page", "/set-cookies", "/status/404", "/etag"])(
      "says of %s what GET says",
      async (path) => {
        const told = ({ headers }: Response): string[][] =>
          [...headers].filter(([name = ""]) => !OF_CONNECTION.test(name));
        assert.deepEqual(told(await get(path, { method: "HEAD" })), told(await get(path)));
      },
    );
    test("leaves the connection ready for the next request", async () => {
      const head = "HEAD /hello/you HTTP/1.1\r\nhost: x\r\n\r\n";
      const last = "GET /hello/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      const text = await client.raw([head, head, last]);
      assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 3);
      assert.match(text, /hello me$/);
    });
    test("lets a stream go unread", async () => {
      const before = witness.pulled;
      assert.equal((await get("/endless", { method: "HEAD" })).status, 200);
      assert.equal(witness.pulled, before);
    });
  });
}

/** What is said of the moment and the connection, which `fetch` closes behind a HEAD. */
const OF_CONNECTION = /^(?:date|connection|keep-alive)$/;
