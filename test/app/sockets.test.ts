import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createApp, type SocketAcceptor, type SocketChannel, stateKey } from "../../lib/app/index.ts";
import { hostRequest, recordingChannel } from "./requests.ts";

const user = stateKey<string>("user");
const platform = (reported: unknown[]) => ({
  now: () => 0,
  random: () => new Uint8Array(),
  hmac: () => new Uint8Array(),
  after: () => () => {},
  report: (error: unknown) => void reported.push(error),
});

describe("sockets", () => {
  const reported: unknown[] = [];
  const app = createApp({ platform: platform(reported) });
  app.get("/room/:id", (c) => c.text("the page"));
  app.socket("/room/:id", (c, channel) => channel.send(new TextEncoder().encode(`room ${c.params.id}`)));
  app.group("/private", (group) => {
    group.use(async (c, next) => {
      if (typeof c.headers["x-user"] !== "string") return c.text("who?", 401);
      c.set(user, c.headers["x-user"]);
      const reply = await next();
      return { ...reply, headers: [...reply.headers, ["x-seen", "1"]] };
    });
    group.socket("/", (c, channel) => channel.send(new TextEncoder().encode(c.get(user))), {
      use: (c, next) => (c.query["full"] === "1" ? c.text("full", 503) : next()),
    });
  });
  app.socket("/fails", () => {
    throw new Error("sync");
  });
  app.socket("/rejects", async () => {
    throw new Error("async");
  });

  const connect = (url: string, headers: Record<string, string> = {}) =>
    app.connect(hostRequest("GET", url, { headers }));
  const run = (acceptor: unknown): string[] => {
    assert.equal(typeof acceptor, "function");
    const channel = recordingChannel();
    (acceptor as SocketAcceptor)(channel);
    return channel.log;
  };

  test("share a path with a page", () => {
    assert.deepEqual(run(connect("/room/7?x=1")), ["send room 7"]);
    const reply = app.handle(hostRequest("GET", "/room/7"));
    assert.ok(reply !== undefined && "body" in reply && reply.body === "the page");
  });

  test("that are not the app's are known at once", () => {
    for (const url of ["/", "/rooms/7", "/room/%zz", "/room/../x", "*"]) assert.equal(connect(url), undefined);
  });

  test("are refused by the middleware on their path", async () => {
    const refusal = await connect("/private");
    assert.ok(typeof refusal === "object" && refusal.status === 401);
    const full = await connect("/private?full=1", { "x-user": "ann" });
    assert.ok(typeof full === "object" && full.status === 503);
  });

  test("get the state that middleware set", async () => {
    assert.deepEqual(run(await connect("/private", { "x-user": "ann" })), ["send ann"]);
  });

  test("close with 1011 when their handler fails, and the error is reported", async () => {
    assert.deepEqual(run(connect("/fails")), ["close 1011 "]);
    const log = run(connect("/rejects"));
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(log, ["close 1011 "]);
    assert.deepEqual(reported.map(String), ["Error: sync", "Error: async"]);
  });

  test("stay open whatever their handler returns, such as the way to stop listening", () => {
    const errors: unknown[] = [];
    const loose = createApp({ platform: platform(errors) });
    // cast: types refuse it, and JavaScript has none
    loose.socket("/echo", ((_c: unknown, channel: SocketChannel) =>
      channel.onMessage(() => {})) as unknown as () => void);
    assert.deepEqual(run(loose.connect(hostRequest("GET", "/echo"))), []);
    assert.deepEqual(errors, []);
  });

  test("come along when their app is mounted", () => {
    const outer = createApp();
    outer.mount("/deep", app);
    assert.deepEqual(run(outer.connect(hostRequest("GET", "/deep/room/9"))), ["send room 9"]);
  });

  test("can be asked for from a request, through the middleware of the outermost app", async () => {
    const inner = createApp({ platform: platform([]) });
    inner.socket("/room/:id", (c, channel) => channel.send(new TextEncoder().encode(`room ${c.params.id}`)));
    inner.get("/ask", (c) => {
      const answer = c.connect(
        hostRequest("GET", String(c.query["url"]), { headers: { "x-user": String(c.headers["x-user"]) } }),
      );
      return c.text(typeof answer === "function" ? run(answer).join() : `${(answer as { status?: number })?.status}`);
    });
    const outer = createApp();
    outer.use((c, next) => (c.headers["x-user"] === "ann" ? next() : c.text("who?", 401)));
    outer.mount("/deep", inner);
    const ask = async (url: string): Promise<unknown> => {
      const headers = { "x-user": "ann" };
      return (await outer.handle(hostRequest("GET", `/deep/ask?url=${url}`, { headers })))?.body;
    };
    assert.equal(await ask("/deep/room/9"), "send room 9");
    assert.equal(await ask("/room/9"), "undefined");
    const late = createApp();
    late.use((c, next) => (c.url.startsWith("/deep/room") ? c.text("no", 403) : next()));
    late.mount("/deep", inner);
    assert.equal((await late.handle(hostRequest("GET", "/deep/ask?url=/deep/room/9")))?.body, "403");
  });
});
