import { createRequire } from "node:module";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import express from "express";
import Fastify from "fastify";
import { type Context, Hono } from "hono";
import Koa from "koa";
import { expressHandler } from "../../adapters/express/index.ts";
import { fastifyHandler } from "../../adapters/fastify/index.ts";
import { fetchHandler } from "../../adapters/fetch/index.ts";
import { koaHandler } from "../../adapters/koa/index.ts";
import { inFront, nodeHandler } from "../../adapters/node/index.ts";
import type { App } from "../../lib/app/index.ts";
import type { Running } from "./host-suite.ts";
import { listen } from "./listen.ts";

/** A host with nothing but an app in it. */
export interface PlainHost {
  readonly name: string;
  start(app: App): Promise<Running>;
}

// cast: version 4 is installed under an alias without types; what is used of it is the same in both
const express4 = createRequire(import.meta.url)("express4") as typeof express;

/** Every host, and every way into one. */
export const PLAIN_HOSTS: readonly PlainHost[] = [
  { name: "node", start: (app) => listen(nodeHandler(app)) },
  { name: "in front of express", start: (app) => listen(inFront(app, express())) },
  { name: "express 4", start: (app) => listen(express4().use(expressHandler(app))) },
  { name: "express 5", start: (app) => listen(express().use(expressHandler(app))) },
  { name: "koa", start: (app) => listen(new Koa().use(koaHandler(app)).callback()) },
  {
    name: "fastify",
    start: async (app) => {
      const server = Fastify({ forceCloseConnections: true });
      await server.register(fastifyHandler(app));
      const origin = await server.listen({ port: 0, host: "127.0.0.1" });
      return { origin, close: () => server.close() };
    },
  },
  {
    name: "fetch (hono)",
    start: (app) => {
      const address = (_request: Request, c: Context<Env>): string | undefined => c.env.incoming.socket.remoteAddress;
      const answer = fetchHandler<Context<Env>>(app, { address });
      const server = new Hono<Env>().use(async (c, next) => (await answer(c.req.raw, c)) ?? next());
      return listen(getRequestListener(server.fetch));
    },
  },
];

type Env = { Bindings: HttpBindings };
