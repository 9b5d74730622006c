import { describe, expect, test } from "vitest";
import { createRouter, type RouterOptions } from "../../lib/router/index.ts";

function withCode(code: string): object {
  return expect.objectContaining({ code, name: "CodedError" });
}

type Values = Readonly<Record<string, string | number>>;

// Pattern, values, and the path that is built; it must lead back to the route and the values.
const BUILT: readonly (readonly [
  pattern: string,
  values: Values | undefined,
  path: string,
  options?: RouterOptions,
])[] = [
  ["/", undefined, "/"],
  ["/a/b", undefined, "/a/b"],
  ["/a/b/", {}, "/a/b/"],
  ["/a//b", undefined, "/a//b"],
  ["/users/:id", { id: "7" }, "/users/7"],
  ["/users/:id", { id: 7 }, "/users/7"],
  ["/users/:id", { id: 0 }, "/users/0"],
  ["/users/:id", { id: -1.5 }, "/users/-1.5"],
  ["/users/:id", { id: "a/b" }, "/users/a%2Fb"],
  ["/users/:id", { id: "a b&c=d+e" }, "/users/a%20b&c=d+e"],
  ["/users/:id", { id: "?#%" }, "/users/%3F%23%25"],
  ["/users/:id", { id: "\\\n\u0000" }, "/users/%5C%0A%00"],
  ["/users/:id", { id: "ü€😀" }, "/users/%C3%BC%E2%82%AC%F0%9F%98%80"],
  ["/users/:id", { id: "..." }, "/users/..."],
  ["/users/:id", { id: ":*" }, "/users/:*"],
  ["/users/:id", { id: "__proto__" }, "/users/__proto__"],
  ["/:__proto__/:constructor", { ["__proto__"]: "a", constructor: "b" } as object as Values, "/a/b"], // cast: no method here
  ["/:a-:b", { a: "x", b: "y-z" }, "/x-y-z"],
  ["/:a.json", { a: ".json" }, "/.json.json"],
  ["/v:n(\\d+)", { n: 12 }, "/v12"],
  ["/caf%C3%A9/:x", { x: "é" }, "/caf%C3%A9/%C3%A9"],
  ["/a%2Fb", undefined, "/a%2Fb"],
  ["/%3Aid", undefined, "/:id"],
  ["/%2A%7B%22", undefined, "/*%7B%22"],
  ["/list/:page?", undefined, "/list"],
  ["/list/:page?", { page: 2 }, "/list/2"],
  ["/:page?", undefined, "/"],
  ["/w/*", { "*": "" }, "/w/"],
  ["/w/*", { "*": "a/b%2Fc" }, "/w/a/b%2Fc"],
  ["/w/*rest", { rest: "a//b/" }, "/w/a//b/"],
  ["/w/*rest", { rest: "é" }, "/w/%C3%A9"],
  ["/A/:x", { x: "Q" }, "/A/Q", { caseSensitive: false }],
  ["/A/:x.B", { x: "Q" }, "/A/Q.B", { caseSensitive: false }],
  ["/a/:x/", { x: "1" }, "/a/1", { ignoreTrailingSlash: true }],
  ["//a//:x", { x: "1" }, "/a/1", { ignoreDuplicateSlashes: true }],
  ["/:a/:b", { a: "1234", b: "12" }, "/1234/12", { limits: { maxParamLength: 4, maxPathLength: 8 } }],
];

const REFUSED: readonly (readonly [
  pattern: string,
  values: Values | undefined,
  code: string,
  options?: RouterOptions,
])[] = [
  ["/:a", undefined, "ROUTER_BAD_PARAM"],
  ["/:a", { a: "" }, "ROUTER_BAD_PARAM"],
  ["/:a", { a: "." }, "ROUTER_BAD_PARAM"],
  ["/:a", { a: ".." }, "ROUTER_BAD_PARAM"],
  ["/:a", { a: "x", b: "y" }, "ROUTER_BAD_PARAM"],
  ["/a", { a: "x" }, "ROUTER_BAD_PARAM"],
  ["/:a", { a: "\ud800" }, "ROUTER_BAD_PARAM"],
  ["/:a/:b", { a: "x" }, "ROUTER_BAD_PARAM"],
  ["/:constructor", {}, "ROUTER_BAD_PARAM"],
  ["/:toString", {}, "ROUTER_BAD_PARAM"],
  ["/:a(\\d+)", { a: "x" }, "ROUTER_BAD_PARAM"],
  ["/:a(\\d+)", { a: "1\n" }, "ROUTER_BAD_PARAM"],
  ["/:a-:b", { a: "x-y", b: "z" }, "ROUTER_BAD_PARAM"],
  ["/:a.:b", { a: "x", b: "" }, "ROUTER_BAD_PARAM"],
  ["/list/:page?", { page: "" }, "ROUTER_BAD_PARAM"],
  ["/w/*", {}, "ROUTER_BAD_PARAM"],
  ["/w/*", { "*": "../x" }, "ROUTER_BAD_PARAM"],
  ["/*", { "*": "/evil.example" }, "ROUTER_BAD_PARAM"],
  ["/:a", { a: "12345" }, "ROUTER_PARAM_TOO_LONG", { limits: { maxParamLength: 4 } }],
  ["/:a", { a: "12345678" }, "ROUTER_PATH_TOO_LONG", { limits: { maxPathLength: 8 } }],
  ["/:a", { a: "€" }, "ROUTER_PATH_TOO_LONG", { limits: { maxPathLength: 8 } }],
];

describe("url", () => {
  for (const [pattern, values, path, options] of BUILT) {
    test(`builds ${path} from ${pattern}`, () => {
      const router = createRouter<string>(options);
      router.add("GET", pattern, "found", { name: "it" });
      expect(router.url("it", values)).toBe(path);
      const found = router.find("GET", path);
      expect(found?.value).toBe("found");
      const expected = Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]);
      expect(Object.entries(found?.params ?? {})).toEqual(expected);
    });
  }

  for (const [pattern, values, code, options] of REFUSED) {
    test(`refuses ${JSON.stringify(values)} for ${pattern}`, () => {
      const router = createRouter<string>(options);
      router.add("GET", pattern, "found", { name: "it" });
      expect(() => router.url("it", values)).toThrow(withCode(code));
    });
  }

  test("knows routes by any name, and no others", () => {
    const router = createRouter<string>();
    const names = ["__proto__", "constructor", "", " ", "'\"`\n", "é", "😀", "toString()"];
    for (const name of names) expect(() => router.url(name)).toThrow(withCode("ROUTER_UNKNOWN_NAME"));
    for (const [i, name] of names.entries()) router.add("GET", `/${i}`, name, { name });
    for (const [i, name] of names.entries()) expect(router.url(name)).toBe(`/${i}`);
    expect(() => router.url("valueOf")).toThrow(withCode("ROUTER_UNKNOWN_NAME"));
  });

  test("refuses the rest of a wildcard that would come back changed", () => {
    const strict = createRouter<number>();
    const route = strict.add("GET", "/w/*", 1);
    for (const rest of ["", "a", "a//b/", "a b", "a%2Fb", "caf\u00e9", "50%25"]) {
      expect(strict.find("GET", route.url({ "*": rest }))?.params["*"]).toBe(rest);
    }
    for (const rest of ["a%2fb", "a?b", "a#b", "a\\b", "%61", "..", "a/%2e/b", "%", "\n", "\ud800"]) {
      expect(() => route.url({ "*": rest }), rest).toThrow(withCode("ROUTER_BAD_PARAM"));
    }
    const loose = createRouter<number>({ ignoreTrailingSlash: true, ignoreDuplicateSlashes: true });
    const other = loose.add("GET", "/w/*", 1);
    for (const rest of ["", "a", "A/b"]) expect(loose.find("GET", other.url({ "*": rest }))?.params["*"]).toBe(rest);
    for (const rest of ["a/", "/a", "a//b", "/"]) {
      expect(() => other.url({ "*": rest }), rest).toThrow(withCode("ROUTER_BAD_PARAM"));
    }
  });

  test("never makes a path that browsers take for another host", () => {
    const router = createRouter<number>();
    const all = router.add("GET", "/*", 1);
    expect(() => all.url({ "*": "/evil.example/x" })).toThrow(withCode("ROUTER_BAD_PARAM"));
    expect(() => all.url({ "*": "/" })).toThrow(withCode("ROUTER_BAD_PARAM"));
    expect(all.url({ "*": "x//y" })).toBe("/x//y");
    expect(router.add("GET", "/a/*", 1).url({ "*": "/x" })).toBe("/a//x");
  });
});
