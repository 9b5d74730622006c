import { describe, expect, test } from "vitest";
import { createRouter, type RouterOptions } from "../../lib/router/index.ts";
import { createSlowRouter } from "../oracle/router.ts";
import { routerSuite } from "./suite.ts";

routerSuite({ name: "tree router", create: (options?: RouterOptions) => createRouter<string>(options) });
routerSuite({ name: "oracle", create: (options) => createSlowRouter(options, sampleTexts()) });

// Every text of up to three characters over an alphabet that tells the suite's constraints apart.
function sampleTexts(): readonly string[] {
  const units = ["0", "1", "a", "-", "."];
  const pairs = units.flatMap((a) => units.map((b) => a + b));
  return [...units, ...pairs, ...pairs.flatMap((pair) => units.map((c) => pair + c))];
}

function withCode(code: string): object {
  return expect.objectContaining({ code, name: "CodedError" });
}

describe("params", () => {
  test("inherit nothing, through one frozen prototype", () => {
    const router = createRouter<number>();
    router.add("GET", "/:__proto__/:constructor/:toString", 1);
    router.add("GET", "/static", 2);
    const found = router.find("GET", "/a/b/c");
    expect(Object.keys(found?.params ?? {})).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.getOwnPropertyDescriptor(found?.params, "__proto__")?.value).toBe("a");
    const prototype = Object.getPrototypeOf(found?.params);
    expect(Object.isFrozen(prototype)).toBe(true);
    expect(Reflect.ownKeys(prototype)).toEqual([]);
    expect(Object.getPrototypeOf(prototype)).toBe(null);
    expect(Object.getPrototypeOf(router.find("GET", "/static")?.params)).toBe(prototype);
    expect(router.find("GET", "/static")?.params["toString"]).toBe(undefined);
  });

  test("belong to one match alone", () => {
    const router = createRouter<number>();
    router.add("GET", "/:a", 1);
    router.add("GET", "/", 2);
    const first = router.find("GET", "/x");
    const second = router.find("GET", "/y");
    expect(first?.params).not.toBe(second?.params);
    expect(first?.params["a"]).toBe("x");
    expect(router.find("GET", "/")?.params).not.toBe(router.find("GET", "/")?.params);
  });
});

describe("limits", () => {
  test("tell a path that is too long from one that is not there", () => {
    const router = createRouter<number>({ limits: { maxPathLength: 16, maxParamLength: 4 } });
    router.add("GET", "/a/:x", 1);
    router.add("GET", "/w/*", 2);
    router.add("GET", "/m/:x-:y", 3);
    expect(router.find("GET", "/a/1234")?.value).toBe(1);
    expect(router.find("GET", `/a/1234?${"q".repeat(99)}`)?.value).toBe(1);
    expect(router.find("GET", "/a/%31%32%33%34")?.value).toBe(1);
    expect(() => router.find("GET", "/a/12345")).toThrow(withCode("ROUTER_PARAM_TOO_LONG"));
    expect(() => router.find("GET", "/m/12345-1")).toThrow(withCode("ROUTER_PARAM_TOO_LONG"));
    router.add("GET", "/two/:x/:y", 4);
    expect(() => router.find("GET", "/two/12345/%zz")).toThrow(withCode("ROUTER_BAD_ENCODING"));
    expect(() => router.find("GET", "/none/\\\\\\\\")).toThrow(withCode("ROUTER_PATH_TOO_LONG"));
    expect(() => router.find("PURGE", "/none/\\\\\\\\")).toThrow(withCode("ROUTER_PATH_TOO_LONG"));
    expect(router.find("GET", "/w/1234567890123")?.value).toBe(2);
    expect(() => router.find("GET", "/w/12345678901234")).toThrow(withCode("ROUTER_PATH_TOO_LONG"));
    expect(() => router.find("GET", `/${"x".repeat(16)}`)).toThrow(withCode("ROUTER_PATH_TOO_LONG"));
    expect(() => router.allowed(`/${"x".repeat(16)}`)).toThrow(withCode("ROUTER_PATH_TOO_LONG"));
  });

  test("are 8192 characters of path and 1024 of a parameter by default", () => {
    const router = createRouter<number>();
    router.add("GET", "/:x", 1);
    router.add("GET", "/w/*", 2);
    expect(router.find("GET", `/${"x".repeat(1024)}`)?.value).toBe(1);
    expect(() => router.find("GET", `/${"x".repeat(1025)}`)).toThrow(withCode("ROUTER_PARAM_TOO_LONG"));
    expect(router.find("GET", `/w/${"x".repeat(8189)}`)?.value).toBe(2);
    expect(() => router.find("GET", `/w/${"x".repeat(8190)}`)).toThrow(withCode("ROUTER_PATH_TOO_LONG"));
  });
});

describe("add", () => {
  const bad: readonly (readonly [pattern: string, code: string])[] = [
    ["", "ROUTER_BAD_PATTERN"],
    ["users", "ROUTER_BAD_PATTERN"],
    ["/:", "ROUTER_BAD_PATTERN"],
    ["/:1", "ROUTER_BAD_PATTERN"],
    ["/:a:b", "ROUTER_BAD_PATTERN"],
    ["/:a/:a", "ROUTER_BAD_PATTERN"],
    ["/:a/*a", "ROUTER_BAD_PATTERN"],
    ["/*/a", "ROUTER_BAD_PATTERN"],
    ["/a*", "ROUTER_BAD_PATTERN"],
    ["/**", "ROUTER_BAD_PATTERN"],
    ["/:id?/b", "ROUTER_BAD_PATTERN"],
    ["/x:id?", "ROUTER_BAD_PATTERN"],
    ["/:a-:b?", "ROUTER_BAD_PATTERN"],
    ["/?", "ROUTER_BAD_PATTERN"],
    ["/a?b", "ROUTER_BAD_PATTERN"],
    ["/a#b", "ROUTER_BAD_PATTERN"],
    ["/{id}", "ROUTER_BAD_PATTERN"],
    ["/a(b)", "ROUTER_BAD_PATTERN"],
    ["/:id(\\d+", "ROUTER_BAD_PATTERN"],
    ["/a\\b", "ROUTER_BAD_PATTERN"],
    ["/a/../b", "ROUTER_BAD_PATTERN"],
    ["/%2e", "ROUTER_BAD_PATTERN"],
    ["/%zz", "ROUTER_BAD_PATTERN"],
    ["/a\u0000", "ROUTER_BAD_PATTERN"],
    ["/a\ud800/:x", "ROUTER_BAD_PATTERN"],
    ["/\udc00:x", "ROUTER_BAD_PATTERN"],
    ["/:id()", "ROUTER_BAD_CONSTRAINT"],
    ["/:id((a+)+)", "ROUTER_BAD_CONSTRAINT"],
  ];
  for (const [pattern, code] of bad) {
    test(`refuses ${JSON.stringify(pattern)}`, () => {
      const router = createRouter<number>();
      expect(() => router.add("GET", pattern, 1)).toThrow(withCode(code));
      expect(router.routes()).toEqual([]);
    });
  }

  const taken: readonly (readonly [first: string, second: string, code: string])[] = [
    ["/a", "/a", "ROUTER_DUPLICATE_ROUTE"],
    ["/a", "/%61", "ROUTER_DUPLICATE_ROUTE"],
    ["/:a", "/:b", "ROUTER_DUPLICATE_ROUTE"],
    ["/*", "/*b", "ROUTER_DUPLICATE_ROUTE"],
    ["/:a-:b", "/:c-:d", "ROUTER_DUPLICATE_ROUTE"],
    ["/:a(\\d+)", "/:b([0-9]+)", "ROUTER_DUPLICATE_ROUTE"],
    ["/a/:b?", "/a", "ROUTER_DUPLICATE_ROUTE"],
    ["/a/:b?", "/a/:c", "ROUTER_DUPLICATE_ROUTE"],
    ["/:a([a-m]+)", "/:b([h-z]+)", "ROUTER_AMBIGUOUS_ROUTE"],
    ["/x/:a([a-m]+)/y", "/x/:b([h-z]+)/z", "ROUTER_AMBIGUOUS_ROUTE"],
    ["/:a-:b", "/:a.:b", "ROUTER_AMBIGUOUS_ROUTE"],
    ["/:a(\\d+)-:b(\\d+)", "/:x(\\d+-\\d+)", "ROUTER_AMBIGUOUS_ROUTE"],
  ];
  for (const [first, second, code] of taken) {
    test(`refuses ${second} beside ${first}, and leaves the table as it was`, () => {
      for (const [one, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const router = createRouter<number>();
        router.add("GET", one, 1);
        const before = router.print();
        expect(() => router.add(["POST", "GET"], other, 2, { name: "other" })).toThrow(withCode(code));
        expect(router.print()).toBe(before);
        expect(router.allowed("/a")).toEqual(createdWith(one).allowed("/a"));
        expect(() => router.url("other")).toThrow(withCode("ROUTER_UNKNOWN_NAME"));
        router.add("POST", other, 3);
      }
    });
  }

  test("takes neighbours that share no text", () => {
    const router = createRouter<string>();
    for (const pattern of ["/:a([a-m]+)", "/:b([n-z]+)", "/:c(\\d+)", "/a:x", "/b:x", "/:x.js", "/:x.ts"]) {
      router.add("GET", pattern, pattern);
    }
    expect(router.find("GET", "/zoo")?.value).toBe("/:b([n-z]+)");
    expect(router.find("GET", "/b.ts")?.value).toBe("/:x.ts");
  });

  test("refuses what is no method", () => {
    for (const method of ["", "G T", "GET,POST", [], ["GET", ""], "GÉT"]) {
      expect(() => createRouter<number>().add(method, "/", 1)).toThrow(withCode("ROUTER_BAD_METHOD"));
    }
  });

  test("refuses a name twice, and frees it on removal", () => {
    const router = createRouter<number>();
    router.add("GET", "/a", 1, { name: "n" });
    expect(() => router.add("GET", "/b", 1, { name: "n" })).toThrow(withCode("ROUTER_DUPLICATE_NAME"));
    expect(router.find("GET", "/b")).toBe(undefined);
    router.remove("GET", "/a");
    expect(router.add("GET", "/b", 1, { name: "n" }).name).toBe("n");
    expect(router.url("n")).toBe("/b");
  });

  test("names method and pattern in what it says", () => {
    const router = createRouter<number>();
    router.add("GET", "/users/:id", 1);
    expect(() => router.add("GET", "/users/:name", 1)).toThrow(
      "GET /users/:name: a route of this method and shape exists",
    );
    expect(() => router.add("GET", "/:x((a|a)*)", 1)).toThrow("one text can be read in many ways");
  });

  test("gives back the route it made", () => {
    const meta = { summary: "one user" };
    const router = createRouter<string>();
    const route = router.add(["GET", "PUT", "GET"], "/users/:id", "v", { name: "user", meta });
    expect({ ...route, url: undefined }).toEqual({
      methods: ["GET", "PUT"],
      pattern: "/users/:id",
      value: "v",
      name: "user",
      meta,
      url: undefined,
    });
    expect(router.find("PUT", "/users/7")?.route).toBe(route);
    expect(router.routes()).toEqual([route]);
    router.remove("GET", "/users/:id");
    expect(route.methods).toEqual(["PUT"]);
  });
});

function createdWith(pattern: string): ReturnType<typeof createRouter<number>> {
  const router = createRouter<number>();
  router.add("GET", pattern, 1);
  return router;
}

describe("url", () => {
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

describe("mount", () => {
  test("copies routes under a prefix, and its root becomes the prefix", () => {
    const users = createRouter<string>();
    users.add("GET", "/", "list");
    users.add(["GET", "PUT"], "/:id", "one", { name: "user" });
    users.add("*", "/:id/*", "rest");
    const router = createRouter<string>();
    router.mount("/teams/:team/users/", users);
    expect(router.find("GET", "/teams/a/users")?.value).toBe("list");
    expect(router.find("GET", "/teams/a/users/")).toBe(undefined);
    expect(router.find("PUT", "/teams/a/users/7")?.params).toEqual({ team: "a", id: "7" });
    expect(router.url("user", { team: "a", id: 7 })).toBe("/teams/a/users/7");
    users.add("GET", "/late", "late");
    expect(router.find("GET", "/teams/a/users/late")?.value).toBe("one");
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

  test("mounts all or nothing", () => {
    const inner = createRouter<string>();
    inner.add("GET", "/new", "new", { name: "new" });
    inner.add("GET", "/taken", "inner");
    const router = createRouter<string>();
    router.add("GET", "/x/taken", "outer");
    const before = router.print();
    expect(() => router.mount("/x", inner)).toThrow(withCode("ROUTER_DUPLICATE_ROUTE"));
    expect(router.print()).toBe(before);
    expect(router.find("GET", "/x/new")).toBe(undefined);
    expect(() => router.url("new")).toThrow(withCode("ROUTER_UNKNOWN_NAME"));
    expect(() => router.mount("/:id?", inner)).toThrow(withCode("ROUTER_BAD_PATTERN"));
    expect(() => router.mount("/*", inner)).toThrow(withCode("ROUTER_BAD_PATTERN"));
  });
});

describe("print", () => {
  test("draws the table as a tree in the order of precedence", () => {
    const router = createRouter<number>();
    expect(router.print()).toBe("/");
    router.add("GET", "/", 1, { name: "home" });
    router.add("GET", "/files/*path", 1);
    router.add("GET", "/users/:id", 1, { name: "user" });
    router.add(["PUT", "DELETE"], "/users/:id", 1);
    router.add("GET", "/users/:id(\\d{1,9}[a/]?)/posts", 1);
    router.add("GET", "/users/:id.json", 1);
    router.add("GET", "/users/new", 1);
    router.add("*", "/users/", 1);
    expect(router.print().split("\n")).toEqual([
      "/  GET  (home)",
      "├── files",
      "│   └── *path  GET",
      "└── users",
      "    ├── /  *",
      "    ├── new  GET",
      "    ├── :id(\\d{1,9}[a/]?)",
      "    │   └── posts  GET",
      "    ├── :id.json  GET",
      "    └── :id  GET PUT DELETE  (user)",
    ]);
  });
});
