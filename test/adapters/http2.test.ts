import assert from "node:assert/strict";
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2Server as Http2ServerOfNode,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify from "fastify";
import Koa from "koa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { fastifyHandler } from "../../adapters/fastify/index.ts";
import { koaHandler } from "../../adapters/koa/index.ts";
import { nodeHandler } from "../../adapters/node/index.ts";
import { type App, createApp } from "../../lib/app/index.ts";
import { selfSigned } from "./certificate.ts";
import { until } from "./client.ts";
import { createSuiteApp, createWitness } from "./suite-app.ts";

interface Http2Server {
  readonly origin: string;
  close(): Promise<void>;
}

/** HTTP/2 through Node's compatibility API, whose requests and responses are like those of HTTP/1. */
const hosts: Readonly<Record<string, (app: App) => Promise<Http2Server>>> = {
  "node, h2c": (app) => start(createServer(nodeHandler(app, undefined, { report: () => {} }) as never), "http"), // cast: see above
  "node, TLS": (app) =>
    start(createSecureServer(selfSigned(), nodeHandler(app, undefined, { report: () => {} }) as never), "https"), // cast: see above
  "koa, h2c": (app) => {
    const koa = new Koa();
    koa.silent = true;
    koa.use(koaHandler(app));
    return start(createServer(koa.callback() as never), "http"); // cast: see above
  },
  "fastify, h2c": async (app) => {
    const server = Fastify({ http2: true });
    server.register(fastifyHandler(app) as never); // cast: the plugin's type is that of a server of HTTP/1
    const destroy = sessionsOf(server.server);
    const origin = await server.listen({ port: 0, host: "127.0.0.1" });
    return {
      origin,
      close: () => {
        destroy();
        return server.close();
      },
    };
  },
};

async function start(server: ReturnType<typeof createServer>, scheme: string): Promise<Http2Server> {
  const destroy = sessionsOf(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // cast: a TCP server has an address with a port
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        destroy();
        server.close(() => resolve());
      }),
  };
}

/** Node keeps a session whose client has gone while a body in it is half read, until it times out; a test does not wait for that. */
function sessionsOf(server: Pick<Http2ServerOfNode, "on">): () => void {
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => void sessions.add(session));
  return () => {
    for (const session of sessions) session.destroy();
  };
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const TWICE = [
  ["etag", '"1"'],
  ["date", "Tue, 15 Nov 1994 08:12:31 GMT"],
  ["x-content-type-options", "nosniff"],
  ["location", "/a"],
  ["last-modified", "Tue, 15 Nov 1994 08:12:31 GMT"],
] as const;

describe.each(Object.keys(hosts))("HTTP/2: %s", (name) => {
  const witness = createWitness();
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  let server: Http2Server;
  let session: ClientHttp2Session;

  beforeAll(async () => {
    const app = createSuiteApp(witness);
    app.get("/hop-by-hop", (c) =>
      c.text("end to end", 200, [
        ["connection", "close"],
        ["Keep-Alive", "timeout=5"],
        ["transfer-encoding", "chunked"],
        ["upgrade", "h2c"],
        ["proxy-connection", "close"],
        ["te", "gzip"],
        ["x-end", "to end"],
      ]),
    );
    app.get("/said-twice", (c) => {
      for (const [name, value] of TWICE) c.addHeader(name, value);
      return c.text("said", 200, TWICE);
    });
    app.post("/left-half-read", async (c) => {
      for await (const _ of c.readStream()) break;
      return c.text("enough");
    });
    server = (await hosts[name]?.(app)) as Http2Server; // cast: the names are the hosts' own
    process.on("warning", warn);
  });
  afterAll(async () => {
    process.off("warning", warn);
    await server.close();
  });
  beforeEach(() => {
    session = connect(server.origin, { rejectUnauthorized: false });
  });
  afterEach(() => session.destroy());

  const open = (path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream =>
    session.request({ ":path": path, ...headers }).on("error", () => {});
  const ask = async (path: string, headers: OutgoingHttpHeaders = {}, body?: string): Promise<Answer> => {
    const stream = open(path, headers);
    stream.end(body);
    const [replied] = await once(stream, "response");
    let text = "";
    for await (const chunk of stream) text += chunk;
    return { headers: replied, text };
  };

  test("answers pages, bodies and every cookie", async () => {
    const page = await ask("/hello/you");
    assert.deepEqual([page.headers[":status"], page.text], [200, "hello you"]);
    const posted = await ask("/json", { ":method": "POST", "content-type": "application/json" }, '{"a":1}');
    assert.deepEqual(JSON.parse(posted.text), { got: { a: 1 } });
    const cookies = (await ask("/set-cookies")).headers["set-cookie"] ?? [];
    assert.deepEqual([...cookies].sort(), ["one=1; Path=/", "three=3", "two=2; Path=/"]);
  });

  test("answers 413 to a body without a length that is over the limit", async () => {
    const headers = { ":method": "POST", "content-type": "application/json" };
    assert.equal((await ask("/json", headers, JSON.stringify("x".repeat(200_000)))).headers[":status"], 413);
    assert.equal((await ask("/hello/you")).text, "hello you");
  });

  test.each([
    ["/json", "413"],
    ["/left-half-read", "200"],
    ["/ignored", "200"],
  ])("lets go of what is still to come of a body behind the reply of %s", async (path, status) => {
    const stream = open(path, { ":method": "POST", "content-type": "application/json" });
    const [[headers]] = await Promise.all([once(stream, "response"), stream.end(JSON.stringify("x".repeat(400_000)))]);
    stream.resume();
    await once(stream, "close"); // not before the server has closed it too: the client has more to send than it may
    assert.equal(String(headers[":status"]), status);
  });

  test("sends once what may not be sent twice", async () => {
    const { headers, text } = await ask("/said-twice");
    assert.equal(text, "said");
    for (const [name, value] of TWICE) assert.equal(headers[name], value);
  });

  test("sends no header that belongs to a connection, and warns of none", async () => {
    const { headers, text } = await ask("/hop-by-hop");
    assert.equal(text, "end to end");
    assert.equal(headers["x-end"], "to end");
    for (const hop of ["connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection", "te"])
      assert.equal(headers[hop], undefined, hop);
    await sleep(1);
    assert.deepEqual(
      warnings.filter(({ name: kind }) => kind === "UnsupportedWarning"),
      [],
    );
  });

  test("tells address and TLS", async () => {
    const seen = JSON.parse((await ask("/client")).text);
    assert.deepEqual([seen.address, seen.secure], ["127.0.0.1", server.origin.startsWith("https:")]);
  });

  test("sends early hints ahead of the reply", async () => {
    const stream = open("/hints");
    const hinted = once(stream, "headers");
    stream.resume();
    const [hints] = await hinted;
    assert.equal(hints[":status"], 103);
    assert.match(String(hints.link), /style\.css/);
  });

  test("sends HEAD without a body, and both with the length", async () => {
    const { headers, text } = await ask("/hello/you", { ":method": "HEAD" });
    assert.deepEqual([headers[":status"], headers["content-length"], text], [200, "9", ""]);
    assert.equal((await ask("/hello/you")).headers["content-length"], "9");
    assert.equal((await ask("/empty")).headers["content-length"], undefined);
  });

  test("aborts the signal when the stream is cancelled, and the others go on", async () => {
    const before = { ...witness };
    const stream = open("/waits");
    await until(() => witness.begun > before.begun);
    const other = ask("/chunks");
    stream.close(8); // CANCEL
    await until(() => witness.aborted > before.aborted);
    assert.equal((await other).text, "one,two,three");
  });

  test("leaves the signal alone behind a whole reply", async () => {
    const before = witness.aborted;
    assert.equal((await ask("/listens")).text, "heard nothing");
    assert.equal((await ask("/listens-streaming")).text, "heard nothing");
    await sleep(20);
    assert.equal(witness.aborted, before);
  });

  test("ends the source of a stream that is cancelled", async () => {
    const before = witness.ended;
    const stream = open("/endless");
    await once(stream, "response");
    stream.close(8); // CANCEL
    await until(() => witness.ended > before);
  });

  test("resets a stream that fails midway, and not its neighbours", async () => {
    const stream = open("/breaks");
    stream.resume();
    await new Promise((resolve) => stream.once("close", resolve));
    assert.notEqual(stream.rstCode, 0);
    assert.equal((await ask("/hello/you")).text, "hello you");
  });

  test("answers fifty requests on one connection, each its own", async () => {
    const names = Array.from({ length: 50 }, (_, i) => `${i}`);
    const texts = await Promise.all(names.map(async (n) => (await ask(`/hello/${n}`)).text));
    assert.deepEqual(
      texts,
      names.map((n) => `hello ${n}`),
    );
  });

  test("lets a reply through though nobody reads the body, and the stream go behind it", async () => {
    const stream = open("/ignored", { ":method": "POST", "content-type": "text/plain" });
    stream.write("x".repeat(100_000));
    const [headers] = await once(stream, "response");
    assert.equal(headers[":status"], 200);
    stream.resume();
    await new Promise((resolve) => stream.once("close", resolve)); // the server's doing: the body has no end
    assert.equal(stream.rstCode, 0);
    assert.equal((await ask("/hello/you")).text, "hello you");
  });
});

test("HTTP/2: the host of :authority decides about routes of one host", async () => {
  const app = createApp();
  app.get("/", { constraints: { host: "one.example" } }, (c) => c.text("one"));
  app.get("/", { constraints: { host: "two.example" } }, (c) => c.text("two"));
  const server = await start(createServer(nodeHandler(app) as never), "http"); // cast: see above
  const session = connect(server.origin);
  for (const { authority, host, expected } of [
    { authority: "one.example", expected: "one" },
    { authority: "two.example", expected: "two" },
    { authority: "three.example", expected: "Not Found" },
    { authority: "two.example", host: "one.example", expected: "two" }, // RFC 9113, 8.3.1: Host says nothing beside it
  ]) {
    let text = "";
    const names = { ":path": "/", ":authority": authority, ...(host === undefined ? {} : { host }) };
    for await (const chunk of session.request(names)) text += chunk;
    assert.equal(text, expected);
  }
  session.destroy();
  await server.close();
});
