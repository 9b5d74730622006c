import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import express from "express";
import { afterAll, beforeAll, describe, test } from "vitest";
import { z } from "zod";
import { expressHandler } from "../../adapters/express/index.ts";
import { mcpStdio, type ServeMcpOptions, serveMcp } from "../../adapters/mcp/index.ts";
import { nodeHandler } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { bundle } from "../sync/bundle.ts";
import { until } from "./client.ts";
import type { Running } from "./host-suite.ts";
import { listen } from "./listen.ts";
import { createToolApp, type Witness } from "./mcp-app.ts";

const OPTIONS = { name: "shop", version: "1.0.0" };
const GOOD = { authorization: "Bearer good" };

async function connect(transport: unknown): Promise<Client> {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(transport as Transport); // cast: the SDK's own classes and its interface differ in optional properties
  return client;
}

const connectTo = (url: string, headers: Record<string, string> = GOOD): Promise<Client> =>
  connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));

async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: args })) as CallToolResult; // cast: the other shape is that of a protocol long gone
}

/** A result in one line. */
async function line(client: Client, name: string, args?: Record<string, unknown>): Promise<string> {
  const { content, isError } = await call(client, name, args);
  const [first] = content;
  return `${isError === true ? "error: " : ""}${first?.type === "text" ? first.text : first?.type}`;
}

/** The same questions for every way to connect. */
function toolSuite(open: () => Client): void {
  test("lists the routes that are to be tools, with their words and schemas", async () => {
    const { tools } = await open().listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      [
        "show_order",
        "post_api_orders",
        "search",
        "order_put",
        "order_delete",
        "file",
        "rest",
        "whence",
        "archive",
        "picture",
        "zip",
        "moved",
        "broken",
        "long",
        "events",
        "slow",
      ],
    );
    const byName = new Map(tools.map((tool) => [tool.name, tool]));
    const show = byName.get("show_order");
    assert.deepEqual([show?.title, show?.description, show?.annotations?.readOnlyHint], ["Order", "One order.", true]);
    assert.deepEqual(show?.inputSchema, {
      type: "object",
      properties: {
        params: {
          type: "object",
          properties: { id: { type: "string", pattern: "^\\d+$" } },
          required: ["id"],
          additionalProperties: false,
        },
      },
      required: ["params"],
      additionalProperties: false,
    });
    assert.deepEqual(show?.outputSchema?.required, ["id"]);
    const add = byName.get("post_api_orders");
    assert.deepEqual([add?.description, add?.inputSchema.required], ["Adds an order.", ["body"]]);
    assert.deepEqual(add?.inputSchema.properties?.["body"], { $ref: "#/$defs/Order" });
    assert.deepEqual(Object.keys(Object(Reflect.get(add?.inputSchema ?? {}, "$defs"))), ["Order"]);
    assert.equal(byName.get("order_delete")?.annotations?.destructiveHint, true);
    assert.deepEqual(byName.get("archive")?.inputSchema.required, []);
  });

  test("answers with structured content, and with text", async () => {
    const result = await call(open(), "show_order", { params: { id: 7 } });
    assert.deepEqual(
      [result.structuredContent, result.content, result.isError],
      [{ id: 7 }, [{ type: "text", text: '{"id":7}' }], false],
    );
  });

  test.each([
    ["post_api_orders", { body: { id: 1, note: "ž" } }, '{"id":1,"note":"ž"}'],
    ["search", { query: { q: "a&b=č", tag: ["x", "y"], limit: 3 } }, '[{"q":"a&b=č","tag":["x","y"],"limit":3},null]'],
    ["search", { query: { q: "a", tag: ["x"] } }, '[{"q":"a","tag":["x"]},null]'],
    ["search", { query: { q: "a", tag: null, limit: null } }, '[{"q":"a"},null]'],
    ["order_put", { params: { id: "a/b ?" } }, "Status 204."],
    ["file", { params: { path: "a/b c.txt" } }, "file a/b c.txt"],
    ["rest", { params: { wildcard: "a/b" } }, "rest a/b"],
    ["archive", {}, "year all"],
    ["archive", { params: { year: 1999 } }, "year 1999"],
    ["moved", {}, "Status 302, see /elsewhere"],
    ["picture", {}, "image"],
  ])("calls %s with %j", async (name, args, expected) => {
    assert.equal(await line(open(), name, args), expected);
  });

  test.each([
    ["show_order", { params: { id: "seven" } }, /^error: .*id/],
    ["show_order", {}, /^error: .*id/],
    ["show_order", { params: { id: "7", more: "x" } }, /^error: .*more/],
    ["show_order", { params: { id: { $gt: "" } } }, /^error: params may hold text/],
    ["show_order", { params: "7" }, /^error: params must be an object/],
    ["show_order", { id: "7" }, /^error: id is not an argument/],
    [
      "search",
      { query: {} },
      /^error: \{"type":"about:blank","title":"Bad Request","status":400.*"in":"query","path":\["q"\]/,
    ],
    ["search", { query: { q: ["a", { b: 1 }] } }, /^error: query may hold text/],
    ["post_api_orders", {}, /^error: .*"status":4(00|15)/],
    ["post_api_orders", { body: { id: "x" } }, /^error: .*"path":\["id"\]/],
    ["post_api_orders", { body: "text" }, /^error: .*"in":"body"/],
    ["post_api_orders", { body: { id: 1, note: "x".repeat(20_000) } }, /^error: .*"status":413/],
    ["zip", {}, /^error: .*application\/zip/],
    ["long", {}, /^error: .*longer than/],
    ["events", {}, /^error: .*text\/event-stream/],
  ])("tells what is wrong with calling %s with %j", async (name, args, expected) => {
    assert.match(await line(open(), name, args), expected);
  });

  test("has an error of the protocol for a tool that is not there", async () => {
    for (const name of ["not-a-tool", "__proto__", ""]) await assert.rejects(call(open(), name), /no such tool/);
  });
}

describe("over streamable HTTP", () => {
  const witness: Witness = { seen: [], aborted: 0 };
  const reported: unknown[] = [];
  let running: Running;
  let client: Client;
  const start = (options: Partial<ServeMcpOptions> = {}): Promise<Running> => {
    const app = createToolApp(witness);
    serveMcp(app, { ...OPTIONS, report: (error) => reported.push(error), maxBodyBytes: 100_000, ...options });
    return listen(nodeHandler(app, undefined, { report: () => {} }));
  };
  beforeAll(async () => {
    running = await start();
    client = await connectTo(`${running.origin}/mcp`);
  });
  afterAll(async () => {
    await client.close();
    await running.close();
  });

  toolSuite(() => client);

  test("hides what a route throws from the model, and reports it", async () => {
    assert.equal(await line(client, "broken"), "error: GET /api/broken failed");
    assert.match(String(reported.at(-1)), /secret detail/);
  });

  test("runs the guards in front of a route, with the client's own headers", async () => {
    const stranger = await connectTo(`${running.origin}/mcp`, {});
    assert.equal(await line(stranger, "search", { query: { q: "a" } }), 'error: {"title":"Who are you?"}');
    await stranger.close();
    const before = witness.seen.length;
    await line(client, "search", { query: { q: "a" } });
    assert.deepEqual(witness.seen.slice(before), ["GET /api/search?q=a"]);
  });

  test("tells a route where the client is, as the host says", async () => {
    assert.equal(await line(client, "whence"), '["127.0.0.1",false]');
  });

  test("forwards the headers it is told to, and no others", async () => {
    const local = await start({ forwardHeaders: ["Authorization", "X-Private"] });
    for (const [origin, expected] of [
      [running.origin, "null"],
      [local.origin, '"p"'],
    ]) {
      const other = await connectTo(`${origin}/mcp`, { ...GOOD, "x-private": "p" });
      assert.equal(await line(other, "search", { query: { q: "a" } }), `[{"q":"a"},${expected}]`);
      await other.close();
    }
    await local.close();
  });

  test("keeps nothing between messages: clients work side by side and never mix", async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => connectTo(`${running.origin}/mcp`)));
    const lines = await Promise.all(
      clients.flatMap((each, i) => [0, 1, 2].map((j) => line(each, "file", { params: { path: `${i}-${j}` } }))),
    );
    assert.deepEqual(
      lines,
      clients.flatMap((_each, i) => [0, 1, 2].map((j) => `file ${i}-${j}`)),
    );
    assert.ok(clients.every(({ transport }) => transport?.sessionId === undefined));
    await Promise.all(clients.map((each) => each.close()));
  });

  test("tells the tool at work when the client leaves", async () => {
    const abort = new AbortController();
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "slow", arguments: {} } };
    const asked = post(running, message, {}, abort.signal).catch(() => undefined);
    await until(() => witness.seen.includes("slow begins"));
    abort.abort();
    await asked;
    await until(() => witness.aborted === 1);
  });

  const post = (
    to: Running,
    body: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> =>
    fetch(`${to.origin}/mcp`, {
      method: "POST",
      headers: {
        ...GOOD,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

  test.each([
    ["a message", LIST, {}, 200],
    ["a notification", { jsonrpc: "2.0", method: "notifications/initialized" }, {}, 202],
    ["a page of another origin", LIST, { origin: "http://evil.example" }, 403],
    ["a page that has our address by another name", LIST, { origin: "http://evil.example", host: "evil.example" }, 403],
    ["a page without an origin", LIST, { origin: "null" }, 403],
    ["a browser that hides its origin", LIST, { "sec-fetch-site": "same-origin" }, 403],
    ["broken JSON", "{", {}, 400],
    ["a batch", [LIST, LIST], {}, 400],
    ["no message at all", { hello: 1 }, {}, 400],
    ["null", null, {}, 400],
    ["a body too large", { ...LIST, params: { x: "x".repeat(100_000) } }, {}, 413],
    ["another content type", LIST, { "content-type": "text/plain" }, 415],
    ["an accept header that rules the answer out", LIST, { accept: "text/html" }, 406],
    ["a version of the protocol that is not known", LIST, { "mcp-protocol-version": "1999-01-01" }, 400],
  ])("answers %s", async (_name, body, headers, status) => {
    assert.equal((await post(running, body, headers)).status, status);
  });

  test("lets in the origins and hosts it is told, and no others", async () => {
    const local = await start({
      allowedOrigins: ["https://app.example"],
      allowedHosts: ["127.0.0.1", "shop.example:8080"],
    });
    assert.equal((await post(local, LIST, { origin: "https://app.example" })).status, 200);
    assert.equal((await post(local, LIST, { origin: "https://app.example.evil" })).status, 403);
    const { port } = new URL(local.origin);
    const named = await start({ allowedHosts: ["shop.example"] });
    assert.equal((await post(named, LIST)).status, 403);
    assert.equal(
      (await fetch(`http://localhost:${port}/mcp`, { method: "POST" }).catch(() => undefined))?.status ?? 403,
      403,
    );
    await Promise.all([local.close(), named.close()]);
  });

  test("has no streams and no sessions", async () => {
    for (const method of ["GET", "DELETE"]) {
      const reply = await fetch(`${running.origin}/mcp`, { method });
      assert.deepEqual([reply.status, reply.headers.get("allow")], [405, "POST"]);
    }
  });

  test("can be guarded itself, lie elsewhere, and serve a mounted app behind a host's parser", async () => {
    const outer = createApp();
    const inner = createToolApp();
    serveMcp(inner, {
      ...OPTIONS,
      path: "/tools",
      use: (c, next) => (c.headers["authorization"] === undefined ? c.empty(401) : next()),
    });
    outer.mount("/shop", inner);
    const server = express().use(express.json()).use("/host", expressHandler(outer));
    const local = await listen(server);
    const url = `${local.origin}/host/shop/tools`;
    await assert.rejects(connectTo(url, {}), { code: 401 });
    const inside = await connectTo(url);
    assert.equal(await line(inside, "archive"), "year all");
    await inside.close();
    await local.close();
  });
});

describe("over stdio", () => {
  let client: Client;
  beforeAll(async () => {
    const script = await bundle(new URL("mcp-child.ts", import.meta.url).pathname);
    client = await connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [script],
        env: { TOKEN: GOOD.authorization },
        stderr: "ignore",
      }),
    );
  });
  afterAll(() => client.close());

  toolSuite(() => client);

  test("stops when told, twice if need be, and when its input ends", async () => {
    for (const end of [(input: PassThrough) => input.end(), undefined]) {
      const [input, output] = [new PassThrough(), new PassThrough()];
      const stop = await mcpStdio(createToolApp(), { ...OPTIONS, input, output });
      input.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`);
      const [answer] = await once(output, "data");
      assert.match(String(answer), /"id":1/);
      if (end === undefined) await stop();
      else {
        end(input);
        await once(input, "end");
      }
      await stop();
      assert.equal(input.listenerCount("data"), 0);
    }
  });
});

describe("tools", () => {
  const codeOf = (make: () => void): string => {
    try {
      make();
    } catch (error) {
      return isCodedError(error) ? error.code : String(error);
    }
    return "none";
  };

  test.each([
    ["a name with spaces", ["an order"], "MCP_BAD_TOOL"],
    ["an empty name", [""], "MCP_BAD_TOOL"],
    ["a long name", ["x".repeat(65)], "MCP_BAD_TOOL"],
    ["two of one name", ["a", "a"], "MCP_BAD_TOOL"],
    ["two names", ["a", "b"], "none"],
  ])("with %s are judged when they are served", (_name, names, expected) => {
    const app = createApp();
    names.forEach((name, i) => void app.get(`/${i}`, { meta: { mcp: { name } } }, (c) => c.empty()));
    assert.equal(
      codeOf(() => serveMcp(app, OPTIONS)),
      expected,
    );
  });

  test("are chosen by a filter, but for those that refuse, and follow the table", async () => {
    const app = createApp();
    app.get("/a", { name: "a" }, (c) => c.text("a"));
    app.get("/b", { name: "b", meta: { mcp: false } }, (c) => c.text("b"));
    serveMcp(app, { ...OPTIONS, filter: () => true });
    app.post("/c", { name: "c", query: z.object({ x: z.date() }) }, (c) => c.text("c"));
    const running = await listen(nodeHandler(app));
    const client = await connectTo(`${running.origin}/mcp`);
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      ["a", "c"],
    );
    assert.deepEqual(tools[1]?.inputSchema.properties, {
      query: { type: "object", properties: { x: {} }, required: ["x"] },
    });
    await client.close();
    await running.close();
  });
});
