import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:http2";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { describe, test } from "vitest";
import { fetchHandler, send } from "../../adapters/fetch/index.ts";
import { createApp, type MaybePromise } from "../../lib/app/index.ts";
import { until } from "./client.ts";
import { hostSuite } from "./host-suite.ts";
import { listen } from "./listen.ts";
import { groupFields } from "./node-subject.ts";

type Env = { Bindings: HttpBindings; Variables: { body: unknown } };

hostSuite({
  name: "fetch (hono)",
  passesBadPaths: true,
  errorText: (message) => `host error: ${message}`,
  ways: { guessedType: "text/plain; charset=UTF-8", resolvesDots: true },
  start: (app, setup) => {
    const server = new Hono<Env>();
    server.onError((error, c) => c.text(`host error: ${error.message}`, 500));
    server.notFound((c) => c.text("host 404", 404));
    server.use(async (c, next) => {
      await next();
      c.header("set-cookie", "host=1", { append: true });
      c.header("vary", ["Origin", c.res.headers.get("vary")].filter((value) => value !== null).join(", "));
      if (!c.res.headers.has("x-host")) c.header("x-host", "host");
    });
    if (setup.parsers === true)
      server.use(async (c, next) => {
        c.set("body", await parse(c));
        await next();
      });
    const answer = fetchHandler<Context<Env>>(app, {
      base: setup.mount ?? "",
      address: (_request, c) => c.env.incoming.socket.remoteAddress,
      hint: (links, _request, c) => {
        if (c.env.incoming.httpVersion !== "1.0") c.env.outgoing.writeEarlyHints({ link: [...links] });
      },
      parsedBody: (_request, c) => c.get("body"),
    });
    server.use(async (c, next) => (await answer(c.req.raw, c)) ?? next());
    server.get("/host", (c) => c.text("host route"));
    return listen(getRequestListener(server.fetch));
  },
});

/** A parser as one writes it for Hono: it reads JSON and forms and leaves the rest alone. */
async function parse(c: Context<Env>): Promise<unknown> {
  const type = c.req.header("content-type");
  const isForm = type === "application/x-www-form-urlencoded";
  if (type !== "application/json" && !isForm) return undefined;
  const text = await c.req.text();
  try {
    return isForm ? groupFields(new URLSearchParams(text)) : JSON.parse(text);
  } catch {
    return text;
  }
}

describe("fetch", () => {
  test("nothing global is replaced, and a reply is given at once where the app has one", () => {
    const { Request: before, Response: beforeToo } = globalThis;
    const app = createApp();
    app.get("/", (c) => c.text("now"));
    const answer = fetchHandler(app, { base: "/app/" });
    assert.ok(answer(new Request("https://x.example/app/")) instanceof Response);
    assert.ok(answer(new Request("https://x.example/app?x")) instanceof Response);
    assert.equal(answer(new Request("https://x.example/apple")), undefined);
    assert.equal(answer(new Request("https://x.example/")), undefined);
    assert.deepEqual([globalThis.Request === before, globalThis.Response === beforeToo], [true, true]);
  });

  test.each([
    ["/café", "/caf%C3%A9"],
    ["/a b/c", "/a%20b/c"],
    ["/a%20b/", "/a%20b"],
  ])("the base %s stands in URLs as %s", async (base, path) => {
    const app = createApp();
    app.get("/page", (c) => c.text(c.base));
    const answer = fetchHandler(app, { base });
    assert.equal(await (await answer(new Request(`https://x.example${base.replace(/\/$/, "")}/page`)))?.text(), path);
    assert.equal(answer(new Request("https://x.example/page")), undefined);
  });

  test("a stream is pulled no faster than it is read, and let go when it is cancelled", async () => {
    let pulled = 0;
    let isEnded = false;
    async function* chunks(): AsyncGenerator<string> {
      try {
        for (;;) {
          pulled += 1;
          yield "chunk";
        }
      } finally {
        isEnded = true;
      }
    }
    const app = createApp();
    let isAborted = false;
    app.get("/", (c) => {
      c.signal.addEventListener("abort", () => (isAborted = true));
      return c.stream(chunks());
    });
    const response = await fetchHandler(app)(new Request("https://x.example/"));
    const reader = response?.body?.getReader();
    await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(pulled <= 2, `${pulled} chunks were pulled for one that was read`);
    await reader?.cancel();
    await until(() => isEnded && isAborted);
  });

  test("a stream that has begun is let go when the request is aborted, and the reply does not look whole", async () => {
    const ended: unknown[] = [];
    const forever: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => {
        let asked = 0;
        return {
          next: () => (asked++ === 0 ? Promise.resolve({ done: false, value: "first" }) : new Promise(() => {})),
          return: async () => {
            ended.push("source");
            return { done: true, value: undefined };
          },
        };
      },
    };
    const app = createApp();
    app.get("/", (c) => {
      c.signal.addEventListener("abort", () => ended.push(c.signal.reason.code));
      return c.stream(forever);
    });
    const abort = new AbortController();
    const response = await fetchHandler(app)(new Request("https://x.example/", { signal: abort.signal }));
    const reader = response?.body?.getReader();
    assert.equal(new TextDecoder().decode((await reader?.read())?.value), "first");
    const second = reader?.read();
    abort.abort();
    await assert.rejects(async () => second, { code: "APP_CLIENT_GONE" });
    await until(() => ended.length === 2);
    assert.deepEqual(ended.sort(), ["APP_CLIENT_GONE", "source"]);
  });

  test("an abort behind the end of a stream is no leaving, and one before it is read ends it", async () => {
    const app = createApp();
    const left: string[] = [];
    app.get("/:name", (c) => {
      c.signal.addEventListener("abort", () => left.push(c.params.name));
      const chunks = async function* (): AsyncGenerator<string> {
        try {
          yield "whole";
        } finally {
          left.push(`${c.params.name} ended`);
        }
      };
      return c.stream(chunks());
    });
    const answer = fetchHandler(app);
    const abort = new AbortController();
    const ask = async (name: string): Promise<Response | undefined> =>
      answer(new Request(`https://x.example/${name}`, { signal: abort.signal }));
    const read = await ask("read");
    assert.equal(await read?.text(), "whole");
    const unread = await ask("unread");
    abort.abort();
    await assert.rejects(async () => unread?.text(), { code: "APP_CLIENT_GONE" });
    await until(() => left.includes("unread ended"));
    assert.deepEqual(left.sort(), ["read ended", "unread", "unread ended"]);
  });

  test("a body the host has read is told from one that is not there", async () => {
    const app = createApp();
    app.post("/", async (c) => c.text(await c.readText()));
    const request = new Request("https://x.example/", { method: "POST", body: "x" });
    await request.text();
    await assert.rejects(async () => fetchHandler(app)(request), { code: "APP_BODY_GONE" });
  });
});

describe("over HTTP/2", () => {
  const said = {
    "http2-settings": "AAMAAABk",
    "keep-alive": "timeout=5",
    "proxy-connection": "close",
    te: "trailers",
    trailer: "x-sum",
    "transfer-encoding": "chunked",
    upgrade: "h2c",
    "x-end": "to end",
  };
  const app = createApp();
  app.get("/", (c) => c.text("end to end", 200, said));
  const answer = fetchHandler(app);

  test.each<[string, (request: Request) => MaybePromise<Response | undefined>]>([
    ["an app answers", (request) => answer(request)],
    ["is sent from a handler", (request) => send(request, { status: 200, headers: Object.entries(said), body: "x" })],
  ])("a reply that %s with what another server said of its connection goes without it", async (_name, handle) => {
    const hono = new Hono();
    hono.use(async (c, next) => (await handle(c.req.raw)) ?? next());
    const server = createServer(getRequestListener(hono.fetch)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const session = connect(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
    const stream = session.request({ ":path": "/" }).resume();
    const [headers] = await once(stream, "response");
    assert.deepEqual([headers[":status"], headers["x-end"]], [200, "to end"]);
    for (const name of Object.keys(said)) if (name !== "x-end") assert.equal(headers[name], undefined, name);
    await once(stream, "close");
    session.destroy();
    server.close();
  });
});
