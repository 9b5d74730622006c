import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Suite } from "./host-suite.ts";

/** What the app gets to see of requests. */
export function requestSuite({ client, host }: Suite): void {
  const { get } = client;
  const ask = async (lines: string): Promise<string> => client.raw([`${lines}\r\nconnection: close\r\n\r\n`]);

  describe("paths", () => {
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
    test.each(["PUT", "PATCH", "DELETE"])("serves %s", async (method) => {
      assert.equal(await (await get("/thing", { method })).text(), `${method} thing`);
    });
    test("serves OPTIONS where the app has a route for it", async () => {
      assert.equal(await (await get("/thing", { method: "OPTIONS" })).text(), "options of the app's own");
    });
    test("understands the absolute form proxies use", async () => {
      assert.match(
        await ask("GET http://proxied.example/hello/proxy?x HTTP/1.1\r\nhost: proxied.example"),
        /hello proxy$/,
      );
    });
    test("never takes a path with dot segments for the route it would resolve to", async () => {
      const text = await ask("GET /files/../page HTTP/1.1\r\nhost: x");
      if (host.ways?.resolvesDots === true) assert.match(text, /^HTTP\/1\.1 200[\s\S]*just a template/);
      else assert.doesNotMatch(text, /just a template/);
    });
    test("keeps an encoded slash inside its segment", async () => {
      assert.match(await ask("GET /hello%2Fyou HTTP/1.1\r\nhost: x"), /host 404$/);
    });
    test("serves a mounted app below its prefix", async () => {
      assert.equal(await (await get("/inner")).text(), "inner home");
      assert.deepEqual(await (await get("/inner/items/7")).json(), { id: "7" });
    });
  });

  describe("queries", () => {
    test("parses them, repeated names as lists", async () => {
      const fields = await (await get("/query?a=1&b=x+y&a=2&__proto__=p&c=%zz")).json();
      assert.deepEqual(fields, JSON.parse('{"a":["1","2"],"b":"x y","__proto__":"p","c":"%zz"}'));
    });
    test.each([
      ["", {}],
      ["?", {}],
      ["?a", { a: "" }],
      ["?a=", { a: "" }],
      ["?a=b=c", { a: "b=c" }],
      ["?a=1?b=2", { a: "1?b=2" }],
      ["?a%5B%5D=1", { "a[]": "1" }],
      ["?%C5%BE=%F0%9F%90%8E", { ž: "🐎" }],
      ["?a=1&&b=2", { a: "1", b: "2" }],
    ])("parses %j", async (query, fields) => {
      assert.deepEqual(await (await get(`/query${query}`)).json(), fields);
    });
    test("takes a query of 8 kB", async () => {
      const fields = await (await get(`/query?a=${"x".repeat(8000)}`)).json();
      assert.equal(fields.a.length, 8000);
    });
  });

  describe("request headers", () => {
    test("shows names in lower case, however they are written", async () => {
      for (const name of ["X-ONE", "x-one", "X-One", "x-oNe"]) {
        assert.match(await ask(`GET /headers HTTP/1.1\r\nhost: x\r\n${name}: value`), /"one":"value"/);
      }
    });
    test("joins a header that comes more than once", async () => {
      assert.match(await ask("GET /headers HTTP/1.1\r\nhost: x\r\nx-one: a\r\nX-One: b"), /"one":"a, b"/);
    });
    test("takes the blanks around a value off, and keeps an empty one", async () => {
      assert.match(await ask("GET /headers HTTP/1.1\r\nhost: x\r\nx-one: \t a b \t "), /"one":"a b"/);
      assert.match(await ask("GET /headers HTTP/1.1\r\nhost: x\r\nx-one:"), /"one":""/);
    });
    test("takes a hundred headers, and one of 8 kB", async () => {
      const many = Array.from({ length: 100 }, (_, i) => `x-h${i}: ${i}`).join("\r\n");
      assert.match(await ask(`GET /all-headers HTTP/1.1\r\nhost: x\r\n${many}`), /"x-h99":"99"/);
      assert.match(await ask(`GET /headers HTTP/1.1\r\nhost: x\r\nx-one: ${"y".repeat(8000)}`), /"one":"y{8000}"/);
    });
    test("refuses more headers than the host's parser takes", async () => {
      assert.match(await ask(`GET /headers HTTP/1.1\r\nhost: x\r\nx-one: ${"y".repeat(20_000)}`), /^HTTP\/1\.1 431/);
    });
    test("names like those of every object are harmless", async () => {
      const text = await ask("GET /all-headers HTTP/1.1\r\nhost: x\r\n__proto__: p\r\nconstructor: c");
      assert.match(text, /^HTTP\/1\.1 200/);
      assert.match(await ask("GET /headers HTTP/1.1\r\nhost: x"), /"one":null/);
    });
    test("parses cookies", async () => {
      const reply = await get("/cookies", { headers: { cookie: "a=1; b=%C5%BE; a=3" } });
      assert.deepEqual(await reply.json(), { a: "1", b: "ž" });
    });
    test("parses cookies that come in several lines", async () => {
      assert.match(
        await ask("GET /cookies HTTP/1.1\r\nhost: x\r\ncookie: a=1\r\nCookie: b=2; c=3"),
        /\{"a":"1","b":"2","c":"3"\}/,
      );
    });
    test("parses a hundred cookies", async () => {
      const cookie = Array.from({ length: 100 }, (_, i) => `c${i}=${i}`).join("; ");
      const cookies = await (await get("/cookies", { headers: { cookie } })).json();
      assert.deepEqual([Object.keys(cookies).length, cookies.c99], [100, "99"]);
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
  });
}
