import { once } from "node:events";
import { createServer, type RequestListener, type Server, request as send } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createGzip } from "node:zlib";
import express from "express";
import Fastify from "fastify";
import Koa from "koa";
import { expressHandler } from "../../adapters/express/index.ts";
import { fastifyHandler } from "../../adapters/fastify/index.ts";
import { koaHandler } from "../../adapters/koa/index.ts";
import { nodeHandler } from "../../adapters/node/index.ts";
import { acceptSockets } from "../../adapters/ws/index.ts";
import type { App } from "../../lib/app/index.ts";

/** A server with a live view in it, seen by who asks. */
export interface LiveHost {
  readonly origin: string;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<LiveHost> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => void sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // cast: it listens on a port
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

async function withSockets(server: Server, app: App, base: string): Promise<LiveHost> {
  const stop = acceptSockets(server, app, { base });
  const host = await listening(server);
  return {
    origin: host.origin + base,
    async close() {
      stop();
      await host.close();
    },
  };
}

/** Each host as people set it up: body parsers and their like before the app. */
export const liveHosts: readonly { readonly name: string; start(app: App): Promise<LiveHost> }[] = [
  { name: "node:http", start: (app) => withSockets(createServer(nodeHandler(app)), app, "") },
  {
    name: "Express with body parsers, behind a prefix",
    start(app) {
      const host = express();
      host.set("trust proxy", true);
      host.use(express.urlencoded({ extended: true }), express.json());
      host.use("/shop", expressHandler(app));
      return withSockets(createServer(host), app, "/shop");
    },
  },
  {
    name: "Koa",
    start: (app) => withSockets(createServer(new Koa({ proxy: true }).use(koaHandler(app)).callback()), app, ""),
  },
  {
    name: "Fastify, behind a prefix",
    async start(app) {
      const host = Fastify({ forceCloseConnections: true, trustProxy: true });
      await host.register(fastifyHandler(app), { prefix: "/shop" });
      await host.ready();
      const stop = acceptSockets(host.server, app, { base: "/shop" });
      const origin = await host.listen({ port: 0, host: "127.0.0.1" });
      return {
        origin: `${origin}/shop`,
        async close() {
          stop();
          await host.close();
        },
      };
    },
  },
];

/**
 * A proxy as they stand before such servers: ends TLS, as far as its headers say, speaks to the server by a name of its own, compresses what
 * it may, and lets upgrades through.
 */
export async function proxyTo(target: string): Promise<LiveHost> {
  const { hostname, port, pathname } = new URL(target);
  const forward = (headers: NodeJS.Dict<string | string[]>): NodeJS.Dict<string | string[]> => ({
    ...headers,
    "x-forwarded-proto": "https",
    "x-forwarded-host": headers["host"],
  });
  const listener: RequestListener = (asked, answered) => {
    const options = { hostname, port, method: asked.method, path: asked.url, headers: forward(asked.headers) };
    const behind = send(options, (reply) => {
      const control = String(reply.headers["cache-control"] ?? "");
      const { "content-length": _, ...headers } = reply.headers;
      const isShort = /no-transform/.test(control) || reply.headers["content-encoding"] !== undefined;
      answered.writeHead(reply.statusCode ?? 502, isShort ? reply.headers : { ...headers, "content-encoding": "gzip" });
      // As most do, it holds back what is not worth a packet.
      if (isShort) reply.pipe(answered);
      else reply.pipe(createGzip()).pipe(answered);
      answered.once("close", () => behind.destroy());
    });
    behind.on("error", () => answered.destroy());
    asked.pipe(behind);
  };
  const server = createServer(listener);
  server.on("upgrade", (asked, socket: Socket, head: Buffer) => {
    const behind = send({ hostname, port, path: asked.url, headers: forward(asked.headers) });
    behind.on("error", () => socket.destroy());
    behind.on("response", (reply) => socket.end(`HTTP/1.1 ${reply.statusCode} Refused\r\nconnection: close\r\n\r\n`));
    behind.on("upgrade", (reply, other: Socket, first: Buffer) => {
      const lines = reply.rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [`${name}: ${reply.rawHeaders[at + 1]}`] : [],
      );
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
      socket.write(first);
      other.write(head);
      socket.pipe(other).pipe(socket);
      for (const one of [socket, other]) one.on("error", () => one.destroy());
    });
    behind.end();
  });
  const host = await listening(server);
  return { origin: host.origin + (pathname === "/" ? "" : pathname), close: host.close };
}
