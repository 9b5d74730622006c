import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "vitest";
import {
  type Context,
  cacheReply,
  createApp,
  type HandlerResult,
  type HeaderPair,
  type Reply,
} from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { ask, header } from "./requests.ts";

const badReply = (error: unknown): boolean => isCodedError(error) && error.code === "APP_BAD_REPLY";

async function answer(make: (c: Context) => HandlerResult, method = "GET"): Promise<Reply | undefined> {
  const app = createApp();
  app.all("/", make);
  return ask(app, method, "/");
}

describe("a reply's framing", () => {
  const reply = (status: number, headers: HeaderPair[], body: string | null) => () => ({ status, headers, body });

  test.each([204, 205])("of %i, which has no body, loses the headers that announce one", async (status) => {
    const headers: HeaderPair[] = [
      ["Content-Length", "5"],
      ["transfer-encoding", "chunked"],
      ["x-a", "1"],
    ];
    for (const body of ["hello", null]) {
      const sent = await answer(reply(status, headers, body));
      assert.deepEqual(sent, { status, headers: [["x-a", "1"]], body: null });
    }
    assert.equal(headers.length, 3); // the handler's own list is as it was
  });

  test.each(["GET", "HEAD"])("is the host's: chunks that a handler names are forgotten, for %s", async (method) => {
    const length: HeaderPair = ["content-length", "5"];
    const named: HeaderPair[] = [
      ["Transfer-Encoding", " Chunked"],
      ["x-a", "1"],
    ];
    const body = method === "GET" ? "hello" : null;
    assert.deepEqual((await answer(reply(200, [...named, length], "hello"), method))?.headers, [["x-a", "1"], length]);
    assert.equal((await answer(reply(304, named, null), method))?.headers.length, 1);
    const sent = await answer(reply(200, named, "hello"), method);
    assert.deepEqual([sent?.headers[0], sent?.body], [["x-a", "1"], body]);
    const stream = await answer((c) => c.stream(Readable.from(["hello"]), { headers: named }), method);
    assert.equal(header(stream, "transfer-encoding"), undefined);
  });

  test.each(["gzip", "identity", "gzip, chunked", "chunked, chunked", ""])(
    "in the transfer coding %j, which nobody applies, is refused",
    async (coding) => {
      for (const status of [200, 204, 304])
        await assert.rejects(async () => answer(reply(status, [["transfer-encoding", coding]], null)), badReply);
      await assert.rejects(
        async () =>
          answer((c) => {
            c.addHeader("transfer-encoding", coding);
            return c.text("hello");
          }),
        badReply,
      );
    },
  );

  test.each([
    [{ connection: "keep-alive", "Keep-Alive": "timeout=99", "proxy-connection": "keep-alive" }, 200, []],
    [{ connection: "Upgrade", upgrade: "h2,h2c", te: "trailers", Trailer: "x-sum" }, 200, []],
    [{ connection: "keep-alive, Close", "x-keep-alive": "1" }, 200, ["connection", "x-keep-alive"]],
    [{ connection: "upgrade", upgrade: "HTTP/3.0" }, 426, ["connection", "upgrade"]],
    [{ connection: "keep-alive", etag: '"1"' }, 304, ["etag"]],
    [{ ["x".repeat(39)]: "1", ["y".repeat(42)]: "2" }, 200, ["x".repeat(39), "y".repeat(42)]],
  ] as const)(
    "with what another server said of its connection, %j, is this server's own",
    async (said, status, names) => {
      const headers: HeaderPair[] = Object.entries(said);
      const body = status === 304 ? null : "hello";
      const sent = await answer(reply(status, headers, body));
      assert.deepEqual(
        sent?.headers.map(([name]) => name),
        names,
      );
      if ("Trailer" in said) return;
      const cached = cacheReply({ status, headers, body });
      assert.deepEqual(
        (await answer(() => cached))?.headers
          .map(([name]) => name)
          .filter((name) => !/^(?:etag|content-length)$/.test(name)),
        names.filter((name) => name !== "etag"),
      );
    },
  );

  test("says once what is said once: the last word, or all of a list", async () => {
    const said: HeaderPair[] = [
      ["ETag", '"1"'],
      ["x-a", "1"],
      ["content-language", "cs"],
      ["X-A", "2"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ];
    const sent = await answer((c) => {
      c.addHeader("etag", '"2"');
      c.addHeader("Content-Language", "en");
      return { status: 200, headers: said, body: "hello" };
    });
    const once: HeaderPair[] = [["ETag", '"2"'], ["x-a", "1"], ["content-language", "cs, en"], ...said.slice(3)];
    assert.deepEqual(sent?.headers, once);
    assert.equal(said.length, 6); // the handler's own list is as it was
    const cached = cacheReply({ status: 200, headers: [...said.slice(0, 4), ["etag", '"3"']], body: "hello" });
    assert.equal((await answer(() => cached))?.headers.filter(([name]) => /^etag$/i.test(name)).join(), 'ETag,"3"');
  });

  test("is never that of an upgrade, which no route can make", async () => {
    await assert.rejects(async () => answer(reply(101, [], null)), badReply);
    const app = createApp();
    app.use(() => ({ status: 101, headers: [], body: null }));
    app.own();
    app.get("/", (c) => c.empty());
    for (const path of ["/", "/nowhere"]) await assert.rejects(async () => ask(app, "GET", path), badReply);
  });

  test("of 304 keeps the length it tells", async () => {
    assert.equal(header(await answer(reply(304, [["content-length", "5"]], "hello")), "content-length"), "5");
  });

  test.each([
    ["3", "hello"],
    ["5", null],
    ["+5", "hello"],
    ["5, 5", "hello"],
    ["4", "žluť"],
  ])("with the length %s of the body %s is refused", async (length, body) => {
    await assert.rejects(async () => answer(reply(200, [["content-length", length]], body)), badReply);
  });

  test("with two lengths is refused, with the right one taken", async () => {
    const twice: HeaderPair[] = [
      ["content-length", "5"],
      ["Content-Length", "5"],
    ];
    await assert.rejects(async () => answer(reply(200, twice, "hello")), badReply);
    assert.equal((await answer(reply(200, [["content-length", "5"]], "hello")))?.body, "hello");
  });

  test("of HEAD may tell the length of a body nobody made", async () => {
    const sent = await answer(reply(200, [["content-length", "1000"]], null), "HEAD");
    assert.deepEqual(sent, { status: 200, headers: [["content-length", "1000"]], body: null });
  });

  test.each(["", new Uint8Array(0)])("of HEAD may tell it with an empty body, too: %j", async (body) => {
    const sent = await answer(() => ({ status: 200, headers: [["content-length", "1000"]], body }), "HEAD");
    assert.deepEqual(sent, { status: 200, headers: [["content-length", "1000"]], body: null });
    await assert.rejects(async () => answer(reply(200, [["content-length", "1000"]], "")), badReply);
  });
});

describe("a stream", () => {
  const witness = (chunks: unknown[]) => {
    const seen = { ended: 0 };
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: chunks.shift() as string }), // cast: what is no text is the point
        return: async () => {
          seen.ended += 1;
          return { done: true as const, value: undefined };
        },
      }),
    };
    return { seen, source };
  };

  test("that yields what cannot be sent is let go", async () => {
    for (const make of ["stream", "sse"] as const) {
      const { seen, source } = witness(["fine", make === "sse" ? { data: "x", id: "a\nb" } : 7]);
      const sent = await answer((c) => c[make](source));
      const body = sent?.body as AsyncIterable<Uint8Array>; // cast: a stream's body is one
      await assert.rejects(async () => {
        for await (const _ of body);
      });
      assert.equal(seen.ended, 1);
    }
  });

  test("that is silent is let go while its next chunk is awaited", async () => {
    for (const make of ["stream", "sse"] as const) {
      const { seen, source } = witness([]);
      const silent = {
        [Symbol.asyncIterator]: () => ({ ...source[Symbol.asyncIterator](), next: () => new Promise<never>(() => {}) }),
      };
      const sent = await answer((c) => c[make](silent));
      const body = sent?.body as AsyncIterable<Uint8Array>; // cast: as above
      const chunks = body[Symbol.asyncIterator]();
      if (make === "sse") await chunks.next();
      void chunks.next();
      await chunks.return?.();
      assert.equal(seen.ended, 1);
    }
  });
});

test("a schema that throws leaves no rejection behind that nobody hears", async () => {
  const schema = (validate: () => never | Promise<never>) => ({
    "~standard": { version: 1 as const, vendor: "test", validate },
  });
  const app = createApp();
  const params = schema(() => Promise.reject(new Error("late")));
  const query = schema(() => {
    throw new Error("at once");
  });
  app.get("/", { params, query }, (c) => c.empty());
  const unheard: unknown[] = [];
  const listener = (error: unknown): void => void unheard.push(error);
  process.on("unhandledRejection", listener);
  await assert.rejects(async () => ask(app, "GET", "/"), /at once/);
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off("unhandledRejection", listener);
  assert.deepEqual(unheard, []);
});

test.each(["GET", "HEAD"])("a stream of Node's that nobody reads is destroyed (%s)", async (method) => {
  for (const wrapped of [false, true]) {
    const source = Readable.from(["a", "b"]);
    const app = createApp();
    const status = method === "GET" ? 204 : 200;
    app.get("/", (c) => {
      const reply = c.stream(source, { status });
      return wrapped ? reply : { status, headers: [], body: source };
    });
    const reply = await ask(app, method, "/");
    assert.equal(reply?.body, null);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(source.destroyed, true);
  }
});
