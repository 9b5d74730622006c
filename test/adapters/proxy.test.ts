import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { nodeHandler } from "../../adapters/node/index.ts";
import { createProxy, type ProxyOptions } from "../../adapters/proxy/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { rawRequest, until } from "./client.ts";
import { ends, mirror, type Setup, setUp, start, type Told, told } from "./proxy-setup.ts";

describe("what is sent on", () => {
  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])(
    "%s with its path, query, headers and body",
    async (method) => {
      const { front } = await setUp(mirror);
      const body = method === "GET" || method === "OPTIONS" ? null : "some böody";
      const got = await told(front, "/a/%C3%A1?x=1&y=%2F", {
        method,
        body,
        headers: { "x-own": "1", "content-type": "text/plain" },
      });
      assert.deepEqual([got.method, got.url, got.body], [method, "/a/%C3%A1?x=1&y=%2F", body ?? ""]);
      assert.equal(got.headers["x-own"], "1");
    },
  );

  test("not what is about the connection, and not what a client says about itself", async () => {
    const { front, behind } = await setUp(mirror);
    const reply = await rawRequest(front, [
      "GET / HTTP/1.1\r\nHost: public.example\r\nConnection: close, X-Private\r\nX-Private: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\n" +
        "Proxy-Authorization: Basic eA==\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\r\n",
    ]);
    const { headers } = JSON.parse(reply.slice(reply.indexOf("{"), reply.lastIndexOf("}") + 1)) as Told; // cast: as above
    for (const name of ["x-private", "keep-alive", "te", "proxy-authorization", "forwarded", "x-real-ip"])
      assert.equal(headers[name], undefined, name);
    assert.equal(headers["host"], new URL(behind).host);
    assert.equal(headers["x-forwarded-for"], "127.0.0.1");
    assert.equal(headers["x-forwarded-proto"], "http");
    assert.equal(headers["x-forwarded-host"], "public.example");
    assert.equal(headers["via"], "1.1 busbar");
  });

  test("as the options say", async () => {
    const { front } = await setUp(mirror, {
      path: (url) => `/under${url}`,
      headers: (c) => ({ "X-User": c.method, "x-drop": undefined }),
      keepHost: true,
      trustForwarded: true,
    });
    const got = await told(front, "/a", { headers: { "x-drop": "1", "x-forwarded-for": "1.2.3.4" } });
    assert.equal(got.url, "/under/a");
    assert.deepEqual([got.headers["x-user"], got.headers["x-drop"]], ["GET", undefined]);
    assert.equal(got.headers["host"], new URL(front).host);
    assert.equal(got.headers["x-forwarded-for"], "1.2.3.4, 127.0.0.1");
  });

  test("conditions without the coding this server added to a tag", async () => {
    const { front } = await setUp(mirror);
    const got = await told(front, "/", { headers: { "if-none-match": '"a;br", W/"b;gzip", "c"' } });
    assert.equal(got.headers["if-none-match"], '"a", W/"b", "c"');
    const part = await told(front, "/", { headers: { range: "bytes=9-", "if-range": '"a;br"' } });
    assert.equal(part.headers["if-range"], '"a;br"'); // the client has bytes of the compressed form: those of the plain one do not go on from there
  });
});

describe("what comes back", () => {
  test("has status, cookies and bytes of the server behind", async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const { front } = await setUp((_req, res) => {
      res.setHeader("set-cookie", ["a=1", "b=2"]);
      res.setHeader("x-name", Buffer.from("jméno").toString("latin1"));
      res.writeHead(418, { "content-type": "application/x-own" }).end(bytes);
    });
    const reply = await fetch(front);
    assert.equal(reply.status, 418);
    assert.deepEqual(reply.headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(Buffer.from(reply.headers.get("x-name") ?? "", "latin1").toString(), "jméno");
    assert.deepEqual(Buffer.from(await reply.arrayBuffer()), bytes);
  });

  test.each([204, 304])("may be %i", async (status) => {
    const { front } = await setUp((_req, res) => res.writeHead(status, { etag: '"a"' }).end());
    const reply = await fetch(front);
    assert.deepEqual([reply.status, reply.headers.get("etag"), await reply.text()], [status, '"a"', ""]);
  });

  test("of HEAD has the length GET would have", async () => {
    const { front } = await setUp((_req, res) => res.setHeader("content-length", "1234").end());
    const reply = await fetch(front, { method: "HEAD" });
    assert.equal(reply.headers.get("content-length"), "1234");
  });

  test("comes as it is made, no faster than it is read", async () => {
    let sent = 0;
    const { front } = await setUp((req, res) => {
      const piece = Buffer.alloc(65_536);
      const push = (): void => {
        if (res.destroyed) return;
        sent++;
        if (res.write(piece)) setImmediate(push);
        else res.once("drain", push);
      };
      push();
      req.on("error", () => {});
    });
    const req = httpRequest(front).end();
    req.on("error", () => {});
    const [reply] = (await once(req, "response")) as [IncomingMessage]; // cast: what "response" carries
    reply.on("error", () => {});
    let last = -1;
    while (sent !== last) {
      last = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.ok(sent < 1000, `${sent} pieces of 64 KiB`);
    reply.destroy();
  });

  test("is cut where the server behind broke off", async () => {
    const { front } = await setUp((_req, res) => {
      res.writeHead(200, { "content-length": "100" });
      res.write("half", () => res.destroy());
    });
    await assert.rejects(async () => (await fetch(front)).text());
  });
});

describe("when something is wrong", () => {
  test("the client's leaving ends the request behind", async () => {
    let closed = 0;
    let asked = 0;
    const { front } = await setUp((_req, res) => {
      asked++;
      res.once("close", () => closed++);
    });
    const controller = new AbortController();
    const pending = fetch(front, { signal: controller.signal }).catch(() => {});
    await until(() => asked === 1);
    controller.abort();
    await pending;
    await until(() => closed === 1);
  });

  test("a server that is not there is 502, and the reason is reported, not told", async () => {
    const reports: unknown[] = [];
    const gone = createTcpServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo; // cast: as above
    await new Promise((resolve) => gone.close(resolve));
    const proxy = createProxy(`http://127.0.0.1:${port}`, { report: (error) => reports.push(error) });
    const app = createApp();
    app.all("/", proxy.handler);
    const front = await start(createServer(nodeHandler(app)));
    const reply = await fetch(front);
    assert.deepEqual([reply.status, await reply.text()], [502, "Bad Gateway"]);
    assert.equal(reports.length, 1);
    await proxy.close();
  });

  test("a server that answers too late is 504", async () => {
    const { front } = await setUp(() => {}, { headTimeoutMs: 50 });
    assert.equal((await fetch(front)).status, 504);
  });

  test.each([
    ["no HTTP at all", "hello\r\n\r\n"],
    ["a head without end", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(40_000)}`],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
  ])("%s is 502", async (_what, text) => {
    const odd = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(text));
    }).listen(0, "127.0.0.1");
    await once(odd, "listening");
    ends.push(async () => odd.close());
    const proxy = createProxy(`http://127.0.0.1:${(odd.address() as AddressInfo).port}`, {
      maxHeaderBytes: 8192,
      retries: 0,
    }); // cast: as above
    ends.push(() => proxy.close());
    const app = createApp();
    app.all("/", proxy.handler);
    assert.equal((await fetch(await start(createServer(nodeHandler(app))))).status, 502);
  });

  test("a kept connection that has died costs a second try where that is harmless, and 502 elsewhere", async () => {
    let asked = 0;
    const { front } = await setUp(
      (req, res) => {
        asked++;
        if (asked % 2 === 1) req.socket.destroy();
        else res.end("ok");
      },
      { maxConnections: 1 },
    );
    assert.equal(await (await fetch(front)).text(), "ok");
    assert.equal(asked, 2);
    assert.equal((await fetch(front, { method: "POST", body: "once" })).status, 502);
    assert.equal(asked, 3);
  });

  test("a body over the cap is 413, whether announced or not", async () => {
    const { front } = await setUp(mirror, { maxBodyBytes: 10 });
    assert.equal((await fetch(front, { method: "POST", body: "x".repeat(11) })).status, 413);
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 11; i++) controller.enqueue(new Uint8Array(1));
        controller.close();
      },
    });
    const init = { method: "POST", body, duplex: "half" as const };
    assert.equal((await fetch(front, init)).status, 413);
    assert.equal((await told(front, "/", { method: "POST", body: "x".repeat(10) })).body.length, 10);
  });

  test("more requests than there is room for are 503, and room comes back", async () => {
    const held: (() => void)[] = [];
    const { front } = await setUp((_req, res) => held.push(() => res.end("ok")), { maxRequests: 2 });
    const running = [fetch(front), fetch(front)];
    await until(() => held.length === 2);
    const refused = await fetch(front);
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "1"]);
    for (const release of held.splice(0)) release();
    for (const reply of await Promise.all(running)) assert.equal(await reply.text(), "ok");
    const again = fetch(front);
    await until(() => held.length === 1);
    held[0]?.();
    assert.equal((await again).status, 200);
  });

  test("a request that goes round in circles is 508", async () => {
    const app = createApp();
    const server = createServer(nodeHandler(app));
    const front = await start(server);
    const proxy = createProxy(front);
    ends.push(() => proxy.close());
    app.all("/", proxy.handler);
    assert.equal((await fetch(front)).status, 508);
  });

  test.each(["ftp://a", "http://a/b", "http://a?x", "http://u:p@a", "a:80", ""])("%j is no origin", (origin) => {
    assert.throws(
      () => createProxy(origin),
      (error) => isCodedError(error) && error.code === "PROXY_BAD_ORIGIN",
    );
  });
});

describe("an upgrade", () => {
  async function echoBehind(options: ProxyOptions): Promise<Setup & { readonly sockets: WebSocketServer }> {
    const setup = await setUp((_req, res) => res.end(), options);
    const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1", path: "/chat/1" });
    sockets.on("connection", (ws) => ws.on("message", (data, isBinary) => ws.send(data, { binary: isBinary })));
    await once(sockets, "listening");
    ends.push(() => new Promise((resolve) => sockets.close(resolve)));
    const proxy = createProxy(`http://127.0.0.1:${(sockets.address() as AddressInfo).port}`, options); // cast: as above
    ends.push(() => proxy.close());
    setup.server.removeAllListeners("upgrade");
    setup.server.on("upgrade", (request, socket, head) => {
      if (!proxy.handleUpgrade(request, socket, head)) socket.destroy();
    });
    return { ...setup, sockets, proxy };
  }
  const wsUrl = (front: string, path: string): string => front.replace("http", "ws") + path;

  test("below a named prefix is passed through, both ways", async () => {
    const { front, sockets, proxy } = await echoBehind({ upgrades: ["/chat"] });
    const ws = new WebSocket(wsUrl(front, "/chat/1"), ["a", "b"]);
    ws.on("error", () => {});
    await once(ws, "open");
    assert.equal(ws.protocol, "a");
    for (const size of [1, 70_000]) {
      ws.send(Buffer.alloc(size, 7));
      const [data] = await once(ws, "message");
      assert.equal((data as Buffer).length, size); // cast: binary messages are buffers
    }
    for (const client of sockets.clients) client.close(4001, "bye");
    const [code] = await once(ws, "close");
    assert.equal(code, 4001);
    const second = new WebSocket(wsUrl(front, "/chat/1"));
    second.on("error", () => {});
    await once(second, "open");
    const closed = once(second, "close");
    await proxy.close();
    await closed;
  });

  test("elsewhere is left alone, however the path is spelled", async () => {
    const { front } = await echoBehind({ upgrades: ["/chat"] });
    for (const path of ["/other", "/chatter", "/Chat/1", "/chat/../other"]) {
      const ws = new WebSocket(wsUrl(front, path));
      const [error] = (await once(ws, "error")) as [Error]; // cast: what "error" carries
      assert.match(error.message, /hang up|ECONNRESET/);
    }
  });

  test("that the server behind refuses keeps its status, and what is not there is 502", async () => {
    const { front } = await echoBehind({ upgrades: ["/chat"] });
    const ws = new WebSocket(wsUrl(front, "/chat/2"));
    const [error] = (await once(ws, "error")) as [Error]; // cast: as above
    assert.match(error.message, /400/);
    const { front: dead, behind } = await setUp(mirror, { upgrades: ["/"] });
    assert.ok(behind);
    const other = new WebSocket(wsUrl(dead, "/x"));
    const [refused] = (await once(other, "error")) as [Error]; // cast: as above
    assert.match(refused.message, /200|502/);
  });

  test("beyond the number that may be open is 503", async () => {
    const { front } = await echoBehind({ upgrades: ["/chat"], maxTunnels: 1 });
    const first = new WebSocket(wsUrl(front, "/chat/1"));
    await once(first, "open");
    const second = new WebSocket(wsUrl(front, "/chat/1"));
    const [error] = (await once(second, "error")) as [Error]; // cast: as above
    assert.match(error.message, /503/);
    first.terminate();
    await expect
      .poll(async () => {
        const third = new WebSocket(wsUrl(front, "/chat/1"));
        const [event] = await Promise.race([
          once(third, "open").then(() => ["open"]),
          once(third, "error").then(() => ["error"]),
        ]);
        third.terminate();
        return event;
      })
      .toBe("open");
  });

  test("that is silent for too long is cut", async () => {
    const { front } = await echoBehind({ upgrades: ["/chat"], idleTimeoutMs: 100 });
    const ws = new WebSocket(wsUrl(front, "/chat/1"));
    ws.on("error", () => {});
    await once(ws, "open");
    await once(ws, "close");
  });
});

test("tunnels of raw bytes carry what came with the handshake", async () => {
  const back = createServer();
  back.on("upgrade", (_request, socket: Socket, head) => {
    socket.write("HTTP/1.1 101 Go\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\nearly");
    socket.write(head);
    socket.on("error", () => {});
    socket.on("data", (data) => socket.write(data));
    socket.on("end", () => socket.end());
  });
  const proxy = createProxy(await start(back), { upgrades: ["/"] });
  ends.push(() => proxy.close());
  const server = createServer();
  server.on("upgrade", (request, socket, head) => proxy.handleUpgrade(request, socket, head));
  const front = await start(server);
  const text = await rawRequest(
    front,
    ["GET / HTTP/1.1\r\nHost: a\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\nhead"],
    /earlyhead/,
  );
  assert.match(text, /^HTTP\/1\.1 101 Go\r\nUpgrade: raw/);
});
