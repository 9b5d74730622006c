import assert from "node:assert/strict";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import {
  type AppOptions,
  type Context,
  cachedHead,
  cacheReply,
  createApp,
  entityTags,
  type FileSource,
  type HandlerResult,
  type Reply,
} from "../../lib/app/index.ts";
import { ask, header, hostRequest } from "./requests.ts";

const LONG = "All work and no play makes a dull page. ".repeat(50);
const ANY = { "accept-encoding": "gzip, deflate, br" };

async function answer(
  make: (c: Context) => HandlerResult,
  headers: Record<string, string> = ANY,
  method = "GET",
  options: AppOptions = {},
): Promise<Reply | undefined> {
  const app = createApp({ platform: nodePlatform, ...options });
  app.all("/", make);
  return ask(app, method, "/", { headers });
}

async function bytesOf(reply: Reply | undefined): Promise<Buffer> {
  const body = reply?.body;
  if (body === null || body === undefined) return Buffer.alloc(0);
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("a long text", () => {
  test.each([
    ["br", "br"],
    ["gzip", "gzip"],
    ["gzip, br", "br"],
    ["gzip;q=1, br;q=0.9", "gzip"],
    ["*", "br"],
    ["*;q=0.5, br;q=0", "gzip"],
    ["x-gzip", "gzip"],
    ["GZIP", "gzip"],
    ["br ; q=0.001", "br"],
    ["identity;q=0.5, gzip", "gzip"],
    ["gzip, identity", "gzip"],
  ])("is sent to a client that takes %j as %s", async (accepted, coding) => {
    const reply = await answer((c) => c.text(LONG), { "accept-encoding": accepted });
    assert.equal(header(reply, "content-encoding"), coding);
    assert.equal(header(reply, "vary"), "accept-encoding");
    const bytes = await bytesOf(reply);
    assert.equal(String(coding === "br" ? brotliDecompressSync(bytes) : gunzipSync(bytes)), LONG);
    assert.ok(bytes.length < LONG.length / 4);
  });

  test.each<[string, (c: Context) => HandlerResult]>([
    ["200", (c) => c.empty(200, { "content-type": "text/html" })],
    ["204", (c) => c.text("", 204)],
    ["205", (c) => c.text("", 205)],
    ["412", (c) => c.empty(412, { "content-type": "application/json" })],
    ["200, kept", () => cacheReply({ status: 200, headers: [["content-type", "text/html"]], body: null })],
  ])("that is not there is not compressed (%s)", async (_name, make) => {
    const reply = await answer(make);
    assert.deepEqual([header(reply, "content-encoding"), header(reply, "vary")], [undefined, undefined]);
  });

  test.each([
    "identity",
    "identity, gzip;q=0.5",
    "br;q=0.8, identity;q=0.9",
    "deflate",
    "br;q=0, gzip;q=0.0",
    "",
    "zstd",
    "*;q=0",
  ])("is sent as it is to a client that takes %j, and caches are told that it matters", async (accepted) => {
    const reply = await answer((c) => c.text(LONG), { "accept-encoding": accepted });
    assert.deepEqual([reply?.body, header(reply, "content-encoding")], [LONG, undefined]);
    assert.equal(header(reply, "vary"), "accept-encoding");
  });

  test("is left alone where somebody said no", async () => {
    const plain: ((c: Context) => HandlerResult)[] = [
      (c) => c.text("x".repeat(1399)),
      (c) => c.text(LONG, 200, { "Cache-Control": "no-cache, no-transform" }),
      (c) => c.bytes(new TextEncoder().encode(LONG), { type: "text/plain", headers: { "content-encoding": "zstd" } }),
      (c) => c.bytes(new TextEncoder().encode(LONG), { type: "image/png" }),
      (c) => c.bytes(new TextEncoder().encode(LONG)),
      (c) => c.text(LONG, 206, { "content-range": "bytes 0-9/10" }),
      (c) => c.bytes(new TextEncoder().encode(LONG), { status: 206, type: "image/png" }),
      (c) => c.empty(204),
      (c) => c.notModified({ "cache-control": "no-transform" }),
      (c) => c.notModified({ "content-type": "image/png" }),
    ];
    for (const make of plain) {
      const reply = await answer(make);
      assert.equal(header(reply, "vary"), undefined);
      assert.notEqual(header(reply, "content-encoding"), "br");
    }
    assert.equal(
      header(await answer((c) => c.text(LONG), ANY, "GET", { compress: false }), "content-encoding"),
      undefined,
    );
    const app = createApp({ platform: nodePlatform });
    app.get("/", (c) => c.text(LONG));
    const byHost = await app.handle({ ...hostRequest("GET", "/", { headers: ANY }), compresses: true });
    assert.deepEqual([byHost?.body, header(byHost, "vary")], [LONG, undefined]);
  });

  test.each([
    "text/html; charset=utf-8",
    "application/json",
    "application/problem+json",
    "image/svg+xml",
    "text/javascript",
    "application/wasm",
    "application/ld+json; charset=utf-8",
    "font/ttf",
  ])("is compressed as %s", async (type) => {
    const reply = await answer((c) => c.bytes(new TextEncoder().encode(LONG), { type }));
    assert.equal(header(reply, "content-encoding"), "br");
  });

  test("of HEAD has the headers of GET", async () => {
    const got = await answer((c) => c.text(LONG, 200, { etag: '"a"' }));
    const head = await answer((c) => c.text(LONG, 200, { etag: '"a"' }), ANY, "HEAD");
    assert.deepEqual([head?.headers, head?.body], [got?.headers, null]);
  });

  test("has a tag of its own per coding, which the app knows again", async () => {
    const page = (c: Context): HandlerResult => c.precondition({ etag: '"v1"' }) ?? c.text(LONG, 200, { etag: '"v1"' });
    const first = await answer(page);
    const tag = header(first, "etag") ?? "";
    assert.equal(tag, '"v1;br"');
    const second = await answer(page, { ...ANY, "if-none-match": tag });
    assert.deepEqual([second?.status, header(second, "etag")], [304, tag]);
    assert.equal(
      (await answer((c) => c.text(LONG, 200, { etag: 'W/"v1"' })))?.headers.find(([n]) => n === "etag")?.[1],
      'W/"v1;br"',
    );
  });

  test("says that the header matters in its 304 and its 206 too, as caches take their word for that of the 200", async () => {
    const source = (type: string, size = LONG.length): FileSource => ({
      etag: '"v1"',
      size,
      type,
      async *read(start, end) {
        yield new TextEncoder().encode(LONG.slice(start, end));
      },
    });
    const known = { ...ANY, "if-none-match": '"v1"' };
    const varies: [(c: Context) => HandlerResult, Record<string, string>][] = [
      [(c) => c.precondition({ etag: '"v1"' }) ?? c.text(LONG), known],
      [
        (c) => c.precondition({ lastModified: new Date(0) }) ?? c.text(LONG),
        { ...ANY, "if-modified-since": new Date(9e11).toUTCString() },
      ],
      [(c) => c.notModified({ etag: '"v1"' }), ANY],
      [() => ({ status: 304, headers: [["ETag", '"v1"']], body: null }), { "accept-encoding": "identity" }],
      [(c) => c.file(source("text/plain")), known],
      [(c) => c.file(source("text/plain")), { ...ANY, range: "bytes=0-9" }],
      [(c) => c.file(source("image/png"), { type: "text/css" }), known],
    ];
    for (const [make, headers] of varies) {
      for (const method of ["GET", "HEAD"]) {
        const reply = await answer(make, headers, method);
        assert.equal(header(reply, "vary"), "accept-encoding", String(make));
      }
    }
    const plain: [(c: Context) => HandlerResult, Record<string, string>][] = [
      [(c) => c.file(source("image/png")), known],
      [(c) => c.file(source("text/plain", 1000)), known],
      [(c) => c.file(source("text/plain", 1000)), { ...ANY, range: "bytes=0-9" }],
      [(c) => c.file(source("image/png")), { ...ANY, range: "bytes=0-9" }],
      [(c) => c.file(source("text/plain"), { headers: { "cache-control": "no-transform" } }), known],
    ];
    for (const [make, headers] of plain) {
      const reply = await answer(make, headers);
      assert.ok(reply?.status === 304 || reply?.status === 206);
      assert.equal(header(reply, "vary"), undefined, String(make));
    }
    const tagged = createApp({ platform: nodePlatform });
    tagged.use(entityTags());
    tagged.get("/text", (c) => c.text(LONG));
    tagged.get("/short", (c) => c.text("short"));
    const kept = cacheReply({ status: 200, headers: [["content-type", "text/html"]], body: LONG });
    const image = cacheReply({ status: 200, headers: [["content-type", "image/png"]], body: LONG });
    tagged.get("/kept", () => kept);
    tagged.get("/image", () => image);
    for (const [url, vary] of [
      ["/text", "accept-encoding"],
      ["/kept", "accept-encoding"],
      ["/short"],
      ["/image"],
    ] as const) {
      const etag = header(await ask(tagged, "GET", url, { headers: ANY }), "etag") ?? "";
      for (const tag of [etag, etag.replace(";br", ""), "*"]) {
        const reply = await ask(tagged, "GET", url, { headers: { ...ANY, "if-none-match": tag } });
        assert.deepEqual(
          [reply?.status, (reply?.headers ?? []).filter(([name]) => name === "vary")],
          [304, vary === undefined ? [] : [["vary", vary]]],
          url,
        );
      }
    }
  });

  test("keeps what `vary` says already", async () => {
    const vary = async (value: string): Promise<string[]> => {
      const reply = await answer((c) => c.text(LONG, 200, { vary: value }));
      return (reply?.headers ?? []).filter(([name]) => name === "vary").map(([, text]) => text);
    };
    assert.deepEqual(await vary("Origin, Accept-Encoding"), ["Origin, Accept-Encoding"]);
    assert.deepEqual(await vary("*"), ["*"]);
    assert.deepEqual(await vary("Origin"), ["Origin", "accept-encoding"]);
  });

  test("that grows by compression is sent as it was", async () => {
    const noise = nodePlatform.random(3000);
    const reply = await answer((c) => c.bytes(noise, { type: "text/plain", headers: { "content-length": "3000" } }));
    assert.equal(header(reply, "content-encoding"), undefined);
    assert.equal(header(reply, "content-length"), "3000");
    assert.deepEqual(await bytesOf(reply), Buffer.from(noise));
  });
});

describe("a cached reply", () => {
  test("is compressed once per coding, and sent at once from then on", async () => {
    let runs = 0;
    const { compress } = nodePlatform;
    assert.ok(compress);
    const counting = {
      ...compress,
      whole: (coding: "br" | "gzip", bytes: Uint8Array) => {
        runs++;
        return compress.whole(coding, bytes);
      },
    };
    const app = createApp({ platform: { ...nodePlatform, compress: counting } });
    const page = cacheReply({ status: 200, headers: [["content-type", "text/html"]], body: LONG });
    app.get("/", () => page);
    const forms = new Map<string, Reply | undefined>();
    for (const coding of ["br", "gzip", "identity"])
      forms.set(coding, await ask(app, "GET", "/", { headers: { "accept-encoding": coding } }));
    for (let i = 0; i < 3; i++) {
      for (const [coding, form] of forms) {
        assert.equal(ask(app, "GET", "/", { headers: { "accept-encoding": coding } }), form); // no promise, the same object
        assert.ok(form !== undefined && cachedHead(form) !== undefined);
      }
    }
    assert.equal(runs, 2);
    assert.equal(String(gunzipSync(await bytesOf(forms.get("gzip")))), LONG);
    const tag = header(forms.get("br"), "etag") ?? "";
    assert.match(tag, /;br"$/);
    const current = await ask(app, "GET", "/", { headers: { ...ANY, "if-none-match": tag } });
    assert.deepEqual([current?.status, header(current, "etag")], [304, tag]);
    const head = await ask(app, "HEAD", "/", { headers: { "accept-encoding": "br" } });
    assert.deepEqual([head?.body, header(head, "content-encoding"), header(head, "etag")], [null, "br", tag]);
  });

  test("that could not be compressed is tried again", async () => {
    const { compress } = nodePlatform;
    assert.ok(compress);
    let fails = true;
    const whole: typeof compress.whole = (coding, bytes) =>
      fails ? Promise.reject(new Error("no memory")) : compress.whole(coding, bytes);
    const app = createApp({ platform: { ...nodePlatform, compress: { ...compress, whole } } });
    const page = cacheReply({ status: 200, headers: [["content-type", "text/html"]], body: LONG });
    app.get("/", () => page);
    await assert.rejects(async () => ask(app, "GET", "/", { headers: ANY }), /no memory/);
    fails = false;
    assert.equal(header(await ask(app, "GET", "/", { headers: ANY }), "content-encoding"), "br");
  });
});

describe("a stream", () => {
  test.each(["br", "gzip"])("of any chunks comes out of %s as it went in", async (coding) => {
    const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(parts, async (chunks) => {
        async function* source(): AsyncGenerator<Uint8Array> {
          yield* chunks;
        }
        const reply = await answer((c) => c.stream(source(), { type: "text/plain" }), { "accept-encoding": coding });
        const bytes = await bytesOf(reply);
        const plain = coding === "br" ? brotliDecompressSync(bytes) : gunzipSync(bytes);
        assert.deepEqual(plain, Buffer.concat(chunks));
      }),
      { numRuns: 50 },
    );
  });

  test("lets each chunk out before it asks for the next", async () => {
    const log: string[] = [];
    async function* source(): AsyncGenerator<string> {
      for (let i = 0; i < 3; i++) {
        log.push(`asked ${i}`);
        yield `chunk ${i}`;
      }
    }
    const reply = await answer((c) => c.stream(source(), { type: "text/plain" }));
    if (reply?.body === null || typeof reply?.body !== "object" || reply.body instanceof Uint8Array) assert.fail();
    for await (const bytes of reply.body) log.push(`got ${bytes.length > 0}`);
    assert.deepEqual(log, ["asked 0", "got true", "asked 1", "got true", "asked 2", "got true", "got true"]);
  });

  test("lets its source go when the client leaves, even while it waits", async () => {
    let ended = 0;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          ended++;
          return { done: true, value: undefined };
        },
      }),
    };
    const reply = await answer((c) => c.stream(source, { type: "text/plain" }));
    if (reply?.body === null || typeof reply?.body !== "object" || reply.body instanceof Uint8Array) assert.fail();
    const chunks = reply.body[Symbol.asyncIterator]();
    void chunks.next();
    await chunks.return?.();
    assert.equal(ended, 1);
  });

  test("passes on what its source throws", async () => {
    async function* source(): AsyncGenerator<string> {
      yield "a";
      throw new Error("lost");
    }
    const reply = await answer((c) => c.stream(source(), { type: "text/plain" }));
    await assert.rejects(bytesOf(reply), /lost/);
  });

  test("of events is never compressed", async () => {
    async function* source(): AsyncGenerator<string> {
      yield "a";
    }
    const reply = await answer((c) => c.sse(source(), { headers: { "cache-control": "no-cache" } }));
    assert.equal(header(reply, "content-encoding"), undefined);
    await bytesOf(reply);
  });
});

test("a mounted app follows its own word, and compresses with what the outer one has", async () => {
  const outer = createApp({ platform: nodePlatform });
  for (const compress of [true, false]) {
    const inner = createApp({ compress });
    inner.get("/", (c) => c.text(LONG));
    outer.mount(`/${compress}`, inner);
  }
  assert.equal(header(await ask(outer, "GET", "/true", { headers: ANY }), "content-encoding"), "br");
  assert.equal(header(await ask(outer, "GET", "/false", { headers: ANY }), "content-encoding"), undefined);
});
