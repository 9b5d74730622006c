import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { bodyParser } from "@koa/bodyparser";
import express, { type Express } from "express";
import Fastify from "fastify";
import Koa from "koa";
import { afterAll, beforeAll, describe, test } from "vitest";
import { expressHandler } from "../../adapters/express/index.ts";
import { fastifyHandler } from "../../adapters/fastify/index.ts";
import { fetchHandler } from "../../adapters/fetch/index.ts";
import { koaHandler } from "../../adapters/koa/index.ts";
import { readMultipart } from "../../adapters/multipart/index.ts";
import { nodeHandler } from "../../adapters/node/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { until } from "./client.ts";
import type { Running } from "./host-suite.ts";
import { listen } from "./listen.ts";

/** What the app's sinks went through. */
interface Log {
  readonly started: string[];
  readonly failed: string[];
  readonly errors: unknown[];
}

function createUploadApp(log: Log): App {
  const app = createApp();
  app.onError((error) => {
    log.errors.push(error);
    return undefined;
  });
  app.post("/upload", async (c) => {
    const form = await readMultipart(c, {
      maxFileBytes: 4_000_000,
      maxTotalBytes: 6_000_000,
      onFile: async ({ content, name }) => {
        log.started.push(name);
        const hash = createHash("sha256");
        try {
          for await (const chunk of content) hash.update(chunk);
        } catch (error) {
          log.failed.push(`${name} ${isCodedError(error) ? error.code : String(error)}`);
          throw error;
        }
        return hash.digest("hex");
      },
    });
    return c.json(form);
  });
  return app;
}

const withExpress = (make: () => Express, app: App): Promise<Running> => {
  const server = make();
  server.use(express.json(), express.urlencoded({ extended: true }), expressHandler(app));
  return listen(server);
};

const hosts: Readonly<Record<string, (app: App) => Promise<Running>>> = {
  node: (app) => listen(nodeHandler(app, undefined, { report: () => {} })),
  "express 5 behind its parsers": (app) => withExpress(express, app),
  "express 4 behind its parsers": (app) =>
    withExpress(createRequire(import.meta.url)("express4") as typeof express, app), // cast: the two are alike here
  koa: (app) => {
    const server = new Koa();
    server.on("error", () => {});
    server.use(bodyParser()).use(koaHandler(app));
    return listen(server.callback());
  },
  "fetch, on Hono's server": (app) => {
    const handle = fetchHandler(app);
    const answer = async (request: Request): Promise<Response> =>
      (await handle(request)) ?? new Response(null, { status: 404 });
    return listen(getRequestListener(answer, { overrideGlobalObjects: false }));
  },
  fastify: async (app) => {
    const server = Fastify({ forceCloseConnections: true });
    server.register(fastifyHandler(app));
    const origin = await server.listen({ port: 0, host: "127.0.0.1" });
    return { origin, close: async () => void (await server.close()) };
  },
};

describe.each(Object.entries(hosts))("uploads on %s", (_name, start) => {
  const log: Log = { started: [], failed: [], errors: [] };
  let running: Running;
  beforeAll(async () => {
    running = await start(createUploadApp(log));
  });
  afterAll(() => running.close());
  const post = (body: FormData): Promise<Response> => fetch(`${running.origin}/upload`, { method: "POST", body });

  test("take what FormData sends", async () => {
    const form = new FormData();
    const bytes = new Uint8Array(3_000_000).map((_byte, i) => (i * 31) % 256);
    form.append("title", 'a "quoted"\r\nžluť');
    form.append('odd"name', "1");
    form.append("photo", new File([bytes], 'my "photo" ž.png', { type: "image/png" }));
    form.append("photo", new Blob(["small"]));
    const reply = await post(form);
    assert.deepEqual(await reply.json(), {
      fields: { title: 'a "quoted"\r\nžluť', 'odd"name': "1" },
      files: [
        {
          name: "photo",
          filename: "my _photo_ ž.png",
          type: "image/png",
          byteLength: bytes.length,
          value: createHash("sha256").update(bytes).digest("hex"),
        },
        {
          name: "photo",
          filename: "blob",
          type: "application/octet-stream",
          byteLength: 5,
          value: createHash("sha256").update("small").digest("hex"),
        },
      ],
    });
  });

  test("over a limit answer 413, and leave the host usable", async () => {
    for (const bytes of [4_500_000, 7_000_000]) {
      const form = new FormData();
      form.append("big", new Blob([new Uint8Array(bytes)]), "big.bin");
      // A host may close on a sender that goes on; the reply is there all the same, or the connection is.
      const status = await post(form).then(
        (reply) => reply.status,
        () => 413,
      );
      assert.equal(status, 413);
    }
    const form = new FormData();
    form.append("a", "1");
    // Hono's server closes a connection whose body nobody wanted, as our own does when it lasts; the next connection is served.
    assert.equal((await post(form).catch(() => post(form))).status, 200);
  });

  test("cut off by the client end their sink with an error", async () => {
    log.failed.length = 0;
    const { hostname, port } = new URL(running.origin);
    const socket = connect(Number(port), hostname);
    const head =
      "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=xx\r\ncontent-length: 100000\r\n\r\n";
    socket.on("error", () => {});
    socket.write(`${head}--xx\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nhalf a fi`);
    await until(() => log.started.includes("f"));
    socket.destroy();
    await until(() => log.failed.length > 0);
    assert.deepEqual(log.failed, ["f APP_CLIENT_GONE"]);
  });
});

describe("a body the host has consumed", () => {
  test("is named as the reason", async () => {
    const log: Log = { started: [], failed: [], errors: [] };
    const server = express();
    server.use((req, _res, next) => void req.resume().once("end", next)); // as another upload middleware would
    server.use(expressHandler(createUploadApp(log)));
    server.use(((_error, _req, res, _next) => void res.status(500).end()) as express.ErrorRequestHandler);
    const running = await listen(server);
    const form = new FormData();
    form.append("a", "1");
    const reply = await fetch(`${running.origin}/upload`, { method: "POST", body: form });
    await running.close();
    const [error] = log.errors;
    assert.deepEqual([reply.status, isCodedError(error) && error.code], [500, "APP_BODY_GONE"]);
  });
});
