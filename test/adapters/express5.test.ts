import assert from "node:assert/strict";
import express from "express";
import { describe, test } from "vitest";
import { expressHandler, send } from "../../adapters/express/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import { expressSubject } from "./express-subject.ts";
import { hostSuite } from "./host-suite.ts";
import { listen } from "./listen.ts";

hostSuite(expressSubject("express 5", express));

describe("express", () => {
  const post = (origin: string, type: string, body: string): Promise<Response> =>
    fetch(origin, { method: "POST", body, headers: { "content-type": type } });

  test("reads what raw, text and form parsers of Express left, as if it had read it itself", async () => {
    const app = createApp();
    app.post("/", async (c) => {
      const type = c.headers["content-type"];
      if (type === "application/json") return c.json(await c.readJson());
      if (type === "text/plain") return c.text(await c.readText());
      return c.json(await c.readForm());
    });
    const server = express();
    server.use(express.raw({ type: "application/json" }), express.text(), express.urlencoded({ extended: true }));
    server.use(expressHandler(app));
    const running = await listen(server);
    assert.deepEqual(await (await post(running.origin, "application/json", '{"a":1}')).json(), { a: 1 });
    assert.equal(await (await post(running.origin, "text/plain", "plain")).text(), "plain");
    const form = await post(running.origin, "application/x-www-form-urlencoded", "a[b]=1&a[c][d]=2&list=1&list=2");
    assert.deepEqual(await form.json(), { "a[b]": "1", "a[c][d]": "2", list: ["1", "2"] });
    await running.close();
  });

  test("gives the raw text where the host kept it", async () => {
    const app = createApp();
    app.post("/", async (c) => c.text(await c.readText()));
    const server = express();
    server.use(express.json({ verify: (req, _res, bytes) => Object.assign(req, { rawBody: bytes }) }));
    server.use(expressHandler(app));
    const running = await listen(server);
    assert.equal(await (await post(running.origin, "application/json", '{"a": 1}')).text(), '{"a": 1}');
    await running.close();
  });

  test.each(["/po", "/po/", "/po/page?x=1", "/po/a%2Fb"])(
    "tells the mount path where the framework has no word for it: %s",
    async (url) => {
      const app = createApp();
      app.get("/:name?", (c) => c.json([c.base, c.url]));
      const handle = expressHandler(app);
      const running = await listen((req, res) => {
        const rest = url.slice("/po".length); // as Connect does it
        const cut = { url: rest.startsWith("/") ? rest : `/${rest}`, originalUrl: url };
        handle(Object.assign(req, cut), res, () => res.end("next"));
      });
      const wanted = url === "/po" ? "/" : url.slice("/po".length);
      assert.deepEqual(await (await fetch(running.origin + url)).json(), ["/po", wanted]);
      await running.close();
    },
  );

  test("tells nested routers' whole mount path, parameters filled in", async () => {
    const app = createApp();
    app.get("/page", (c) => c.text(`${c.base} ${c.url}`));
    const server = express();
    const outer = express.Router();
    const inner = express.Router();
    inner.use("/inner", expressHandler(app));
    outer.use("/:tenant", inner);
    server.use("/outer", outer);
    const running = await listen(server);
    assert.equal(
      await (await fetch(`${running.origin}/outer/acme/inner/page?x=1`)).text(),
      "/outer/acme/inner /page?x=1",
    );
    await running.close();
  });

  test("sends templates from a handler of the host's own", async () => {
    const server = express();
    server.get("/", (_req, res) => void send(res, html`<p>hi</p>`));
    const running = await listen(server);
    const reply = await fetch(running.origin);
    assert.deepEqual(
      [await reply.text(), reply.headers.get("content-type")],
      ["<p>hi</p>", "text/html; charset=utf-8"],
    );
    await running.close();
  });

  test("refuses a body where another framework answers for headersSent, as Fastify's bridge to Express does", async () => {
    const app = createApp();
    app.post("/", (c) => c.text("not read", 403));
    const server = express().disable("x-powered-by");
    server.use((_req, res, next) => {
      Object.defineProperty(res, "headersSent", { get: () => false });
      next();
    });
    server.use(expressHandler(app));
    const running = await listen(server);
    for (const body of ["x", "x".repeat(300_000)]) {
      const reply = await post(running.origin, "text/plain", body);
      assert.deepEqual([reply.status, await reply.text()], [403, "not read"]);
    }
    await running.close();
  });
});
