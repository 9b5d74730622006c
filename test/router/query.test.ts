import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { isCodedError } from "../../lib/errors/index.ts";
import {
  createQueryParser,
  type QueryField,
  type QueryIssue,
  type QueryParser,
  type QuerySchema,
  type QueryShape,
} from "../../lib/router/index.ts";
import { runs } from "../helpers/runs.ts";
import { type QueryAnswer, queryPairs, readShape } from "../oracle/query.ts";

const bad = (path: readonly (string | number)[], reason: string): unknown =>
  expect.objectContaining({ code: "ROUTER_BAD_QUERY", value: [{ path, reason: expect.stringContaining(reason) }] });
const tooLarge = expect.objectContaining({ code: "ROUTER_QUERY_TOO_LARGE" });
const badShape = expect.objectContaining({ code: "ROUTER_BAD_QUERY_SHAPE" });

/** What a parser answers, in the oracle's terms. Sorted: JavaScript puts keys that look like numbers first. */
function answer(parse: QueryParser<unknown>, url: string): QueryAnswer {
  try {
    return { value: Object.entries(parse(url) as object).sort(byKey) }; // cast: parsers of shapes give objects
  } catch (error) {
    if (!isCodedError(error) || error.code !== "ROUTER_BAD_QUERY") throw error;
    const issues = error.value as readonly QueryIssue[]; // cast: documented
    return { refused: issues.map(({ path }) => path.join(".")).sort() };
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** One value under the key `a`. */
function readOne(field: QueryField, query: string): unknown {
  return Object.entries(createQueryParser({ a: field })(`/x?${query}`)).find(([key]) => key === "a")?.[1];
}

describe("the query of a url", () => {
  const read = createQueryParser({}, { unknownKeys: "keep" });

  test("lies between the first question mark and the fragment", () => {
    for (const url of ["/x?a=1", "?a=1", "http://h/x?a=1#a=2", "/x?a=1#", "/?a=1#?a=3", "/x?&&a=1&&"]) {
      expect(Object.entries(read(url)), url).toEqual([["a", "1"]]);
    }
    for (const url of ["", "a=1", "/x", "/x?", "/x?&", "/x#?a=1", "#a=1", "/x?#a=1", "/x?&&#a=1"]) {
      expect(Object.entries(read(url)), url).toEqual([]);
    }
    expect(Object.entries(read("/x?a=b?c=d"))).toEqual([["a", "b?c=d"]]);
  });

  test("is read as forms write it", () => {
    expect(Object.entries(read("?a+b=c+d&%C3%BC=%2B+%26&e==f=&g&=h&%61b=1"))).toEqual([
      ["a b", "c d"],
      ["ü", "+ &"],
      ["e", "=f="],
      ["g", ""],
      ["", "h"],
      ["ab", "1"],
    ]);
  });

  test("gives lists for keys that are repeated or end in brackets", () => {
    expect(Object.entries(read("?a=1&b[]=2&a=3&c%5B%5D=4&c=5&[]=6"))).toEqual([
      ["a", ["1", "3"]],
      ["b", ["2"]],
      ["c", ["4", "5"]],
      ["[]", "6"],
    ]);
  });

  test("may hold any key: the result inherits nothing", () => {
    const value = read("?__proto__=x&constructor=y&__proto__=z&hasOwnProperty=1");
    expect(Object.entries(value)).toEqual([
      ["__proto__", ["x", "z"]],
      ["constructor", "y"],
      ["hasOwnProperty", "1"],
    ]);
    expect(value["toString"]).toBe(undefined);
    const prototype = Object.getPrototypeOf(read("?a=1"));
    expect(Object.getPrototypeOf(prototype)).toBe(null);
    expect(Object.isFrozen(prototype)).toBe(true);
    expect(Reflect.ownKeys(prototype)).toEqual([]);
  });

  test("may name fields as it likes", () => {
    const strange = Object.fromEntries([["__proto__", { type: "integer", list: true }]]) as QueryShape; // cast: a computed key
    const parse = createQueryParser({ ...strange, constructor: { type: "string", optional: true } });
    expect(Object.entries(parse("?__proto__[]=1&__proto__=2"))).toEqual([["__proto__", [1, 2]]]);
    expect(Object.entries(parse("?constructor=a"))).toEqual([
      ["__proto__", []],
      ["constructor", "a"],
    ]);
  });
});

describe("a field", () => {
  const good: readonly (readonly [field: QueryField, query: string, value: unknown])[] = [
    [{ type: "string" }, "a=x", "x"],
    [{ type: "string" }, "a=", ""],
    [{ type: "string" }, "a", ""],
    [{ type: "string" }, "%61=%C3%A9+%25", "é %"],
    [{ type: "string", default: "d" }, "", "d"],
    [{ type: "string", default: "d" }, "a=", ""],
    [{ type: "string", values: ["x", "y"], default: "y" }, "a=", "y"],
    [{ type: "string", values: ["", "y"] }, "a=", ""],
    [{ type: "string", optional: true }, "b=1", undefined],
    [{ type: "string", list: true }, "", []],
    [{ type: "string", list: true }, "a=1", ["1"]],
    [{ type: "string", list: true }, "a[]=1&a=2&a%5b%5d=3&a=", ["1", "2", "3", ""]],
    [{ type: "string", list: true, default: ["z"] }, "", ["z"]],
    [{ type: "number" }, "a=-1.50", -1.5],
    [{ type: "number" }, "a=2e3", 2000],
    [{ type: "number" }, "a=1E-2", 0.01],
    [{ type: "number" }, "a=%2D007", -7],
    [{ type: "number" }, "a=-0.0", 0],
    [{ type: "number", min: 0.5, max: 1 }, "a=0.5", 0.5],
    [{ type: "integer" }, "a=-0", 0],
    [{ type: "integer" }, "a=9007199254740991", 9007199254740991],
    [{ type: "integer" }, "a=-00000000000000000012", -12],
    [{ type: "integer", values: [10, 20] }, "a=20", 20],
    [{ type: "integer", default: 3 }, "a=", 3],
    [{ type: "integer", default: 3 }, "a=&a=4", 4],
    [{ type: "integer", list: true }, "a=1&a=&a=3", [1, 3]],
    [{ type: "boolean" }, "a=true", true],
    [{ type: "boolean" }, "a=on", true],
    [{ type: "boolean" }, "a=1", true],
    [{ type: "boolean" }, "a=false", false],
    [{ type: "boolean" }, "a=off", false],
    [{ type: "boolean" }, "a=%30", false],
    [{ type: "boolean", default: false }, "a", false],
    [{ type: "boolean", list: true }, "a=1&a=0", [true, false]],
  ];
  for (const [field, query, value] of good) {
    test(`${JSON.stringify(field)} reads "${query}"`, () => {
      expect(readOne(field, query)).toEqual(value);
      expect(Object.is(readOne(field, query), -0)).toBe(false);
    });
  }

  const refused: readonly (readonly [
    field: QueryField,
    query: string,
    path: readonly (string | number)[],
    reason: string,
  ])[] = [
    [{ type: "string" }, "", ["a"], "is missing"],
    [{ type: "integer" }, "a=", ["a"], "is missing"],
    [{ type: "string" }, "a=1&a=2", ["a"], "more than once"],
    [{ type: "string", optional: true }, "a[]=1", ["a"], "not a list"],
    [{ type: "string" }, "a=%zz", ["a"], "malformed"],
    [{ type: "string" }, "a=%C3", ["a"], "malformed"],
    [{ type: "string" }, "a=1&%C3=1", [], "a key has malformed"],
    [{ type: "string", list: true }, "a=1&a=%ff", ["a", 1], "malformed"],
    [{ type: "string", values: ["x", "y"] }, "a=z", ["a"], "none of x, y"],
    [{ type: "number" }, "a=1x", ["a"], "not a number"],
    [{ type: "number" }, "a=+1", ["a"], "not a number"],
    [{ type: "number" }, "a=1.", ["a"], "not a number"],
    [{ type: "number" }, "a=.5", ["a"], "not a number"],
    [{ type: "number" }, "a=-", ["a"], "not a number"],
    [{ type: "number" }, "a=0x10", ["a"], "not a number"],
    [{ type: "number" }, "a=Infinity", ["a"], "not a number"],
    [{ type: "number" }, "a=1e999", ["a"], "not a number"],
    [{ type: "number" }, "a=%", ["a"], "malformed"],
    [{ type: "number", min: 1 }, "a=0.9", ["a"], "below 1"],
    [{ type: "number", max: 1 }, "a=1.1", ["a"], "above 1"],
    [{ type: "integer" }, "a=1.5", ["a"], "not a whole number"],
    [{ type: "integer" }, "a=1e3", ["a"], "not a whole number"],
    [{ type: "integer" }, "a=%f", ["a"], "malformed"],
    [{ type: "integer" }, "a=9007199254740992", ["a"], "not a whole number"],
    [{ type: "integer", values: [1] }, "a=2", ["a"], "none of 1"],
    [{ type: "integer", list: true, max: 5 }, "a=1&a=6", ["a", 1], "above 5"],
    [{ type: "boolean" }, "a=yes", ["a"], "neither true nor false"],
    [{ type: "boolean" }, "a=%zz", ["a"], "malformed"],
  ];
  for (const [field, query, path, reason] of refused) {
    test(`${JSON.stringify(field)} refuses "${query}"`, () => {
      expect(() => readOne(field, query)).toThrow(bad(path, reason));
    });
  }

  test("is refused together with all the others, and no value of the request is shown", () => {
    const parse = createQueryParser({ a: { type: "integer" }, b: { type: "boolean" }, c: { type: "string" } });
    try {
      parse("?a=SECRET&b=SECRET&SECRET=%zz");
      expect.unreachable();
    } catch (error) {
      expect(isCodedError(error) && error.value).toEqual([
        { path: ["a"], reason: "is not a whole number" },
        { path: ["b"], reason: "is neither true nor false" },
        { path: ["c"], reason: "is missing" },
      ]);
      expect(String(error)).toContain("a is not a whole number");
      expect(JSON.stringify(error) + String(error)).not.toContain("SECRET");
    }
  });

  test("comes in the order of the shape, whatever the order in the query", () => {
    const parse = createQueryParser({ a: { type: "string" }, b: { type: "string" } }, { unknownKeys: "keep" });
    expect(Object.keys(parse("?z=1&b=1&y=1&a=1"))).toEqual(["a", "b", "z", "y"]);
  });

  test("gives each request a list of its own", () => {
    const given = ["z"];
    const parse = createQueryParser({ a: { type: "string", list: true, default: given } });
    (parse("?").a as string[]).push("leak"); // cast: what a caller without types may do
    given.push("late");
    expect(parse("?").a).toEqual(["z"]);
  });

  const contradictory: readonly unknown[] = [
    { type: "text" },
    { type: "toString" },
    {},
    { type: "string", deflaut: "x" },
    { type: "string", min: 1 },
    { type: "boolean", values: [true] },
    { type: "string", default: 1 },
    { type: "string", default: "x", optional: true },
    { type: "string", values: ["a"], default: "b" },
    { type: "string", values: [] },
    { type: "string", list: true, optional: true },
    { type: "string", list: true, default: "x" },
    { type: "string", list: true, default: [1] },
    { type: "integer", default: 1.5 },
    { type: "number", default: Number.NaN },
    { type: "number", min: 2, max: 1 },
    { type: "number", min: 2, default: 1 },
  ];
  for (const field of contradictory) {
    test(`is refused as ${JSON.stringify(field)}`, () => {
      const shape = { a: field } as QueryShape; // cast: what a caller without types may pass
      expect(() => createQueryParser(shape)).toThrow(badShape);
    });
  }

  test("is not named with brackets", () => {
    expect(() => createQueryParser({ "a[]": { type: "string", list: true } })).toThrow(badShape);
  });
});

describe("a key that no field names", () => {
  const shape = { a: { type: "integer", default: 0 } } as const;

  test("is left out, its value unread", () => {
    expect(Object.entries(createQueryParser(shape)("?a=1&utm=%zz&b=1"))).toEqual([["a", 1]]);
  });

  test("is kept as text", () => {
    const parse = createQueryParser(shape, { unknownKeys: "keep" });
    expect(Object.entries(parse("?b=1&a=1&b=2&c[]=3"))).toEqual([
      ["a", 1],
      ["b", ["1", "2"]],
      ["c", ["3"]],
    ]);
    expect(() => parse("?b=%zz")).toThrow(bad([], "a value has malformed"));
  });

  test("is refused, and not repeated in the error", () => {
    const parse = createQueryParser(shape, { unknownKeys: "refuse" });
    expect(() => parse("?a=1&b=1")).toThrow(bad([], "a key is not known"));
    expect(parse("?a=1").a).toBe(1);
  });
});

describe("limits", () => {
  test("hold for length and for the number of pairs", () => {
    const parse = createQueryParser({}, { limits: { maxLength: 8, maxPairs: 2 } });
    parse("/a/long/path/that/does/not/count?a=345678#nor-the-fragment");
    expect(() => parse("/?a=3456789")).toThrow(tooLarge);
    parse("?a&&&&&b");
    expect(() => parse("?a&a&a")).toThrow(tooLarge);
  });

  test("are there by default", () => {
    const parse = createQueryParser({});
    parse(`?${"a&".repeat(64)}`);
    expect(() => parse(`?${"a&".repeat(65)}`)).toThrow(tooLarge);
    parse(`?${"a".repeat(8192)}`);
    expect(() => parse(`?${"a".repeat(8193)}`)).toThrow(tooLarge);
    const read = createQueryParser(z.object({}));
    expect(() => read(`?${"a&".repeat(65)}`)).toThrow(tooLarge);
  });
});

describe("a standard schema", () => {
  test("gives its output", () => {
    const zod = z.object({ page: z.coerce.number().int().min(1).default(1), tag: z.array(z.string()).default([]) });
    const valibot = v.object({
      page: v.optional(v.pipe(v.string(), v.transform(Number)), "1"),
      tag: v.optional(v.array(v.string()), []),
    });
    for (const schema of [zod, valibot] as const) {
      const parse: QueryParser<{ page: number; tag: string[] }> = createQueryParser(schema, { lists: ["tag"] });
      expect(parse("/x?page=2&tag=a")).toEqual({ page: 2, tag: ["a"] });
      expect(parse("/x?tag[]=a&tag=b#c")).toEqual({ page: 1, tag: ["a", "b"] });
      expect(parse("/x")).toEqual({ page: 1, tag: [] });
    }
  });

  test("sees keys that nobody thought of", () => {
    const parse = createQueryParser(z.record(z.string(), z.string()));
    expect(Object.entries(parse("?constructor=1&b=2"))).toEqual([
      ["constructor", "1"],
      ["b", "2"],
    ]);
    expect(() => createQueryParser(z.strictObject({ a: z.string() }))("?a=1&b=1")).toThrow(
      expect.objectContaining({ code: "ROUTER_BAD_QUERY" }),
    );
  });

  test("refuses with its own reasons and places", () => {
    expect(() => createQueryParser(z.object({ a: z.array(z.string().max(1)) }))("?a=1&a=22")).toThrow(
      bad(["a", 1], "Too big"),
    );
    expect(() => createQueryParser(v.object({ a: v.picklist(["x"]) }))("?a=y")).toThrow(bad(["a"], "Invalid type"));
  });

  test("is not asked about what is malformed", () => {
    const parse = createQueryParser(z.object({}));
    expect(() => parse("?a=%zz")).toThrow(bad([], "a value has malformed"));
    expect(() => parse("?%zz=1")).toThrow(bad([], "a key has malformed"));
  });

  test("must not answer with a promise", () => {
    const late = createQueryParser(z.object({ a: z.string().refine(async () => true) }));
    expect(() => late("?a=1")).toThrow(badShape);
    const failing: QuerySchema = {
      "~standard": { version: 1, vendor: "test", validate: () => Promise.reject(new Error("late")) },
    };
    expect(() => createQueryParser(failing)("?")).toThrow(badShape);
  });

  test("may give issues without a path, or with one of objects", () => {
    const path = [{ key: "a" }, 0, Symbol("s")];
    const schema = (issues: { message: string; path?: typeof path }[]): QuerySchema => ({
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) },
    });
    expect(() => createQueryParser(schema([{ message: "no" }]))("?")).toThrow(bad([], "no"));
    expect(() => createQueryParser(schema([{ message: "no", path }]))("?")).toThrow(bad(["a", 0, "Symbol(s)"], "no"));
    expect(() => createQueryParser(schema([]))("?")).toThrow(expect.objectContaining({ value: [] }));
  });
});

describe("any query", () => {
  const units = fc.constantFrom(
    ..."abc01-.e+=&&==?#[]%é ".split(""),
    "%20",
    "%C3%A9",
    "%zz",
    "%ff",
    "[]",
    "true",
    "on",
    "%5B%5D",
    "__proto__",
  );
  const text = fc.oneof(
    fc.array(units, { maxLength: 24 }).map((parts) => parts.join("")),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes)),
  );

  test("is split and decoded as the platform does it, and refused when that is malformed", () => {
    const parse = createQueryParser({}, { unknownKeys: "keep", limits: { maxPairs: 1000 } });
    fc.assert(
      fc.property(text, (query) => {
        const pairs = queryPairs(`?${query}`);
        const found = answer(parse, `?${query}`);
        const broken = pairs.filter(({ key, value }) => key === undefined || value === undefined);
        if (broken.length > 0) expect(found).toEqual({ refused: broken.map(() => "") });
        else expect(found).toEqual(readShape({}, "keep", `?${query}`));
      }),
      { numRuns: runs(3000) },
    );
  });

  const single = fc.constantFrom<QueryField>(
    { type: "string" },
    { type: "string", optional: true },
    { type: "string", values: ["a", "1", "é"], default: "a" },
    { type: "string", list: true },
    { type: "number", default: 0.5 },
    { type: "number", min: 0, optional: true },
    { type: "integer", max: 10, default: 1 },
    { type: "integer", list: true, default: [7] },
    { type: "boolean", default: true },
    { type: "boolean", list: true },
  );
  const pair = fc.tuple(
    fc.constantFrom("a", "b", "c", "%61", "a[]", "b%5B%5D", "__proto__", "z", ""),
    fc.constantFrom("=", "=", "=", ""),
    fc.oneof(
      fc.constantFrom("1", "0", "-3", "1.5", "1e2", "true", "off", "a", "%C3%A9", "%31", "", "11", "%zz", "+1"),
      text,
    ),
  );
  const unknown = fc.constantFrom<"drop" | "keep" | "refuse">("drop", "keep", "refuse");

  test("is read into fields as the oracle does it", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("a", "b", "c", "constructor"), single, { noNullPrototype: true }),
        unknown,
        fc.array(pair, { maxLength: 6 }),
        (shape, unknownKeys, pairs) => {
          const url = `/p?${pairs.map((parts) => parts.join("")).join("&")}`;
          const parse = createQueryParser(shape, { unknownKeys, limits: { maxPairs: 1000 } });
          expect(answer(parse, url)).toEqual(readShape(shape, unknownKeys, url));
        },
      ),
      { numRuns: runs(5000) },
    );
  });

  test("leaves nothing behind for the next", () => {
    const parse = createQueryParser({ a: { type: "string", optional: true }, b: { type: "integer", list: true } });
    fc.assert(
      fc.property(text, (query) => {
        answer(parse, `?a=1&b=2&${query}`.slice(0, 200));
        expect(Object.entries(parse("?"))).toEqual([["b", []]]);
      }),
    );
  });
});
