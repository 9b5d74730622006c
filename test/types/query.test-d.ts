import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { StandardSchema } from "../../lib/app/index.ts";
import { createQueryParser, type QueryParser, type QuerySchema, type QueryShape } from "../../lib/router/index.ts";

describe("what a query parser gives", () => {
  test("has the type of each field", () => {
    const parse = createQueryParser({
      text: { type: "string" },
      number: { type: "number", min: 0 },
      integer: { type: "integer" },
      flag: { type: "boolean" },
    });
    expectTypeOf(parse).parameters.toEqualTypeOf<[url: string]>();
    expectTypeOf(parse).returns.toEqualTypeOf<{
      readonly text: string;
      readonly number: number;
      readonly integer: number;
      readonly flag: boolean;
    }>();
  });

  test("has absent keys where they are optional, and none where they have a default or are lists", () => {
    const parse = createQueryParser({
      may: { type: "integer", optional: true },
      must: { type: "integer", optional: false },
      page: { type: "integer", default: 1 },
      tags: { type: "string", list: true },
      flags: { type: "boolean", list: true, default: [true] },
    });
    expectTypeOf(parse).returns.toEqualTypeOf<{
      readonly may?: number;
      readonly must: number;
      readonly page: number;
      readonly tags: readonly string[];
      readonly flags: readonly boolean[];
    }>();
  });

  test("is one of the values when there are some", () => {
    const parse = createQueryParser({
      sort: { type: "string", values: ["name", "date"], default: "name" },
      size: { type: "integer", values: [10, 20], list: true },
    });
    expectTypeOf(parse).returns.toEqualTypeOf<{
      readonly sort: "name" | "date";
      readonly size: readonly (10 | 20)[];
    }>();
  });

  test("has unknown keys when they are kept", () => {
    const keep = createQueryParser({ page: { type: "integer" } }, { unknownKeys: "keep" });
    expectTypeOf(keep("?").page).toEqualTypeOf<number>();
    expectTypeOf(keep("?")["other"]).toEqualTypeOf<unknown>();
    const refuse = createQueryParser({ page: { type: "integer" } }, { unknownKeys: "refuse" });
    // @ts-expect-error: other keys do not come through
    refuse("?").other;
  });

  test("is what a schema yields", () => {
    const zod = createQueryParser(z.object({ page: z.coerce.number(), tag: z.string().optional() }));
    expectTypeOf(zod).returns.toEqualTypeOf<{ page: number; tag?: string | undefined }>();
    const valibot = createQueryParser(v.object({ page: v.pipe(v.string(), v.transform(Number)) }), { lists: ["tag"] });
    expectTypeOf(valibot).returns.toEqualTypeOf<{ page: number }>();
  });

  test("is read-only", () => {
    const query = createQueryParser({ page: { type: "integer" } })("?page=1");
    // @ts-expect-error: values are not written
    query.page = 2;
  });
});

describe("a shape", () => {
  test("may be written apart", () => {
    const shape = { page: { type: "integer", default: 1 } } as const satisfies QueryShape;
    expectTypeOf(createQueryParser(shape)).toEqualTypeOf<QueryParser<{ readonly page: number }>>();
  });

  test("holds together", () => {
    // @ts-expect-error: there is no such type
    createQueryParser({ a: { type: "date" } });
    // @ts-expect-error: a default is of the field's type
    createQueryParser({ a: { type: "integer", default: "1" } });
    // @ts-expect-error: the default of a list is a list
    createQueryParser({ a: { type: "string", list: true, default: "x" } });
    // @ts-expect-error: values are of the field's type
    createQueryParser({ a: { type: "string", values: [1] } });
    // @ts-expect-error: a list is never absent
    createQueryParser({ a: { type: "string", list: true, optional: true } });
    // @ts-expect-error: there is no such choice
    createQueryParser({}, { unknownKeys: "warn" });
  });
});

test("a schema for routes of busbar/app is one for queries", () => {
  expectTypeOf<StandardSchema<unknown, { page: number }>>().toExtend<QuerySchema<{ page: number }>>();
});
