import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import fastifyCompress from "@fastify/compress";
import compression from "compression";
import express, { type RequestHandler } from "express";
import Fastify from "fastify";
import Koa from "koa";
import koaCompress from "koa-compress";
import koaMount from "koa-mount";
import { afterEach, describe, test } from "vitest";
import { expressHandler } from "../../adapters/express/index.ts";
import { fastifyHandler, send } from "../../adapters/fastify/index.ts";
import { koaHandler } from "../../adapters/koa/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { type App, cacheReply, createApp } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import { canonicalPath } from "../../lib/router/index.ts";
import { until } from "./client.ts";
import { listen } from "./listen.ts";

// cast: version 4 is installed under an alias without types; what is used of it is the same in both
const express4 = createRequire(import.meta.url)("express4") as typeof express;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A way to serve an app behind a guard of the host's, which sees the request first and may refuse it. */
type Serve = (
  app: App,
  options?: { trust?: boolean; compress?: boolean; guard?: (url: string) => boolean },
) => Promise<string>;

async function run(listener: RequestListener): Promise<string> {
  const { origin, close } = await listen(listener);
  stops.push(close);
  return origin;
}

const onExpress =
  (make: typeof express): Serve =>
  (app, { trust = false, compress = false, guard } = {}) => {
    const server = make();
    if (trust) server.set("trust proxy", true);
    if (guard !== undefined)
      server.use(((req, res, next) => (guard(req.url) ? res.status(401).end() : next())) as RequestHandler); // cast: a refusal answers nothing further
    if (compress) server.use(compression({ threshold: 0 }));
    server.use(expressHandler(app));
    return run(server);
  };

const onFastify: Serve = async (app, { trust = false, compress = false, guard } = {}) => {
  const server = Fastify({ trustProxy: trust, forceCloseConnections: true });
  if (guard !== undefined)
    server.addHook("onRequest", async (request, reply) => {
      if (guard(request.url)) return reply.code(401).send();
    });
  if (compress) await server.register(fastifyCompress, { threshold: 0 });
  server.register(fastifyHandler(app));
  stops.push(() => server.close());
  return server.listen({ port: 0, host: "127.0.0.1" });
};

const onKoa: Serve = (app, { trust = false, compress = false, guard } = {}) => {
  const server = new Koa({ proxy: trust });
  if (guard !== undefined) server.use((ctx, next) => (guard(ctx.url) ? ctx.throw(401) : next()));
  if (compress) server.use(koaCompress({ threshold: 0 }));
  server.use(koaHandler(app));
  return run(server.callback());
};

const hosts: Readonly<Record<string, Serve>> = {
  "express 4": onExpress(express4),
  "express 5": onExpress(express),
  fastify: onFastify,
  koa: onKoa,
};

/** A reply's head, and its text so far, inflated if need be, with who reads on. */
async function open(url: string): Promise<{ reply: IncomingMessage; text: () => string; end: Promise<unknown> }> {
  const request = httpRequest(url, { headers: { "accept-encoding": "gzip" } }).end();
  const [reply] = (await once(request, "response")) as [IncomingMessage]; // cast: what "response" carries
  const readable = reply.headers["content-encoding"] === "gzip" ? reply.pipe(createGunzip()) : reply;
  let text = "";
  readable.on("data", (chunk: Buffer) => (text += chunk));
  return { reply, text: () => text, end: once(readable, "end") };
}

describe.each(Object.keys(hosts))("conventions of %s", (name) => {
  const serve = hosts[name] as Serve; // cast: the names are the hosts' own

  test("address and TLS are the framework's word, by its own settings for proxies", async () => {
    const app = createApp();
    app.get("/", (c) => c.json([c.request.address, c.request.secure]));
    const headers = { "x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https" };
    assert.deepEqual(await (await fetch(await serve(app), { headers })).json(), ["127.0.0.1", false]);
    assert.deepEqual(await (await fetch(await serve(app, { trust: true }), { headers })).json(), ["6.6.6.6", true]);
  });

  test("the host's compression runs on the app's replies, keeps its cookies, and the app knows of it", async () => {
    const app = createApp();
    app.get("/", (c) =>
      c.text(`${c.request.compresses} `.repeat(1000), 200, [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ]),
    );
    const { reply, text, end } = await open(await serve(app, { compress: true }));
    await end;
    assert.deepEqual([reply.headers["content-encoding"], reply.headers["set-cookie"]], ["gzip", ["a=1", "b=2"]]);
    assert.equal(text(), "true ".repeat(1000));
  });

  test("a 304 says that what it stands for varies where the host compresses that, and says it once", async () => {
    for (const options of [{}, { platform: nodePlatform }, { compress: false, platform: nodePlatform }]) {
      const app = createApp(options);
      const kept = cacheReply({ status: 200, headers: [["content-type", "text/plain"]], body: "kept ".repeat(1000) });
      const image = cacheReply({ status: 200, headers: [["content-type", "image/png"]], body: "kept ".repeat(1000) });
      app.get("/kept", () => kept);
      app.get("/image", () => image);
      app.get("/page", (c) => c.notModified({ etag: '"v1"', vary: "Cookie" }));
      const base = await serve(app, { compress: true });
      const varyOf = async (path: string): Promise<string[]> => {
        const reply = await fetch(new URL(path, base), {
          headers: { "if-none-match": "*", "accept-encoding": "gzip" },
        });
        assert.equal(reply.status, 304);
        return (reply.headers.get("vary") ?? "").toLowerCase().split(", ").sort();
      };
      assert.deepEqual(await varyOf("/kept"), ["accept-encoding"]);
      assert.deepEqual(await varyOf("/page"), ["accept-encoding", "cookie"]);
      assert.deepEqual(await varyOf("/image"), [name === "koa" ? "accept-encoding" : ""]); // Koa's says so of everything
    }
  });

  test("a part is sent in the bytes that its range counts, though the host compresses", async () => {
    const app = createApp();
    app.get("/part", (c) => c.text("part ".repeat(1000), 206, { "content-range": "bytes 0-4999/99999" }));
    app.get("/aged", (c) => {
      c.addHeader("Cache-Control", "max-age=5");
      return c.text("part ".repeat(1000), 206, { "content-range": "bytes 0-4999/99999" });
    });
    const base = await serve(app, { compress: true });
    for (const [path, control] of [
      ["/part", "no-transform"],
      ["/aged", "max-age=5, no-transform"],
    ] as const) {
      const reply = await fetch(new URL(path, base), { headers: { "accept-encoding": "gzip" } });
      assert.deepEqual([reply.status, reply.headers.get("content-encoding")], [206, null]);
      assert.equal(reply.headers.get("cache-control"), control);
      assert.match(reply.headers.get("vary") ?? "", /accept-encoding/i);
      assert.equal(await reply.text(), "part ".repeat(1000));
    }
  });

  test("server-sent events arrive one by one though the host compresses", async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    async function* events(): AsyncGenerator<string> {
      yield "first";
      await gate;
      yield "second";
    }
    const app = createApp();
    app.get("/", (c) => c.sse(events()));
    const { text, end } = await open(await serve(app, { compress: true }));
    await until(() => text().includes("first"));
    assert.doesNotMatch(text(), /second/);
    release();
    await end;
    assert.match(text(), /second/);
  });

  test("a guard of the host's that asks for the canonical path is passed by no spelling of it", async () => {
    const app = createApp({ ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false });
    app.get("/admin/*rest", (c) => c.text("secret"));
    app.get("/open", (c) => c.text("open"));
    const options = { ignoreDuplicateSlashes: true };
    const guard = (url: string): boolean => {
      try {
        return canonicalPath(url, options).toLowerCase().startsWith("/admin/");
      } catch {
        return true;
      }
    };
    const origin = await serve(app, { guard });
    assert.equal(await (await fetch(`${origin}/open`)).text(), "open");
    const spellings = [
      "/admin/x",
      "/ADMIN/x",
      "/%61dmin/x",
      "/%41DMIN/x",
      "//admin//x",
      "/admin/x/",
      "/admin/%2e%2e/open",
      "/admin/x?a=/open",
    ];
    for (const path of [
      ...spellings,
      "/./admin/x",
      "/open/../admin/x",
      "/admin%2Fx",
      "/%2561dmin/x",
      "/admin/x#y",
      "/admin;/x",
    ]) {
      const request = httpRequest(origin, { path: path.replace("#", "%23") }).end();
      const [reply] = (await once(request, "response")) as [IncomingMessage]; // cast: what "response" carries
      let text = "";
      for await (const chunk of reply) text += chunk;
      assert.doesNotMatch(text, /secret/, path);
      if (spellings.includes(path)) assert.equal(reply.statusCode, 401, path);
    }
  });
});

describe("conventions of one host", () => {
  test.each(["express 4", "express 5"])(
    "%s: what wraps the response's end leaves replies their lengths",
    async (name) => {
      const app = createApp();
      app.get("/text", (c) => c.text("žluť"));
      app.get("/empty", (c) => c.redirect("/text"));
      app.get("/reset", (c) => c.empty(205));
      app.get("/nothing", (c) => c.empty());
      app.get("/stream", (c) => c.stream(Readable.from(["a"])));
      app.get("/long", (c) => c.text("long ".repeat(1000)));
      const server = (name === "express 4" ? express4 : express)();
      const origin = await run(server.use(compression()).use(expressHandler(app))); // which compresses none of these but the last
      const told = async (path: string, method = "GET"): Promise<readonly (string | null)[]> => {
        const { headers } = await fetch(origin + path, { method, redirect: "manual" });
        return [headers.get("content-length"), headers.get("transfer-encoding")];
      };
      assert.deepEqual(await told("/text"), ["6", null]);
      assert.deepEqual(await told("/text", "HEAD"), ["6", null]);
      assert.deepEqual(await told("/empty"), ["0", null]);
      assert.deepEqual(await told("/reset"), ["0", null]);
      assert.deepEqual(await told("/nothing"), [null, null]);
      assert.deepEqual(await told("/stream"), [null, "chunked"]);
      assert.deepEqual(await told("/long"), [null, "chunked"]);
    },
  );

  test.each(["express 4", "express 5"])("%s: a stream under compression is flushed chunk by chunk", async (name) => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    async function* chunks(): AsyncGenerator<string> {
      yield "first";
      await gate;
      yield "second";
    }
    const app = createApp();
    app.get("/", (c) => c.stream(chunks(), { type: "text/plain" }));
    const { reply, text, end } = await open(await (hosts[name] as Serve)(app, { compress: true })); // cast: see above
    assert.equal(reply.headers["content-encoding"], "gzip");
    await until(() => text() === "first");
    release();
    await end;
    assert.equal(text(), "firstsecond");
  });

  test("express: without an error handler, a reply that failed midway closes the connection", async () => {
    const app = createApp();
    async function* chunks(): AsyncGenerator<string> {
      yield "first";
      throw new Error("midway");
    }
    app.get("/", (c) => c.stream(chunks()));
    const server = express().set("env", "test");
    server.use(expressHandler(app));
    const origin = await run(server);
    await assert.rejects(async () => (await fetch(origin)).text());
  });

  test("fastify: hooks see which requests are the app's, and run on its streams", async () => {
    const app = createApp();
    app.get("/events", (c) =>
      c.sse(
        (async function* () {
          yield "one";
        })(),
      ),
    );
    const server = Fastify();
    const seen: unknown[] = [];
    server.addHook("onRequest", async (request, reply) => {
      seen.push(request.routeOptions.config.busbar);
      reply.header("access-control-allow-origin", "https://app.example");
    });
    server.addHook("onSend", async (_request, reply) => void reply.header("set-cookie", "late=1"));
    server.get("/host", async () => "host");
    server.register(fastifyHandler(app));
    const reply = await server.inject("/events");
    assert.deepEqual(
      [reply.headers["access-control-allow-origin"], reply.headers["set-cookie"], reply.body],
      ["https://app.example", "late=1", ":\n\ndata: one\n\n"],
    );
    await server.inject("/host");
    assert.deepEqual(seen, [true, undefined]);
    await server.close();
  });

  test("koa: under koa-mount, routes match the rest of the path and what is not the app's goes on", async () => {
    const app = createApp();
    app.get("/page", (c) => c.text(`${c.base} ${c.url}`));
    const server = new Koa();
    server.use(koaMount("/shop", koaHandler(app)));
    server.use((ctx) => {
      ctx.body = `koa ${ctx.path}`;
    });
    const origin = await run(server.callback());
    assert.equal(await (await fetch(`${origin}/shop/page?x`)).text(), "/shop /page?x");
    assert.equal(await (await fetch(`${origin}/shop/other`)).text(), "koa /shop/other");
  });

  test("fastify: a page that throws before its first piece is an error of Fastify's, with send", async () => {
    const server = Fastify();
    const late = new Promise<string>((_resolve, reject) => setTimeout(reject, 1, new Error("late")));
    late.catch(() => {});
    server.get("/now", (_request, reply) =>
      send(
        reply,
        html`<p>${() => {
          throw new Error("now");
        }}</p>`,
      ),
    );
    server.get("/late", (_request, reply) => send(reply, html`<p>${late}</p>`));
    for (const path of ["/now", "/late"]) assert.equal((await server.inject(path)).statusCode, 500, path);
    await server.close();
  });
});
