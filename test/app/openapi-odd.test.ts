import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, test } from "vitest";
import { z } from "zod";
import { type App, createApp } from "../../lib/app/index.ts";
import { type OpenApiDocument, openapi } from "../../lib/app/openapi/index.ts";

const ok = (): { status: number; headers: []; body: null } => ({ status: 204, headers: [], body: null });

const validator = new Validator();

/** The document, once a validator finds it valid and every reference in it leads somewhere. */
async function checkedDocument(app: App): Promise<OpenApiDocument> {
  const document = openapi(app, { info: { title: "Odd", version: "1" } });
  const result = await validator.validate(structuredClone({ ...document }));
  assert.deepEqual(result.errors ?? [], []);
  for (const [, ref] of JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)) {
    let at: unknown = document;
    for (const token of String(ref).split("/").slice(1)) {
      assert.ok(typeof at === "object" && at !== null && Object.hasOwn(at, token), `${ref} leads nowhere`);
      at = Reflect.get(at, token);
    }
  }
  return document;
}

const NAMES = [
  "50%",
  "a/b",
  "a~b",
  "a~1b",
  "%2F",
  "Seite für Ärzte",
  "Page<User>",
  "__proto__",
  "constructor",
  "$defs",
  "a b",
  "a#b",
  '"',
  ".",
];

describe("an OpenAPI document with odd schemas", () => {
  test.each(NAMES)("refers to a schema called %s", async (id) => {
    const named = z.object({ id: z.string() }).meta({ id });
    const app = createApp();
    app.post("/things", { body: z.object({ one: named, more: z.array(named) }), response: named }, ok);
    const document = await checkedDocument(app);
    const described = Object.values(document.components.schemas).filter((schema) =>
      Object.hasOwn(schema["properties"] ?? {}, "id"),
    );
    assert.equal(described.length, 2); // what goes in may hold more than what comes out
  });

  test("of every shape is valid", async () => {
    const tree: z.ZodType = z.lazy(() =>
      z.object({
        get sub() {
          return z.array(tree);
        },
      }),
    );
    const shapes: Record<string, z.ZodType> = {
      tree,
      union: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a") }),
        z.object({ kind: z.literal("b"), n: z.int() }),
      ]),
      both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
      record: z.record(z.string(), z.union([z.null(), z.boolean()])),
      tuple: z.tuple([z.string(), z.number()]).rest(z.boolean()),
      date: z.date(),
      big: z.bigint(),
      anything: z.any(),
      never: z.never(),
      map: z.map(z.string(), z.number()),
      nothing: z.undefined(),
      changed: z.string().transform(Number),
      nested: z.object({ properties: z.string(), $defs: z.string(), "a/b": z.string() }),
      own: z.object({ constructor: z.number(), ["__proto__"]: z.string() }),
      literal: z.literal(["$ref", "#/nowhere"]),
      text: z.templateLiteral(["a", z.number()]),
      partial: z.partialRecord(z.enum(["x", "y"]), z.string()),
      empty: z.object({}),
      loose: z.looseObject({ a: z.string() }),
    };
    for (const [name, schema] of Object.entries(shapes)) {
      const app = createApp();
      app.post(`/${name}`, { body: schema, response: schema }, ok);
      app.get(
        `/${name}/:id(\\d+)/:rest?`,
        { params: schema, query: schema, headers: schema, cookies: schema } as never,
        ok,
      );
      app.route(["PURGE", "get"], `/${name}/*rest`, { query: schema } as never, ok);
      app.all(`/:${name}-:b.json`, {}, ok);
      await checkedDocument(app).catch((error: unknown) => {
        throw new Error(name, { cause: error });
      });
    }
  });
});
