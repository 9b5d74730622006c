import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, test } from "vitest";
import { nodeHandler } from "../../adapters/node/index.ts";
import { type App, cacheReply, createApp } from "../../lib/app/index.ts";
import { PLAIN_HOSTS } from "./hosts.ts";
import { listen } from "./listen.ts";

const REQUESTS = 10_000;
const WARM_UP = 3_000;
const ROUNDS = 4;
const PIPELINED = 50;
/** Less than one object per request, more than what compiling and the test's own bookkeeping leave behind. */
const ALLOWED_BYTES = REQUESTS * 50;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // cast: the flag puts it there

/** Sends that many requests over one connection, some at a time, and waits for all their replies. */
async function flood(origin: string, requests: readonly string[], count: number): Promise<void> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  let answered = 0;
  let wanted = 0;
  let wake = (): void => {};
  socket.setEncoding("latin1").on("data", (text: string) => {
    answered += text.split("HTTP/1.1 200").length - 1;
    if (answered >= wanted) wake();
  });
  while (wanted < count) {
    const batch = Array.from({ length: PIPELINED }, (_, i) => requests[(wanted + i) % requests.length]);
    wanted += PIPELINED;
    const done = new Promise<void>((resolve) => (wake = resolve));
    socket.write(batch.join(""));
    await done;
  }
  socket.destroy();
  await once(socket, "close");
}

/** The least growth of several rounds: what requests leave shows in each, what compilers and coverage leave does not. */
async function growth(origin: string, requests: readonly string[], rounds = ROUNDS): Promise<number> {
  const held = async (count: number): Promise<number> => {
    await flood(origin, requests, count);
    await new Promise((resolve) => setTimeout(resolve, 50)); // what a connection leaves is let go later
    collect();
    collect();
    return process.memoryUsage().heapUsed;
  };
  let least = Number.POSITIVE_INFINITY;
  let before = await held(WARM_UP);
  for (let round = 0; round < rounds && least >= ALLOWED_BYTES; round++) {
    const after = await held(REQUESTS);
    least = Math.min(least, after - before);
    before = after;
  }
  return least;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=2\r\n\r\n`;
const post = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

function createBusyApp(): App {
  const app = createApp();
  const cached = cacheReply({ status: 200, headers: [], body: "cached" });
  app.use((c, next) => {
    c.addHeader("x-a", "1");
    return next();
  });
  app.get("/text", (c) => c.text(c.cookies["a"] ?? ""));
  app.get("/users/:id", async (c) => c.json({ id: c.params.id, q: c.query }));
  app.get("/cached", () => cached);
  app.get("/signal", (c) => c.text(String(c.signal.aborted)));
  app.get("/stream", (c) => {
    async function* chunks(): AsyncGenerator<string> {
      yield "a";
      yield "b";
    }
    return c.stream(chunks());
  });
  app.post("/echo", async (c) => c.json(await c.readJson()));
  return app;
}

const REQUEST_KINDS = [
  get("/text"),
  get("/users/7?page=2"),
  get("/cached"),
  get("/signal"),
  get("/stream"),
  post("/echo", '{"a":[1,2,3]}'),
];

describe("10,000 requests leave nothing on the heap", () => {
  test.each(PLAIN_HOSTS)("on $name", async (host) => {
    const server = await host.start(createBusyApp());
    const bytes = await growth(server.origin, REQUEST_KINDS);
    assert.ok(bytes < ALLOWED_BYTES, `${bytes} bytes more`);
    await server.close();
  });

  test("and this would see it if each left one small object", async () => {
    const app = createApp();
    const kept: object[] = [];
    app.get("/text", (c) => {
      kept.push({ url: c.url, method: c.method, at: kept.length, one: 1, two: 2 });
      return c.text("kept");
    });
    const server = await listen(nodeHandler(app));
    const bytes = await growth(server.origin, [get("/text")], 1);
    assert.ok(bytes > ALLOWED_BYTES, `${bytes} bytes more`);
    assert.equal(kept.length, WARM_UP + REQUESTS);
    await server.close();
  });
});
