import { type } from "arktype";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { McpMeta } from "../../adapters/mcp/index.ts";
import { multipartParts, readMultipart, type StoredFile } from "../../adapters/multipart/index.ts";
import { createApp, type Fields } from "../../lib/app/index.ts";
import { jsonSchemaOf, type OpenApiMeta, serveOpenapi } from "../../lib/app/openapi/index.ts";

const app = createApp();

describe("multipart", () => {
  test("reads from the context of any route, and gives what the sinks returned", () => {
    app.post("/:id", { params: z.object({ id: z.coerce.number() }), headers: type({ "x-a": "string" }) }, async (c) => {
      const { fields, files } = await readMultipart(c, {
        onFile: async ({ byteLength }) => byteLength,
        discard: (value) => {
          expectTypeOf(value).toEqualTypeOf<number>();
        },
      });
      expectTypeOf(fields).toEqualTypeOf<Fields>();
      expectTypeOf(files).toEqualTypeOf<readonly StoredFile<number>[]>();
      expectTypeOf((await readMultipart(c)).files).toEqualTypeOf<readonly StoredFile<undefined>[]>();
      for await (const part of multipartParts(c)) {
        if (part.kind === "field") expectTypeOf(part.value).toEqualTypeOf<string>();
        else expectTypeOf(part.content).toEqualTypeOf<AsyncIterable<Uint8Array>>();
        // @ts-expect-error only a file has content
        part.content;
      }
      return c.empty();
    });
  });
});

describe("openapi and mcp", () => {
  test("take schemas of any library, and words that are checked where they are written", () => {
    expectTypeOf(jsonSchemaOf).toBeCallableWith(type({ a: "string" }), "input", "here");
    const meta = { openapi: { summary: "x" } satisfies OpenApiMeta, mcp: { name: "x" } satisfies McpMeta };
    app.get("/x", { meta }, (c) => c.empty());
    // @ts-expect-error no such word
    ({ sumary: "x" }) satisfies OpenApiMeta;
    // @ts-expect-error OpenAPI requires a version
    serveOpenapi(app, { info: { title: "x" } });
  });
});
