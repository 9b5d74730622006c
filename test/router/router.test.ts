import { describe, expect, test } from "vitest";
import { createRouter } from "../../lib/router/index.ts";
import { CASE_TABLES } from "./cases/index.ts";
import { ORACLE, ROUTERS } from "./subjects.ts";
import { caseSuite, routerSuite } from "./suite.ts";

for (const subject of [...ROUTERS, ORACLE]) {
  describe(subject.name, () => {
    caseSuite(subject, CASE_TABLES);
    routerSuite(subject);
  });
}

test("there are at least 300 cases, and none stands twice", () => {
  const rows = CASE_TABLES.flatMap((table) => [...table.rows, ...(table.allowed ?? [])]);
  expect(rows.length).toBeGreaterThan(300);
  for (const { behaviour, rows, method } of CASE_TABLES) {
    const asked = rows.map(([path, , , more]) => JSON.stringify([path, { method, ...more }]));
    expect(
      asked.filter((one, i) => asked.indexOf(one) < i),
      behaviour,
    ).toEqual([]);
  }
});

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
