import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  type AppOptions,
  bodyLimit,
  type Context,
  cors,
  createApp,
  csrfToken,
  headerLimit,
  type Middleware,
  metrics,
  rateLimit,
  requestId,
  requireBasic,
  requireBearer,
  requireUser,
  sameSite,
  securityHeaders,
  sessions,
  timeout,
  traceContext,
} from "../../../lib/app/index.ts";
import { recordingChannel } from "../requests.ts";
import { fakePlatform, now, request, SECRET, type Sent } from "./kit.ts";

interface Case {
  readonly make: () => Middleware;
  /** A request that the guard lets pass. */
  readonly good: Sent;
  /** One that it refuses, with its method and status. */
  readonly bad?: readonly [method: string, sent: Sent, status: number];
}

const basic = (text: string): Sent => ({ headers: { authorization: `Basic ${btoa(text)}` } });
const who = (c: Context): string | undefined => (c.headers["x-user"] === "ann" ? "ann" : undefined);
const CASES: Readonly<Record<string, Case>> = {
  sameSite: {
    make: () => sameSite(),
    good: { headers: { "sec-fetch-site": "same-origin", upgrade: "websocket" } },
    bad: ["POST", { headers: { "sec-fetch-site": "cross-site" } }, 403],
  },
  csrfToken: { make: () => csrfToken(), good: {}, bad: ["POST", { headers: { "x-csrf-token": "x" } }, 403] },
  bodyLimit: {
    make: () => bodyLimit({ maxBytes: 10 }),
    good: { headers: { "content-length": "10" } },
    bad: ["POST", { headers: { "content-length": "11" } }, 413],
  },
  headerLimit: {
    make: () => headerLimit({ maxBytes: 100 }),
    good: { headers: { a: "b" } },
    bad: ["GET", { headers: { a: "x".repeat(100) } }, 431],
  },
  timeout: { make: () => timeout({ ms: 10 }), good: {} },
  securityHeaders: { make: () => securityHeaders(), good: {} },
  rateLimit: {
    make: () => rateLimit({ limit: 100, windowMs: 1000, cost: (c) => (c.headers["x-dear"] === "1" ? 101 : 1) }),
    good: { address: "192.0.2.1" },
    bad: ["GET", { address: "192.0.2.1", headers: { "x-dear": "1" } }, 429],
  },
  requestId: { make: () => requestId(), good: {} },
  traceContext: { make: () => traceContext(), good: {} },
  metrics: { make: () => metrics({ record: () => {} }), good: {} },
  sessions: { make: () => sessions(), good: {} },
  requireBearer: {
    make: () => requireBearer({ verify: (token) => (token === "good" ? "ann" : undefined) }),
    good: { headers: { authorization: "Bearer good" } },
    bad: ["GET", { headers: { authorization: "Bearer bad" } }, 401],
  },
  requireBasic: {
    make: () => requireBasic({ verify: (name, password) => (password === "good" ? name : undefined) }),
    good: basic("ann:good"),
    bad: ["GET", basic("ann:bad"), 401],
  },
  requireUser: {
    make: () => requireUser({ find: who }),
    good: { headers: { "x-user": "ann" } },
    bad: ["GET", {}, 401],
  },
  cors: { make: () => cors({ origins: "*" }), good: { headers: { origin: "https://app.example" } } },
};

describe.each(Object.entries(CASES))("%s", (_name, { make, good, bad }) => {
  const options = (): AppOptions => ({ platform: fakePlatform(), cookieSecrets: [SECRET] });
  const places: Readonly<Record<string, (guard: Middleware) => ReturnType<typeof createApp>>> = {
    "an app": (guard) => {
      const app = createApp(options());
      app.use(guard);
      app.all("/in", (c) => c.text("in"));
      return app;
    },
    "a group": (guard) => {
      const app = createApp(options());
      app.group("/in", (group) => {
        group.use(guard);
        group.all("/", (c) => c.text("in"));
      });
      return app;
    },
    "a route": (guard) => {
      const app = createApp(options());
      app.route("*", "/in", { use: guard }, (c) => c.text("in"));
      return app;
    },
    "a mounted app": (guard) => {
      const app = createApp(options());
      const inner = createApp();
      app.mount("/in", inner);
      inner.use(guard);
      inner.all("/", (c) => c.text("in"));
      return app;
    },
  };

  test.each(Object.entries(places))("guards %s, without a promise for a sync handler", (_place, build) => {
    const app = build(make());
    const reply = now(app.handle(request("GET", "/in", good)));
    assert.deepEqual([reply.status, reply.body], [200, "in"]);
    if (bad === undefined) return;
    const [method, sent, status] = bad;
    const refused = app.handle(request(method, "/in", sent));
    assert.equal(now(refused).status, status);
  });

  test("guards what does not exist below an owned prefix", () => {
    const app = createApp({ ...options(), terminal: true });
    app.use(make());
    app.get("/there", (c) => c.text("in"));
    assert.equal(now(app.handle(request("GET", "/nowhere", good))).status, 404);
    assert.equal(now(app.handle(request("OPTIONS", "/there", good))).status, 204);
    if (bad === undefined) return;
    const [method, sent, status] = bad;
    assert.equal(now(app.handle(request(method, "/nowhere", sent))).status, status);
  });

  test("lets a socket in that it would let pass as a request", () => {
    const app = createApp(options());
    app.use(make());
    app.socket("/room", (_c, channel) => channel.send(new TextEncoder().encode("in")));
    const sent = { ...good, headers: { upgrade: "websocket", ...good.headers } };
    const acceptor = now(app.connect(request("GET", "/room", sent)));
    assert.equal(typeof acceptor, "function");
    const channel = recordingChannel();
    if (typeof acceptor === "function") acceptor(channel);
    assert.deepEqual(channel.log, ["send in"]);
  });

  test("passes on what the handler throws, and what it rejects with", async () => {
    const app = createApp(options());
    app.use(make());
    app.get("/throws", () => {
      throw new RangeError("thrown");
    });
    app.get("/rejects", async () => {
      throw new RangeError("rejected");
    });
    assert.throws(() => app.handle(request("GET", "/throws", good)), RangeError);
    await assert.rejects(async () => app.handle(request("GET", "/rejects", good)), RangeError);
  });

  test("keeps the order of an async chain", async () => {
    const app = createApp(options());
    const log: string[] = [];
    app.use(make(), async (_c, next) => {
      log.push("<");
      const reply = await next();
      log.push(">");
      return reply;
    });
    app.get("/in", async (c) => {
      log.push("handler");
      return c.text("in");
    });
    assert.equal((await app.handle(request("GET", "/in", good)))?.body, "in");
    assert.deepEqual(log, ["<", "handler", ">"]);
  });
});
