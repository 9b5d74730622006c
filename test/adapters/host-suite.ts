import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type App, createApp } from "../../lib/app/index.ts";
import { rawRequest } from "./client.ts";
import { bodySuite, streamSuite } from "./host-suite-bodies.ts";
import { createSuiteApp, type Witness } from "./suite-app.ts";

/** A server that is listening. */
export interface Running {
  readonly origin: string;
  close(): Promise<void>;
}

/** How a host is set up around the app. */
export interface HostSetup {
  /** Put the app under this path. */
  readonly mount?: string;
  /** Run the host's own JSON and form parsers before the app. */
  readonly parsers?: boolean;
}

/**
 * One host. Around the app it has: `GET /host` answering "host route"; before the app a cookie `host=1`, `vary: Origin` and
 * `x-host: host`; a 404 of its own saying "host 404"; an error handler of its own saying "host error: <message>".
 */
export interface HostSubject {
  readonly name: string;
  /** Whether a malformed path reaches the app; some hosts answer 400 themselves. */
  readonly passesBadPaths: boolean;
  /** What the error handler around the app says for an error. */
  readonly errorText: (message: string) => string;
  start(app: App, setup: HostSetup): Promise<Running>;
}

const JSON_HEADERS = { "content-type": "application/json" };
const FORM_HEADERS = { "content-type": "application/x-www-form-urlencoded" };

export function hostSuite(host: HostSubject): void {
  describe(host.name, () => {
    const witness: Witness = { aborted: 0, pulled: 0, ended: 0 };
    let server: Running;
    const get = (path: string, init?: RequestInit): Promise<Response> =>
      fetch(server.origin + path, { redirect: "manual", ...init });
    const post = (
      path: string,
      body: BodyInit,
      headers: Record<string, string>,
      init?: RequestInit,
    ): Promise<Response> => get(path, { method: "POST", body, headers, ...init });

    beforeAll(async () => {
      server = await host.start(createSuiteApp(witness), {});
    });
    afterAll(() => server.close());

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
        assert.deepEqual(
          [reply.status, reply.headers.get("x-shape"), await reply.text()],
          [202, "yes", "<b>shape</b>"],
        );
      });
      test("decodes parameters once", async () => {
        assert.equal(await (await get("/hello/J%C3%A1n%2520%2F")).text(), "hello Ján%20/");
      });
      test("gives a wildcard the rest of the path", async () => {
        assert.equal(await (await get("/files/a/b.txt")).text(), "a/b.txt");
      });
      test("takes long paths", async () => {
        const long = "x".repeat(900);
        assert.equal(await (await get(`/hello/${long}`)).text(), `hello ${long}`);
      });
      test("parses the query, repeated names as lists", async () => {
        assert.deepEqual(
          await (await get("/query?a=1&b=x+y&a=2&__proto__=p&c=%zz")).json(),
          JSON.parse('{"a":["1","2"],"b":"x y","__proto__":"p","c":"%zz"}'),
        );
      });
      test("parses cookies", async () => {
        const reply = await get("/cookies", { headers: { cookie: "a=1; b=%C5%BE; a=3" } });
        assert.deepEqual(await reply.json(), { a: "1", b: "ž" });
      });
      test("shows request headers in lower case", async () => {
        assert.equal((await (await get("/headers", { headers: { "X-ONE": "1" } })).json()).one, "1");
      });
      test("sends bytes untouched", async () => {
        const reply = await get("/bytes");
        assert.equal(reply.headers.get("content-type"), "application/octet-stream");
        assert.deepEqual([...new Uint8Array(await reply.arrayBuffer())], [0, 255, 128, 10]);
      });
      test("announces the length in bytes, not characters", async () => {
        const reply = await get("/unicode");
        assert.equal(reply.headers.get("content-length"), String(Buffer.byteLength("žluťoučký 🐎")));
        assert.equal(await reply.text(), "žluťoučký 🐎");
      });
      test("sends status and headers of the handler's choosing", async () => {
        const reply = await get("/created");
        assert.deepEqual([reply.status, reply.headers.get("location")], [201, "/created/1"]);
        assert.deepEqual(await reply.json(), { ok: true });
      });
      test("keeps every cookie, the host's too", async () => {
        const reply = await get("/set-cookies");
        assert.deepEqual(reply.headers.getSetCookie().sort(), ["host=1", "one=1; Path=/", "three=3", "two=2; Path=/"]);
      });
      test("keeps repeated headers and adds to the host's vary", async () => {
        const reply = await get("/links");
        assert.equal(reply.headers.get("link"), "</a>; rel=preload, </b>; rel=preload");
        assert.deepEqual(reply.headers.get("vary")?.split(/,\s*/), ["Origin", "Accept"]);
      });
      test("keeps the host's headers unless the reply has its own", async () => {
        assert.equal((await get("/")).headers.get("x-host"), "host");
        const reply = await get("/own-type");
        assert.deepEqual([reply.headers.get("x-host"), reply.headers.get("content-type")], ["app", "image/svg+xml"]);
      });
      test("adds headers from middleware", async () => {
        assert.equal((await get("/page")).headers.get("x-app"), "1");
      });
      test("sends 204 without a body", async () => {
        const reply = await get("/empty");
        assert.deepEqual([reply.status, await reply.text(), reply.headers.get("content-type")], [204, "", null]);
      });
      test("sends 205 so that the client knows where it ends", async () => {
        const framing = /^(?:content-length: 0|connection: close|transfer-encoding: chunked)\r$/im;
        const text = await rawRequest(server.origin, ["GET /reset HTTP/1.1\r\nhost: x\r\n\r\n"], framing);
        assert.match(text, framing);
      });
      test("sends error statuses of the handler's own as they are", async () => {
        const reply = await get("/gone");
        assert.deepEqual([reply.status, await reply.text()], [410, "no longer"]);
      });
      test("answers 304 to a matching entity tag", async () => {
        assert.equal((await get("/etag")).status, 200);
        const reply = await get("/etag", {
          headers: { "if-none-match": 'W/"v0", W/"v1"', "cache-control": "no-cache" },
        });
        assert.deepEqual([reply.status, reply.headers.get("etag"), await reply.text()], [304, '"v1"', ""]);
      });
      test("redirects with 302 after GET and 303 after POST", async () => {
        const found = await get("/redirect");
        assert.deepEqual([found.status, found.headers.get("location")], [302, "/hello/there?a=%C5%BE"]);
        const after = await post("/redirect", "", FORM_HEADERS);
        assert.deepEqual([after.status, after.headers.get("location")], [303, "/hello/there"]);
      });
      test.each(["PUT", "PATCH", "DELETE"])("serves %s", async (method) => {
        assert.equal(await (await get("/thing", { method })).text(), `${method} thing`);
      });
    });

    describe("HEAD", () => {
      test("falls back to GET, with its length and no body", async () => {
        const reply = await get("/hello/you", { method: "HEAD" });
        assert.deepEqual([reply.status, reply.headers.get("content-length"), await reply.text()], [200, "9", ""]);
        assert.equal(reply.headers.get("content-type"), "text/plain; charset=utf-8");
      });
      test("sends no body bytes on the wire", async () => {
        const text = await rawRequest(server.origin, [
          "HEAD /hello/you HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        ]);
        assert.ok(text.endsWith("\r\n\r\n"), text);
      });
      test("lets a stream go unread", async () => {
        const before = witness.pulled;
        assert.equal((await get("/endless", { method: "HEAD" })).status, 200);
        assert.equal(witness.pulled, before);
      });
    });

    describe("middleware", () => {
      test("refuses before the handler", async () => {
        const reply = await get("/guarded/me");
        assert.deepEqual([reply.status, await reply.text()], [401, "who are you?"]);
      });
      test("hands state on to the handler", async () => {
        assert.equal(await (await get("/guarded/me", { headers: { "x-user": "ann" } })).text(), "you are ann");
      });
      test("serves a mounted app below its prefix", async () => {
        assert.equal(await (await get("/inner")).text(), "inner home");
        assert.deepEqual(await (await get("/inner/items/7")).json(), { id: "7" });
      });
    });

    bodySuite(() => server.origin, get);
    streamSuite(witness, () => server.origin, get);

    describe("stepping aside", () => {
      test("leaves the host's own routes alone", async () => {
        assert.equal(await (await get("/host")).text(), "host route");
      });
      test("leaves unknown paths to the host's 404", async () => {
        const reply = await get("/nowhere");
        assert.deepEqual([reply.status, await reply.text()], [404, "host 404"]);
        assert.equal(reply.headers.get("x-app"), null);
      });
      test("leaves an unknown path with a body to the host", async () => {
        const reply = await post("/nowhere", "{}", JSON_HEADERS);
        assert.deepEqual([reply.status, await reply.text()], [404, "host 404"]);
      });
      test("leaves a wrong method to the host", async () => {
        const reply = await get("/page", { method: "DELETE" });
        assert.deepEqual([reply.status, await reply.text()], [404, "host 404"]);
      });
      test("leaves OPTIONS to the host", async () => {
        assert.notEqual((await get("/page", { method: "OPTIONS" })).headers.get("x-app"), "1");
      });
      test("leaves a malformed path to the host", async () => {
        const text = await rawRequest(server.origin, [
          "GET /hello/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        ]);
        assert.match(text, host.passesBadPaths ? /^HTTP\/1\.1 404/ : /^HTTP\/1\.1 400/);
      });
    });

    describe("below an owned prefix", () => {
      test("answers unknown paths with 404", async () => {
        const reply = await get("/api/nowhere");
        assert.equal(reply.status, 404);
        assert.match(reply.headers.get("content-type") ?? "", /^application\/problem\+json/);
        assert.equal(reply.headers.get("x-app"), "1");
      });
      test("answers a wrong method with 405 and Allow", async () => {
        const reply = await get("/api/items/7", { method: "DELETE" });
        assert.deepEqual([reply.status, reply.headers.get("allow")], [405, "GET, HEAD, OPTIONS, PUT"]);
      });
      test("answers OPTIONS with 204 and Allow", async () => {
        const reply = await get("/api/items/7", { method: "OPTIONS" });
        assert.deepEqual([reply.status, reply.headers.get("allow")], [204, "GET, HEAD, OPTIONS, PUT"]);
      });
      test("answers malformed encoding with 400", async () => {
        const text = await rawRequest(server.origin, [
          "GET /api/items/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        ]);
        assert.match(text, /^HTTP\/1\.1 400/);
      });
      test("answers an over-long parameter with 414", async () => {
        assert.equal((await get(`/api/items/${"x".repeat(3000)}`)).status, 414);
      });
    });

    describe("errors", () => {
      test.each([
        ["/throws", "sync failure"],
        ["/rejects", "async failure"],
        ["/breaks-early", "failed before the first chunk"],
      ])("hands what %s raises to the host", async (path, message) => {
        const reply = await get(path);
        assert.deepEqual([reply.status, await reply.text()], [500, host.errorText(message)]);
      });
      test("answers with the app's own error handler first", async () => {
        const reply = await get("/handled/throws");
        assert.deepEqual([reply.status, await reply.text()], [503, "handled on purpose"]);
      });
      test("never writes an injected header", async () => {
        const reply = await get("/injects");
        assert.equal(reply.status, 500);
        assert.deepEqual([reply.headers.get("x-evil"), reply.headers.getSetCookie().includes("evil=1")], [null, false]);
      });
    });

    describe("connections", () => {
      test("answers pipelined requests in order", async () => {
        const one = "GET /hello/1 HTTP/1.1\r\nhost: x\r\n\r\n";
        const two = "GET /hello/2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        assert.match(await rawRequest(server.origin, [one + two]), /hello 1[\s\S]*hello 2/);
      });
      test("keeps a connection through a hundred requests", async () => {
        for (let i = 0; i < 100; i++) assert.equal(await (await get(`/hello/${i}`)).text(), `hello ${i}`);
      });
      test("sends 100 Continue to who waits for it", async () => {
        const head =
          "POST /json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n";
        assert.match(await rawRequest(server.origin, [head, "{}"]), /^HTTP\/1\.1 100 Continue[\s\S]*\{"got":\{\}\}/);
      });
    });

    describe("under a mount path", () => {
      let mounted: Running;
      beforeAll(async () => {
        mounted = await host.start(createSuiteApp(witness), { mount: "/shop" });
      });
      afterAll(() => mounted.close());

      test("matches what is left of the path and tells the mount path", async () => {
        assert.deepEqual(await (await fetch(`${mounted.origin}/shop/headers?a=1`)).json(), {
          one: null,
          base: "/shop",
          url: "/headers?a=1",
          method: "GET",
        });
      });
      test("serves the mount path itself", async () => {
        assert.equal((await fetch(`${mounted.origin}/shop`)).status, 200);
        assert.equal((await fetch(`${mounted.origin}/shop/`)).status, 200);
        assert.equal((await fetch(`${mounted.origin}/shop?q=1`)).status, 200);
      });
      test("leaves everything outside to the host", async () => {
        assert.equal(await (await fetch(`${mounted.origin}/headers`)).text(), "host 404");
        assert.equal(await (await fetch(`${mounted.origin}/shopping`)).text(), "host 404");
        assert.equal(await (await fetch(`${mounted.origin}/shop/nowhere`)).text(), "host 404");
      });
    });

    describe("behind the host's own parsers", () => {
      let parsed: Running;
      const send = (path: string, body: string, headers: Record<string, string>): Promise<Response> =>
        fetch(parsed.origin + path, { method: "POST", body, headers });
      beforeAll(async () => {
        parsed = await host.start(createSuiteApp(witness), { parsers: true });
      });
      afterAll(() => parsed.close());

      test("uses JSON the host has parsed", async () => {
        assert.deepEqual(await (await send("/json", '{"a":1}', JSON_HEADERS)).json(), { got: { a: 1 } });
        assert.deepEqual(await (await send("/json", "{}", JSON_HEADERS)).json(), { got: {} });
      });
      test("uses a form the host has parsed", async () => {
        assert.deepEqual(await (await send("/form", "a=1&b=x+y&a=2", FORM_HEADERS)).json(), {
          got: { a: ["1", "2"], b: "x y" },
        });
      });
      test("still reads what the host's parsers skipped", async () => {
        assert.deepEqual(await (await send("/text", "a,b", { "content-type": "text/csv" })).json(), { got: "a,b" });
      });
      test("still answers 415 to another content type", async () => {
        assert.equal((await send("/json", "a=1", FORM_HEADERS)).status, 415);
      });
      test("still answers 400 to bad JSON", async () => {
        assert.equal((await send("/json", "{", JSON_HEADERS)).status, 400);
      });
      test("fails at once, rather than hanging, when the raw body is gone", async () => {
        const reply = await send("/bytes", '{"a":1}', JSON_HEADERS);
        assert.ok(reply.status === 500 || reply.status === 200, `${reply.status}`);
      });
    });
  });

  test(`${host.name}: an app that owns everything leaves the host nothing`, async () => {
    const app = createApp({ terminal: true });
    app.get("/", (c) => c.text("home"));
    app.notFound((c) => c.text(`no ${c.url}`, 404));
    const server = await host.start(app, {});
    assert.equal(await (await fetch(`${server.origin}/nowhere?x`)).text(), "no /nowhere?x");
    assert.equal((await fetch(server.origin, { method: "DELETE" })).status, 405);
    await server.close();
  });
}
