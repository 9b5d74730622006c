// The process under load: a live view, or ws alone answering with what it was sent. Started with what to serve, its rows, and whether sessions sleep.
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { WebSocketServer } from "ws";
import { app as apps, live, node, ws } from "../live/busbar.mjs";
import { viewOf } from "../live/view.mjs";

// The collections forced before memory is read would throw away code that has not run for some of them: what is timed next would compile it anew.
setFlagsFromString("--no-flush-bytecode");

const HOST = "0.0.0.0"; // all of 127.0.0.x
const [kind, rows, hibernateMs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

const server = kind === "ws" ? echoing() : serving();
server.listen({ port: 0, host: HOST, backlog: 4096 });
await once(server, "listening");

function serving() {
  const app = apps.createApp({ platform: node.nodePlatform });
  live.liveRoute(app, "/", viewOf(kind, rows), {
    ...{ maxHeld: 100_000, holdMs: 120_000, hibernateMs },
    onReport: (code, error) => console.error(code, error),
  });
  const http = createServer(node.nodeHandler(app));
  ws.acceptSockets(http, app);
  return http;
}

function echoing() {
  const http = createServer((_request, response) => response.end("<p>no view</p>"));
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  sockets.on("connection", (socket) => socket.on("message", (message) => socket.send(message)));
  return http;
}

let [lagMs, last] = [0, performance.now()];
const TICK_MS = 10;
setInterval(() => {
  const now = performance.now();
  lagMs = Math.max(lagMs, now - last - TICK_MS);
  last = now;
}, TICK_MS).unref();

process.on("message", async ({ task }) => {
  if (task === "memory") {
    for (let i = 0; i < 3; i++) {
      globalThis.gc();
      await sleep(20);
    }
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send({ held: heapUsed + external, rss, cpuMs: (user + system) / 1000, lagMs });
  [lagMs, last] = [0, performance.now()];
});
process.on("disconnect", () => process.exit());
process.send({ port: server.address().port });
