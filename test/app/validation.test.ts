import assert from "node:assert/strict";
import { type } from "arktype";
import * as v from "valibot";
import { describe, test } from "vitest";
import { z } from "zod";
import { createApp, type StandardSchema } from "../../lib/app/index.ts";
import { ask, hostRequest, line, type RequestInit } from "./requests.ts";

const JSON_TYPE = { "content-type": "application/json" };
const json = (body: unknown): RequestInit => ({ headers: JSON_TYPE, body: JSON.stringify(body) });

/** One contract, written in three libraries. */
interface Contract {
  readonly params: StandardSchema;
  readonly query: StandardSchema;
  readonly headers: StandardSchema;
  readonly cookies: StandardSchema;
  readonly body: StandardSchema;
}

const contracts: Readonly<Record<string, Contract>> = {
  zod: {
    params: z.object({ id: z.string().regex(/^\d+$/) }),
    query: z.object({
      page: z.string().regex(/^\d+$/).transform(Number).optional(),
      tag: z.array(z.string()).optional(),
    }),
    headers: z.object({ "x-key": z.string().min(4) }),
    cookies: z.object({ sid: z.string() }),
    body: z.object({ name: z.string().max(8), age: z.number(), tags: z.array(z.enum(["a", "b"])) }),
  },
  valibot: {
    params: v.object({ id: v.pipe(v.string(), v.regex(/^\d+$/)) }),
    query: v.object({
      page: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))),
      tag: v.optional(v.array(v.string())),
    }),
    headers: v.object({ "x-key": v.pipe(v.string(), v.minLength(4)) }),
    cookies: v.object({ sid: v.string() }),
    body: v.object({
      name: v.pipe(v.string(), v.maxLength(8)),
      age: v.number(),
      tags: v.array(v.picklist(["a", "b"])),
    }),
  },
  arktype: {
    params: type({ id: /^\d+$/ }),
    query: type({ "page?": "string.integer.parse", "tag?": "string[]" }),
    headers: type({ "x-key": "string>=4" }),
    cookies: type({ sid: "string" }),
    body: type({ name: "string<=8", age: "number", tags: "('a'|'b')[]" }),
  },
};

const GOOD = { name: "Ann", age: 30, tags: ["a"] };
const HEADERS = { ...JSON_TYPE, "x-key": "abcd", cookie: "sid=s1" };
const full = (url: string, body: unknown, headers: Record<string, string> = HEADERS): [string, RequestInit] => [
  url,
  { headers, body: JSON.stringify(body) },
];

/** What is sent, and where it is refused; nowhere when all is well. */
const CASES: readonly (readonly [name: string, request: [string, RequestInit], refused: readonly string[]])[] = [
  ["all in order", full("/7?page=2&tag=x&tag=y", GOOD), []],
  ["optional fields left out", full("/7", GOOD), []],
  ["a parameter that does not fit", full("/seven", GOOD), ["params.id"]],
  ["a query that does not fit", full("/7?page=two", GOOD), ["query.page"]],
  ["one value where a list is wanted", full("/7?tag=x&page=2", GOOD), []],
  ["one value where a list is wanted, beside what does not fit", full("/7?tag=x&page=two", GOOD), ["query.page"]],
  ["a missing header", full("/7", GOOD, { ...JSON_TYPE, cookie: "sid=s1" }), ["headers.x-key"]],
  ["a header too short", full("/7", GOOD, { ...HEADERS, "x-key": "abc" }), ["headers.x-key"]],
  ["a missing cookie", full("/7", GOOD, { ...JSON_TYPE, "x-key": "abcd" }), ["cookies.sid"]],
  [
    "several places at once",
    full("/x?page=y", GOOD, JSON_TYPE),
    ["params.id", "query.page", "headers.x-key", "cookies.sid"],
  ],
  ["a wrong type in the body", full("/7", { ...GOOD, age: "old" }), ["body.age"]],
  ["a missing field of the body", full("/7", { age: 1, tags: [] }), ["body.name"]],
  ["a field of the body too long", full("/7", { ...GOOD, name: "x".repeat(9) }), ["body.name"]],
  ["an item deep in the body", full("/7", { ...GOOD, tags: ["a", "c"] }), ["body.tags.1"]],
  ["two fields of the body", full("/7", { name: 1, age: "x", tags: [] }), ["body.age", "body.name"]],
  ["null for a body", full("/7", null), ["body"]],
  ["a list for a body", full("/7", []), ["body.age", "body.name", "body.tags"]],
];

interface Problem {
  readonly status: number;
  readonly errors: readonly {
    readonly in: string;
    readonly path: readonly (string | number)[];
    readonly reason: string;
  }[];
  readonly omitted?: number;
}

async function problemOf(reply: ReturnType<typeof ask>): Promise<Problem> {
  const settled = await reply;
  assert.deepEqual(
    settled?.headers.filter(([name]) => name === "content-type"),
    [["content-type", "application/problem+json"]],
  );
  return JSON.parse(String(settled?.body));
}

const placesOf = ({ errors }: Problem): string[] => errors.map((error) => [error.in, ...error.path].join("."));

/** The same schema, answering later. */
function slow(schema: StandardSchema): StandardSchema {
  const { version, vendor, validate } = schema["~standard"];
  return { "~standard": { version, vendor, validate: async (value) => await validate(value) } };
}

describe.each(Object.entries(contracts))("a route with schemas of %s", (library, contract) => {
  const later = Object.fromEntries(Object.entries(contract).map(([part, schema]) => [part, slow(schema)]));

  describe.each([
    ["at once", contract],
    ["later", later],
  ])("that answer %s", (_when, schemas) => {
    const app = createApp();
    app.post("/:id", schemas, (c) => c.json({ query: c.query, body: c.body }));

    test.each(CASES)("judges %s", async (_name, [url, init], refused) => {
      const reply = await ask(app, "POST", url, init);
      assert.equal(reply?.status, refused.length === 0 ? 200 : 400);
      if (refused.length === 0) {
        const page = url.includes("page") ? { page: 2, tag: url.includes("tag=y") ? ["x", "y"] : ["x"] } : {};
        assert.deepEqual(JSON.parse(String(reply?.body)), { query: page, body: GOOD });
        return;
      }
      const problem = await problemOf(reply);
      // On a list where an object is wanted, some stop at the first finding.
      if (refused.length === 3) assert.ok(problem.errors.every((error) => error.in === "body"));
      else assert.deepEqual(placesOf(problem).sort(), [...refused].sort());
      for (const { reason } of problem.errors) assert.ok(reason.length > 3);
    });
  });

  test("is not told what was refused, whatever the library prints", async () => {
    const app = createApp();
    app.post("/:id", contract, (c) => c.empty());
    const bodies = [
      { name: "sup3rs3cret", age: "sup3rs3cret", tags: ["sup3rs3cret"] },
      { name: { k: "sup3rs3cret" }, age: ["sup3rs3cret"], tags: "sup3rs3cret" },
      'sup"3rs3cret',
    ];
    for (const body of bodies) {
      const reply = await ask(app, "POST", "/7", { headers: HEADERS, body: JSON.stringify(body) });
      assert.equal(reply?.status, 400);
      assert.doesNotMatch(String(reply?.body), /3rs3cret/);
    }
    const places = await ask(app, "POST", "/sup3rs3cret?page=sup3rs3cret", { headers: { ...HEADERS, "x-key": "s3c" } });
    assert.equal((await problemOf(places)).errors.length, 3);
    assert.doesNotMatch(String(places?.body), /s3c/);
  });

  test("is told what is wrong inside a list of one, and not what was sent", async () => {
    const lists = {
      zod: z.object({ id: z.array(z.enum(["a", "b"])), name: z.enum(["c"]) }),
      valibot: v.object({ id: v.array(v.picklist(["a", "b"])), name: v.picklist(["c"]) }),
      arktype: type({ id: "('a'|'b')[]", name: "'c'" }),
    };
    const query: StandardSchema = lists[library as keyof typeof lists]; // cast: the three of this table
    const app = createApp();
    app.get("/", { query }, (c) => c.json(c.query));
    const places = async (url: string): Promise<string[]> => {
      const reply = await ask(app, "GET", url);
      assert.doesNotMatch(String(reply?.body), /s3cret/);
      return placesOf(await problemOf(reply)).sort();
    };
    assert.equal(await line(app, "GET", "/?id=a&name=c"), '200 {"id":["a"],"name":"c"}');
    assert.deepEqual(await places("/?id=s3cret&name=c"), ["query.id.0"]);
    assert.deepEqual(await places("/?id=a&name=s3cret"), ["query.name"]);
    assert.deepEqual(await places("/?id=s3cret&name=s3cret"), ["query.id.0", "query.name"]);
    assert.deepEqual(await places("/?id=a"), ["query.name"]);
    assert.deepEqual(await places("/?name=c&__proto__=s3cret"), ["query.id"]);
  });

  test.each([{ issues: [] }, { value: { a: 1 }, issues: [] }])(
    "is refused by a list of issues, if it is an empty one: %j",
    async (result) => {
      const schema: StandardSchema = { "~standard": { version: 1, vendor: "test", validate: () => result } };
      const later: StandardSchema = { "~standard": { version: 1, vendor: "test", validate: async () => result } };
      for (const body of [schema, later]) {
        const app = createApp();
        app.post("/", { body }, (c) => c.text("let through"));
        const reply = await ask(app, "POST", "/", json({}));
        assert.equal(reply?.status, 400);
        assert.deepEqual(JSON.parse(String(reply?.body)).errors, [{ in: "body", path: [], reason: "is not valid" }]);
      }
    },
  );

  test("answers a flood of faults with a few of them and their number", async () => {
    const app = createApp();
    app.post("/:id", { body: contract.body }, (c) => c.empty());
    const body = { ...GOOD, tags: Array.from({ length: 5000 }, () => "c") };
    const problem = await problemOf(ask(app, "POST", "/7", json(body)));
    assert.equal(problem.errors.length, 32);
    assert.equal(problem.omitted, 5000 - 32);
  });

  test(`leaves prototypes alone when keys are called __proto__ (${library})`, async () => {
    const loose = {
      zod: z.looseObject({ a: z.string() }),
      valibot: v.looseObject({ a: v.string() }),
      arktype: type({ a: "string" }),
    };
    const app = createApp();
    const schema: StandardSchema = loose[library as keyof typeof loose]; // cast: the three of this table
    const seen: unknown[] = [];
    app.post("/", { body: schema, query: schema }, (c) => {
      for (const part of [c.body, c.query]) {
        const copy = Object.assign({}, part);
        seen.push(Object.getPrototypeOf(copy) === Object.prototype, Reflect.get(copy, "admin"));
      }
      return c.empty();
    });
    const body = '{"a":"1","__proto__":{"admin":true},"\\u005f_proto__":{"admin":true}}';
    const reply = await ask(app, "POST", "/?a=1&constructor=x", { headers: JSON_TYPE, body });
    assert.equal(reply?.status, 204);
    assert.deepEqual(seen, [true, undefined, true, undefined]);
    assert.equal(Reflect.get({}, "admin"), undefined);
  });
});

describe("reasons", () => {
  const refuse = (message: string, path: readonly PropertyKey[] = ["a"], more: object = {}): StandardSchema => ({
    "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message, path, ...more }] }) },
  });
  const reasonOf = async (schema: StandardSchema, body: unknown): Promise<string | undefined> => {
    const app = createApp();
    app.post("/", { body: schema }, (c) => c.empty());
    return (await problemOf(ask(app, "POST", "/", json(body)))).errors[0]?.reason;
  };

  test.each([
    ["Value hunter2 is taken", { a: "hunter2" }, "Value … is taken"],
    ["must be over 13 (was 3)", { a: 3 }, "must be over 13 (was …)"],
    ["expected string, received number", { a: 3.5 }, "expected string, received number"],
    ["got 'x y', sorry", { a: "x y" }, "got …, sorry"],
    ["got true", { a: true }, "got …"],
    ["expected a string", { a: "string" }, "expected a string"],
    ["no value", {}, "no value"],
  ])("of %j for %j read %j", async (message, body, expected) => {
    assert.equal(await reasonOf(refuse(message), body), expected);
  });

  test("keep kinds and lose values that a library hands along", async () => {
    assert.equal(await reasonOf(refuse("was [1,2]", [], { actual: "[1,2]" }), {}), "was …");
    assert.equal(await reasonOf(refuse("was a string", [], { actual: "a string" }), {}), "was a string");
    assert.equal(await reasonOf(refuse("got true", [], { received: "true" }), {}), "got …");
  });

  test("are cut where they grow long, in the path too", async () => {
    const app = createApp();
    const path = Array.from({ length: 100 }, () => "k".repeat(1000));
    app.post("/", { body: refuse("r".repeat(5000), path) }, (c) => c.empty());
    const { errors } = await problemOf(ask(app, "POST", "/", json({})));
    assert.deepEqual(
      [errors[0]?.reason.length, errors[0]?.path.length, String(errors[0]?.path[0]).length],
      [300, 32, 64],
    );
  });

  test("name symbols and keys called __proto__ like any other", async () => {
    const app = createApp();
    app.post("/", { body: refuse("no", ["__proto__", Symbol("s"), 3]) }, (c) => c.empty());
    const { errors } = await problemOf(ask(app, "POST", "/", json({})));
    assert.deepEqual(errors[0]?.path, ["__proto__", "Symbol(s)", 3]);
  });
});

describe("bodies given as JSON", () => {
  const app = createApp();
  app.post("/", async (c) => {
    const value = await c.readJson();
    return c.json([value, JSON.stringify(Object.assign({}, value)), Object.hasOwn(Object(value), "__proto__")]);
  });

  test.each([
    ['{"a":{"__proto__":1,"b":[{"__proto__":{}}]}}', '{"a":{"b":[{}]}}'],
    ['{"\\u005F\\u005fproto__" : {"x":1},"b":1}', '{"b":1}'],
    ['{"a":"\\"__proto__\\":"}', '{"a":"\\"__proto__\\":"}'],
    ['{"__proto":1,"proto":2}', '{"__proto":1,"proto":2}'],
  ])("lose the key __proto__ at any depth and in any spelling: %s", async (body, expected) => {
    const quoted = JSON.stringify(expected);
    assert.equal(await line(app, "POST", "/", { headers: JSON_TYPE, body }), `200 [${expected},${quoted},false]`);
  });

  test("are given to schemas as the host parsed them", async () => {
    const parsed = createApp();
    parsed.post("/", { body: z.object({ a: z.number() }) }, (c) => c.json(c.body));
    const request = hostRequest("POST", "/", { headers: JSON_TYPE, parsedBody: { a: 1 } });
    assert.equal((await parsed.handle(request))?.body, '{"a":1}');
  });
});
