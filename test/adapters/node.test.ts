import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import express from "express";
import fc from "fast-check";
import { describe, test } from "vitest";
import { expressHandler } from "../../adapters/express/index.ts";
import { continueHandler, inFront, nodeHandler, send, toHostRequest } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import { runs } from "../helpers/runs.ts";
import { rawRequest, until } from "./client.ts";
import { hostSuite } from "./host-suite.ts";
import { listen } from "./listen.ts";
import { nodeSubject } from "./node-subject.ts";

hostSuite(nodeSubject("node", listen));

describe("node", () => {
  test("believes whoever it was told of about the client, in each of its ways in", async () => {
    const app = createApp();
    app.get("/", (c) => c.json([c.address, c.secure]));
    const options = {
      address: (req: IncomingMessage) => [req.headers["x-real-ip"]].flat()[0],
      secure: (req: IncomingMessage) => req.headers["x-forwarded-proto"] === "https",
    };
    const said = { "x-real-ip": "192.0.2.7", "x-forwarded-proto": "https" };
    const wants: [RequestListener, Record<string, string>, unknown[]][] = [
      [nodeHandler(app, undefined, options), said, ["192.0.2.7", true]],
      [inFront(app, () => {}, options), said, ["192.0.2.7", true]],
      [continueHandler(app, undefined, options), said, ["192.0.2.7", true]],
      [nodeHandler(app, undefined, options), {}, ["127.0.0.1", false]],
      [nodeHandler(app, undefined, { address: options.address }), said, ["192.0.2.7", false]],
      [nodeHandler(app), said, ["127.0.0.1", false]],
    ];
    for (const [listener, headers, wanted] of wants) {
      const server = await listen(listener);
      assert.deepEqual(await (await fetch(server.origin, { headers })).json(), wanted);
      await server.close();
    }
  });

  test("answers a plain 404 without a fallback, and a plain 500 that is reported", async () => {
    const app = createApp();
    const reported: unknown[] = [];
    const failure = new Error("secret detail");
    app.get("/throws", () => {
      throw failure;
    });
    const server = await listen(nodeHandler(app, undefined, { report: (error) => reported.push(error) }));
    assert.equal((await fetch(`${server.origin}/nowhere`)).status, 404);
    const reply = await fetch(`${server.origin}/throws`);
    assert.deepEqual([reply.status, await reply.text()], [500, "Internal Server Error"]);
    assert.deepEqual(reported, [failure]);
    await server.close();
  });

  test("keeps the headers of whoever came before on its plain 404, and drops them from its 500", async () => {
    const app = createApp();
    app.get("/throws", () => {
      throw new Error("on purpose");
    });
    const ours = nodeHandler(app, undefined, { report: () => {} });
    const server = await listen((req, res) => {
      res.setHeader("x-host", "host");
      ours(req, res);
    });
    const headers = ["/nowhere", "/throws"].map(async (path) =>
      (await fetch(server.origin + path)).headers.get("x-host"),
    );
    assert.deepEqual(await Promise.all(headers), ["host", null]);
    await server.close();
  });

  test.each([
    ["of ASCII", "ok"],
    ["in UTF-8", "é€"],
    ["of ASCII, long", "x".repeat(20_000)],
    ["in UTF-8, long", "é".repeat(20_000)],
    ["with half a pair", "a\ud800"],
  ])("sends Latin-1 in a header as it is, ahead of a text %s", async (_name, text) => {
    const app = createApp();
    app.get("/", (c) => c.text(text, 200, { "x-name": "café" }));
    for (const listener of [nodeHandler(app), express().use(expressHandler(app))]) {
      const server = await listen(listener);
      const reply = await fetch(server.origin);
      assert.equal(reply.headers.get("x-name"), "café");
      assert.equal(reply.headers.get("content-length"), String(Buffer.byteLength(text)));
      assert.equal(await reply.text(), Buffer.from(text).toString());
      await server.close();
    }
  });

  test("reports nothing when handlers and streams end because the client has left", async () => {
    const app = createApp();
    const begun: string[] = [];
    const ended: string[] = [];
    app.onError((error) => {
      throw error;
    });
    app.get("/handler", async (c) => {
      begun.push("handler");
      await sleep(60_000, undefined, { signal: c.signal }).finally(() => ended.push("handler"));
      return c.empty();
    });
    app.get("/stream", (c) => {
      async function* chunks(): AsyncGenerator<string> {
        begun.push("stream");
        yield "first";
        await sleep(60_000, undefined, { signal: c.signal }).finally(() => ended.push("stream"));
      }
      return c.stream(chunks());
    });
    const reported: unknown[] = [];
    const server = await listen(nodeHandler(app, undefined, { report: (error) => reported.push(error) }));
    for (const name of ["handler", "stream"]) {
      const controller = new AbortController();
      const pending = fetch(`${server.origin}/${name}`, { signal: controller.signal }).catch(() => {});
      await until(() => begun.includes(name));
      controller.abort();
      await pending;
    }
    await until(() => ended.length === 2);
    await sleep(20);
    assert.deepEqual(reported, []);
    await server.close();
  });

  test("hands everything else to the listener behind it, unread", async () => {
    const app = createApp();
    app.get("/ours", (c) => c.text("ours"));
    const server = await listen(
      inFront(app, async (req, res) => {
        let length = 0;
        for await (const chunk of req) length += (chunk as Buffer).length;
        res.end(`${req.method} ${req.url} ${length}`);
      }),
    );
    assert.equal(await (await fetch(`${server.origin}/ours`)).text(), "ours");
    const reply = await fetch(`${server.origin}/ours`, { method: "POST", body: "12345" });
    assert.equal(await reply.text(), "POST /ours 5");
    await server.close();
  });

  test("sends templates and replies from a listener of one's own", async () => {
    const server = await listen((req, res) => {
      void send(
        res,
        req.url === "/" ? html`<p>${"a&b"}</p>` : { status: 418, headers: [["x-a", "1"]], body: html`<b>tea</b>` },
      );
    });
    assert.equal(await (await fetch(server.origin)).text(), "<p>a&amp;b</p>");
    const reply = await fetch(`${server.origin}/tea`);
    assert.deepEqual([reply.status, reply.headers.get("x-a"), await reply.text()], [418, "1", "<b>tea</b>"]);
    await server.close();
  });

  const long = "body ".repeat(40_000);
  const meddlers: Record<string, (req: IncomingMessage, hear: (text: string) => void) => void> = {
    "counts its bytes": (req, hear) => void req.on("data", (chunk: Buffer) => hear(chunk.toString())),
    "has paused it": (req) => void req.pause(),
    "has let it flow": (req) => void req.resume(),
    "has set an encoding": (req) => void req.setEncoding("utf8"),
  };
  const places = Object.keys(meddlers).flatMap((name) => ["before", "after"].map((place) => [name, place] as const));
  test.each(places)("reads a body of which somebody %s %s the app", async (name, place) => {
    const app = createApp();
    app.post("/", async (c) => c.text(await c.readText()));
    const ours = nodeHandler(app);
    let heard = "";
    const server = await listen((req, res) => {
      if (place === "after") ours(req, res);
      meddlers[name]?.(req, (text) => (heard += text));
      if (place === "before") ours(req, res);
    });
    for (const body of ["short", long]) {
      heard = "";
      const reply = await fetch(server.origin, { method: "POST", body });
      assert.ok((await reply.text()) === body);
      if (name === "counts its bytes") assert.ok(heard === body);
    }
    await server.close();
  });

  test("reads a body whole, wherever its packets are cut and whenever it is asked for", async () => {
    const app = createApp();
    app.post("/:wait", async (c) => {
      if (c.params.wait !== "0") await sleep(Number(c.params.wait));
      return c.text(`length ${(await c.readText()).length}.`);
    });
    const server = await listen(nodeHandler(app));
    const lengths = fc.oneof(fc.nat(20), fc.constantFrom(16_384, 65_536), fc.nat(100_000));
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
    const send = async (length: number, wait: number, isChunked: boolean, at: readonly number[]): Promise<void> => {
      const body = "x".repeat(length);
      const chunks = `${length === 0 ? "" : `${length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`;
      const framing = isChunked ? "transfer-encoding: chunked" : `content-length: ${length}`;
      const head = `POST /${wait} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${framing}\r\n\r\n`;
      const text = head + (isChunked ? chunks : body);
      const places = [0, ...at.map((share) => Math.round(share * text.length)).sort((a, b) => a - b), text.length];
      const parts = places.slice(1).map((end, i) => text.slice(places[i], end));
      assert.match(await rawRequest(server.origin, parts), new RegExp(`length ${length}\\.$`));
    };
    const property = fc.asyncProperty(lengths, fc.constantFrom(0, 2), fc.boolean(), cuts, send);
    await fc.assert(property, { numRuns: runs(60) });
    await server.close();
  });

  test("answers over HTTP/2 through its compatibility API", async () => {
    const app = createApp();
    app.post("/echo", async (c) =>
      c.text(`${await c.readText()}!`, 200, [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ]),
    );
    const server = createHttp2Server(nodeHandler(app) as never); // cast: the compatibility API takes HTTP/1 listeners
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request({
      ":method": "POST",
      ":path": "/echo",
      "content-type": "text/plain",
      "content-length": 2,
    });
    stream.end("hi");
    const [headers] = await once(stream, "response");
    let text = "";
    for await (const chunk of stream) text += chunk;
    assert.deepEqual([headers[":status"], headers["set-cookie"], text], [200, ["a=1", "b=2"], "hi!"]);
    session.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test("leaves an answer of the host's alone when a handler fails after it", async () => {
    const app = createApp();
    let fail = (): void => {};
    const failing = new Promise<never>((_resolve, reject) => {
      fail = () => reject(new Error("too late"));
    });
    app.get("/slow", () => failing);
    const reported: unknown[] = [];
    const ours = nodeHandler(app, undefined, { report: (error) => reported.push(error) });
    const server = await listen((req, res) => {
      ours(req, res);
      res.statusCode = 503;
      res.end("host gave up".repeat(2_000_000)); // more than goes out at once
      fail();
    });
    const reply = await fetch(`${server.origin}/slow`);
    assert.deepEqual([reply.status, (await reply.text()).length], [503, 24_000_000]);
    assert.equal(reported.length, 1);
    await server.close();
  });

  test.each(["//evil.example", "/\\evil.example", "http://evil.example", "shop"])(
    "takes no mount path that would send links elsewhere: %s",
    (base) => {
      const req = { method: "GET", url: "/", headers: {} } as IncomingMessage; // cast: what the test needs of a request
      assert.equal(toHostRequest(req, {} as never, { base }).base, "");
      assert.equal(toHostRequest(req, {} as never, { base: "/shop" }).base, "/shop");
    },
  );

  test("understands the absolute form proxies use", async () => {
    const app = createApp({ terminal: true });
    app.get("/a", (c) => c.json(c.query));
    const handle = (url: string) =>
      app.handle(toHostRequest({ method: "GET", url, headers: {} } as IncomingMessage, {} as never));
    const reply = await handle("http://example.org/a?b=1");
    assert.equal(reply?.body, '{"b":"1"}');
  });
});
