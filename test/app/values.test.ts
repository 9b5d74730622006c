import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { describe, test } from "vitest";
import { z } from "zod";
import { allOf, createApp, firstOf, problem, type Reply, stateKey } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { html } from "../../lib/html/index.ts";
import { fieldsOracle } from "../oracle/form-fields.ts";
import { ask, header, line } from "./requests.ts";

const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
const code =
  (expected: string) =>
  (error: unknown): boolean =>
    isCodedError(error) && error.code === expected;

describe("validation", () => {
  const app = createApp();
  const user = z.object({ name: z.string().min(1), age: z.coerce.number().int() });
  app.post(
    "/users/:org",
    {
      params: z.object({ org: z.string().length(3) }),
      query: z.object({ page: z.coerce.number().default(1) }),
      body: user,
    },
    (c) => c.json({ org: c.params.org, page: c.query.page + 1, age: c.body.age + 1 }),
  );
  app.get(
    "/valibot",
    {
      query: v.object({ tags: v.array(v.string()) }),
      headers: v.object({ "x-id": v.string() }),
      cookies: v.object({ sid: v.string() }),
    },
    (c) => c.json([c.query.tags, c.headers["x-id"], c.cookies.sid]),
  );
  const slow = z.object({ a: z.string().refine(async (a) => a === "yes", "must be yes") });
  app.get("/async", { query: slow }, (c) => c.text(c.query.a));

  test("hands validated and converted values to the handler", async () => {
    const reply = await ask(app, "POST", "/users/abc?page=4", { headers: JSON_TYPE, body: '{"name":"n","age":"7"}' });
    assert.equal(reply?.body, '{"org":"abc","page":5,"age":8}');
  });

  test("takes forms where JSON would do", async () => {
    assert.equal(
      await line(app, "POST", "/users/abc", { headers: FORM_TYPE, body: "name=n&age=7" }),
      '200 {"org":"abc","page":2,"age":8}',
    );
  });

  test("works with valibot, and on headers and cookies", async () => {
    const reply = await line(app, "GET", "/valibot?tags=a&tags=b", { headers: { "x-id": "7", cookie: "sid=s" } });
    assert.equal(reply, '200 [["a","b"],"7","s"]');
  });

  test("answers 400 with the place, the path and the reason of each failure", async () => {
    const reply = await ask(app, "POST", "/users/abcd?page=x", { headers: JSON_TYPE, body: '{"name":"","age":1}' });
    assert.deepEqual([reply?.status, header(reply, "content-type")], [400, "application/problem+json"]);
    const { status, title, errors } = JSON.parse(String(reply?.body));
    assert.deepEqual([status, title], [400, "Bad Request"]);
    assert.deepEqual(
      errors.map((error: { in: string; path: unknown }) => [error.in, error.path]),
      [
        ["params", ["org"]],
        ["query", ["page"]],
      ],
    );
    const body = await ask(app, "POST", "/users/abc", { headers: JSON_TYPE, body: '{"name":"","age":1.5}' });
    const second = JSON.parse(String(body?.body)).errors;
    assert.deepEqual(
      second.map((error: { in: string; path: unknown }) => [error.in, error.path]),
      [
        ["body", ["name"]],
        ["body", ["age"]],
      ],
    );
    assert.equal(typeof second[0].reason, "string");
  });

  test("stays sync where the schemas are, and waits where they are not", async () => {
    const sync = ask(app, "GET", "/valibot?tags=a&tags=b", { headers: { "x-id": "7", cookie: "sid=s" } });
    assert.ok(sync !== undefined && !("then" in sync));
    assert.equal(await line(app, "GET", "/async?a=yes"), "200 yes");
    assert.equal((await ask(app, "GET", "/async?a=no"))?.status, 400);
  });

  test("runs after the guards", async () => {
    const guarded = createApp();
    guarded.use((c) => c.text("closed", 401));
    guarded.get("/", { query: z.object({ a: z.string() }) }, (c) => c.text(c.query.a));
    assert.equal(await line(guarded, "GET", "/"), "401 closed");
  });

  test.each([
    [{}, "x=1", 415],
    [{ "content-type": "image/png" }, "x", 415],
    [{ "content-type": "application/json; charset=latin1" }, "{}", 415],
    [{ "content-type": "application/json", "content-encoding": "gzip" }, "{}", 415],
    [{ "content-type": 'application/json; charset="latin1"' }, "{}", 415],
    [{ "content-type": 'application/json; a="x"; Charset = "latin1"' }, "{}", 415],
    [{ "content-type": 'application/json; a="; charset=latin1"' }, "{}", 400],
    [{ "content-type": 'application/json; a="\\"; charset=latin1"; charset="utf\\-8"' }, "{}", 400],
    [JSON_TYPE, "", 400],
    [JSON_TYPE, "[", 400],
    [{}, "", 400],
  ])("answers a body with %j and %j by %i", async (headers, body, status) => {
    assert.equal((await ask(app, "POST", "/users/abc", { headers, body }))?.status, status);
  });
});

describe("bodies", () => {
  const app = createApp({ limits: { maxBodyBytes: 10, maxFields: 3 } });
  app.post("/json", async (c) => c.json([await c.readJson()]));
  app.post("/form", async (c) => c.json(await c.readForm()));
  app.post("/text", async (c) => c.text(await c.readText()));
  app.post("/bytes", async (c) => c.bytes(await c.readBytes({ maxBytes: 20 })));
  app.post("/both", async (c) => c.text((await c.readText()) + (await c.readText())));

  test.each([
    ["/json", { a: 1 }, JSON_TYPE, '200 [{"a":1}]'],
    ["/json", null, JSON_TYPE, "200 [null]"],
    ["/json", "[1]", JSON_TYPE, "200 [[1]]"],
    ["/json", new TextEncoder().encode("7"), JSON_TYPE, "200 [7]"],
    ["/form", { a: "1", b: ["x", "y"] }, FORM_TYPE, '200 {"a":"1","b":["x","y"]}'],
    ["/form", "a=1", FORM_TYPE, '200 {"a":"1"}'],
    ["/text", "text", {}, "200 text"],
  ])("at %s uses %j as the host parsed it", async (url, parsedBody, headers, expected) => {
    assert.equal(await line(app, "POST", url, { headers: headers as Record<string, string>, parsedBody }), expected);
  });

  test("are read once", async () => {
    await assert.rejects(async () => ask(app, "POST", "/both", { body: "x" }), code("APP_BODY_READ"));
  });

  test("that are longer than announced or allowed are refused at the byte too many", async () => {
    assert.equal((await ask(app, "POST", "/text", { body: "x".repeat(10) }))?.status, 200);
    assert.equal((await ask(app, "POST", "/text", { body: "x".repeat(11) }))?.status, 413);
    assert.equal((await ask(app, "POST", "/text", { body: "x", headers: { "content-length": "11" } }))?.status, 413);
    assert.equal((await ask(app, "POST", "/bytes", { body: "x".repeat(20) }))?.status, 200);
  });

  test("that are no UTF-8 are no text", async () => {
    assert.equal((await ask(app, "POST", "/text", { body: new Uint8Array([0xc3, 0x28]) }))?.status, 400);
  });

  test("have a cap on fields", async () => {
    assert.equal((await ask(app, "POST", "/form", { headers: FORM_TYPE, body: "a&b&c" }))?.status, 200);
    assert.equal((await ask(app, "POST", "/form", { headers: FORM_TYPE, body: "a&b&c&d" }))?.status, 413);
    assert.equal(
      (await ask(app, "POST", "/form", { headers: FORM_TYPE, parsedBody: { a: { b: { c: "1" }, d: "2" } } }))?.status,
      413,
    );
  });
});

describe("fields", () => {
  const app = createApp();
  app.get("/", (c) => c.json(Object.entries(c.query)));

  test.each([
    ["/?a=1#b=2", [["a", "1"]]],
    ["/?a=1#?b=2", [["a", "1"]]],
    ["/#?a=1", []],
    ["/#a?b=2#c", []],
  ])("of %s end where the fragment begins, whatever that holds", async (url, fields) => {
    assert.deepEqual(JSON.parse(String((await ask(app, "GET", url))?.body)), fields);
  });

  test("agree with a parser that works byte by byte", async () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "=", "&", "+", "%", "2", "0", "C", "3", "A", "9", "ž", "_"),
    });
    await fc.assert(
      fc.asyncProperty(text, async (query) => {
        const reply = await ask(app, "GET", `/?${query}`);
        // Objects list numeric names first, so both sides are sorted.
        assert.deepEqual(JSON.parse(String(reply?.body)).sort(), fieldsOracle(query).sort());
      }),
    );
  });

  test("inherit nothing", () => {
    const plain = createApp();
    plain.get("/", (c) =>
      c.json([Object.getPrototypeOf(c.query), Object.getPrototypeOf(c.cookies), "toString" in c.query]),
    );
    const reply = ask(plain, "GET", "/?a=1", { headers: { cookie: "a=1" } });
    assert.equal(reply !== undefined && "body" in reply && reply.body, "[null,null,false]");
  });

  test("come one by one or as lists", () => {
    assert.deepEqual([firstOf("a"), firstOf(["a", "b"]), firstOf(undefined)], ["a", "a", undefined]);
    assert.deepEqual([allOf("a"), allOf(["a", "b"]), allOf(undefined)], [["a"], ["a", "b"], []]);
  });
});

describe("state", () => {
  test("belongs to its key, not to the key's name", async () => {
    const [a, b] = [stateKey<number>("n"), stateKey<number>("n")];
    const app = createApp();
    app.get("/", (c) => {
      c.set(a, 1);
      return c.json([c.has(a), c.has(b), c.get(a)]);
    });
    app.get("/missing", (c) => c.json(c.get(b)));
    assert.equal(await line(app, "GET", "/"), "200 [true,false,1]");
    assert.throws(() => ask(app, "GET", "/missing"), code("APP_MISSING_STATE"));
  });
});

describe("replies", () => {
  const app = createApp();

  test.each(["a\r\nb", "a\nb", "a\rb", "a\0b", "ž"])("refuse the header value %j", (value) => {
    const local = createApp();
    local.get("/reply", (c) => c.text("", 200, { "x-a": value }));
    local.get("/added", (c) => {
      c.addHeader("x-a", value);
      return c.empty();
    });
    local.get("/shape", () => ({ status: 200, headers: [["x-a", value]], body: null }));
    for (const url of ["/reply", "/added", "/shape"])
      assert.throws(() => ask(local, "GET", url), code("APP_BAD_HEADER"));
  });

  test("refuse an added header where it is added, so that an error handler can answer", async () => {
    const local = createApp();
    local.get("/value", (c) => {
      c.addHeader("x-a", "a\r\nb");
      return c.empty();
    });
    local.get("/name", (c) => {
      assert.throws(() => c.addHeader("x a", "b"), code("APP_BAD_HEADER"));
      return c.text("still good");
    });
    local.onError((error, c) => c.text(isCodedError(error) ? error.code : "", 500));
    assert.equal(await line(local, "GET", "/value"), "500 APP_BAD_HEADER");
    assert.equal(await line(local, "GET", "/name"), "200 still good");
  });

  test.each(["", "a b", "a:b", "a\r\nb", "ž"])("refuse the header name %j", (name) => {
    const local = createApp();
    local.get("/", (c) => c.text("", 200, [[name, "x"]]));
    assert.throws(() => ask(local, "GET", "/"), code("APP_BAD_HEADER"));
  });

  test.each(["/", "/a?b=c#d", "?page=2", "#top", "next", "../up", "/ž ý", "/a//b"])("redirect to %s", (target) => {
    const local = createApp();
    local.get("/", (c) => c.redirect(target));
    const reply = ask(local, "GET", "/");
    assert.ok(reply !== undefined && "status" in reply);
    assert.equal(reply.status, 302);
    assert.match(header(reply, "location") ?? "", /^[\x21-\x7e]+$/);
    assert.equal(decodeURI(header(reply, "location") ?? ""), target);
  });

  test.each([
    ...[
      "//evil.example",
      "/\\evil.example",
      "\\\\evil.example",
      "https://evil.example",
      "http:evil.example",
      "https:evil.example",
      "/\t/evil.example",
    ],
    ...[
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      " //evil.example",
      "data:text/html,x",
      "\u0001//evil.example",
      "http://redirect.invalid/",
      "http://",
      "mailto:a@b",
    ],
  ])("refuse to redirect to %j", (target) => {
    const local = createApp();
    local.get("/", (c) => c.redirect(target));
    assert.throws(() => ask(local, "GET", "/"), code("APP_FOREIGN_REDIRECT"));
  });

  test("redirect to other sites when told, and never to scripts", () => {
    const local = createApp();
    local.get("/out", (c) => c.redirect("https://example.org/x", { external: true, status: 301 }));
    local.get("/script", (c) => c.redirect("javascript:alert(1)", { external: true }));
    const reply = ask(local, "GET", "/out");
    assert.ok(reply !== undefined && "status" in reply);
    assert.deepEqual([reply.status, header(reply, "location")], [301, "https://example.org/x"]);
    assert.throws(() => ask(local, "GET", "/script"), code("APP_FOREIGN_REDIRECT"));
  });

  test("refuse what JSON cannot hold", () => {
    const local = createApp();
    local.get("/", (c) => c.json(undefined));
    assert.throws(() => ask(local, "GET", "/"), code("APP_BAD_REPLY"));
  });

  test("compare entity tags weakly", async () => {
    app.get("/etag", (c) => c.text(String(c.fresh('"a"'))));
    for (const [sent, expected] of [
      ['"a"', true],
      ['W/"a"', true],
      ['"b", "a"', true],
      ["*", true],
      ['"b"', false],
      ["a", false],
      ['"a', false],
    ] as const) {
      assert.equal(await line(app, "GET", "/etag", { headers: { "if-none-match": sent } }), `200 ${expected}`);
    }
    assert.equal(await line(app, "GET", "/etag"), "200 false");
  });

  test("render chunks of any kind in a stream of a reply's shape", async () => {
    async function* chunks() {
      yield html`<p>${"<"}</p>`;
      yield "text";
      yield new Uint8Array([33]);
    }
    app.get("/stream", () => ({ status: 200, headers: [], body: chunks() }));
    const reply = await ask(app, "GET", "/stream");
    let text = "";
    if (typeof reply?.body === "object" && reply.body !== null && !(reply.body instanceof Uint8Array)) {
      for await (const chunk of reply.body) text += new TextDecoder().decode(chunk);
    }
    assert.equal(text, "<p>&lt;</p>text!");
  });

  test("end a stream that HEAD leaves unread", async () => {
    let ended = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => assert.fail("pulled"),
        return: async () => {
          ended = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    app.get("/head", (c) => c.stream(source));
    assert.equal((await ask(app, "HEAD", "/head"))?.body, null);
    assert.equal(ended, true);
  });

  test.each([
    { event: "a\nb", data: "" },
    { id: "a\rb", data: "" },
    { id: "a\0", data: "" },
  ])("refuse the event %j", async (event) => {
    const local = createApp();
    local.get("/", (c) =>
      c.sse(
        (async function* () {
          yield event;
        })(),
      ),
    );
    const reply = await ask(local, "GET", "/");
    const body = reply?.body as AsyncIterable<Uint8Array>; // cast: the body of events is a stream
    const events = body[Symbol.asyncIterator]();
    await events.next();
    await assert.rejects(async () => events.next(), code("APP_BAD_EVENT"));
  });

  test("render with the nonce that was read, one per request", async () => {
    let n = 0;
    const platform = {
      now: () => 0,
      random: (length: number) => new Uint8Array(length).fill(++n),
      hmac: () => new Uint8Array(),
      after: () => () => {},
    };
    const local = createApp({ platform });
    local.use((c, next) => {
      if (c.url === "/with") c.addHeader("content-security-policy", `script-src 'nonce-${c.nonce}'`);
      return next();
    });
    local.get("/with", () => html`<script src="/a.js"></script>`);
    local.get("/without", () => html`<script src="/a.js"></script>`);
    const first = await ask(local, "GET", "/with");
    const nonce = /nonce-([\w-]+)/.exec(header(first, "content-security-policy") ?? "")?.[1];
    assert.equal(nonce?.length, 24);
    assert.ok(String(first?.body).includes(`nonce="${nonce}"`), String(first?.body));
    assert.notEqual(
      header(await ask(local, "GET", "/with"), "content-security-policy"),
      header(first, "content-security-policy"),
    );
    assert.ok(!String((await ask(local, "GET", "/without"))?.body).includes("nonce"));
  });

  test("tell of problems as RFC 9457 says, with members of their own and never another status", () => {
    const parse = (reply: Reply): unknown => JSON.parse(String(reply.body));
    const plain = problem(404);
    assert.deepEqual([plain.status, plain.headers], [404, [["content-type", "application/problem+json"]]]);
    assert.deepEqual(parse(plain), { type: "about:blank", title: "Not Found", status: 404 });
    const rich = problem(
      422,
      { type: "https://example.org/stock", title: "Sold out", detail: undefined, left: 0 },
      { "retry-after": "9" },
    );
    assert.deepEqual(parse(rich), { type: "https://example.org/stock", title: "Sold out", status: 422, left: 0 });
    assert.equal(header(rich, "retry-after"), "9");
    // @ts-expect-error: the status is the reply's
    assert.deepEqual(parse(problem(499, { status: 200 })), { type: "about:blank", title: "Error", status: 499 });
    const versioned = problem(404, {}, [["Content-Type", "application/problem+json; v=2"]]);
    assert.deepEqual(versioned.headers, [["Content-Type", "application/problem+json; v=2"]]);
  });
});
