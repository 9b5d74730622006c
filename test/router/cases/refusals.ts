import type { RouterOptions } from "../../../lib/router/index.ts";
import type { RouteRow } from "./types.ts";

/** A route that `add` refuses beside the routes before it; `because` is a part of the message. */
export interface Refusal {
  readonly before?: readonly RouteRow[];
  readonly add: RouteRow;
  readonly code: string;
  readonly because?: string;
  readonly options?: RouterOptions;
}

type Pair = readonly [first: string, second: string, code: string, options?: RouterOptions];

const bad = (pattern: string, because: string): Refusal => ({
  add: `GET ${pattern}`,
  code: "ROUTER_BAD_PATTERN",
  because,
});

export const BAD_PATTERNS: readonly Refusal[] = [
  bad("", "start with a slash"),
  bad("users", "start with a slash"),
  bad("*", "start with a slash"),
  bad(" /a", "start with a slash"),
  bad(":id", "start with a slash"),
  bad("http://host/a", "start with a slash"),
  bad("/:", "needs a name"),
  bad("/:1", "needs a name"),
  bad("/:-a", "needs a name"),
  bad("/a:", "needs a name"),
  bad("/:é", "needs a name"),
  bad("/::a", "needs a name"),
  bad("/:(\\d+)", "needs a name"),
  bad("/:a:b", "nothing separates"),
  bad("/x:a:b.c", "nothing separates"),
  bad("/:a:b(\\d+)", "nothing separates"),
  bad("/:a/:a", "two parameters named a"),
  bad("/:a-:a", "two parameters named a"),
  bad("/:a/*a", "two parameters named a"),
  bad("/:a/:a?", "two parameters named a"),
  bad("/:__proto__/:__proto__", "two parameters named __proto__"),
  bad("/*/a", "a wildcard ends a pattern"),
  bad("/**", "a wildcard ends a pattern"),
  bad("/*a-b", "a wildcard ends a pattern"),
  bad("/*a/", "a wildcard ends a pattern"),
  bad("/*?", "a wildcard ends a pattern"),
  bad("/*1", "a wildcard ends a pattern"),
  bad("/*a(\\d+)", "a wildcard ends a pattern"),
  bad("/a*", "percent-encode it"),
  bad("/:a*", "percent-encode it"),
  bad("/:id?/b", "only the last segment"),
  bad("/:id?/", "only the last segment"),
  bad("/:id??", "only the last segment"),
  bad("/x:id?", "fills its segment"),
  bad("/:a-:b?", "fills its segment"),
  bad("/a?", "fills its segment"),
  bad("/a?b", "only the last segment"),
  bad("/?", "follows nothing"),
  bad("/a/?", "follows nothing"),
  bad("/a#b", "percent-encode it"),
  bad("/{id}", "percent-encode it"),
  bad("/a}", "percent-encode it"),
  bad("/a(b)", "percent-encode it"),
  bad("/a)", "percent-encode it"),
  bad("/:id(\\d+))", "percent-encode it"),
  bad("/:id(\\d+", "is not closed"),
  bad("/:id(", "is not closed"),
  bad("/:id([)]", "is not closed"),
  bad("/:id(a\\)", "is not closed"),
  bad("/a\\b", "percent-encode it"),
  bad("/.", "dot segments"),
  bad("/..", "dot segments"),
  bad("/a/./b", "dot segments"),
  bad("/a/../b", "dot segments"),
  bad("/%2e", "dot segments"),
  bad("/.%2E/a", "dot segments"),
  bad("/%zz", "malformed"),
  bad("/%", "malformed"),
  bad("/%4", "malformed"),
  bad("/%C3", "malformed"),
  bad("/%c0%af", "malformed"),
  bad("/:x%e0", "malformed"),
  bad("/%ED%A0%80", "malformed"),
  bad("/a\u0000", "percent-encode it"),
  bad("/a\nb", "percent-encode it"),
  bad("/\u007f", "percent-encode it"),
  bad("/\u0085", "percent-encode it"),
  bad("/a\ud800/:x", "well-formed"),
  bad("/\udc00:x", "well-formed"),
  bad("/:x([\ud800])", "well-formed"),
];

export const BAD_CONSTRAINTS: readonly Refusal[] = [
  { add: "GET /:id()", code: "ROUTER_BAD_CONSTRAINT", because: "no text fits it" },
  { add: "GET /:id((a+)+)", code: "ROUTER_BAD_CONSTRAINT", because: "loops nest" },
  { add: "GET /a/:id(a|a)*b/:x((?=a)a)", code: "ROUTER_BAD_PATTERN", because: "percent-encode it" },
  { add: "GET /:a(\\d+)-:b((?=a)a)", code: "ROUTER_BAD_CONSTRAINT", because: "look-ahead" },
  { add: "GET /:a(^a$)", code: "ROUTER_BAD_CONSTRAINT", because: "drop the anchor" },
];

export const BAD_METHODS: readonly (readonly string[])[] = [
  ...[[], [""], ["G T"], ["GET,POST"], ["GÉT"], ["GET\n"], ["GET\u0000"], ["(GET)"], ["GET/1"], ['"GET"'], ["GET", ""]],
  ...[["GET", "P[]ST"], ["{GET}"], ["GET;"], ["GET "], [" "], ["a\u2028b"], ["GET\r\nX: y"]],
];

const slash = { ignoreTrailingSlash: true };
const twice = { ignoreDuplicateSlashes: true };
const fold = { caseSensitive: false };

/** Patterns that cannot stand side by side for one method, whichever comes first. */
export const CLASHES: readonly Pair[] = [
  ["/a", "/a", "ROUTER_DUPLICATE_ROUTE"],
  ["/", "/", "ROUTER_DUPLICATE_ROUTE"],
  ["/a", "/%61", "ROUTER_DUPLICATE_ROUTE"],
  ["/é", "/%C3%A9", "ROUTER_DUPLICATE_ROUTE"],
  ["/a%2fb", "/a%2Fb", "ROUTER_DUPLICATE_ROUTE"],
  ["/__proto__", "/%5F_proto__", "ROUTER_DUPLICATE_ROUTE"],
  ["/:a", "/:b", "ROUTER_DUPLICATE_ROUTE"],
  ["/posts/:id", "/posts/:slug", "ROUTER_DUPLICATE_ROUTE"],
  ["/:a/x/:b", "/:c/x/:d", "ROUTER_DUPLICATE_ROUTE"],
  ["/*", "/*b", "ROUTER_DUPLICATE_ROUTE"],
  ["/:a-:b", "/:c-:d", "ROUTER_DUPLICATE_ROUTE"],
  ["/:a.json", "/:b%2Ejson", "ROUTER_DUPLICATE_ROUTE"],
  ["/:a(\\d+)", "/:b([0-9]+)", "ROUTER_DUPLICATE_ROUTE"],
  ["/:a(a|b)", "/:b([ab])", "ROUTER_DUPLICATE_ROUTE"],
  ["/:a(\\d*)", "/:b(\\d+)", "ROUTER_DUPLICATE_ROUTE"],
  ["/a/:b?", "/a", "ROUTER_DUPLICATE_ROUTE"],
  ["/a/:b?", "/a/:c", "ROUTER_DUPLICATE_ROUTE"],
  ["/a/:b?", "/a/:c?", "ROUTER_DUPLICATE_ROUTE"],
  ["/:b?", "/", "ROUTER_DUPLICATE_ROUTE"],
  ["/a", "/a/", "ROUTER_DUPLICATE_ROUTE", slash],
  ["/a//", "/a/", "ROUTER_DUPLICATE_ROUTE", slash],
  ["/:x", "/:y//", "ROUTER_DUPLICATE_ROUTE", slash],
  ["/", "//", "ROUTER_DUPLICATE_ROUTE", slash],
  ["/a/b", "//a//b", "ROUTER_DUPLICATE_ROUTE", twice],
  ["/a/", "/a//", "ROUTER_DUPLICATE_ROUTE", twice],
  ["/a", "/A", "ROUTER_DUPLICATE_ROUTE", fold],
  ["/É", "/é", "ROUTER_DUPLICATE_ROUTE", fold],
  ["/:x.JS", "/:y.js", "ROUTER_DUPLICATE_ROUTE", fold],
  ["/:x([a-f]+)", "/:y([A-F]+)", "ROUTER_DUPLICATE_ROUTE", fold],
  ["/:a([a-m]+)", "/:b([h-z]+)", "ROUTER_AMBIGUOUS_ROUTE"],
  ["/x/:a([a-m]+)/y", "/x/:b([h-z]+)/z", "ROUTER_AMBIGUOUS_ROUTE"],
  ["/:a-:b", "/:a.:b", "ROUTER_AMBIGUOUS_ROUTE"],
  ["/:a(\\d+)-:b(\\d+)", "/:x(\\d+-\\d+)", "ROUTER_AMBIGUOUS_ROUTE"],
  ["/:a(\\w+)", "/:b([\\d-]+)", "ROUTER_AMBIGUOUS_ROUTE"],
  ["/a:x(\\w)", "/:y(\\w)b", "ROUTER_AMBIGUOUS_ROUTE"],
  ["/:x([a-m]+)", "/:y([H-Z]+)", "ROUTER_AMBIGUOUS_ROUTE", fold],
];

/** Patterns that may stand side by side although they look alike. */
export const NEIGHBOURS: readonly (readonly [first: string, second: string, options?: RouterOptions])[] = [
  ["/a", "/a/"],
  ["/a", "//a"],
  ["/a", "/A"],
  ["/a/b", "/a%2Fb"],
  ["/%3Aa", "/:a"],
  ["/*", "/"],
  ["/a/*", "/a"],
  ["/a/*", "/a", slash],
  ["/a/:x", "/a/*"],
  ["/a/:x", "/a/:y/b"],
  ["/:a(\\d+)", "/:b"],
  ["/:a(\\d+)", "/:b(\\w+)"],
  ["/:x([a-f]+)", "/:y([A-F]+)"],
  ["/:a.js", "/:a.ts"],
  ["/caf\u00e9", "/cafe\u0301"],
  ["/a/:b?", "/a/"],
  ["/a", "/a/b", twice],
];

/** Routes that clash beside routes of other methods, with other names, or with headers that they ask for. */
export const CLASHES_BY_METHOD: readonly Refusal[] = [
  { before: ["GET,POST /a"], add: "PUT,POST /a", code: "ROUTER_DUPLICATE_ROUTE" },
  { before: ["* /a"], add: "* /a", code: "ROUTER_DUPLICATE_ROUTE" },
  { before: ["* /:a"], add: "GET,* /:b", code: "ROUTER_DUPLICATE_ROUTE" },
  { before: ["HEAD /a", "GET /b"], add: "HEAD /a", code: "ROUTER_DUPLICATE_ROUTE" },
  { before: ["__proto__ /a"], add: "__proto__ /a", code: "ROUTER_DUPLICATE_ROUTE" },
  { before: ["GET /:a([a-m]+)"], add: "* /:b([h-z]+)", code: "ROUTER_AMBIGUOUS_ROUTE" },
  { before: ["GET /:a([a-m]+)"], add: "HEAD /:b([h-z]+)", code: "ROUTER_AMBIGUOUS_ROUTE" },
  { before: ["* /:a([a-m]+)"], add: "PURGE /:b([h-z]+)", code: "ROUTER_AMBIGUOUS_ROUTE" },
];

/** The same with hosts and versions, and hosts and versions that are none. */
export const CLASHES_BY_NEEDS: readonly Refusal[] = [
  {
    before: [["GET /a", { host: "a.com" }], "GET /a"],
    add: ["GET /a", { host: "a.com" }],
    code: "ROUTER_DUPLICATE_ROUTE",
  },
  {
    before: [["GET /:x", { host: "a.com", version: "1.0.0" }]],
    add: ["GET /:y", { host: "A.com.", version: "1.0.0" }],
    code: "ROUTER_DUPLICATE_ROUTE",
  },
  {
    before: [["GET /a", { version: "1.0.0" }], "GET /a"],
    add: ["POST,GET /a", { version: "1.0.0" }],
    code: "ROUTER_DUPLICATE_ROUTE",
  },
  {
    before: [["GET /:a([a-m]+)", { host: "a.com" }]],
    add: ["GET /:b([h-z]+)", { host: "b.com" }],
    code: "ROUTER_AMBIGUOUS_ROUTE",
  },
  { before: ["GET /a"], add: ["GET /a", { host: "" }], code: "ROUTER_BAD_HOST" },
  { before: ["GET /a"], add: ["GET /a", { host: "a.*.com" }], code: "ROUTER_BAD_HOST" },
  { before: ["GET /a"], add: ["GET /a", { host: "a.com/x" }], code: "ROUTER_BAD_HOST" },
  { before: ["GET /a"], add: ["GET /a", { version: "1.x" }], code: "ROUTER_BAD_VERSION" },
  { before: ["GET /a"], add: ["POST,GET /b", { version: "v1" }], code: "ROUTER_BAD_VERSION" },
];
