import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { acceptSockets, channelOf, createUpgrade, type SocketServerOptions } from "../../adapters/ws/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";
import { rawRequest } from "./client.ts";

const stops: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Echo {
  readonly app: App;
  readonly port: number;
  readonly url: string;
  readonly server: ReturnType<typeof createServer>;
  readonly closed: string[];
  readonly stopSockets: () => void;
}

async function startEcho(options: SocketServerOptions = {}, build?: (app: App) => void): Promise<Echo> {
  const app = createApp({ platform: nodePlatform });
  const closed: string[] = [];
  build?.(app);
  app.socket("/echo/:name", (c, channel) => {
    channel.onMessage((bytes) => channel.send(new Uint8Array([...bytes, c.params.name.length])));
    channel.onClose((code, reason) => closed.push(`${code} ${reason}`));
  });
  const server = createServer(nodeHandler(app));
  const stopSockets = acceptSockets(server, app, { report: () => {}, ...options });
  server.listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // cast: it listens on a port
  stops.push(async () => {
    stopSockets();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { app, port, server, closed, stopSockets, url: `ws://localhost:${port}` };
}

async function open(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers });
  await Promise.race([once(socket, "open"), once(socket, "error").then(([error]) => Promise.reject(error))]);
  return socket;
}

async function status(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, { headers });
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  return response.statusCode;
}

async function echo(socket: WebSocket, bytes: readonly number[]): Promise<number[]> {
  socket.send(new Uint8Array(bytes));
  const [data] = await once(socket, "message");
  return [...data];
}

test("a socket of the app opens, with its parameters, and messages go both ways", async () => {
  const { url, closed } = await startEcho();
  const socket = await open(`${url}/echo/four`);
  assert.deepEqual(await echo(socket, [1, 2]), [1, 2, 4]);
  socket.close(4001, "bye");
  await expect.poll(() => closed).toEqual(["4001 bye"]);
});

test("another WebSocket server on the same HTTP server keeps its own paths", async () => {
  const { url, server } = await startEcho();
  const other = new WebSocketServer({ noServer: true });
  other.on("connection", (socket) => socket.send("other"));
  server.on("upgrade", (request, socket, head) => {
    if (request.url === "/other")
      other.handleUpgrade(request, socket, head, (ws) => other.emit("connection", ws, request));
  });
  const theirs = new WebSocket(`${url}/other`);
  const [text] = await once(theirs, "message");
  assert.equal(text.toString(), "other");
  theirs.terminate();
  assert.deepEqual(await echo(await open(`${url}/echo/x`), [7]), [7, 1]);
});

test("an upgrade that is nobody's gets a 404 instead of hanging", async () => {
  const { url } = await startEcho();
  assert.equal(await status(`${url}/nothing`), 404);
  assert.equal(await status(`${url}/echo/%ZZ`), 404);
});

test("two apps on one server keep their paths, and an upgrade that is neither's gets a 404", async () => {
  const { url, server, stopSockets } = await startEcho();
  const second = createApp();
  second.socket("/second", (_c, channel) => void channel.onMessage((bytes) => channel.send(bytes)));
  const stopSecond = acceptSockets(server, second);
  assert.deepEqual(await echo(await open(`${url}/echo/x`), [1]), [1, 1]);
  assert.deepEqual(await echo(await open(`${url}/second`), [2]), [2]);
  assert.equal(await status(`${url}/nothing`), 404);
  stopSockets();
  assert.equal(await status(`${url}/echo/x`), 404);
  assert.deepEqual(await echo(await open(`${url}/second`), [3]), [3]);
  stopSecond();
  assert.equal(server.listenerCount("upgrade"), 0);
});

test("middleware of a socket is told the client's address and whether it came over TLS", async () => {
  const seen: unknown[] = [];
  const { url } = await startEcho({}, (app) => {
    app.use((c, next) => {
      seen.push(c.request.address, c.request.secure);
      return next();
    });
  });
  (await open(`${url.replace("localhost", "127.0.0.1")}/echo/x`)).terminate();
  assert.match(String(seen[0]), /127\.0\.0\.1$/);
  assert.equal(seen[1], false);
});

test("a server behind a proxy says who the client is", async () => {
  const seen: unknown[] = [];
  const options: SocketServerOptions = {
    address: ({ headers }) => [headers["x-real-ip"]].flat()[0],
    secure: ({ headers }) => headers["x-forwarded-proto"] === "https",
  };
  const { url } = await startEcho(options, (app) => {
    app.use((c, next) => {
      seen.push([c.address, c.secure]);
      return next();
    });
  });
  const origin = `${url.replace("localhost", "127.0.0.1")}/echo/x`;
  (await open(origin, { "x-real-ip": "192.0.2.7", "x-forwarded-proto": "https" })).terminate();
  (await open(origin)).terminate();
  assert.deepEqual(seen[0], ["192.0.2.7", true]);
  assert.match(String(seen[1]), /127\.0\.0\.1,false$/);
});

test("other origins are refused unless listed; no origin means no browser", async () => {
  const { url, port } = await startEcho({ origins: ["https://app.example"] });
  assert.equal(await status(`${url}/echo/x`, { origin: "https://evil.example" }), 403);
  assert.equal(await status(`${url}/echo/x`, { origin: "null" }), 403);
  assert.equal(await status(`${url}/echo/x`, { origin: `http://localhost:${port + 1}` }), 403);
  for (const origin of ["https://app.example", `http://localhost:${port}`]) {
    assert.deepEqual(await echo(await open(`${url}/echo/x`, { origin }), [1]), [1, 1]);
  }
});

test("middleware refuses with its status at once, or by closing when it had to wait", async () => {
  const { url } = await startEcho({}, (app) => {
    app.use((c, next) => (c.headers["x-no"] === undefined ? next() : c.text("no", 401)));
    app.use(async (c, next) => {
      await new Promise((done) => setTimeout(done, 5));
      return c.headers["x-later"] === undefined ? next() : c.text("no", 403);
    });
  });
  assert.equal(await status(`${url}/echo/x`, { "x-no": "1" }), 401);
  const later = await open(`${url}/echo/x`, { "x-later": "1" });
  const [code, reason] = await once(later, "close");
  assert.deepEqual([code, reason.toString()], [1008, "403"]);
  const early = await open(`${url}/echo/x`);
  assert.deepEqual(await echo(early, [5]), [5, 1]);
});

test("middleware that throws is a 500, or a close when it had to wait, and is reported", async () => {
  const reports: unknown[] = [];
  const { url } = await startEcho({ report: (error) => reports.push(error) }, (app) => {
    app.use((c, next) => {
      if (c.headers["x-now"] !== undefined) throw new Error("now");
      return next();
    });
    app.use(async (c, next) => {
      if (c.headers["x-later"] !== undefined) throw new Error("later");
      return next();
    });
  });
  assert.equal(await status(`${url}/echo/x`, { "x-now": "1" }), 500);
  const [code] = await once(await open(`${url}/echo/x`, { "x-later": "1" }), "close");
  assert.equal(code, 1011);
  assert.equal(reports.length, 2);
});

test("a message above the cap, a text message and a broken frame close that socket alone", async () => {
  const { url, port, closed } = await startEcho({ maxMessageBytes: 100 });
  const other = await open(`${url}/echo/x`);
  const large = await open(`${url}/echo/x`);
  large.send(new Uint8Array(101));
  assert.equal((await once(large, "close"))[0], 1009);
  const text = await open(`${url}/echo/x`);
  text.send("text");
  assert.equal((await once(text, "close"))[0], 1003);
  const raw = connect(port, "localhost");
  raw.write(
    "GET /echo/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await once(raw, "data");
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  await once(raw, "close");
  await expect.poll(() => closed.length).toBe(3);
  assert.deepEqual(await echo(other, [1]), [1, 1]);
});

test("a client that disappears during the handshake hurts nobody", async () => {
  const { url, port } = await startEcho({}, (app) => {
    app.use(async (_c, next) => {
      await new Promise((done) => setTimeout(done, 20));
      return next();
    });
  });
  for (let i = 0; i < 5; i++) {
    const raw = connect(port, "localhost");
    raw.write(
      "GET /echo/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    );
    raw.write("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    raw.resetAndDestroy();
  }
  assert.deepEqual(await echo(await open(`${url}/echo/x`), [1]), [1, 1]);
});

test("a path under which the host serves the app is cut off first", async () => {
  const { url } = await startEcho({ base: "/live" });
  assert.deepEqual(await echo(await open(`${url}/live/echo/x`), [1]), [1, 1]);
  assert.equal(await status(`${url}/echo/x`), 404);
  assert.equal(await status(`${url}/liver/echo/x`), 404);
});

test("a path may come as a whole address, as clients send it to proxies", async () => {
  const { url } = await startEcho({ base: "/live" });
  const { host } = new URL(url);
  const asked = async (target: string): Promise<string> => {
    const request = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    return (await rawRequest(`http://${host}`, [request], /\r\n\r\n/)).slice(0, 12);
  };
  assert.equal(await asked(`http://${host}/live/echo/x`), "HTTP/1.1 101");
  assert.equal(await asked(`HTTP://other.example/live/echo/x?y`), "HTTP/1.1 101");
  assert.equal(await asked(`http://${host}/echo/x`), "HTTP/1.1 404");
  assert.equal(await asked(`http://${host}`), "HTTP/1.1 404");
});

test("stopping closes the sockets and takes no more, and stopping twice is harmless", async () => {
  const { url, stopSockets, server } = await startEcho();
  const socket = await open(`${url}/echo/x`);
  stopSockets();
  stopSockets();
  assert.equal((await once(socket, "close"))[0], 1001);
  assert.equal(server.listenerCount("upgrade"), 0);
});

test("an upgrade handler alone leaves the socket untouched when the path is not the app's", async () => {
  const app = createApp();
  app.socket("/a", () => {});
  const { handleUpgrade } = createUpgrade(app);
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    if (!handleUpgrade(request, socket, head)) socket.end("HTTP/1.1 418 mine\r\n\r\n");
  });
  server.listen(0);
  await once(server, "listening");
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `ws://localhost:${(server.address() as AddressInfo).port}`;
  assert.equal(await status(`${url}/b`), 418);
  (await open(`${url}/a`)).terminate();
});

test("a channel tells of its close also when asked too late, and send after close does nothing", async () => {
  const server = new WebSocketServer({ port: 0 });
  await once(server, "listening");
  stops.push(() => server.close());
  const accepted = once(server, "connection");
  const client = await open(`ws://localhost:${(server.address() as AddressInfo).port}`);
  const channel = channelOf((await accepted)[0]);
  const heard: string[] = [];
  channel.onMessage((bytes) => heard.push(`message ${bytes.length}`));
  const stop = channel.onClose(() => heard.push("stopped listener"));
  stop();
  channel.onClose((code) => heard.push(`close ${code}`));
  client.send(new Uint8Array(3));
  await expect.poll(() => heard).toEqual(["message 3"]);
  client.close(1000);
  await expect.poll(() => heard).toEqual(["message 3", "close 1000"]);
  channel.send(new Uint8Array(1));
  channel.close();
  channel.onClose((code) => heard.push(`late ${code}`));
  assert.equal(heard.length, 2);
  await expect.poll(() => heard.at(-1)).toBe("late 1000");
  assert.equal(channel.queuedBytes, 0);
});

test.each([false, true])(
  "messages of every length arrive whole and in order on both sides (compressed: %s)",
  async (perMessageDeflate) => {
    const server = new WebSocketServer({ port: 0, perMessageDeflate: perMessageDeflate && { threshold: 0 } });
    await once(server, "listening");
    stops.push(() => server.close());
    const accepted = once(server, "connection");
    const client = new WebSocket(`ws://localhost:${(server.address() as AddressInfo).port}`, { perMessageDeflate });
    await once(client, "open");
    const [near, far] = [channelOf(client), channelOf((await accepted)[0])];
    const lengths = [0, 1, 125, 126, 127, 4095, 4096, 4097, 65_535, 65_536, 2];
    const messages = lengths.map((length) => Uint8Array.from({ length }, (_, at) => at + length));
    const heard: Uint8Array[][] = [[], []];
    near.onMessage((bytes) => heard[0]?.push(bytes.slice()));
    far.onMessage((bytes) => heard[1]?.push(bytes.slice()));
    for (const message of messages) {
      near.send(message);
      far.send(message);
    }
    for (const side of [0, 1]) await expect.poll(() => heard[side]?.length).toBe(lengths.length);
    assert.deepEqual(heard, [messages, messages]);
    client.terminate();
  },
);

test("a handshake that fails while middleware is still at work leaves no rejection behind", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  const { port } = await startEcho({}, (app) => {
    app.use(async () => {
      throw new Error("later");
    });
  });
  const socket = connect(port, "localhost");
  socket.write(
    "GET /echo/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: no\r\n\r\n",
  );
  const [head] = await once(socket, "data");
  assert.match(String(head), /^HTTP\/1.1 400 /);
  socket.destroy();
  await new Promise((done) => setTimeout(done, 20));
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});

test("the server's own origin is known whatever a proxy makes of its name, and no other", async () => {
  const { url } = await startEcho();
  const cases: readonly (readonly [host: string, origin: string, isOwn: boolean])[] = [
    ["App.Example", "https://app.example", true],
    ["app.example:443", "https://app.example", true],
    ["app.example:80", "http://app.example", true],
    ["app.example", "HTTPS://APP.EXAMPLE", true],
    ["app.example:443", "https://app.example:444", false],
    ["app.example", "https://app.example.evil", false],
    ["app.example", "https://evil@app.example.evil", false],
    ["app.example", "null", false],
    ["app.example", "", false],
    ["app.example", "file://", false],
    ["app.example@evil.example", "https://evil.example", false],
  ];
  for (const [host, origin, isOwn] of cases) {
    const headers = { host, origin };
    if (isOwn) assert.deepEqual(await echo(await open(`${url}/echo/x`, headers), [1]), [1, 1]);
    else assert.equal(await status(`${url}/echo/x`, headers), 403, `${host} ${origin}`);
  }
});

test("what a client sends in parts arrives whole; too much in parts closes its socket", async () => {
  const { url } = await startEcho({ maxMessageBytes: 100 });
  const socket = await open(`${url}/echo/x`);
  socket.send(new Uint8Array([1]), { fin: false });
  socket.send(new Uint8Array([2]), { fin: false });
  assert.deepEqual(await echo(socket, [3]), [1, 2, 3, 1]);
  socket.send(new Uint8Array(60), { fin: false });
  socket.send(new Uint8Array(60), { fin: false });
  assert.equal((await once(socket, "close"))[0], 1009);
});

test("nothing is heard of a client after its socket was closed from here", async () => {
  const heard: number[] = [];
  const { url } = await startEcho({}, (app) => {
    app.socket("/once", (_c, channel) => {
      channel.onMessage((bytes) => {
        heard.push(bytes[0] ?? 0);
        channel.close(1008, "enough");
      });
    });
  });
  const socket = await open(`${url}/once`);
  for (let i = 1; i < 50; i++) socket.send(new Uint8Array([i]));
  await once(socket, "close");
  assert.deepEqual(heard, [1]);
});

test("a channel of a socket that is still connecting sends what it was given once it is open, in order", async () => {
  const { url } = await startEcho();
  const socket = new WebSocket(`${url}/echo/four`);
  const channel = channelOf(socket);
  const heard: number[][] = [];
  channel.onMessage((bytes) => heard.push([...bytes]));
  const first = new Uint8Array([1]);
  channel.send(first);
  channel.send(new Uint8Array([2, 2]));
  assert.equal(channel.queuedBytes, 3);
  first[0] = 9; // what was sent is the channel's
  await expect
    .poll(() => heard)
    .toEqual([
      [1, 4],
      [2, 2, 4],
    ]);
  assert.equal(channel.queuedBytes, 0);
  channel.close();
  await once(socket, "close");
});

test("a channel of a socket that never opens says that it closed, and sends nothing", async () => {
  const { url, port } = await startEcho();
  const refused = channelOf(new WebSocket(`${url}/nowhere`));
  refused.send(new Uint8Array([1]));
  const codes: number[] = [];
  refused.onClose((code) => codes.push(code));
  const given = channelOf(new WebSocket(`ws://localhost:${port}/echo/four`));
  given.send(new Uint8Array([1]));
  given.onClose((code) => codes.push(code));
  given.close();
  await expect.poll(() => codes).toEqual([1006, 1006]);
});
