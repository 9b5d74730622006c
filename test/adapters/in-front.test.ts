import assert from "node:assert/strict";
import express from "express";
import { afterAll, beforeAll, describe, test } from "vitest";
import { inFront } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { rawRequest } from "./client.ts";
import type { Running } from "./host-suite.ts";
import { listen } from "./listen.ts";
import { oddRequests } from "./odd-requests.ts";

/** An Express app as teams have them: parsers, a router, static headers, an error handler. */
function createExpress(): express.Express {
  const server = express();
  server.use(express.json({ limit: "10kb" }), express.urlencoded({ extended: true }), express.text());
  server.get("/", (_req, res) => void res.send("<p>home</p>"));
  server.get("/empty", (_req, res) => void res.status(204).end());
  server.get("/users/:id", (req, res) => {
    const { params, query, rawHeaders, ip, hostname } = req;
    res.cookie("seen", params.id).json({ params, query, rawHeaders, ip, hostname });
  });
  server.all("/echo", (req, res) => void res.json({ method: req.method, url: req.url, body: req.body ?? null }));
  server.get("/throws", () => {
    throw new Error("on purpose");
  });
  server.get("/stream", (_req, res) => {
    res.write("one,");
    res.end("two");
  });
  const router = express.Router();
  router.get("/page", (req, res) => void res.send(`${req.baseUrl} ${req.originalUrl}`));
  server.use("/shop", router);
  const onError: express.ErrorRequestHandler = (error, _req, res, next) => {
    if (res.headersSent) return next(error);
    res.status(error.status ?? 500).send(`failed: ${error.message}`);
  };
  server.use(onError);
  return server;
}

/** An app whose routes lie among those of Express without being asked for, some of them only by another method. */
function createFront(): ReturnType<typeof createApp> {
  const app = createApp();
  app.use((c, next) => {
    c.addHeader("x-front", "1");
    return next();
  });
  app.get("/ours", (c) => c.text("ours"));
  app.put("/", (c) => c.text("ours"));
  app.put("/users/:id", (c) => c.text("ours"));
  app.put("/shop/page", (c) => c.text("ours"));
  app.get("/users/:id/ours", (c) => c.text("ours"));
  app.get("/ours/*rest", (c) => c.text("ours"));
  app.socket("/socket", () => {});
  return app;
}

const mask = (text: string): string => text.replace(/^Date: .*$/gm, "Date: now");

describe("in front of Express", () => {
  let bare: Running;
  let fronted: Running;
  beforeAll(async () => {
    bare = await listen(createExpress());
    fronted = await listen(inFront(createFront(), createExpress()));
  });
  afterAll(() => Promise.all([bare.close(), fronted.close()]));

  test("there are two hundred odd requests", () => assert.ok(oddRequests.length >= 200, `${oddRequests.length}`));

  test.each(oddRequests)("$name: the answer has the bytes it would have without the app", async ({ parts, until }) => {
    const ask = ({ origin }: Running): Promise<string> => rawRequest(origin, parts, until);
    const [expected, actual] = await Promise.all([ask(bare), ask(fronted)]);
    assert.equal(mask(actual), mask(expected));
    assert.doesNotMatch(actual, /x-front/i);
  });

  test("the app's own routes never enter Express, nor its authentication", async () => {
    const text = await rawRequest(fronted.origin, ["GET /ours HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]);
    assert.match(text, /x-front: 1/);
    assert.doesNotMatch(text, /x-powered-by/i);
  });
});
