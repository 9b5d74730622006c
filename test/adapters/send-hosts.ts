import { createRequire } from "node:module";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import Fastify from "fastify";
import Koa from "koa";
import { send as sendByExpress } from "../../adapters/express/index.ts";
import { send as sendByFastify } from "../../adapters/fastify/index.ts";
import { send as sendByFetch } from "../../adapters/fetch/index.ts";
import { send as sendByKoa } from "../../adapters/koa/index.ts";
import { send as sendByNode } from "../../adapters/node/index.ts";
import type { PartialReply, RequestLike } from "../../lib/partial/index.ts";
import type { Running } from "./host-suite.ts";
import { listen } from "./listen.ts";

/** What the handler of a host answers. */
export type Answer = (request: RequestLike) => PartialReply;

/** A host whose own handler sends replies of busbar/partial: there is no app. */
export interface SendingHost {
  readonly name: string;
  start(answer: Answer): Promise<Running>;
}

const require = createRequire(import.meta.url);
// cast: these versions are installed under aliases without types; what is used of them is the same in both
const express4 = require("express4") as typeof express;
const koa2 = require("koa2") as typeof Koa;

const FAILED = "host error";

function expressHost(name: string, create: typeof express): SendingHost {
  const onError: express.ErrorRequestHandler = (error, _req, res, next) =>
    res.headersSent ? next(error) : void res.status(500).send(FAILED);
  return {
    name,
    start: (answer) => {
      const server = create().disable("x-powered-by").disable("etag");
      server.use((req, res, next) => {
        res.vary("Origin").set("x-host", "1");
        new Promise<void>((resolve) => resolve(sendByExpress(res, answer(req)))).catch((error) => {
          if (res.headersSent) res.destroy();
          else next(error);
        });
      });
      return listen(server.use(onError));
    },
  };
}

function koaHost(name: string, Class: typeof Koa): SendingHost {
  return {
    name,
    start: (answer) => {
      const server = new Class();
      server.silent = true;
      server.use(async (ctx) => {
        ctx.vary("Origin");
        ctx.set("x-host", "1");
        await sendByKoa(ctx, answer(ctx));
      });
      return listen(server.callback());
    },
  };
}

export const SENDING_HOSTS: readonly SendingHost[] = [
  {
    name: "node",
    start: (answer) =>
      listen((req, res) => {
        res.setHeader("vary", "Origin").setHeader("x-host", "1");
        new Promise<void>((resolve) => resolve(sendByNode(res, answer(req)))).catch(() => {
          if (res.headersSent) res.destroy();
          else res.writeHead(500).end(FAILED);
        });
      }),
  },
  expressHost("express 4", express4),
  expressHost("express 5", express),
  {
    name: "fastify",
    start: async (answer) => {
      const server = Fastify({ forceCloseConnections: true });
      server.all("/", async (request, reply) => {
        reply.header("vary", "Origin").header("x-host", "1");
        return sendByFastify(reply, answer(request));
      });
      const origin = await server.listen({ port: 0, host: "127.0.0.1" });
      return { origin, close: () => server.close() };
    },
  },
  koaHost("koa 2", koa2),
  koaHost("koa 3", Koa),
  {
    name: "fetch",
    start: (answer) =>
      listen(
        getRequestListener(
          async (request) => {
            const response = await sendByFetch(request, answer(request));
            response.headers.append("vary", "Origin");
            response.headers.set("x-host", "1");
            return response;
          },
          { errorHandler: () => new Response(FAILED, { status: 500 }), overrideGlobalObjects: false },
        ),
      ),
  },
];
