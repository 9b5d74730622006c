// One server process. Started with the kind of server, its data folder, and limits of busbar's hub, if any.

import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocketServer } from "ws";

const [kind, folder, given = "{}"] = process.argv.slice(2);
const limits = JSON.parse(given);
const require = createRequire(import.meta.url);
const HOST = "0.0.0.0";

const makers = {
  busbar: () => busbar("disk"),
  "busbar-process": () => busbar("process"),
  async ywebsocket() {
    process.env.YPERSISTENCE = folder;
    console.info = () => {};
    const { setupWSConnection } = require("y-websocket/bin/utils");
    const http = createServer((_request, response) => response.end("okay"));
    const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
    sockets.on("connection", setupWSConnection);
    return http;
  },
  async hocuspocus() {
    const { Hocuspocus } = await import("@hocuspocus/server");
    const { LeveldbPersistence } = require("y-leveldb");
    // y-leveldb brings its own yjs, Hocuspocus another: bytes pass between the two, objects do not.
    const Y = await import("yjs");
    const { encodeStateAsUpdate } = require("yjs");
    const level = new LeveldbPersistence(folder);
    const hocuspocus = new Hocuspocus({
      quiet: true,
      debounce: 2000,
      unloadImmediately: false,
      async onLoadDocument({ document, documentName }) {
        Y.applyUpdate(document, encodeStateAsUpdate(await level.getYDoc(documentName)));
      },
      async onStoreDocument({ document, documentName }) {
        await level.storeUpdate(documentName, Y.encodeStateAsUpdate(document));
      },
    });
    const http = createServer((_request, response) => response.end("okay"));
    const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
    sockets.on("connection", (socket, request) => hocuspocus.handleConnection(socket, request));
    return http;
  },
  /** Bare sockets: what a connection costs before anything is said. */
  async ws() {
    const http = createServer((_request, response) => response.end("okay"));
    const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
    sockets.on("connection", (socket) => socket.on("message", () => {}));
    return http;
  },
};

async function busbar(durability) {
  const { app: apps, level, node, sync, ws } = await import("./busbar.mjs");
  const store = await level.levelStore({ path: folder, durability });
  const hub = sync.createHub({ store, platform: node.nodePlatform, limits: { idleMs: 600_000, ...limits } });
  const app = apps.createApp({ platform: node.nodePlatform });
  app.socket("/sync", (_c, channel) => hub.accept(channel, { user: null }));
  const http = createServer(node.nodeHandler(app));
  ws.acceptSockets(http, app);
  return http;
}

const server = await makers[kind]();
server.listen({ port: 0, host: HOST, backlog: 4096 });
await once(server, "listening");

process.on("message", async ({ task }) => {
  if (task === "memory") {
    for (let i = 0; i < 4; i++) {
      globalThis.gc();
      await sleep(50);
    }
  }
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send({ held: heapUsed + Math.max(external, arrayBuffers), rss, cpuMs: (user + system) / 1000 });
});
process.on("disconnect", () => process.exit());
process.send({ port: server.address().port });
