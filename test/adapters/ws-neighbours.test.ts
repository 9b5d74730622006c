import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import websocket from "@fastify/websocket";
import Fastify from "fastify";
import { Server as SocketIo } from "socket.io";
import { io } from "socket.io-client";
import { createServer as createVite } from "vite";
import { afterEach, describe, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { fastifyHandler } from "../../adapters/fastify/index.ts";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { acceptSockets, createUpgrade } from "../../adapters/ws/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Sockets that echo: one lets in at once, the other asks for longer than socket.io gives sockets that are not its own. */
function createEcho(): App {
  const app = createApp({ platform: nodePlatform });
  app.get("/page", (c) => c.text("a page"));
  app.use(async (c, next) => {
    if (c.url.includes("slow")) await sleep(1300);
    return next();
  });
  app.socket("/live/:name", (_c, channel) => void channel.onMessage((bytes) => channel.send(bytes)));
  return app;
}

async function start(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port; // cast: a TCP server has an address with a port
}

async function echo(url: string): Promise<number[]> {
  const socket = new WebSocket(url);
  stops.push(() => socket.terminate());
  await once(socket, "open");
  socket.send(new Uint8Array([1, 2, 3]));
  const [data] = await once(socket, "message");
  return [...data];
}

async function firstMessage(url: string, protocol?: string): Promise<string> {
  const socket = new WebSocket(url, protocol);
  stops.push(() => socket.terminate());
  const [data] = await once(socket, "message");
  return String(data);
}

async function chatWith(port: number): Promise<string> {
  const client = io(`http://127.0.0.1:${port}`, { transports: ["websocket"] });
  stops.push(() => client.close());
  await new Promise<void>((resolve, reject) => client.on("connect", resolve).on("connect_error", reject));
  return client.emitWithAck("ask", "are you there?");
}

function addSocketIo(server: Server): void {
  const chat = new SocketIo(server);
  chat.on("connection", (socket) =>
    socket.on("ask", (text: string, answer: (text: string) => void) => answer(`heard: ${text}`)),
  );
  stops.push(() => chat.close());
}

describe("on one server with socket.io and vite's HMR socket", () => {
  test.each(["busbar first", "busbar last"])("everyone keeps their own sockets (%s)", async (order) => {
    const app = createEcho();
    const server = createServer(nodeHandler(app));
    const accept = (): void => void stops.push(acceptSockets(server, app));
    if (order === "busbar first") accept();
    addSocketIo(server);
    const vite = await createVite({
      configFile: false,
      logLevel: "silent",
      appType: "custom",
      optimizeDeps: { noDiscovery: true },
      server: { middlewareMode: true, hmr: { server }, watch: null },
    });
    stops.push(() => vite.close());
    if (order === "busbar last") accept();
    const port = await start(server);
    const origin = `ws://127.0.0.1:${port}`;
    const [fast, slow, chat, hmr] = await Promise.all([
      echo(`${origin}/live/fast`),
      echo(`${origin}/live/slow`), // its middleware takes longer than socket.io waits before it ends sockets it does not know
      chatWith(port),
      firstMessage(`${origin}/?token=${vite.config.webSocketToken}`, "vite-hmr"),
    ]);
    assert.deepEqual([fast, slow, chat], [[1, 2, 3], [1, 2, 3], "heard: are you there?"]);
    assert.match(hmr, /"connected"/);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/page`)).text(), "a page"); // engine.io has moved the request listeners
  });
});

describe("beside @fastify/websocket, which answers every upgrade", () => {
  test("the app's sockets are a websocket route of Fastify's", async () => {
    const app = createEcho();
    const upgrade = createUpgrade(app);
    const server = Fastify({ forceCloseConnections: true });
    await server.register(websocket);
    server.register(fastifyHandler(app));
    server.register(async (instance) => {
      instance.get("/chat", { websocket: true }, (socket) => socket.send("chat"));
      instance.get("/live/*", { websocket: true }, (socket, request) => upgrade.handleSocket(socket, request.raw));
    });
    const origin = await server.listen({ port: 0, host: "127.0.0.1" });
    stops.push(() => {
      upgrade.close();
      return server.close();
    });
    const sockets = origin.replace("http:", "ws:");
    assert.deepEqual(await echo(`${sockets}/live/fast`), [1, 2, 3]);
    assert.equal(await firstMessage(`${sockets}/chat`), "chat");
    assert.equal(await (await fetch(`${origin}/page`)).text(), "a page");
    const refused = new WebSocket(`${sockets}/live/x/y`);
    const [code, reason] = await once(refused, "close");
    assert.deepEqual([code, String(reason)], [1008, "404"]);
    const foreign = new WebSocket(`${sockets}/live/fast`, { origin: "https://evil.example" });
    assert.equal((await once(foreign, "close"))[0], 1008);
  });

  test("a dispatcher of the host's own asks the app first, and whoever listened before for the rest", async () => {
    const app = createEcho();
    const { handleUpgrade, close } = createUpgrade(app);
    const fastify = Fastify({ forceCloseConnections: true });
    await fastify.register(websocket);
    fastify.register(async (instance) => {
      instance.get("/chat", { websocket: true }, (socket) => socket.send("chat"));
    });
    const { server } = fastify;
    const others = server.listeners("upgrade");
    server.removeAllListeners("upgrade");
    server.on("upgrade", (request, socket, head) => {
      if (handleUpgrade(request, socket, head)) return;
      for (const other of others) other.call(server, request, socket, head);
    });
    const origin = (await fastify.listen({ port: 0, host: "127.0.0.1" })).replace("http:", "ws:");
    stops.push(() => {
      close();
      return fastify.close();
    });
    assert.deepEqual(await echo(`${origin}/live/fast`), [1, 2, 3]);
    assert.equal(await firstMessage(`${origin}/chat`), "chat");
  });
});

test("a ws server with a path, which answers 400 to all others, stands behind a dispatcher", async () => {
  const app = createEcho();
  const { handleUpgrade, close } = createUpgrade(app);
  stops.push(close);
  const server = createServer();
  new WebSocketServer({ server, path: "/other" }).on("connection", (socket) => socket.send("other"));
  const others = server.listeners("upgrade");
  server.removeAllListeners("upgrade");
  server.on("upgrade", (request, socket, head) => {
    if (handleUpgrade(request, socket, head)) return;
    for (const other of others) other.call(server, request, socket, head);
  });
  const port = await start(server);
  assert.deepEqual(await echo(`ws://127.0.0.1:${port}/live/x`), [1, 2, 3]);
  assert.equal(await firstMessage(`ws://127.0.0.1:${port}/other`), "other");
});

test("on localhost, where Fastify listens twice, sockets open on either address", async () => {
  const app = createEcho();
  const fastify = Fastify({ forceCloseConnections: true });
  stops.push(acceptSockets(fastify.server, app));
  await fastify.listen({ port: 0, host: "localhost" });
  stops.push(() => fastify.close());
  for (const at of fastify.addresses()) {
    assert.ok(typeof at === "object");
    const host = at.family === "IPv6" ? `[${at.address}]` : at.address;
    assert.deepEqual(await echo(`ws://${host}:${at.port}/live/x`), [1, 2, 3]);
  }
});
