import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { acceptSockets, createUpgrade } from "../../adapters/ws/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";
import { selfSigned } from "./certificate.ts";
import { rawRequest } from "./client.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n";

function createPages(): App {
  const app = createApp({ platform: nodePlatform });
  app.get("/page", (c) =>
    c.json({ connection: c.headers["connection"] ?? null, upgrade: c.headers["upgrade"] ?? null }),
  );
  app.post("/echo", async (c) => c.text(`${c.headers["x-a"]} ${await c.readText()}`));
  app.get("/slow", async (c) => {
    await sleep(20);
    return c.text("at last");
  });
  app.get("/board", (c) => c.text("the board's page"));
  app.socket("/board", () => {});
  return app;
}

/** A server with pages, and sockets on it. */
async function start(server: Server, app: App): Promise<string> {
  stops.push(acceptSockets(server, app));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // cast: it listens on a port
  return `${"setSecureContext" in server ? "https" : "http"}://127.0.0.1:${port}`;
}

/** What comes back without what differs from moment to moment. */
function told(reply: string): string {
  return reply.replace(/^date:.*\r\n/gim, "");
}

/** The first reply where the connection ends with it, as for bodies from Node 26 on. */
function closed(replies: string): string {
  const first = replies.slice(0, replies.indexOf("HTTP/1.1", 1));
  return first.replace(/Connection: keep-alive\r\nKeep-Alive: .*\r\n/, "Connection: close\r\n");
}

describe("an upgrade to something that is no WebSocket", () => {
  const head = (line: string, more = ""): string => `${line} HTTP/1.1\r\nHost: x\r\n${more}`;
  const last = head("GET /page", "Connection: close\r\n\r\n");
  const requests: readonly [string, readonly string[]][] = [
    ["a page", [head("GET /page", `${H2C}\r\n`), last]],
    ["a page at a socket's path", [head("GET /board", `${H2C}\r\n`), last]],
    ["nothing that is there", [head("GET /nowhere", `${H2C}\r\n`), last]],
    ["a request with a body", [head("POST /echo", `X-A: \xe9\r\nContent-Length: 4\r\n${H2C}\r\nbody`), last]],
    ["a body in chunks", [head("POST /echo", `Transfer-Encoding: chunked\r\n${H2C}\r\n4\r\nbody\r\n0\r\n\r\n`), last]],
    ["another protocol", [head("GET /page", "Connection: upgrade\r\nUpgrade: TLS/1.0\r\n\r\n"), last]],
    ["several in turn", [head("GET /page", `${H2C}\r\n`), head("GET /board", `${H2C}\r\n`), last]],
    ["one behind a slow one", [head("GET /slow", "\r\n"), head("GET /slow", `${H2C}\r\n`), last]],
  ];

  // Not compared with a server without listeners for upgrades: Node reads nothing further on such a connection there.
  test.each(requests)("is served as if it had not been offered: %s", async (_name, parts) => {
    const app = createPages();
    const origin = await start(createServer(nodeHandler(app)), app);
    const text = parts.join("");
    const wanted = told(
      await rawRequest(origin, [text.replaceAll(H2C, "").replace(/Connection: upgrade\r\nUpgrade.*\r\n/, "")]),
    );
    assert.equal(wanted.match(/HTTP\/1\.1 [24]0/g)?.length, parts.length);
    for (const pieces of [[text], [...text]]) {
      const reply = told(await rawRequest(origin, pieces));
      if (reply !== wanted) assert.equal(reply, closed(wanted), `Node ${process.versions.node}`);
      if (reply !== wanted) assert.ok(Number.parseInt(process.versions.node, 10) > 24 && text.startsWith("POST"));
    }
  });

  test("is served over TLS, and its body is", async () => {
    const app = createPages();
    const origin = await start(createTlsServer(selfSigned(), nodeHandler(app)), app);
    const reply = await rawRequest(origin, [`${requests[3]?.[1].join("")}`]);
    assert.match(reply, /Ã© body/); // in UTF-8, read as Latin-1
  });

  test("is refused where more headers came than Node hands on, since one of them may be the body's length", async () => {
    const app = createPages();
    const server = createServer(nodeHandler(app));
    server.maxHeadersCount = 8;
    const many = "A: b\r\n".repeat(10);
    const hidden = "GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const text = `${head("POST /echo", `${H2C}${many}Content-Length: ${hidden.length}\r\n\r\n`)}${hidden}`;
    assert.match(await rawRequest(await start(server, app), [text]), /^HTTP\/1\.1 431 [^{]*$/);
  });

  test("is not taken by a handler of upgrades, and left alone where others listen", async () => {
    const app = createPages();
    const server = createServer(nodeHandler(app));
    const seen: string[] = [];
    const origin = await start(server, app);
    const { handleUpgrade } = createUpgrade(app);
    server.on("upgrade", (request, socket, rest) => {
      seen.push(`${request.headers.upgrade} ${handleUpgrade(request, socket, rest)}`);
      socket.end();
    });
    await rawRequest(origin, [head("GET /board", `${H2C}\r\n`)]);
    await expect.poll(() => seen).toEqual(["h2c false"]);
  });
});
