import fc from "fast-check";
import type { RouterOptions } from "../../lib/router/index.ts";
import type { SlowNeeds, SlowRequest } from "../oracle/route-needs.ts";

/** Letters of most texts here: few, so that routes and paths meet. */
const UNITS = ["a", "b", "1", "-", "."];

const PLAIN = ["a", "b", "ab", "A", "", "a-b", "1", ".a", "a.b", "..."];
const ENCODED = ["%2F", "a%20", "%61", "%2525", "%5C", "%0A", "%00", "%3F%23", "%C3%A9"];
// Text that programs, regular expressions or other routers could take for more than text.
const ODD = [
  ...["é", "É", "e\u0301", "😀", "İ", "K", "ß", "\u2028", "\u00a0", "'", '"', "`", "$%7Ba%7D", "%2A%2F", "%2F%2F"],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "\ufeff",
    "%E2%80%A8",
    "<",
    "&",
    ";",
    "=",
    "@",
    "~",
    "|",
    "[",
    "]",
    "^",
    "$",
    "+",
  ],
];
const MIXED = [
  ":p",
  ":p",
  ":q",
  ":p.a",
  "a:p",
  ":p-:q",
  "b:p-a",
  ":p-:q-:r",
  ":p.",
  ".:p",
  "é:p",
  ":p😀:q",
  ":p%2F:q",
  "'%22`:p$%7B",
];
const CONSTRAINED = [
  ...[":p(\\d+)", ":p(\\d)", ":q([a-z]+)", ":p(\\w+)", "a:p(\\d+)", ":p([\\w-]+)-:q(\\d+)", ":p([ab]{2})", ":p(a|b1?)"],
  ...[
    ":p([^a]+)",
    ":p(.)",
    ":p(a(?:-b)*)",
    ":p([a-b]-)",
    ":p(['\"`$*/]+)",
    ":p([\n\u2028\\\\]+)",
    ":p((?:é|😀)+)",
    ":p(\\.\\d*)",
  ],
];

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PLAIN) },
  { weight: 2, arbitrary: fc.constantFrom(...ENCODED) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD) },
  { weight: 5, arbitrary: fc.constantFrom(...MIXED) },
  { weight: 5, arbitrary: fc.constantFrom(...CONSTRAINED) },
);

/** Patterns, most of which `add` takes. */
export const pattern: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(segment, { maxLength: 4 }),
    fc.constantFrom("", "", "", "", "/*", "/*rest", "/*__proto__", "/:o?", "/:o(\\d+)?", "/"),
  )
  .map(([segments, tail]) => `/${segments.map(numbered).join("/")}${tail}`);

/** Gives the parameters of the segments different names. */
function numbered(text: string, index: number): string {
  return text.replace(/:([a-z])(?=\W|$)/g, `:$1${index}`);
}

/** Patterns, many of which `add` refuses. */
export const brokenPattern: fc.Arbitrary<string> = fc.oneof(
  pattern,
  fc
    .tuple(pattern, fc.constantFrom("?", "*", ":", "(", ")", "{", "\\", "%", "/..", "/:p0", "\u0000", "\ud800"))
    .map(([a, b]) => a + b),
  fc.string({ unit: fc.constantFrom("/", ":", "a", "*", "?", "(", ")", "%", "\\", "-", ".") }),
  fc.string({ unit: "binary" }).map((text) => `/${text}`),
);

const METHODS = ["GET", "GET", "GET", "GET", "POST", "HEAD", "*", "__proto__", "constructor", "get", "!'|"];

/** A method or a list of them. */
export const methods: fc.Arbitrary<string | string[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...METHODS) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...METHODS), { minLength: 1, maxLength: 3 }) },
);

/** What searches ask with: known methods, unknown ones, and what is no method. */
export const askedMethods: fc.Arbitrary<readonly string[]> = fc
  .subarray(["POST", "PURGE", "__proto__", "constructor", "toString", "get", "!'|", "*", "", "GET\n"], {
    minLength: 1,
    maxLength: 3,
  })
  .map((others) => ["GET", "HEAD", ...others]);

const NEEDS: readonly SlowNeeds[] = [
  ...[{ host: "a.com" }, { host: "*.a.com" }, { host: "*.b.a.com" }, { host: "b.com:80" }, { host: "b.com" }],
  ...[{ version: "1.0.0" }, { version: "1.2.0" }, { version: "2.0.0-rc.1" }, { host: "a.com", version: "1.0.0" }],
  ...[{ host: "*.a.com", version: "1.2.0" }, { host: "A.com." }],
];

/** What routes may ask of a request's headers; most ask for nothing. */
export const needs: fc.Arbitrary<SlowNeeds | undefined> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constantFrom(...NEEDS) },
);

/** What a request brings; much of it cannot be read. */
export const asked: fc.Arbitrary<SlowRequest> = fc.record(
  {
    host: fc.constantFrom(
      "a.com",
      "A.COM:80",
      "x.a.com",
      "x.b.a.com.",
      "b.com",
      "b.com:80",
      "",
      "a.com:x",
      "..",
      "[::1]",
    ),
    version: fc.constantFrom(
      "1.0.0",
      "1.x",
      "1",
      "*",
      "^1.0",
      ">=1.1 <3",
      "2.0.0-rc.1",
      ">=2.0.0-rc",
      "1.x || 2",
      "",
      "?",
    ),
  },
  { requiredKeys: [] },
);

/** A list of routes, strongest chances of clashes included. */
export const table: fc.Arbitrary<[string | string[], string][]> = fc.array(fc.tuple(methods, pattern), {
  minLength: 1,
  maxLength: 12,
});

const pathSegment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "ab", "a1", "1", "11", "a-b", "a-1-1", "x.a", "b1-a", "", "2") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("%2F", "a%2fb", "%61", "é", "%C3%A9", "a%20", "A", "%25", "\\", "%zz", "..", "%2e"),
  },
  { weight: 1, arbitrary: fc.constantFrom(...ODD, ...ENCODED) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "'$`",
      "*/",
      "\n\u2028\\",
      "%0A",
      "é😀",
      "x😀y",
      "K",
      "i",
      "\ud800",
      ".1",
      "ax.",
      "\u0085",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...UNITS), maxLength: 5 }) },
);

/** Paths that often fit the patterns. */
export const path: fc.Arbitrary<string> = fc
  .tuple(fc.array(pathSegment, { maxLength: 5 }), fc.constantFrom("", "", "", "?a/b", "#x", "/", "?%zz", "#/.."))
  .map(([segments, tail]) => `/${segments.join("/")}${tail}`);

const byte = fc.integer({ min: 0, max: 255 });

/** Any bytes at all: as a server decodes them (latin1), as percent-escapes, and both. */
export const byteString: fc.Arbitrary<string> = fc
  .array(fc.tuple(byte, fc.constantFrom("raw", "raw", "raw", "%", "/")), { maxLength: 24 })
  .map((bytes) =>
    bytes
      .map(([code, form]) => {
        if (form === "/") return "/";
        return form === "%" ? `%${code.toString(16).padStart(2, "0")}` : String.fromCharCode(code);
      })
      .join(""),
  );

/** Anything that could come in place of a path. */
export const rawPath: fc.Arbitrary<string> = fc.oneof(
  path,
  fc.webPath(),
  byteString,
  byteString.map((text) => `/${text}`),
  fc.string({ unit: "binary" }).map((text) => `/${text}`),
  fc
    .string({
      unit: fc.constantFrom(
        "/",
        "%",
        "2",
        "F",
        "e",
        ".",
        "a",
        "A",
        "?",
        "#",
        "\\",
        "é",
        "\u0000",
        "İ",
        "%C3%A9",
        "\ud800",
      ),
    })
    .map((text) => `/${text}`),
);

/** How a router compares paths; sometimes with limits that are easy to pass. */
export const options: fc.Arbitrary<RouterOptions> = fc.record({
  ignoreTrailingSlash: fc.boolean(),
  ignoreDuplicateSlashes: fc.boolean(),
  caseSensitive: fc.boolean(),
  limits: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({
        maxPathLength: fc.integer({ min: 4, max: 24 }),
        maxParamLength: fc.integer({ min: 1, max: 4 }),
      }),
    },
  ),
});

/** What a call gives, or the code of what it throws; anything else that is thrown is thrown on. */
export function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && "code" in error && /^ROUTER_/.test(String(error.code))) return error.code;
    throw error;
  }
}
