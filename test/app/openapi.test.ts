import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { type } from "arktype";
import fc from "fast-check";
import * as v from "valibot";
import { describe, test } from "vitest";
import { z } from "zod";
import { type App, createApp, type StandardSchema } from "../../lib/app/index.ts";
import {
  jsonSchemaOf,
  type OpenApiDocument,
  type OpenApiMeta,
  type OpenApiOptions,
  openapi,
  SchemaStore,
} from "../../lib/app/openapi/index.ts";

const INFO = { title: "Shop", version: "1.2.0" };
const ok = (): { status: number; headers: []; body: null } => ({ status: 204, headers: [], body: null });

async function validDocument(app: App, options: Partial<OpenApiOptions> = {}): Promise<OpenApiDocument> {
  const document = openapi(app, { info: INFO, ...options });
  const result = await new Validator().validate({ ...structuredClone(document) });
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
  return document;
}

const Address = z.object({ street: z.string(), city: z.string() }).meta({ id: "Address" });
const User = z.object({ name: z.string().min(1), homes: z.array(Address) }).meta({ id: "User" });

/** A table with one route of every kind. */
function createShop(): App {
  const app = createApp();
  const described: OpenApiMeta = {
    summary: "One user",
    description: "By number.",
    tags: ["users"],
    deprecated: true,
    security: [{ key: [] }],
    responses: {
      404: { description: "No such user.", schema: z.object({ why: z.string() }), type: "application/problem+json" },
    },
  };
  app.get("/users/:id(\\d+)", { response: User, name: "showUser", meta: { openapi: described } }, ok);
  app.post("/users", { body: User, response: Address, meta: { openapi: { status: 201 } } }, ok);
  const paging = z.object({
    page: z.coerce.number().int().min(1).default(1).describe("From 1."),
    tag: z.array(z.string()).optional(),
  });
  app.get(
    "/search",
    {
      query: paging,
      headers: type({ "x-key": "string", "authorization?": "string" }),
      cookies: z.object({ sid: z.string() }),
    },
    ok,
  );
  app.put("/notes/:a-:b.json", { params: z.object({ a: z.string().max(3), b: z.string() }), body: z.string() }, ok);
  app.get("/archive/:year?", ok);
  app.get("/files/*path", ok);
  app.get("/rest/*", ok);
  app.all("/any", ok);
  app.head("/probe", ok);
  app.options("/probe", ok);
  app.route("PURGE", "/cache", {}, ok);
  app.route(["GET", "DELETE"], "/both", {}, ok);
  app.get("/secret", { meta: { openapi: false } }, ok);
  app.get("/hidden", { meta: { openapi: { hidden: true } } }, ok);
  return app;
}

describe("an OpenAPI document", () => {
  test("of a table with one route of every kind is valid", async () => {
    const document = await validDocument(createShop(), {
      servers: [{ url: "https://shop.example" }],
      tags: [{ name: "users", description: "People" }],
      security: [{ key: [] }],
      securitySchemes: { key: { type: "apiKey", in: "header", name: "x-key" } },
    });
    const table = Object.entries(document.paths).map(
      ([path, operations]) => `${path} ${Object.keys(operations).join(" ")}`,
    );
    assert.deepEqual(table, [
      "/any delete get patch post put",
      "/archive get",
      "/archive/{year} get",
      "/both delete get",
      "/cache x-purge",
      "/files/{path} get",
      "/notes/{a}-{b}.json put",
      "/probe head options",
      "/rest/{wildcard} get",
      "/search get",
      "/users post",
      "/users/{id} get",
    ]);
  });

  test("says what a route says of itself, with its schemas by name", async () => {
    const { paths, components } = await validDocument(createShop());
    const show = paths["/users/{id}"]?.["get"];
    assert.deepEqual(
      [show?.operationId, show?.summary, show?.tags, show?.deprecated, show?.security],
      ["showUser", "One user", ["users"], true, [{ key: [] }]],
    );
    assert.deepEqual(show?.parameters, [
      { name: "id", in: "path", required: true, schema: { type: "string", pattern: "^(?:\\d+)$" } },
    ]);
    assert.deepEqual(Object.keys(show?.responses ?? {}), ["200", "404"]);
    const reply = show?.responses["200"];
    assert.ok(reply !== undefined && "content" in reply);
    // What comes out has no further properties, so it is another schema than what goes in.
    assert.deepEqual(reply.content?.["application/json"]?.schema, { $ref: "#/components/schemas/User_2" });
    assert.deepEqual(components.schemas["User_2"]?.["properties"], {
      name: { type: "string", minLength: 1 },
      homes: { type: "array", items: { $ref: "#/components/schemas/Address_2" } },
    });
    assert.deepEqual(Object.keys(components.schemas), ["Address", "Address_2", "Problem", "User", "User_2"]);
  });

  test("tells bodies, and the replies the pipeline gives by itself", async () => {
    const { paths, components } = await validDocument(createShop());
    const add = paths["/users"]?.["post"];
    assert.deepEqual(Object.keys(add?.requestBody?.content ?? {}), ["application/json"]);
    assert.deepEqual(Object.keys(add?.responses ?? {}), ["201", "400", "413", "415"]);
    assert.deepEqual(add?.responses["400"], { $ref: "#/components/responses/BadRequest" });
    assert.ok("BadRequest" in components.responses);
    assert.deepEqual(Object.keys(paths["/notes/{a}-{b}.json"]?.["put"]?.requestBody?.content ?? {}), [
      "application/json",
      "text/plain",
    ]);
    assert.deepEqual(Object.keys(paths["/archive"]?.["get"]?.responses ?? {}), ["200"]);
  });

  test.each([
    ["an object", z.object({ a: z.string() }), true],
    ["an optional object", z.object({ a: z.string() }).optional(), undefined],
    ["an object with a default", z.object({ a: z.string() }).default({ a: "" }), undefined],
    ["an object or null", z.object({ a: z.string() }).nullable(), true],
    ["anything", z.unknown(), undefined],
    ["an optional object of valibot", v.optional(v.object({ a: v.string() })), undefined],
    ["an object of valibot", v.object({ a: v.string() }), true],
    ["nothing or an object of arktype", type("undefined").or({ a: "string" }), undefined],
    ["an object of arktype", type({ a: "string" }), true],
    [
      "what answers later",
      z
        .string()
        .optional()
        .refine(async () => true),
      true,
    ],
    ["what cannot take it", z.any().transform((value) => value.length), true],
  ] as const)("says of a body of %s whether it is needed", async (_name, body, required) => {
    const app = createApp();
    app.post("/", { body }, ok);
    const { paths } = await validDocument(app, { toJsonSchema: () => ({}) });
    assert.equal(paths["/"]?.["post"]?.requestBody?.required, required);
  });

  test("takes parameters from the pattern and the schemas, but for headers that OpenAPI tells otherwise", async () => {
    const { paths } = await validDocument(createShop());
    assert.deepEqual(paths["/search"]?.["get"]?.parameters, [
      {
        name: "page",
        in: "query",
        description: "From 1.",
        schema: { description: "From 1.", default: 1, type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      },
      { name: "tag", in: "query", schema: { type: "array", items: { type: "string" } } },
      { name: "x-key", in: "header", required: true, schema: { type: "string" } },
      { name: "sid", in: "cookie", required: true, schema: { type: "string" } },
    ]);
    const note = paths["/notes/{a}-{b}.json"]?.["put"]?.parameters;
    assert.deepEqual(
      note?.map(({ name, schema }) => [name, schema["maxLength"]]),
      [
        ["a", 3],
        ["b", undefined],
      ],
    );
    assert.match(String(paths["/files/{path}"]?.["get"]?.parameters?.[0]?.description), /slashes/);
  });

  test("is the same whatever the order of the routes", () => {
    const adders: ((app: App) => void)[] = [
      (app) => app.get("/a/:id(\\d+)", { response: User }, ok),
      (app) => app.get("/a/:name", { response: Address }, ok),
      (app) => app.post("/a/:other", { body: z.object({ x: User }) }, ok),
      (app) => app.get("/b", { constraints: { host: "b.example" } }, ok),
      (app) => app.get("/b", ok),
      (app) => app.get("/c", { query: z.record(z.string(), z.string()), name: "c" }, ok),
    ];
    const documentOf = (order: readonly ((app: App) => void)[]): string => {
      const app = createApp();
      for (const add of order) add(app);
      return JSON.stringify(openapi(app, { info: INFO }));
    };
    const expected = documentOf(adders);
    fc.assert(
      fc.property(fc.shuffledSubarray(adders, { minLength: adders.length }), (order) => documentOf(order) === expected),
    );
  });

  test("keeps routes that OpenAPI takes for one, as alternatives", async () => {
    const app = createApp();
    app.get("/a/:id(\\d+)", ok);
    app.get("/a/:name", { meta: { openapi: { summary: "by name" } } }, ok);
    app.post("/a/:other", { params: z.object({ other: z.string().min(2) }) }, ok);
    const { paths } = await validDocument(app);
    assert.deepEqual(Object.keys(paths), ["/a/{id}"]);
    const [other] = paths["/a/{id}"]?.["get"]?.["x-alternatives"] ?? [];
    assert.deepEqual([other?.["x-pattern"], other?.summary], ["/a/:name", "by name"]);
    const [renamed] = paths["/a/{id}"]?.["post"]?.parameters ?? [];
    assert.deepEqual([renamed?.name, renamed?.schema["minLength"]], ["id", 2]);
  });

  test("gives every operation an id of its own", async () => {
    const app = createApp();
    app.get("/a/b", ok);
    app.get("/a-b", ok);
    app.get("/x/:y?", { name: "x" }, ok);
    const { paths } = await validDocument(app);
    const ids = Object.values(paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    assert.deepEqual(ids, ["getAB", "getAB_2", "x", "x_2"]);
  });

  test("has routes of groups and mounts, and only those the filter lets in", async () => {
    const app = createApp();
    const inner = createApp();
    inner.get("/:id", ok);
    app.mount("/inner", inner);
    app.group("/group", (group) => void group.get("/", ok));
    assert.deepEqual(Object.keys((await validDocument(app)).paths), ["/group", "/inner/{id}"]);
    const filter = ({ pattern }: { readonly pattern: string }): boolean => pattern.startsWith("/inner");
    assert.deepEqual(Object.keys((await validDocument(app, { filter })).paths), ["/inner/{id}"]);
  });
});

describe("schemas", () => {
  const bodyOf = async (schema: StandardSchema, options: Partial<OpenApiOptions> = {}) => {
    const app = createApp();
    app.post("/", { body: schema, name: "add" }, ok);
    const document = await validDocument(app, options);
    return { schema: document.paths["/"]?.["post"]?.requestBody?.content["application/json"]?.schema, document };
  };

  test("of zod and arktype are described by themselves", async () => {
    const expected = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
    assert.deepEqual((await bodyOf(z.object({ a: z.string() }))).schema, expected);
    assert.deepEqual((await bodyOf(type({ a: "string" }))).schema, expected);
  });

  test("of other libraries are described by toJsonSchema, or are anything, which is reported", async () => {
    const schema = v.object({ a: v.string() });
    const missing: unknown[] = [];
    const onMissing = (place: string, error: unknown): void => void missing.push([place, error]);
    assert.deepEqual((await bodyOf(schema, { onMissing })).schema, {});
    assert.deepEqual(missing, [["POST /: body", undefined]]);
    const toJsonSchema: OpenApiOptions["toJsonSchema"] = (given, direction) =>
      given["~standard"].vendor === "valibot" ? { title: direction, type: "object" } : undefined;
    assert.deepEqual((await bodyOf(schema, { toJsonSchema })).schema, { title: "input", type: "object" });
    assert.deepEqual((await bodyOf(z.string(), { toJsonSchema })).schema, { type: "string" });
  });

  test("that JSON cannot say are anything, with the library's reason", async () => {
    const reasons: string[] = [];
    const onMissing = (place: string, error: unknown): void => void reasons.push(`${place} ${String(error)}`);
    const schema = { type: "object", properties: { d: {}, n: { type: "string" } }, required: ["d", "n"] };
    assert.deepEqual((await bodyOf(z.object({ d: z.date(), n: z.string() }), { onMissing })).schema, schema);
    assert.match(reasons[0] ?? "", /^POST \/: body Error: Date/);
  });

  test("that contain themselves get a name", async () => {
    const Tree = z.object({
      value: z.string(),
      get children() {
        return z.array(Tree);
      },
    });
    const { schema, document } = await bodyOf(Tree);
    assert.deepEqual(schema, { $ref: "#/components/schemas/add_body" });
    const children = document.components.schemas["add_body"]?.["properties"] as Record<string, unknown>; // cast: zod gives an object's properties
    assert.deepEqual(children["children"], { type: "array", items: { $ref: "#/components/schemas/add_body" } });
  });

  test("of one name are shared when they are equal and told apart when not", () => {
    const store = new SchemaStore("#/$defs/");
    const ref = { $ref: "#/$defs/A" };
    const embed = (a: object): unknown => store.embed({ $defs: { A: a }, items: ref }, "hint")["items"];
    assert.deepEqual(embed({ type: "string" }), { $ref: "#/$defs/A" });
    assert.deepEqual(embed({ type: "string" }), { $ref: "#/$defs/A" });
    assert.deepEqual(embed({ type: "number" }), { $ref: "#/$defs/A_2" });
    assert.deepEqual(store.all(), { A: { type: "string" }, A_2: { type: "number" } });
  });

  test("that differ only in what they refer to are told apart", () => {
    const store = new SchemaStore("#/$defs/");
    const embed = (leaf: string): unknown =>
      store.embed(
        { $defs: { A: { items: { $ref: "#/$defs/B" } }, B: { type: leaf } }, items: { $ref: "#/$defs/A" } },
        "h",
      )["items"];
    assert.deepEqual([embed("string"), embed("number")], [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/A_2" }]);
    assert.deepEqual(store.all(), {
      A: { items: { $ref: "#/$defs/B" } },
      A_2: { items: { $ref: "#/$defs/B_2" } },
      B: { type: "string" },
      B_2: { type: "number" },
    });
  });

  test("keep data that looks like references, and properties that are called like keywords", () => {
    const store = new SchemaStore("#/$defs/");
    const schema = {
      properties: { $ref: { type: "string" }, enum: { $ref: "#/$defs/A~1B" } },
      const: { $ref: "#/$defs/A" },
      $defs: { "A/B": { const: 1 } },
    };
    assert.deepEqual(store.embed(schema, "h"), {
      properties: { $ref: { type: "string" }, enum: { $ref: "#/$defs/A_B" } },
      const: { $ref: "#/$defs/A" },
    });
  });

  test("are asked for the side that is meant", () => {
    const schema = z.object({ n: z.string().default("x") });
    assert.equal(jsonSchemaOf(schema, "input", "here")?.["required"], undefined);
    assert.deepEqual(jsonSchemaOf(schema, "output", "here")?.["required"], ["n"]);
  });
});
