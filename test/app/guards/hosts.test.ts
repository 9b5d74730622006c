import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get, type IncomingMessage, type RequestListener } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import express from "express";
import { afterAll, beforeAll, describe, test } from "vitest";
import { WebSocket } from "ws";
import { expressHandler } from "../../../adapters/express/index.ts";
import { nodeHandler, nodePlatform } from "../../../adapters/node/index.ts";
import { acceptSockets } from "../../../adapters/ws/index.ts";
import {
  type App,
  bodyLimit,
  cors,
  createApp,
  csrfToken,
  csrfTokenOf,
  rateLimit,
  requireUser,
  sameSite,
  securityHeaders,
  sessionKey,
  sessions,
  timeout,
} from "../../../lib/app/index.ts";
import { html } from "../../../lib/html/index.ts";
import { listen } from "../../adapters/listen.ts";
import { SECRET } from "./kit.ts";

function createGuarded(): App {
  const app = createApp({ platform: nodePlatform, cookieSecrets: [SECRET], terminal: true });
  app.use(securityHeaders(), sameSite(), sessions());
  app.get("/", (c) => html`<p>${String(c.get(sessionKey).get("user") ?? "nobody")}</p><script>1</script>`);
  app.post("/login", async (c) => {
    const session = c.get(sessionKey);
    session.rotate();
    session.set("user", (await c.readForm())["name"]);
    return c.redirect("/");
  });
  app.group("/account", (group) => {
    group.use(requireUser({ find: (c) => c.get(sessionKey).get("user"), loginPath: "/login" }));
    group.get("/", (c) => c.text("account"));
    group.socket("/live", (_c, channel) => channel.send(new Uint8Array([1])));
  });
  app.group("/form", (group) => {
    group.use(csrfToken());
    group.get("/", (c) => c.text(csrfTokenOf(c)));
    group.post("/", async (c) => c.json(await c.readForm()));
  });
  app.post("/small", { use: bodyLimit({ maxBytes: 10 }) }, async (c) => c.text(await c.readText()));
  app.get("/slow", { use: timeout({ ms: 20 }) }, async (c) => {
    await sleep(10_000, undefined, { signal: c.signal });
    return c.text("never");
  });
  // Which address a host tells is its adapter's affair: here all sockets are one client.
  app.get("/few", { use: rateLimit({ limit: 2, windowMs: 60_000, key: () => "all" }) }, (c) => c.text("ok"));
  app.group("/api", (api) => {
    api.use(cors({ origins: ["https://app.example"], credentials: true }));
    api.get("/data", (c) => c.json(1));
  });
  return app;
}

const hosts = {
  node: (app: App) => nodeHandler(app),
  express: (app: App) => express().use(express.urlencoded({ extended: false }), expressHandler(app)),
};

describe.each(Object.entries(hosts))("guards on %s, over real sockets", (_name, host) => {
  let running: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    running = await listen(host(createGuarded()));
  });
  afterAll(() => running.close());
  const ask = (path: string, init: RequestInit = {}) => fetch(running.origin + path, { redirect: "manual", ...init });
  const cookieOf = (response: Response): string =>
    response.headers
      .getSetCookie()
      .map((line) => line.replace(/;.*/, ""))
      .join("; ");
  const form = (body: string, headers: Record<string, string> = {}): RequestInit => ({
    method: "POST",
    body,
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });

  test("a login lasts, and its cookie is out of reach", async () => {
    const login = await ask("/login", form("name=ann"));
    assert.equal(login.status, 303);
    assert.match(
      login.headers.getSetCookie().join(),
      /^__Host-session=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    const page = await ask("/", { headers: { cookie: cookieOf(login) } });
    const text = await page.text();
    const nonce = /'nonce-([\w-]+)'/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
    assert.equal(text, `<p>ann</p><script nonce="${nonce}">1</script>`);
    assert.equal((await ask("/account", { headers: { cookie: cookieOf(login) } })).status, 200);
    // Not by fetch, which says of itself that it does not navigate.
    const [stranger] = await once(get(`${running.origin}/account`, { headers: { accept: "text/html" } }), "response");
    stranger.resume();
    assert.equal(stranger.headers.location, "/login?next=%2Faccount");
  });

  test("a form of another site is refused, its own is not", async () => {
    const site = (value: string) => ask("/login", form("name=ann", { "sec-fetch-site": value }));
    assert.deepEqual([(await site("cross-site")).status, (await site("same-origin")).status], [403, 303]);
    const byOrigin = (origin: string) => ask("/login", form("name=ann", { origin }));
    assert.deepEqual(
      [(await byOrigin("https://evil.example")).status, (await byOrigin(running.origin)).status],
      [403, 303],
    );
  });

  test("a form with its token reaches the handler whole", async () => {
    const page = await ask("/form");
    const body = `_csrf=${await page.text()}&a=1`;
    const good = await ask("/form", form(body, { cookie: cookieOf(page) }));
    assert.deepEqual([good.status, (await good.json()).a], [200, "1"]);
    assert.equal((await ask("/form", form(body))).status, 403);
  });

  test("a body too long is refused, announced or not", async () => {
    const stream = (text: string) => new Blob([text]).stream();
    const chunked = (text: string): Promise<Response> =>
      ask("/small", { method: "POST", body: stream(text), duplex: "half" } as RequestInit); // cast: fetch's types lack duplex
    assert.equal((await ask("/small", { method: "POST", body: "x".repeat(11) })).status, 413);
    assert.deepEqual([(await chunked("x".repeat(11))).status, (await chunked("x".repeat(10))).status], [413, 200]);
  });

  test("a handler that hangs is answered for", async () => {
    assert.equal((await ask("/slow")).status, 503);
  });

  test("a client that asks too often is told when to come again", async () => {
    const responses = [await ask("/few"), await ask("/few"), await ask("/few")];
    assert.deepEqual(
      responses.map(({ status }) => status),
      [200, 200, 429],
    );
    assert.ok(Number(responses[2]?.headers.get("retry-after")) > 0);
  });

  test("a preflight is answered, and its errors are readable", async () => {
    const origin = "https://app.example";
    const preflight = await ask("/api/data", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, origin]);
    const missing = await ask("/api/missing", { headers: { origin } });
    assert.deepEqual([missing.status, missing.headers.get("access-control-allow-origin")], [404, origin]);
  });

  test("a Set-Cookie line cannot be broken out of, nor a header smuggled in by a cookie", async () => {
    const { hostname, port } = new URL(running.origin);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET / HTTP/1.1\r\nHost: a\r\nCookie: __Host-session=x%0d%0aSet-Cookie:%20a=b; \xa0__Host-session=y\r\nConnection: close\r\n\r\n`,
      "latin1",
    );
    let text = "";
    for await (const chunk of socket) text += chunk;
    assert.match(text, /^HTTP\/1\.1 200 /);
    assert.doesNotMatch(text, /set-cookie/i);
  });
});

describe("rateLimit by the client's address", () => {
  const statuses = async (listener: RequestListener): Promise<number[]> => {
    const running = await listen(listener);
    const found: number[] = [];
    for (const from of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
      found.push((await fetch(running.origin, { headers: { "x-forwarded-for": from } })).status);
    }
    await running.close();
    return found;
  };
  const create = (): App => {
    const app = createApp({ platform: nodePlatform });
    app.use(rateLimit({ limit: 1, windowMs: 60_000 }));
    app.get("/", (c) => c.text(c.address ?? "unknown"));
    return app;
  };

  test("takes no client's word for it", async () => {
    assert.deepEqual(await statuses(nodeHandler(create())), [200, 429, 429]);
    assert.deepEqual(await statuses(express().use(expressHandler(create()))), [200, 429, 429]);
  });

  test("tells clients behind a proxy apart where the host trusts it", async () => {
    const server = express().set("trust proxy", "loopback");
    assert.deepEqual(await statuses(server.use(expressHandler(create()))), [200, 200, 429]);
  });
});

describe("guards on a WebSocket", () => {
  test("let in who is logged in, from this site", async () => {
    const app = createGuarded();
    const server = createServer(nodeHandler(app));
    // Another site's Origin is refused by the upgrade itself unless it is told otherwise; then the guard has its say.
    const stop = acceptSockets(server, app, { origins: () => true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const login = await fetch(`${origin}/login`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ name: "ann" }),
    });
    const cookie = login.headers.getSetCookie()[0]?.replace(/;.*/, "") ?? "";
    const open = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${origin.replace("http", "ws")}/account/live`, { headers });
        socket.once("message", () => {
          resolve(101);
          socket.terminate();
        });
        socket.once("unexpected-response", (_request: unknown, response: IncomingMessage) => {
          resolve(response.statusCode ?? 0);
          socket.terminate();
        });
        socket.on("error", () => {});
      });
    assert.deepEqual(
      [
        await open({ cookie, origin }),
        await open({ origin }),
        await open({ cookie, origin: "https://evil.example" }),
        await open({ cookie, origin, "sec-fetch-site": "cross-site" }),
      ],
      [101, 401, 403, 403],
    );
    stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
