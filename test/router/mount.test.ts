import { describe, expect, test } from "vitest";
import { createRouter, type Router } from "../../lib/router/index.ts";
import { stateOf } from "./state.ts";

function withCode(code: string): object {
  return expect.objectContaining({ code, name: "CodedError" });
}

// Prefix, pattern, and what they make together.
const JOINED: readonly (readonly [prefix: string, pattern: string, whole: string])[] = [
  ["", "/a", "/a"],
  ["/", "/a", "/a"],
  ["/", "/", "/"],
  ["/p", "/", "/p"],
  ["/p", "/a", "/p/a"],
  ["/p/", "/", "/p"],
  ["/p/", "/a", "/p/a"],
  ["/p", "/*", "/p/*"],
  ["/p/:x", "/:y?", "/p/:x/:y?"],
  ["/p:x", "/:y.js", "/p:x/:y.js"],
  ["/:x(\\d+)", "/:y([a-z]+)", "/:x(\\d+)/:y([a-z]+)"],
  ["/p", "//a", "/p//a"],
  ["/é", "/%C3%A9", "/é/%C3%A9"],
];

const REFUSED: readonly (readonly [prefix: string, pattern: string, code: string])[] = [
  ["p", "/a", "ROUTER_BAD_PATTERN"],
  ["/:x?", "/a", "ROUTER_BAD_PATTERN"],
  ["/*", "/a", "ROUTER_BAD_PATTERN"],
  ["/p/*", "/a", "ROUTER_BAD_PATTERN"],
  ["/p/*rest", "/", "ROUTER_BAD_PATTERN"],
  ["/:x?", "/", "ROUTER_BAD_PATTERN"],
  ["/:x", "/:x", "ROUTER_BAD_PATTERN"],
  ["/..", "/a", "ROUTER_BAD_PATTERN"],
  ["/%zz", "/a", "ROUTER_BAD_PATTERN"],
  ["/:x((a+)+)", "/a", "ROUTER_BAD_CONSTRAINT"],
  ["/taken", "/x", "ROUTER_DUPLICATE_ROUTE"],
];

function outer(): Router<string> {
  const router = createRouter<string>();
  router.add("GET", "/taken/x", "outer", { name: "taken" });
  router.add("*", "/a/*", "any");
  return router;
}

describe("mount", () => {
  for (const [prefix, pattern, whole] of JOINED) {
    test(`makes ${whole} of ${JSON.stringify(prefix)} and ${pattern}`, () => {
      const inner = createRouter<string>();
      inner.add("GET", pattern, "inner");
      const router = createRouter<string>();
      router.mount(prefix, inner);
      expect(router.routes().map((route) => route.pattern)).toEqual([whole]);
      expect(inner.routes().map((route) => route.pattern)).toEqual([pattern]);
    });
  }

  for (const [prefix, pattern, code] of REFUSED) {
    test(`refuses ${pattern} under ${prefix}, and mounts nothing at all`, () => {
      const inner = createRouter<string>();
      inner.add("GET", "/new", "new", { name: "new" });
      inner.add(["POST", "GET"], pattern, "inner", { name: "inner" });
      const router = outer();
      expect(() => router.mount(prefix, inner)).toThrow(withCode(code));
      expect(stateOf(router)).toEqual(stateOf(outer()));
      for (const name of ["new", "inner"]) expect(() => router.url(name)).toThrow(withCode("ROUTER_UNKNOWN_NAME"));
      expect(router.url("taken")).toBe("/taken/x");
    });
  }

  test("copies routes under a prefix, and its root becomes the prefix", () => {
    const users = createRouter<string>();
    users.add("GET", "/", "list");
    users.add(["GET", "PUT"], "/:id", "one", { name: "user", meta: { deep: true } });
    users.add("*", "/:id/*", "rest");
    const router = createRouter<string>();
    router.mount("/teams/:team/users/", users);
    expect(router.find("GET", "/teams/a/users")?.value).toBe("list");
    expect(router.find("GET", "/teams/a/users/")).toBe(undefined);
    expect({ ...router.find("PUT", "/teams/a/users/7")?.params }).toEqual({ team: "a", id: "7" });
    expect(router.find("PUT", "/teams/a/users/7")?.route.meta).toEqual({ deep: true });
    expect(router.url("user", { team: "a", id: 7 })).toBe("/teams/a/users/7");
    users.add("GET", "/late", "late");
    expect(router.find("GET", "/teams/a/users/late")?.value).toBe("one");
  });

  test("applies the options of the outer router", () => {
    const inner = createRouter<string>();
    inner.add("GET", "/Users/", "users");
    const router = createRouter<string>({ caseSensitive: false, ignoreTrailingSlash: true });
    router.mount("/API", inner);
    expect(router.find("GET", "/api/users")?.value).toBe("users");
    const loose = createRouter<string>({ caseSensitive: false });
    loose.add("GET", "/A", "a");
    const strict = createRouter<string>();
    strict.mount("/", loose);
    expect(strict.find("GET", "/a")).toBe(undefined);
  });

  test("mounts at the root, and a router in itself", () => {
    const router = createRouter<string>();
    router.add("GET", "/", "root");
    router.add("GET", "/a", "a");
    router.mount("/again", router);
    expect(router.find("GET", "/again/a")?.value).toBe("a");
    const other = createRouter<string>();
    other.mount("/", router);
    expect(other.find("GET", "/")?.value).toBe("root");
    expect(other.find("GET", "/again")?.value).toBe("root");
  });

  test("refuses a name that both routers have, and mounts nothing", () => {
    const inner = createRouter<string>();
    inner.add("GET", "/b", "b");
    inner.add("GET", "/c", "c", { name: "taken" });
    const router = outer();
    expect(() => router.mount("/in", inner)).toThrow(withCode("ROUTER_DUPLICATE_NAME"));
    expect(stateOf(router)).toEqual(stateOf(outer()));
  });
});

describe("group", () => {
  for (const [prefix, pattern, whole] of JOINED) {
    test(`makes ${whole} of ${JSON.stringify(prefix)} and ${pattern}`, () => {
      const router = createRouter<string>();
      router.group(prefix, (group) => group.add("GET", pattern, "inner", { name: "n" }));
      expect(router.routes().map((route) => [route.pattern, route.name])).toEqual([[whole, "n"]]);
    });
  }

  for (const [prefix, pattern, code] of REFUSED) {
    test(`refuses ${pattern} under ${prefix}, and keeps what was added before it`, () => {
      const router = outer();
      router.group("/g", (group) => group.add("GET", "/before", "before"));
      const state = stateOf(router);
      expect(() => router.group(prefix, (group) => group.add("GET", pattern, "inner"))).toThrow(withCode(code));
      expect(stateOf(router)).toEqual(state);
    });
  }

  test("nests, and gives back the routes it makes", () => {
    const router = createRouter<string>();
    router.group("/api/", (api) => {
      api.add("GET", "/", "root");
      api.group("/v1", (v1) => {
        const route = v1.add(["GET", "PUT"], "/users/:id", "user", { name: "user", meta: 1 });
        expect(route.pattern).toBe("/api/v1/users/:id");
        expect(route.url({ id: "7" })).toBe("/api/v1/users/7");
        v1.group("/", (same) => same.add("GET", "/", "v1"));
      });
    });
    expect(router.find("GET", "/api")?.value).toBe("root");
    expect(router.find("GET", "/api/v1")?.value).toBe("v1");
    expect(router.find("PUT", "/api/v1/users/7")?.params["id"]).toBe("7");
    expect(router.url("user", { id: 8 })).toBe("/api/v1/users/8");
    expect(router.find("GET", "/users/7")).toBe(undefined);
  });
});
