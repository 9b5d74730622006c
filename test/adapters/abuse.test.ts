import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest, type Server, type ServerOptions } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { inFront, nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { chunked, rawRequest, until } from "./client.ts";

const MIB = 1_048_576;
const CAP = 65_536;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Target {
  readonly origin: string;
  readonly port: number;
  readonly server: Server;
  /** How many requests the app has begun to answer. */
  readonly begun: () => number;
}

async function serve(options: ServerOptions = {}): Promise<Target> {
  let begun = 0;
  const app = createApp({ platform: nodePlatform, terminal: true });
  app.use((_c, next) => {
    begun++;
    return next();
  });
  app.get("/hello", (c) => c.text("hello"));
  app.get("/n/:n", (c) => c.text(`<${c.params.n}>`));
  app.get("/page", (c) => c.text("x".repeat(20_480)));
  app.get("/query", (c) => c.json(Object.keys(c.query).length));
  app.get("/cookies", (c) => c.json([Object.keys(c.cookies).length, c.cookies["c198"], c.cookies["c199"] ?? null]));
  app.post("/json", { maxBodyBytes: CAP }, async (c) => c.json(await c.readJson()));
  app.post("/bytes", async (c) => c.json((await c.readBytes()).length));
  app.post("/form", async (c) => c.json(Object.keys(await c.readForm()).length));
  app.post("/user", { body: z.object({ name: z.string() }) }, (c) => c.json(c.body.name));
  app.post("/unread", (c) => c.text("not read"));
  const server = createServer(options, nodeHandler(app, undefined, { report: () => {} }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo; // cast: a TCP server has an address
  return { origin: `http://127.0.0.1:${port}`, port, server, begun: () => begun };
}

function open(port: number): Socket {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  ends.push(() => socket.destroy());
  return socket;
}

const hello = async ({ origin }: Target): Promise<string> => (await fetch(`${origin}/hello`)).text();
const json = { "content-type": "application/json" };
const connections = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, n) => (error ? reject(error) : resolve(n))));

/** Others are served while something goes on; gives how often. */
async function servedDuring(target: Target, going: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = going.finally(() => (isOver = true));
  let served = 0;
  do {
    assert.equal(await hello(target), "hello");
    served++;
  } while (!isOver);
  await over;
  return served;
}

/** Sends a byte of a text every few milliseconds until the server hangs up; gives what came back. */
function dribble(port: number, start: string, byte: string): Promise<string> {
  const socket = open(port);
  let text = "";
  socket.write(start);
  const timer = setInterval(() => socket.write(byte), 20);
  socket.on("data", (data) => (text += data.toString("latin1")));
  return new Promise((resolve) => {
    socket.on("close", () => {
      clearInterval(timer);
      resolve(text);
    });
  });
}

describe("clients that take their time", () => {
  const limits = { headersTimeout: 400, requestTimeout: 800, connectionsCheckingInterval: 100 };

  test.each([
    ["heads", "GET /hello HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a"],
    [
      "bodies",
      `POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n`,
      " ",
    ],
    ["bodies nobody reads", "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", " "],
    [
      "chunks",
      "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
      "1\r\n \r\n",
    ],
  ])("with their %s are cut off, and others are served meanwhile", async (_what, start, byte) => {
    const target = await serve(limits);
    const slow = Promise.all(Array.from({ length: 300 }, () => dribble(target.port, start, byte)));
    assert.ok((await servedDuring(target, slow)) > 1);
    for (const text of await slow) assert.doesNotMatch(text, /^HTTP\/1.1 5/);
    await expect.poll(() => connections(target.server)).toBeLessThan(10);
  });

  test("are bound by Node's own time limits, which no handler of ours changes", async () => {
    const bare = createServer();
    const app = createApp();
    for (const listener of [nodeHandler(app), inFront(app, () => {})]) {
      const server = createServer(listener);
      for (const name of [
        "headersTimeout",
        "requestTimeout",
        "keepAliveTimeout",
        "maxHeadersCount",
        "timeout",
      ] as const)
        assert.equal(server[name], bare[name], name);
      assert.ok(server.headersTimeout > 0 && server.requestTimeout > 0);
    }
  });
});

describe("floods of bytes", () => {
  /** Writes without end, as fast as it is taken, until the other side hangs up. */
  async function flood(port: number, head: string, piece: string): Promise<{ text: string; sent: number }> {
    const socket = open(port);
    let text = "";
    socket.on("data", (data) => (text += data.toString("latin1")));
    socket.write(head);
    while (!socket.destroyed) {
      if (socket.write(piece)) await new Promise((resolve) => setImmediate(resolve));
      else await Promise.race([once(socket, "drain"), once(socket, "close")]);
    }
    return { text, sent: socket.bytesWritten };
  }

  const chunks = `10000\r\n${"x".repeat(CAP)}\r\n`;
  const tiny = "1\r\nx\r\n".repeat(5000);
  const post = (path: string, rest: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${rest}\r\n\r\n`;

  test.each([
    ["a body without end", "/json", "Transfer-Encoding: chunked", chunks],
    ["tiny chunks without end", "/json", "Transfer-Encoding: chunked", tiny],
    ["a body of 10 GB", "/json", "Content-Length: 10000000000", "x".repeat(CAP)],
  ])("%s is refused with 413 and cut, and others are served", async (_what, path, rest, piece) => {
    const target = await serve();
    let peak = 0;
    const before = process.memoryUsage().arrayBuffers;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)), 10);
    ends.push(() => clearInterval(timer));
    const running = flood(target.port, post(path, rest), piece);
    assert.ok((await servedDuring(target, running)) > 0);
    assert.match((await running).text, /^HTTP\/1.1 413 /);
    assert.ok(peak < 64 * MIB, `${peak} bytes held`);
  });

  test("a body nobody asked for is answered, then cut", async () => {
    const target = await serve();
    const { text } = await flood(target.port, post("/unread", "Transfer-Encoding: chunked"), chunks);
    assert.match(text, /^HTTP\/1.1 200 [\s\S]*not read$/);
  });

  test("10 GB announced are refused before one byte of them is sent", async () => {
    const target = await serve();
    const text = await rawRequest(target.origin, [post("/json", "Content-Length: 10000000000")]);
    assert.match(text, /^HTTP\/1.1 413 /);
  });

  test("100 uploads over the cap at once are all refused, and others are served", async () => {
    const target = await serve();
    const uploads = Promise.all(
      Array.from({ length: 100 }, async () => {
        const init = { method: "POST", headers: json, body: chunked(32, CAP), duplex: "half" as const };
        return (await fetch(`${target.origin}/json`, init)).status;
      }),
    );
    assert.ok((await servedDuring(target, uploads)) > 0);
    assert.deepEqual(new Set(await uploads), new Set([413]));
  });

  test("a body in tiny chunks below the cap is whole", async () => {
    const target = await serve();
    const sent = httpRequest(`${target.origin}/bytes`, { method: "POST" });
    for (let i = 0; i < 20_000; i++) sent.write("x");
    sent.end();
    const [reply] = await once(sent, "response");
    let text = "";
    for await (const chunk of reply) text += chunk;
    assert.equal(text, "20000");
  });
});

describe("floods of small things", () => {
  test("a query of too many fields is 413, one that no head may hold 431", async () => {
    const target = await serve();
    assert.equal(await (await fetch(`${target.origin}/query?${"a&".repeat(900)}`)).text(), "1");
    assert.equal((await fetch(`${target.origin}/query?${"a=1&".repeat(2000)}`)).status, 413);
    assert.equal((await fetch(`${target.origin}/query?${"a=1&".repeat(8000)}`)).status, 431);
  });

  test("10,000 cookies are 431, and where the host lets them in the first 200 are read", async () => {
    const cookie = Array.from({ length: 10_000 }, (_, i) => `c${i}=${i}`).join("; ");
    const strict = await serve();
    assert.equal((await fetch(`${strict.origin}/cookies`, { headers: { cookie } })).status, 431);
    const lenient = await serve({ maxHeaderSize: 400_000 });
    const reply = await fetch(`${lenient.origin}/cookies`, { headers: { cookie: `__proto__=1; ${cookie}` } });
    assert.deepEqual(await reply.json(), [200, "198", null]);
  });

  test("thousands of headers are 431, and where the host lets them in the request is answered", async () => {
    const head = `GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${Array.from({ length: 20_000 }, (_, i) => `x-${i}: 1\r\n`).join("")}\r\n`;
    const strict = await serve();
    assert.match(await rawRequest(strict.origin, [head]), /^HTTP\/1.1 431 /);
    assert.equal(await hello(strict), "hello");
    const lenient = await serve({ maxHeaderSize: MIB });
    lenient.server.maxHeadersCount = 0; // from Node 26 on it counts those it leaves out
    assert.match(await rawRequest(lenient.origin, [head]), /^HTTP\/1.1 200 [\s\S]*hello/);
  });

  test("JSON nested 30,000 deep is refused by its schema, and where it is not checked no other client suffers", async () => {
    const target = await serve();
    const body = "[".repeat(30_000) + "]".repeat(30_000);
    const send = (path: string): Promise<Response> =>
      fetch(target.origin + path, { method: "POST", headers: json, body });
    assert.equal((await send("/user")).status, 400);
    const echoed = await send("/json");
    assert.ok(echoed.status === 500 || (await echoed.text()) === body, `${echoed.status}`);
    assert.equal(await hello(target), "hello");
  });

  test("a form of half a million fields is 413", async () => {
    const target = await serve();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const send = (body: string): Promise<Response> => fetch(`${target.origin}/form`, { method: "POST", headers, body });
    assert.equal((await send("a&".repeat(500_000))).status, 413);
    assert.equal(await (await send("a=1&a=2&b=3")).text(), "2");
  });
});

describe("requests on one connection", () => {
  test("2,000 at once are answered each, in order", async () => {
    const target = await serve();
    const numbers = Array.from({ length: 2000 }, (_, i) => i);
    const text = await rawRequest(
      target.origin,
      [numbers.map((n) => `GET /n/${n} HTTP/1.1\r\nHost: a\r\n\r\n`).join("")],
      /<1999>/,
    );
    assert.deepEqual(
      [...text.matchAll(/<(\d+)>/g)].map(([, n]) => Number(n)),
      numbers,
    );
  });

  test("good and bad ones mixed keep their order", async () => {
    const target = await serve();
    const requests = Array.from({ length: 100 }, (_, i) => [
      `GET /n/${i} HTTP/1.1\r\nHost: a\r\n\r\n`,
      `POST /user HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{{{`,
      `GET /none/${i} HTTP/1.1\r\nHost: a\r\n\r\n`,
    ]).flat();
    const text = await rawRequest(
      target.origin,
      [`${requests.join("")}GET /n/end HTTP/1.1\r\nHost: a\r\n\r\n`],
      /<end>/,
    );
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
    assert.deepEqual(statuses, [...Array.from({ length: 100 }, () => ["200", "400", "404"]).flat(), "200"]);
  });

  test("whose replies nobody reads stop being taken", async () => {
    const target = await serve();
    const socket = open(target.port);
    socket.pause();
    const many = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1000);
    let written = 0;
    const write = (): void => {
      while (written < 200) {
        written++;
        if (!socket.write(many)) {
          socket.once("drain", write);
          return;
        }
      }
    };
    write();
    await until(() => target.begun() > 10);
    for (let before = -1; before !== target.begun(); ) {
      before = target.begun();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.equal(await hello(target), "hello");
    assert.ok(target.begun() < 20_000, `${target.begun()} of 200,000 requests were begun`);
  });
});
