import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { fetchHandler } from "../../adapters/fetch/index.ts";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { createProxy, type ProxyOptions } from "../../adapters/proxy/index.ts";
import { createApp, type Middleware } from "../../lib/app/index.ts";
import { rawRequest, until } from "./client.ts";
import { ends, mirror, setUp, start, type Told, told } from "./proxy-setup.ts";

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port; // cast: a TCP server has an address

/** A server behind that speaks bytes. */
async function rawBehind(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${portOf(server)}`;
}

async function frontOf(behind: string, options: ProxyOptions = {}): Promise<string> {
  const proxy = createProxy(behind, options);
  ends.push(() => proxy.close());
  const app = createApp({ platform: nodePlatform });
  app.all("/*", proxy.handler);
  app.all("/", proxy.handler);
  return start(createServer(nodeHandler(app)));
}

async function tunnelFront(behind: string, options: ProxyOptions = {}): Promise<string> {
  const proxy = createProxy(behind, { upgrades: ["/"], ...options });
  ends.push(() => proxy.close());
  const server = createServer();
  server.on("upgrade", (request, socket, head) => proxy.handleUpgrade(request, socket, head));
  return start(server);
}

const toldIn = (reply: string): Told => JSON.parse(reply.slice(reply.indexOf("{"), reply.lastIndexOf("}") + 1)) as Told; // cast: what the mirror says
const upgrade = (path = "/", more = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nUpgrade: raw\r\nConnection: Upgrade\r\n${more}\r\n`;
const AGREED = "HTTP/1.1 101 Go\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n";

describe("a server behind", () => {
  test("that answers with a status HTTP does not have is a bad gateway, and holds no room", async () => {
    let closed = 0;
    const behind = await rawBehind((socket) => {
      socket.on("close", () => closed++);
      socket.on("data", () => socket.write("HTTP/1.1 999 Denied\r\ncontent-length: 5000000\r\n\r\nx"));
    });
    const reports: unknown[] = [];
    const front = await frontOf(behind, { maxRequests: 1, report: (error) => reports.push(error) });
    for (let i = 0; i < 3; i++) {
      const reply = await fetch(`${front}/`);
      assert.deepEqual([reply.status, await reply.text()], [502, "Bad Gateway"]);
    }
    await until(() => closed === 3);
    assert.equal(reports.length, 3);
  });

  test("may say 103 before its answer", async () => {
    const behind = await rawBehind((socket) => {
      socket.on("data", () => {
        socket.write("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n");
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      });
    });
    assert.equal(await (await fetch(`${await frontOf(behind)}/`)).text(), "ok");
  });
});

describe("room in the proxy comes back when", () => {
  const page = "x".repeat(200_000);
  const replaced: Middleware = async (c, next) => {
    await next();
    return c.text("sorry", 500);
  };
  const failed: Middleware = async (_c, next) => {
    await next();
    throw new Error("after the reply");
  };

  test.each([
    ["middleware answers otherwise", replaced],
    ["middleware fails after the reply has begun", failed],
  ])("%s", async (_what, middleware) => {
    const options = { maxRequests: 2, maxConnections: 2, idleTimeoutMs: 200 };
    const { front } = await setUp((_req, res) => res.end(page), options, middleware);
    for (let i = 0; i < 2; i++) assert.equal((await fetch(front)).status, 500);
    await expect.poll(async () => (await fetch(front)).status).toBe(500);
  });

  test("the path cannot be passed on", async () => {
    const { front } = await setUp(mirror, { maxRequests: 2 });
    const bad = "GET /a/..%2fb HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for (let i = 0; i < 4; i++) assert.match(await rawRequest(front, [bad]), /^HTTP\/1\.1 400 /);
    assert.equal((await fetch(front)).status, 200);
  });

  test("the server behind sends a body with 205, which may have none", async () => {
    const { front } = await setUp(
      (_req, res) => {
        res.writeHead(205);
        res.write(page);
      },
      { maxRequests: 1 },
    );
    assert.equal((await fetch(front)).status, 205);
    await expect.poll(async () => (await fetch(front)).status).toBe(205);
  });
});

describe("what a client writes", () => {
  test.each(["/a/..%2fadmin", "/a/%2e%2e%2Fadmin", "/a/..%5cadmin", "/a/..;x=1/admin", "/a/..;", "/a%2f..%2fadmin"])(
    "%s does not leave the route for a server behind that reads it otherwise",
    async (path) => {
      let asked = 0;
      const { front } = await setUp((_req, res) => {
        asked++;
        res.end();
      });
      assert.match(
        await rawRequest(front, [`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`]),
        /^HTTP\/1.1 400/,
      );
      assert.equal(asked, 0);
    },
  );

  test("as dots inside a name or a query is passed on", async () => {
    const { front } = await setUp(mirror);
    for (const path of ["/a..b/c..", "/.well-known/x", "/a?file=../b", "/...", "/a%2Fb"])
      assert.equal((await told(front, path)).url, path);
  });

  test("behind a # goes no further, as a server behind may take it for more of the path", async () => {
    const { front } = await setUp(mirror, { path: (url) => `/behind${url}` });
    for (const [path, wanted] of [
      ["/a#/../../admin", "/behind/a"],
      ["/a?b=c#d?e", "/behind/a?b=c"],
      ["/a#", "/behind/a"],
      ["/a%23b", "/behind/a%23b"],
    ]) {
      const reply = await rawRequest(front, [`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`]);
      assert.equal(toldIn(reply).url, wanted);
    }
  });

  test("about itself is dropped in every spelling a server behind may take for it", async () => {
    const { front } = await setUp(mirror);
    const names = ["x_forwarded_for", "X-Forwarded_Proto", "x-forwarded-prefix", "x-forwarded-server", "x_real_ip"];
    const more = [...names, "x-original-url", "x-rewrite-url"].map((name) => `${name}: 6.6.6.6\r\n`).join("");
    const { headers } = toldIn(
      await rawRequest(front, [`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`]),
    );
    for (const [name, value] of Object.entries(headers)) assert.ok(!value.includes("6.6.6.6"), name);
    assert.equal(headers["x-forwarded-for"], "127.0.0.1");
  });

  test.each([
    ["OPTIONS", "0", 204, undefined],
    ["OPTIONS", "1", 200, "0"],
    ["OPTIONS", "10", 200, "9"],
    ["TRACE", "0", 501, undefined],
    ["TRACE", "2", 200, "1"],
    ["GET", "0", 200, "0"],
    ["OPTIONS", "-1", 200, "-1"],
    ["OPTIONS", "many", 200, "many"],
  ])("as %s with Max-Forwards %j goes as far as it says", async (method, value, status, onward) => {
    const seen: unknown[] = [];
    const { front } = await setUp((req, res) => {
      seen.push(req.headers["max-forwards"]);
      res.end();
    });
    const head = `${method} / HTTP/1.1\r\nHost: a\r\nMax-Forwards: ${value}\r\nConnection: close\r\n\r\n`;
    assert.match(await rawRequest(front, [head]), new RegExp(`^HTTP/1.1 ${status} `));
    assert.deepEqual(seen, onward === undefined ? [] : [onward]);
  });

  test("as a body over HTTP/2 arrives without a length announced", async () => {
    const back = createServer(mirror);
    const proxy = createProxy(await start(back));
    ends.push(() => proxy.close());
    const app = createApp();
    app.all("/*", proxy.handler);
    const front = createHttp2Server(nodeHandler(app) as never); // cast: the compatibility API takes Node's listener
    front.listen(0, "127.0.0.1");
    await once(front, "listening");
    const session = connectHttp2(`http://127.0.0.1:${portOf(front)}`);
    ends.push(async () => {
      session.destroy();
      front.close();
    });
    const ask = async (method: string, body: string | undefined): Promise<Told> => {
      const stream = session.request(
        { ":method": method, ":path": "/x", te: "trailers" },
        { endStream: body === undefined },
      );
      if (body !== undefined) stream.end(body);
      let text = "";
      for await (const chunk of stream) text += chunk;
      return JSON.parse(text) as Told; // cast: what the mirror says
    };
    for (const [method, body] of [
      ["POST", "some body"],
      ["PUT", ""],
      ["DELETE", undefined],
      ["GET", undefined],
    ] as const) {
      const got = await ask(method, body);
      assert.deepEqual([got.method, got.body, got.headers["te"]], [method, body ?? "", undefined]);
      if (method === "GET") assert.equal(got.headers["transfer-encoding"], undefined);
    }
  });

  test("as a body of a Request arrives without a length announced", async () => {
    const proxy = createProxy(await start(createServer(mirror)));
    ends.push(() => proxy.close());
    const app = createApp();
    app.all("/*", proxy.handler);
    const handle = fetchHandler(app);
    const ask = async (init: RequestInit): Promise<Told> =>
      (await (await handle(new Request("http://front/x", init)))?.json()) as Told; // cast: what the mirror says
    assert.equal((await ask({ method: "POST", body: "some body" })).body, "some body");
    assert.equal((await ask({ method: "DELETE" })).body, "");
  });

  test("after Expect: 100-continue is asked for and sent on", async () => {
    const { front } = await setUp(mirror);
    const socket = connect(Number(new URL(front).port), "127.0.0.1");
    let text = "";
    socket.on("data", (data) => (text += data));
    socket.write(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
    );
    await until(() => text.includes("HTTP/1.1 100 Continue\r\n\r\n"));
    socket.write("body");
    await once(socket, "close");
    const got = toldIn(text);
    assert.deepEqual([got.body, got.headers["expect"]], ["body", undefined]);
  });

  test("in trailers, and in chunk extensions, stays here", async () => {
    const { front } = await setUp(mirror);
    const request =
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-User\r\nConnection: close\r\n\r\n4;x="y"\r\nbody\r\n0\r\nX-User: root\r\n\r\n';
    const got = toldIn(await rawRequest(front, [request]));
    assert.deepEqual([got.body, got.headers["x-user"], got.headers["trailer"]], ["body", undefined, undefined]);
  });

  test.each([
    ["two lengths", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody"],
    [
      "a length and chunks",
      "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ["an odd coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a length with a sign", "Content-Length: +4\r\n\r\nbody"],
    ["a bare line feed", "X: a\nContent-Length: 4\r\n\r\nbody"],
    ["a space before the colon", "Content-Length : 4\r\n\r\nbody"],
    ["a folded line", "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"],
  ])("with %s never becomes two requests behind", async (_what, rest) => {
    const urls: (string | undefined)[] = [];
    const { front } = await setUp((req, res) => {
      urls.push(req.url);
      req.resume().on("end", () => res.end("ok"));
      req.on("error", () => {});
    });
    await rawRequest(front, [`POST / HTTP/1.1\r\nHost: a\r\n${rest}`], /\r\n\r\n/);
    assert.ok(!urls.includes("/evil"), "the hidden request got through");
    assert.ok(urls.length <= 1);
  });
});

describe("what a hostile server behind writes", () => {
  test.each(["constructor", "__proto__", "toString"])("as a header called %s harms nothing", async (name) => {
    const behind = await rawBehind((socket) => {
      socket.once("data", () =>
        socket.end(`HTTP/1.1 200 OK\r\n${name}: x\r\n${name}: y\r\ncontent-length: 2\r\n\r\nok`),
      );
    });
    assert.equal(await (await fetch(await frontOf(behind))).text(), "ok");
  });

  test("as a second content type is dropped as browsers drop the first", async () => {
    const behind = await rawBehind((socket) => {
      socket.once("data", () =>
        socket.end("HTTP/1.1 200 OK\r\ncontent-type: a/b\r\ncontent-type: text/css\r\ncontent-length: 2\r\n\r\nok"),
      );
    });
    const reply = await fetch(await frontOf(behind));
    assert.deepEqual([reply.headers.get("content-type"), await reply.text()], ["text/css", "ok"]);
  });

  test("ahead of its reply, as 1xx, is skipped", async () => {
    const behind = await rawBehind((socket) => {
      socket.once("data", () =>
        socket.end(
          "HTTP/1.1 103 Early\r\nlink: </a>\r\n\r\nHTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        ),
      );
    });
    const reply = await fetch(await frontOf(behind));
    assert.deepEqual([reply.status, reply.headers.get("link"), await reply.text()], [200, null, "ok"]);
  });

  test("as 1xx without end is 504, like silence", async () => {
    const behind = await rawBehind((socket) => {
      socket.once("data", () => {
        const more = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 20);
        socket.once("close", () => clearInterval(more));
      });
    });
    const front = await frontOf(behind, { headTimeoutMs: 200, maxConnections: 1, maxRequests: 1 });
    assert.equal((await fetch(front)).status, 504);
    assert.equal((await fetch(front)).status, 504); // its place is free again, and its connection was not used again
  });

  test("behind the end of a reply reaches nobody", async () => {
    const behind = await rawBehind((socket) => {
      socket.on("data", () =>
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"),
      );
    });
    const front = await frontOf(behind, { maxConnections: 1 });
    for (let i = 0; i < 3; i++) assert.equal(await (await fetch(front)).text(), "ok");
  });

  test("as 101 without being asked is 502", async () => {
    const behind = await rawBehind((socket) => socket.once("data", () => socket.write(AGREED)));
    assert.equal((await fetch(await frontOf(behind, { retries: 0 }))).status, 502);
  });

  test("as trailers goes no further", async () => {
    const behind = await rawBehind((socket) => {
      socket.once("data", () =>
        socket.end(
          "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: set-cookie\r\n\r\n2\r\nok\r\n0\r\nset-cookie: a=1\r\n\r\n",
        ),
      );
    });
    const text = await rawRequest(await frontOf(behind), ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"]);
    assert.doesNotMatch(text, /set-cookie|trailer/i);
  });
});

describe("the name the server behind is known by", () => {
  test("is its own in TLS, whatever Host a client sends", async () => {
    const hellos: string[] = [];
    const behind = await rawBehind((socket) => {
      socket.once("data", (hello) => {
        hellos.push(hello.toString("latin1"));
        socket.destroy();
      });
    });
    const origin = `https://localhost:${new URL(behind).port}`;
    const options = { keepHost: true, retries: 0 };
    await rawRequest(await frontOf(origin, options), [
      "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ]);
    await rawRequest(await tunnelFront(origin, options), [upgrade().replace("Host: a", "Host: evil.example")]);
    assert.equal(hellos.length, 2);
    for (const hello of hellos) {
      assert.ok(hello.includes("localhost"));
      assert.ok(!hello.includes("evil.example"));
    }
  });

  test("may be an IPv6 address", async ({ skip }) => {
    const back = createServer(mirror);
    back.on("upgrade", (_request: IncomingMessage, socket: Socket) => socket.end(AGREED));
    const listening = await new Promise<boolean>((resolve) => {
      back.once("error", () => resolve(false));
      back.listen(0, "::1", () => resolve(true));
    });
    if (!listening) skip("this machine has no IPv6");
    ends.push(async () => back.close());
    const origin = `http://[::1]:${portOf(back)}`;
    assert.equal((await told(await frontOf(origin), "/")).headers["host"], `[::1]:${portOf(back)}`);
    assert.ok((await rawRequest(await tunnelFront(origin), [upgrade()])).startsWith(AGREED));
  });
});

describe("a tunnel", () => {
  test("carries nothing of ours when it has been silent for too long", async () => {
    const behind = await rawBehind((socket) => socket.once("data", () => socket.write(AGREED)));
    const text = await rawRequest(await tunnelFront(behind, { idleTimeoutMs: 100 }), [upgrade()]);
    assert.equal(text, AGREED);
  });

  test("that was refused keeps no socket open for a client that stays", async () => {
    const behind = await rawBehind((socket) => socket.once("data", () => socket.end("HTTP/1.1 403 No\r\n\r\n")));
    const front = await tunnelFront(behind, { maxTunnels: 1 });
    for (let i = 0; i < 3; i++) {
      const { hostname, port } = new URL(front);
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
      let text = "";
      socket.on("data", (data) => (text += data)).on("error", () => {});
      ends.push(async () => socket.destroy());
      socket.write(upgrade());
      await once(socket, "end"); // and it is not closed on this side
      assert.match(text, /^HTTP\/1.1 403 /);
    }
  });

  test("does not let a client speak HTTP to the server behind past this one", async () => {
    let asked = 0;
    const behind = await rawBehind(() => asked++);
    const front = await tunnelFront(behind);
    for (const protocol of ["h2c", "H2C", "HTTP/2.0", "websocket, h2c", "TLS/1.2"]) {
      const request = upgrade("/", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n").replace("raw", protocol);
      assert.match(await rawRequest(front, [request]), /^HTTP\/1.1 501 /);
    }
    assert.equal(asked, 0);
  });

  test("is refused where the path leaves its prefix for a server behind that reads it otherwise", async () => {
    let asked = 0;
    const front = await tunnelFront(await rawBehind(() => asked++), { upgrades: ["/chat"] });
    assert.match(await rawRequest(front, [upgrade("/chat/..%2fadmin")]), /^HTTP\/1.1 400 /);
    assert.equal(asked, 0);
  });

  test("may name its path by a whole address", async () => {
    let head = "";
    const behind = await rawBehind((socket) => {
      socket.once("data", (bytes) => {
        head = String(bytes);
        socket.end(AGREED);
      });
    });
    const front = await tunnelFront(behind, { upgrades: ["/chat"] });
    assert.equal(await rawRequest(front, [upgrade("http://elsewhere.example/chat?room=1")]), AGREED);
    assert.match(head, /^GET \/chat\?room=1 HTTP\/1.1\r\n/);
  });

  test("takes the bytes of the head as they are", async () => {
    const head = Buffer.from(AGREED.replace("Upgrade: raw", "Upgrade: raw\r\nX-Name: jm\xe9no"), "latin1");
    const behind = await rawBehind((socket) => socket.once("data", () => socket.end(head)));
    assert.equal(await rawRequest(await tunnelFront(behind), [upgrade()]), head.toString("latin1"));
  });

  test("has the headers that upgradeHeaders says, and no length of a body it has not", async () => {
    let asked = "";
    const behind = await rawBehind((socket) =>
      socket.once("data", (data) => {
        asked = data.toString("latin1");
        socket.end(AGREED);
      }),
    );
    const upgradeHeaders = (request: IncomingMessage): Record<string, string | undefined> => ({
      "X-User": `of ${request.url}`,
      "x-role": undefined,
    });
    const front = await tunnelFront(behind, { upgradeHeaders });
    await rawRequest(front, [upgrade("/a", "X-User: root\r\nX-Role: admin\r\nContent-Length: 4\r\n")]);
    assert.match(asked, /^x-user: of \/a\r\n/im);
    assert.doesNotMatch(asked, /root|admin|content-length/i);
  });

  test("is refused once the proxy is closed", async () => {
    const proxy = createProxy(await rawBehind(() => {}), { upgrades: ["/"] });
    const server = createServer();
    server.on("upgrade", (request, socket, head) => proxy.handleUpgrade(request, socket, head));
    const front = await start(server);
    await proxy.close();
    assert.match(await rawRequest(front, [upgrade()]), /^HTTP\/1.1 503 /);
  });
});
