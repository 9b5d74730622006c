import assert from "node:assert/strict";
import { bodyParser } from "@koa/bodyparser";
import Koa from "koa";
import { describe, test } from "vitest";
import { koaHandler, send } from "../../adapters/koa/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import { hostSuite } from "./host-suite.ts";
import { koaSubject } from "./koa-subject.ts";
import { listen } from "./listen.ts";

hostSuite(koaSubject("koa 3", Koa));

describe("koa", () => {
  test("lets outer middleware see and change the reply", async () => {
    const app = createApp();
    app.get("/", (c) => c.text("body", 201, { "x-app": "1" }));
    const server = new Koa();
    server.use(async (ctx, next) => {
      await next();
      ctx.body = `${ctx.status} ${ctx.response.get("x-app")} ${ctx.body}!`;
    });
    server.use(koaHandler(app));
    const running = await listen(server.callback());
    assert.equal(await (await fetch(running.origin)).text(), "201 1 body!");
    await running.close();
  });

  test("hands its context on as the raw request", async () => {
    const app = createApp();
    app.get("/", (c) => c.text((c.request.raw as Koa.Context).state["user"]));
    const server = new Koa();
    server.use((ctx, next) => {
      ctx.state["user"] = "ann";
      return next();
    });
    server.use(koaHandler(app));
    const running = await listen(server.callback());
    assert.equal(await (await fetch(running.origin)).text(), "ann");
    await running.close();
  });

  test("gives the raw text of a body the parser kept", async () => {
    const app = createApp();
    app.post("/", async (c) => c.text(await c.readText()));
    const server = new Koa();
    server.use(bodyParser()).use(koaHandler(app));
    const running = await listen(server.callback());
    const reply = await fetch(running.origin, {
      method: "POST",
      body: '{"a": 1}',
      headers: { "content-type": "application/json" },
    });
    assert.equal(await reply.text(), '{"a": 1}');
    await running.close();
  });

  test("sends templates from middleware of the host's own", async () => {
    const server = new Koa();
    server.use((ctx) => send(ctx, html`<p>hi</p>`));
    const running = await listen(server.callback());
    const reply = await fetch(running.origin);
    assert.deepEqual(
      [await reply.text(), reply.headers.get("content-type")],
      ["<p>hi</p>", "text/html; charset=utf-8"],
    );
    await running.close();
  });
});
