import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import fastifyCompress from "@fastify/compress";
import compression from "compression";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { compress as honoCompress } from "hono/compress";
import Koa from "koa";
import koaCompress from "koa-compress";
import { request } from "undici";
import { afterEach, describe, test } from "vitest";
import { expressHandler } from "../../adapters/express/index.ts";
import { fastifyHandler } from "../../adapters/fastify/index.ts";
import { fetchHandler } from "../../adapters/fetch/index.ts";
import { koaHandler } from "../../adapters/koa/index.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { type App, type AppOptions, cacheReply, createApp, type FileSource } from "../../lib/app/index.ts";
import { listen } from "./listen.ts";

// cast: version 4 is installed under an alias without types; what is used of it is the same in both
const express4 = createRequire(import.meta.url)("express4") as typeof express;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function run(listener: RequestListener): Promise<string> {
  const { origin, close } = await listen(listener);
  stops.push(close);
  return origin;
}

/** Hosts that compress all they know to gain by it, however short. */
const hosts: Record<string, (app: App) => Promise<string>> = {
  "express 4": (app) =>
    run(
      express4()
        .use(compression({ threshold: 0 }))
        .use(expressHandler(app)),
    ),
  "express 5": (app) =>
    run(
      express()
        .use(compression({ threshold: 0 }))
        .use(expressHandler(app)),
    ),
  fastify: async (app) => {
    const server = Fastify({ forceCloseConnections: true });
    await server.register(fastifyCompress, { threshold: 0 });
    await server.register(fastifyHandler(app));
    stops.push(() => server.close());
    return server.listen({ port: 0, host: "127.0.0.1" });
  },
  koa: (app) =>
    run(
      new Koa()
        .use(koaCompress({ threshold: 0 }))
        .use(koaHandler(app))
        .callback(),
    ),
  hono: async (app) => {
    const answer = fetchHandler(app, { compresses: true });
    const hono = new Hono();
    hono.use(honoCompress({ threshold: 0 }));
    hono.use(async (c, next) => (await answer(c.req.raw)) ?? next());
    return run(async (req, res) => {
      const headers = Object.entries(req.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const reply = await hono.request(req.url ?? "/", { method: req.method ?? "GET", headers });
      res.writeHead(reply.status, [...reply.headers].flat());
      res.end(Buffer.from(await reply.arrayBuffer()));
    });
  },
};

const LONG = "All work and no play makes a dull page. ".repeat(100);
const BYTES = new TextEncoder().encode(LONG);

function fileOf(type: string): FileSource {
  return {
    size: BYTES.length,
    type,
    etag: '"v1"',
    async *read(start, end) {
      yield BYTES.subarray(start, end);
    },
  };
}

/** Replies with a strong tag, of each kind there is. */
function appOf(options: AppOptions): App {
  const app = createApp(options);
  const kept = cacheReply({ status: 200, headers: [["content-type", "text/plain; charset=utf-8"]], body: LONG });
  const tag = { etag: '"v1"' };
  app.get("/long", (c) => c.precondition(tag) ?? c.text(LONG, 200, tag));
  app.get("/short", (c) => c.precondition(tag) ?? c.json({ text: "short" }, 200, tag));
  app.get("/kept-for-a-while", (c) => c.text("short", 200, { ...tag, "cache-control": "max-age=60" }));
  app.get("/kept", () => kept);
  app.get("/text-file", (c) => c.file(fileOf("text/plain")));
  app.get("/file", (c) => c.file(fileOf("application/octet-stream")));
  app.get("/stream", (c) => c.stream(streamed(), { type: "text/html", headers: tag }));
  app.get("/unusual", (c) => c.bytes(BYTES, { type: "application/x-yaml", headers: tag }));
  app.get("/weak", (c) => c.text(LONG, 200, { etag: 'W/"v1"' }));
  app.put("/:any", (c) => c.precondition(tag) ?? c.empty());
  return app;
}

async function* streamed(): AsyncGenerator<Uint8Array> {
  yield BYTES.subarray(0, 1000);
  yield BYTES.subarray(1000);
}

const paths = ["/long", "/short", "/kept-for-a-while", "/kept", "/text-file", "/file", "/stream", "/unusual"];
const codings = ["br", "gzip", "deflate", "gzip, deflate, br, zstd", "*", "identity", "gzip;q=0, identity", ""];

interface Got {
  readonly coding: string;
  readonly etag: string;
  readonly status: number;
  readonly body: string;
}

async function get(url: string, headers: Record<string, string>, method: "GET" | "PUT" = "GET"): Promise<Got> {
  const reply = await request(url, { method, headers });
  const text = (name: string): string => String(reply.headers[name] ?? "");
  const body = Buffer.from(await reply.body.arrayBuffer()).toString("latin1");
  return { coding: text("content-encoding"), etag: text("etag"), status: reply.statusCode, body };
}

describe.each(Object.keys(hosts))("%s, which compresses", (name) => {
  const serve = hosts[name] as (app: App) => Promise<string>; // cast: the names are the table's own

  test.each([
    ["of an app that could, too", { platform: nodePlatform }],
    ["of an app that was told not to", { platform: nodePlatform, compress: false }],
    ["of an app without a platform", {}],
  ])("never has one strong tag for two forms %s", async (_whose, options) => {
    const base = await serve(appOf(options));
    for (const path of paths) {
      const codingsOf = new Map<string, string>();
      for (const accepted of codings) {
        const { coding, etag } = await get(base + path, accepted === "" ? {} : { "accept-encoding": accepted });
        assert.notEqual(etag, "", `${path} as ${accepted}`);
        if (etag.startsWith("W/")) continue;
        assert.equal(codingsOf.get(etag) ?? coding, coding, `${path} as ${accepted} has ${etag}`);
        codingsOf.set(etag, coding);
      }
    }
  });

  test("leaves tags that fit an If-Match, and a 304 that names what the client has", async () => {
    const base = await serve(appOf({ platform: nodePlatform }));
    for (const path of ["/long", "/short"]) {
      for (const accepted of ["br", "gzip", "gzip, deflate, br", "identity"]) {
        const { etag, coding } = await get(base + path, { "accept-encoding": accepted });
        assert.equal(coding === "", path === "/short" || accepted === "identity", `${path} as ${accepted}`);
        assert.equal((await get(base + path, { "if-match": etag }, "PUT")).status, 204, etag);
        const again = await get(base + path, { "accept-encoding": accepted, "if-none-match": etag });
        assert.deepEqual([again.status, again.etag], [304, etag]);
      }
    }
  });

  test("has a 304 name the weak tag of a client that got one", async () => {
    const base = await serve(appOf({ platform: nodePlatform, compress: false }));
    const { etag, coding } = await get(`${base}/long`, { "accept-encoding": "gzip" });
    assert.deepEqual([etag, coding], ['W/"v1"', "gzip"]);
    const again = await get(`${base}/long`, { "accept-encoding": "gzip", "if-none-match": etag });
    assert.deepEqual([again.status, again.etag], [304, etag]);
  });

  test("goes on compressing what has a weak tag, or none", async () => {
    const base = await serve(appOf({ platform: nodePlatform }));
    const { etag, coding } = await get(`${base}/weak`, { "accept-encoding": "gzip" });
    assert.deepEqual([etag, coding], ['W/"v1"', "gzip"]);
  });

  test("joins no part to bytes of another form", async () => {
    const base = await serve(appOf({ platform: nodePlatform }));
    for (const path of ["/text-file", "/file"]) {
      for (const accepted of ["gzip", "identity"]) {
        const whole = await get(base + path, { "accept-encoding": accepted });
        const asked = { "accept-encoding": accepted, range: "bytes=10-", "if-range": whole.etag };
        const rest = await get(base + path, asked);
        const joined = rest.status === 206 ? whole.body.slice(0, 10) + rest.body : rest.body;
        assert.equal(joined, whole.body, `${path} as ${accepted}`);
      }
    }
  });
});
