import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import formbody from "@fastify/formbody";
import express from "express";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { describe, test } from "vitest";
import { fastifyHandler, send } from "../../adapters/fastify/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import { hostSuite } from "./host-suite.ts";

hostSuite({
  name: "fastify",
  passesBadPaths: false,
  ways: { guessedType: "text/plain; charset=utf-8" },
  errorText: (message) => `host error: ${message}`,
  start: async (app, setup) => {
    const server = Fastify({ forceCloseConnections: true });
    server.addHook("onRequest", async (_request, reply) => {
      reply.header("set-cookie", "host=1");
      reply.header("vary", "Origin");
      reply.header("x-host", "host");
    });
    if (setup.parsers === true) await server.register(formbody);
    const parse = setup.parsers === true ? "host" : "busbar";
    server.register(fastifyHandler(app, { parse }), setup.mount === undefined ? {} : { prefix: setup.mount });
    server.get("/host", async () => "host route");
    server.setNotFoundHandler((_request, reply) => reply.code(404).send("host 404"));
    server.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) =>
      reply.code(error.statusCode ?? 500).send(`host error: ${error.message}`),
    );
    const origin = await server.listen({ port: 0, host: "127.0.0.1" });
    return { origin, close: () => server.close() };
  },
});

describe("fastify", () => {
  const app = createApp();
  app.get("/ours", (c) => c.text("ours"));
  app.post("/raw", async (c) => c.text(await c.readText()));
  app.post("/form", async (c) => c.json(await c.readForm()));
  app.get("/:anything", (c) => c.text("param"));

  const inject = async (server: FastifyInstance, method: "GET" | "POST", url: string): Promise<[number, string]> => {
    const reply = await server.inject({ method, url, ...(method === "POST" ? { payload: { a: 1 } } : {}) });
    return [reply.statusCode, reply.body];
  };

  test("answers inject, and runs the host's hooks on the app's replies", async () => {
    const server = Fastify();
    const seen: string[] = [];
    server.addHook("preHandler", async (request) => void seen.push(`preHandler ${request.url}`));
    server.addHook("onSend", async (_request, reply, payload) => {
      reply.header("x-hook", "1");
      return typeof payload === "string" ? payload.toUpperCase() : payload;
    });
    server.register(fastifyHandler(app));
    const reply = await server.inject("/ours");
    assert.deepEqual([reply.body, reply.headers["x-hook"], seen], ["OURS", "1", ["preHandler /ours"]]);
    assert.deepEqual(await inject(server, "POST", "/raw"), [200, '{"A":1}']);
  });

  test("lives beside a wildcard route of the host, whichever came first", async () => {
    for (const first of ["host", "app"]) {
      const server = Fastify();
      const parts = {
        host: () => void server.get("/*", async () => "host wildcard"),
        app: () => void server.register(fastifyHandler(app)),
      };
      for (const part of first === "host" ? [parts.host, parts.app] : [parts.app, parts.host]) part();
      assert.deepEqual(await inject(server, "GET", "/ours"), [200, "ours"]);
      assert.deepEqual(await inject(server, "GET", "/not/ours"), [200, "host wildcard"]);
    }
  });

  test("lets the host's more specific routes win", async () => {
    const server = Fastify();
    server.get("/host", async () => "host");
    server.register(fastifyHandler(app));
    assert.deepEqual(await inject(server, "GET", "/host"), [200, "host"]);
    assert.deepEqual(await inject(server, "GET", "/other"), [200, "param"]);
  });

  test("takes several apps, side by side and under prefixes", async () => {
    const second = createApp();
    second.get("/second/page", (c) => c.text("second"));
    const server = Fastify();
    server
      .register(fastifyHandler(app))
      .register(fastifyHandler(second))
      .register(fastifyHandler(second), { prefix: "/deep" });
    assert.deepEqual(await inject(server, "GET", "/ours"), [200, "ours"]);
    assert.deepEqual(await inject(server, "GET", "/second/page"), [200, "second"]);
    assert.deepEqual(await inject(server, "GET", "/deep/second/page"), [200, "second"]);
  });

  test("hands its request on as the raw one", async () => {
    const inner = createApp();
    inner.get("/", (c) => c.text((c.request.raw as FastifyRequest).ip));
    const server = Fastify();
    server.register(fastifyHandler(inner));
    assert.deepEqual(await inject(server, "GET", "/"), [200, "127.0.0.1"]);
  });

  test("takes what a preParsing hook has put in the body's place", async () => {
    const server = Fastify();
    server.addHook("preParsing", async () => Object.assign(Readable.from(["changed"]), { receivedEncodedLength: 0 }));
    server.register(fastifyHandler(app));
    assert.deepEqual(await inject(server, "POST", "/raw"), [200, "changed"]);
  });

  test("takes null from the host's JSON parser for the body it is", async () => {
    const inner = createApp();
    inner.post("/", async (c) => c.json([await c.readJson()]));
    const server = Fastify();
    server.register(fastifyHandler(inner, { parse: "host" }));
    const reply = await server.inject({
      method: "POST",
      url: "/",
      payload: "null",
      headers: { "content-type": "application/json" },
    });
    assert.equal(reply.body, "[null]");
  });

  test.each([
    ["/shop", "/%73hop/page"],
    ["/café", "/caf%C3%A9/page"],
    ["/a b", "/a%20b/page?x=1"],
    ["/shop", "/SHOP/page"],
    ["/shop", "//shop//page"],
  ])("finds the prefix %s in %s, as Fastify's own router does", async (prefix, url) => {
    const inner = createApp({ ignoreDuplicateSlashes: true });
    inner.get("/page", (c) => c.json({ base: c.base, url: c.url.replace(/^\/+/, "/") }));
    const server = Fastify({ routerOptions: { caseSensitive: false, ignoreDuplicateSlashes: true } });
    server.register(fastifyHandler(inner), { prefix });
    server.get("/*", async () => "host wildcard");
    const reply = await server.inject(url);
    assert.deepEqual(reply.json(), { base: prefix, url: `/page${url.includes("?") ? "?x=1" : ""}` });
  });

  test.each([
    ["/:org", "/acme/page", "/acme"],
    ["/:org/shop", "/a%2Fb/shop/page?x=/page", "/a%2Fb/shop"],
    ["/in/:org", "/in/acme", "/in/acme"],
    ["/in/:org", "/in/page/page", "/in/page"],
    ["/in/:id(^\\d+$)", "/in/7/", "/in/7"],
  ])("stands under the prefix %s, which has parameters: %s", async (prefix, url, base) => {
    const inner = createApp();
    inner.get("/page", (c) => c.text(c.base));
    inner.get("/", (c) => c.text(c.base));
    const server = Fastify();
    server.register(fastifyHandler(inner), { prefix });
    server.get("/in/:org/own", async () => "host");
    assert.equal((await server.inject(url)).body, base);
    assert.equal((await server.inject("/in/7/own")).body, "host");
    for (const miss of ["/in//page", "/in/x/nowhere", "/acme/shops/page"]) {
      assert.equal((await server.inject(miss)).statusCode, 404, miss);
    }
  });

  test("never matches a path outside the prefix as if it were below it", async () => {
    const inner = createApp({ terminal: true });
    inner.get("/:a/:b", (c) => c.text("reached"));
    const server = Fastify();
    server.register(fastifyHandler(inner), { prefix: "/shop" });
    server.setNotFoundHandler((_request, reply) => reply.code(404).send("host 404"));
    for (const url of ["/SHOP/page", "/shopping/page", "/x%2Fshop/page", "/shop%2Fpage/x", "//shop/page"]) {
      assert.deepEqual([url, ...(await inject(server, "GET", url))], [url, 404, "host 404"]);
    }
  });

  test("outlives a body that its preParsing hook cannot read, whoever reads it", async () => {
    const inner = createApp();
    inner.post("/ignores", (c) => c.text("ignored"));
    inner.post("/reads", async (c) => c.text(await c.readText()));
    const server = Fastify();
    // cast: the hook's type asks for a field that Fastify sets itself
    server.addHook("preParsing", async (_request, _reply, payload) => payload.pipe(createGunzip()) as never);
    server.register(fastifyHandler(inner));
    const origin = await server.listen({ port: 0, host: "127.0.0.1" });
    const post = (path: string): Promise<Response> =>
      fetch(origin + path, { method: "POST", body: "no gzip", headers: { "content-type": "application/json" } });
    assert.equal((await post("/ignores")).status, 200);
    const reply = await post("/reads");
    assert.deepEqual([reply.status, (await reply.json()).code], [500, "Z_DATA_ERROR"]);
    assert.equal((await post("/ignores")).status, 200);
    await server.close();
  });

  test("uses what a parser of Connect's has read in a hook, and says so where that is not what is asked for", async () => {
    const inner = createApp();
    inner.post("/json", async (c) => c.json(await c.readJson()));
    inner.post("/bytes", async (c) => c.text(`${(await c.readBytes()).length} bytes`));
    const parse = express.json();
    const server = Fastify({ forceCloseConnections: true });
    server.addHook("onRequest", (request, reply, done) => {
      // cast: as @fastify/middie and @fastify/express do; the parser asks for nothing but Node's own
      parse(request.raw as express.Request, reply.raw as express.Response, done as express.NextFunction);
    });
    server.register(fastifyHandler(inner));
    const origin = await server.listen({ port: 0, host: "127.0.0.1" });
    const post = async (path: string, body: string): Promise<unknown[]> => {
      const reply = await fetch(origin + path, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      const said: Record<string, unknown> = JSON.parse((await reply.text()).replace(/^(\d+) bytes$/, '{"length":$1}'));
      return [reply.status, said["a"] ?? said["length"] ?? said["code"] ?? said["detail"]];
    };
    assert.deepEqual(await post("/json", '{"a":1}'), [200, 1]);
    assert.deepEqual(await post("/bytes", '{"a":1}'), [500, "APP_BODY_GONE"]);
    assert.deepEqual(await post("/bytes", ""), [200, 0]);
    await server.close();
  });

  test("keeps its parsers to itself", async () => {
    const server = Fastify();
    server.register(fastifyHandler(app));
    server.post("/host", async (request) => ({ body: request.body }));
    assert.deepEqual(await inject(server, "POST", "/host"), [200, '{"body":{"a":1}}']);
  });

  test("uses a parser the host has for another type", async () => {
    const server = Fastify();
    server.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, _text, done) =>
      done(null, { from: "host" }),
    );
    server.register(fastifyHandler(app));
    const reply = await server.inject({
      method: "POST",
      url: "/form",
      payload: "a=1",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    assert.deepEqual(reply.json(), { from: "host" });
  });

  test("sends templates from a handler of the host's own", async () => {
    const server = Fastify();
    server.get("/", (_request, reply) => send(reply, html`<p>hi</p>`));
    const reply = await server.inject("/");
    assert.deepEqual([reply.body, reply.headers["content-type"]], ["<p>hi</p>", "text/html; charset=utf-8"]);
  });
});
