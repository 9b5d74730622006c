import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, test } from "vitest";

interface Layout {
  readonly headEnd: number;
}

type Read = (bytes: Uint8Array, start: number, end: number) => void;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Loaded {
  readonly count: number;
  readonly total: number;
  readonly ns: number;
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../../bench/http/${path}`, import.meta.url).href)) as Module;
const { createLayout, createResponseReader } = await load<{
  createLayout(): Layout;
  createResponseReader(layout: Layout, onResponse: (status: number) => void): Read;
}>("load/response-reader.mjs");
const connections = await load<{
  encodeRequest(request: Asked, port: number): Uint8Array;
  load(options: { port: number; requests: readonly Asked[]; connections: number; ms: number }): Promise<Loaded>;
}>("load/connections.mjs");
const { luaOf, readWrk } = await load<{
  luaOf(requests: readonly Asked[]): string;
  readWrk(text: string): Loaded;
}>("load/wrk.mjs");

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const plain = (body: string, status = 200): string =>
  `HTTP/1.1 ${status} Some\r\ncontent-type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\nb;x=1\r\n, \r\n world!\r\n0\r\nx-trailer: 1\r\n\r\n";

/** The statuses read from pieces; the bytes of a piece are overwritten afterwards, as a socket's buffer is. */
function statusesOf(pieces: readonly string[], layout = createLayout()): readonly number[] {
  const statuses: number[] = [];
  const read = createResponseReader(layout, (status) => statuses.push(status));
  for (const piece of pieces) {
    const bytes = Buffer.from(`??${piece}??`);
    read(bytes, 2, bytes.length - 2);
    bytes.fill(0);
  }
  return statuses;
}

describe("the response reader of the load generator", () => {
  const cases = [
    { name: "with a length", text: plain("Hello, world!") + plain("Hello, world!") + plain("other", 404) },
    { name: "in chunks", text: CHUNKED + plain("after", 404) },
    {
      name: "without a body",
      text: `HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n${plain("", 404)}`,
    },
  ];

  test.each(cases)("reads responses $name, wherever their bytes are cut", ({ text }) => {
    const whole = statusesOf([text]);
    expect(whole.at(-1)).toBe(404);
    expect(whole.length).toBeGreaterThan(1);
    for (let cut = 1; cut < text.length; cut++) {
      expect(statusesOf([text.slice(0, cut), text.slice(cut)]), `cut at ${cut}`).toEqual(whole);
    }
    expect(statusesOf([...text])).toEqual(whole);
  });

  test("counts a response when its last byte is there, and not before", () => {
    const text = plain("Hello");
    expect(statusesOf([text, text.slice(0, -1)])).toEqual([200]);
    expect(statusesOf([CHUNKED.slice(0, -1)])).toEqual([]);
  });

  test("parses a head as long as the last one that says something else", () => {
    const layout = createLayout();
    expect(statusesOf([plain("Hello"), plain("Hi!"), plain("World", 500), plain("Hello")], layout)).toEqual([
      200, 200, 500, 200,
    ]);
    const moved = "HTTP/1.1 200 Some\r\ncontent-length: 3\r\nContent-Type: text/plain\r\n\r\nabc";
    expect(statusesOf([plain("Hello"), moved, plain("Hello")], layout)).toEqual([200, 200, 200]);
  });

  test("refuses what is no response, and a head without an end or a length", () => {
    expect(() => statusesOf(["HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n"])).toThrow(/begins with/);
    expect(() => statusesOf(["HTTP/1.1 200 OK\r\n\r\n"])).toThrow(/neither a length nor chunks/);
    expect(() => statusesOf([`HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}`])).toThrow(/does not end/);
    expect(() => statusesOf(["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"])).toThrow(/chunk begins/);
  });
});

describe("the load generator", () => {
  test("sends lengths in bytes, and one for each method that may have a body", () => {
    const text = (request: Asked): string => Buffer.from(connections.encodeRequest(request, 80)).toString();
    expect(text({ method: "GET", path: "/a" })).toBe("GET /a HTTP/1.1\r\nhost: 127.0.0.1:80\r\n\r\n");
    expect(text({ method: "DELETE", path: "/a" })).toContain("\r\ncontent-length: 0\r\n");
    expect(text({ method: "POST", path: "/a", body: "é" })).toMatch(/content-length: 2\r\n\r\né$/);
  });

  test("counts as many answers as the server has given, and asks for each request in turn", async () => {
    const seen = new Map<string, number>();
    const port = await listen((req, res) => {
      seen.set(req.url ?? "", (seen.get(req.url ?? "") ?? 0) + 1);
      if (req.url === "/chunks") res.write("a");
      res.end(req.url === "/long" ? "x".repeat(100_000) : "b");
    });
    const requests = ["/short", "/long", "/chunks"].map((path) => ({ method: "GET", path }));
    const { count, total } = await connections.load({ port, requests, connections: 4, ms: 60 });
    const counts = [...seen.values()];
    expect(total).toBe(counts.reduce((sum, one) => sum + one, 0));
    expect(count).toBeLessThanOrEqual(total);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(counts).toHaveLength(3);
  });

  test("fails on an answer with another status, and on a closed connection", async () => {
    const requests = [{ method: "GET", path: "/" }];
    const refusing = await listen((_req, res) => void res.writeHead(500).end());
    await expect(connections.load({ port: refusing, requests, connections: 2, ms: 20 })).rejects.toThrow(/status 500/);
    const closing = await listen((_req, res) => void res.setHeader("connection", "close").end("x"));
    await expect(connections.load({ port: closing, requests, connections: 2, ms: 20 })).rejects.toThrow();
  });
});

describe("wrk", () => {
  const printed = (extra: string): string =>
    `  16214 requests in 1.00s, 2.51MB read\n${extra}Requests/sec:  16190.20\nTransfer/sec:      2.51MB\n`;

  test("is read for its rate and its count", () => {
    const { count, ns } = readWrk(printed(""));
    expect(count).toBe(16_214);
    expect((count / ns) * 1e9).toBeCloseTo(16_190.2, 5);
  });

  test("is refused when it met errors, or printed nothing", () => {
    expect(() => readWrk(printed("  Non-2xx or 3xx responses: 12\n"))).toThrow(/Non-2xx/);
    expect(() => readWrk(printed("  Socket errors: connect 0, read 3, write 0, timeout 0\n"))).toThrow(/read 3/);
    expect(() => readWrk("")).toThrow(/no result/);
  });

  test("gets requests as a script in which every byte is escaped", () => {
    const lua = luaOf([{ method: "POST", path: '/"', headers: { a: "b" }, body: "é" }]);
    expect(lua).toContain('wrk.format("\\080\\079\\083\\084", "\\047\\034", {["\\097"]="\\098"}, "\\195\\169")');
    expect(luaOf([{ method: "GET", path: "/" }])).toContain("{}, nil)");
  });
});
