// The process that is watched: one app, on node:http and in front of Express. Tells its ports, then a sample whenever it is asked.
import { createServer } from "node:http";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "busbar/app";
import { html } from "busbar/html";
import { inFront, nodeHandler, nodePlatform } from "busbar/node";
import { createProxy } from "busbar/proxy";
import { acceptSockets } from "busbar/ws";
import express from "express";
import { z } from "zod";

let streams = 0;
let failures = 0;
const report = (error) => {
  failures++;
  console.error(error);
};

function createSubject(behind) {
  const app = createApp({ platform: { ...nodePlatform, report } });
  app.use((c, next) => {
    c.addHeader("x-soak", "1");
    return next();
  });
  app.get("/hello/:name", (c) => c.text(`Hello ${c.params.name}`));
  app.get("/json", (c) => c.json({ query: c.query, cookies: c.cookies }));
  const rows = Array.from({ length: 250 }, (_, i) => ({ id: i, name: `Name & number ${i}` }));
  app.get("/page", (c) =>
    c.html(
      html`<!doctype html><title>Soak</title><table>${rows.map(({ id, name }) => html`<tr id="row-${id}"><td>${id}</td><td>${name}</td></tr>`)}</table>`,
    ),
  );
  const user = z.object({ name: z.string().min(1), tags: z.array(z.string()).max(10) });
  app.post("/users", { body: user }, (c) => c.json({ saved: c.body.name }, 201));
  app.post("/upload", async (c) => {
    let length = 0;
    for await (const chunk of c.readStream({ maxBytes: 262_144 })) length += chunk.length;
    return c.json({ length });
  });
  app.get("/stream", (c) => c.stream(counted(chunks())));
  app.get("/events", (c) => c.sse(counted(events()), {}));
  app.all("/behind/*", behind.handler);
  app.socket("/echo", (_c, channel) => void channel.onMessage((bytes) => channel.send(bytes)));
  return app;
}

async function* chunks() {
  for (let i = 0; i < 1000; i++) yield Buffer.alloc(16_384, i);
}

async function* events() {
  for (let i = 0; i < 1000; i++) {
    yield { id: String(i), data: `event ${i}` };
    await sleep(5);
  }
}

async function* counted(source) {
  streams++;
  try {
    yield* source;
  } finally {
    streams--;
  }
}

const old = express();
old.get("/old", (_req, res) => void res.send("old"));
old.get("/behind/page", (_req, res) => void res.send("b".repeat(20_480)));
old.get("/behind/long", (_req, res) => void res.send(Buffer.alloc(4_194_304)));
old.post("/behind/echo", (req, res) => void req.pipe(res));
const listen = async (server) => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
};
const oldServer = createServer(old);
const behind = createProxy(`http://127.0.0.1:${await listen(oldServer)}`, { keepAliveMs: 1000 });
const app = createSubject(behind);
const fronts = [createServer(nodeHandler(app, undefined, { report })), createServer(inFront(app, old, { report }))];
const servers = [oldServer, ...fronts];
const ports = [];
for (const server of fronts) {
  acceptSockets(server, app);
  ports.push(await listen(server));
}

/** What is left when nobody is connected. The load has gone away before, so that only what leaks is counted. */
async function sample() {
  for (let tries = 0; tries < 100 && ((await openSockets()) > 0 || streams > 0); tries++) await sleep(50);
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await sleep(10);
  }
  const handles = {};
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1;
  const { heapUsed, rss, external } = process.memoryUsage();
  return { heapUsed, external, rss, handles, sockets: await openSockets(), streams, failures };
}

async function openSockets() {
  const counts = servers.map((server) => new Promise((resolve) => server.getConnections((_error, n) => resolve(n))));
  return (await Promise.all(counts)).reduce((a, b) => a + b, 0);
}

process.on("message", async () => process.send(await sample()));
process.on("disconnect", () => process.exit());
process.send({ ports });
