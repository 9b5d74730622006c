import type { IncomingMessage, ServerResponse } from "node:http";
import { type } from "arktype";
import express from "express";
import Fastify from "fastify";
import Koa from "koa";
import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type ExpressRequest, expressHandler } from "../../adapters/express/index.ts";
import { fastifyHandler } from "../../adapters/fastify/index.ts";
import { koaHandler } from "../../adapters/koa/index.ts";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import {
  type App,
  type Context,
  type ContextValues,
  createApp,
  type Fields,
  type Handler,
  type Middleware,
  type Platform,
  type Reply,
  type ReplyLike,
  type RouteValues,
  requireUser,
  type Session,
  type SocketChannel,
  sessionKey,
  sessions,
  stateKey,
} from "../../lib/app/index.ts";
import { type Html, html } from "../../lib/html/index.ts";
import { fragments, reply } from "../../lib/partial/index.ts";
import type { Channel } from "../../lib/wire/index.ts";

const app = createApp();

describe("contexts", () => {
  test("know the parameters of their pattern", () => {
    app.get("/a/:id/files/*path", (c) => {
      expectTypeOf(c.params).toEqualTypeOf<{ readonly id: string; readonly path: string }>();
      // @ts-expect-error no such parameter in the pattern
      c.params.name;
      return c.empty();
    });
  });

  test("know the parameters of their groups", () => {
    app.group("/orgs/:org", (group) => {
      group.get("/:user", (c) => {
        expectTypeOf(c.params).toEqualTypeOf<{ readonly org: string; readonly user: string }>();
        return c.empty();
      });
    });
  });

  test("carry what zod, valibot and arktype yield after conversion", () => {
    const three = {
      zod: z.object({ n: z.string().transform(Number), o: z.string().optional() }),
      valibot: v.object({ n: v.pipe(v.string(), v.transform(Number)), o: v.optional(v.string()) }),
      arktype: type({ n: "string.integer.parse", "o?": "string" }),
    };
    app.put("/three", { query: three.zod, headers: three.valibot, body: three.arktype }, (c) => {
      expectTypeOf(c.query.n).toEqualTypeOf<number>();
      expectTypeOf(c.headers.n).toEqualTypeOf<number>();
      expectTypeOf(c.body.n).toEqualTypeOf<number>();
      expectTypeOf(c.query.o).toEqualTypeOf<string | undefined>();
      expectTypeOf(c.headers.o).toEqualTypeOf<string | undefined>();
      expectTypeOf(c.body.o).toEqualTypeOf<string | undefined>();
      // @ts-expect-error the schema names no such field
      c.body.missing;
      return c.empty();
    });
  });

  test("carry what schemas yield, and raw strings where there is none", () => {
    app.post(
      "/:id",
      {
        params: z.object({ id: z.coerce.number() }),
        body: v.object({ name: v.string() }),
        cookies: z.object({ sid: z.string() }),
      },
      (c) => {
        expectTypeOf(c.params.id).toEqualTypeOf<number>();
        expectTypeOf(c.body.name).toEqualTypeOf<string>();
        expectTypeOf(c.cookies.sid).toEqualTypeOf<string>();
        expectTypeOf(c.query).toEqualTypeOf<Fields>();
        return c.empty();
      },
    );
    app.get("/plain", (c) => {
      expectTypeOf(c.body).toEqualTypeOf<undefined>();
      expectTypeOf(c.query["a"]).toEqualTypeOf<string | readonly string[] | undefined>();
      return c.empty();
    });
  });

  test("of handlers that stand by themselves are named by pattern and schemas", () => {
    const note = z.object({ text: z.string() });
    const show: Handler<RouteValues<"/users/:id">> = (c) => c.text(c.params.id);
    const save: Handler<RouteValues<"/users/:id", { readonly body: typeof note }>> = (c) =>
      c.text(c.params.id + c.body.text);
    app.get("/users/:id", show);
    app.post("/users/:id", { body: note }, save);
    app.get("/v2/users/:id", show);
    app.post("/users/:id/notes", { body: note, query: z.object({}), name: "notes", maxBodyBytes: 10 }, save);
    // @ts-expect-error: a route without that parameter
    app.get("/users", show);
  });

  test("of handlers that stand by themselves need a route with their schemas", () => {
    const note = z.object({ text: z.string() });
    const page = z.object({ page: z.coerce.number() });
    const save: Handler<RouteValues<"/n", { readonly body: typeof note }>> = (c) => c.text(c.body.text);
    const list: Handler<RouteValues<"/n", { readonly query: typeof page }>> = (c) => c.json(c.query.page);
    app.group("/g", (group) => {
      // @ts-expect-error: nobody reads the body
      group.post("/n", save);
    });
    // @ts-expect-error: nobody reads the body
    app.post("/n", save);
    // @ts-expect-error: nobody reads the body
    app.post("/n", {}, save);
    // @ts-expect-error: of the query another schema makes something else
    app.post("/n", { body: note, query: note }, list);
    // @ts-expect-error: nobody reads the body
    app.route(["PUT", "POST"], "/n", { query: page }, save);
    // @ts-expect-error: nobody reads the body
    app.route(["PUT", "POST"], "/n", save);
    // @ts-expect-error: without its schema the query is text
    app.get("/n", list);
    // @ts-expect-error: the context of one is not that of the other
    expectTypeOf<Context<RouteValues<"/n">>>().toExtend<Context<RouteValues<"/n", { readonly body: typeof note }>>>();
  });
  test("of any route fit a helper that takes them all", () => {
    const helper = (c: Context<ContextValues>): string => c.url;
    app.get("/:id", { query: z.object({ page: z.coerce.number() }) }, (c) => c.text(helper(c)));
  });

  test("give state the type of its key", () => {
    const user = stateKey<{ name: string }>("user");
    app.get("/me", (c) => {
      expectTypeOf(c.get(user)).toEqualTypeOf<{ name: string }>();
      // @ts-expect-error a string is no user
      c.set(user, "ann");
      return c.empty();
    });
  });
});

describe("handlers", () => {
  test("may return replies, templates, and what has a reply's shape", () => {
    app.get("/1", (c) => c.text("a"));
    app.get("/2", async () => html`<p></p>`);
    app.get("/3", () => ({ status: 200, headers: [["a", "b"]] as const, body: html`` }));
    // @ts-expect-error text alone says neither its type nor its status
    app.get("/4", () => "text");
    // @ts-expect-error a handler answers
    app.get("/5", () => {});
    // @ts-expect-error a schema follows Standard Schema
    app.get("/6", { query: { page: Number } }, (c) => c.empty());
  });

  test("of middleware give a reply back", () => {
    const good: Middleware = (_c, next) => next();
    const also: Middleware = async (c, next) => (c.method === "GET" ? await next() : c.empty());
    // @ts-expect-error the reply of next is not returned
    const bad: Middleware = async (_c, next) => {
      await next();
    };
    app.use(good, also, bad);
  });

  test("are sync when they can be", () => {
    expectTypeOf(app.handle).returns.toEqualTypeOf<Reply | undefined | Promise<Reply | undefined>>();
  });
});

describe("guards", () => {
  test("give sessions the type of their key", () => {
    interface Data {
      readonly user: { readonly name: string };
    }
    const mine = stateKey<Session<Data>>("session");
    app.use(sessions({ key: mine }), sessions());
    app.get("/session", (c) => {
      expectTypeOf(c.get(mine).get("user")).toEqualTypeOf<{ readonly name: string } | undefined>();
      expectTypeOf(c.get(sessionKey).get("anything")).toEqualTypeOf<unknown>();
      // @ts-expect-error a name alone is no user
      c.get(mine).set("user", "ann");
      // @ts-expect-error no such key in the data
      c.get(mine).get("cart");
      return c.empty();
    });
  });

  test("put users of one type under one key", () => {
    const user = stateKey<{ readonly name: string }>("user");
    app.use(requireUser({ find: () => ({ name: "ann" }), key: user, may: ({ name }) => name !== "" }));
    // @ts-expect-error a string is no user of this key
    app.use(requireUser({ find: (): string | undefined => "ann", key: user }));
  });

  test("set cookies with attributes browsers know", () => {
    app.get("/cookie", (c) => {
      c.setCookie("a", "1", { sameSite: "strict", prefix: "none", signed: true });
      expectTypeOf(c.signedCookie("a")).toEqualTypeOf<string | undefined>();
      // @ts-expect-error lower case, as everywhere in this API
      c.setCookie("a", "1", { sameSite: "Strict" });
      // @ts-expect-error values are text
      c.setCookie("a", 1);
      return c.empty();
    });
  });
});

describe("seams", () => {
  test("a socket's channel is the channel of wire", () => {
    expectTypeOf<SocketChannel>().toEqualTypeOf<Channel>();
  });

  test("a reply has the shape handlers may return", () => {
    expectTypeOf<Reply>().toExtend<ReplyLike>();
    expectTypeOf<{
      status: number;
      headers: [string, string][];
      body: Html | AsyncIterable<Html>;
    }>().toExtend<ReplyLike>();
  });

  test("what partial builds is a reply, and a host request is what it reads", () => {
    const ui = fragments({ list: (text: string, id: string) => html`<p id=${id}>${text}</p>` });
    app.get("/partial", (c) => reply(c.request).main(ui.list, "text"));
  });

  test("node has a platform", () => {
    expectTypeOf(nodePlatform).toExtend<Platform>();
  });

  test("the adapters fit their hosts", () => {
    const ours: App = app;
    expectTypeOf(nodeHandler(ours)).toExtend<(req: IncomingMessage, res: ServerResponse) => void>();
    express().use(expressHandler(ours));
    express().use("/shop", expressHandler(ours));
    express.Router().all("/x", expressHandler(ours));
    expectTypeOf<{ readonly protocol: string | undefined }>().toExtend<Pick<ExpressRequest, "protocol">>();
    new Koa().use(koaHandler(ours));
    Fastify().register(fastifyHandler(ours));
    Fastify().register(fastifyHandler(ours), { prefix: "/shop" });
  });
});
