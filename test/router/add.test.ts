import { describe, expect, test } from "vitest";
import { createRouter, type Router, type RouterOptions } from "../../lib/router/index.ts";
import {
  BAD_CONSTRAINTS,
  BAD_METHODS,
  BAD_PATTERNS,
  CLASHES,
  CLASHES_BY_METHOD,
  CLASHES_BY_NEEDS,
  NEIGHBOURS,
  type Refusal,
} from "./cases/refusals.ts";
import { plainRoute, type RouteRow } from "./cases/types.ts";
import { stateOf } from "./state.ts";

function codedError(code: string, because = ""): object {
  return expect.objectContaining({ code, name: "CodedError", message: expect.stringContaining(because) });
}

function addRow(router: Router<string>, row: RouteRow, name?: string): void {
  const { methods, pattern, value, needs } = plainRoute(row);
  router.add(methods, pattern, value, { ...(needs && { constraints: needs }), ...(name !== undefined && { name }) });
}

function createdWith(rows: readonly RouteRow[], options: RouterOptions = {}): Router<string> {
  const router = createRouter<string>(options);
  for (const [i, row] of rows.entries()) addRow(router, row, `before${i}`);
  return router;
}

function checkRefusal({ before = [], add, code, because, options }: Refusal): void {
  const router = createdWith(before, options);
  const state = stateOf(router);
  expect(() => addRow(router, add, "refused")).toThrow(codedError(code, because));
  expect(stateOf(router)).toEqual(state);
  expect(stateOf(router)).toEqual(stateOf(createdWith(before, options)));
  expect(() => router.url("refused")).toThrow(codedError("ROUTER_UNKNOWN_NAME"));
}

describe("add", () => {
  for (const refusal of [...BAD_PATTERNS, ...BAD_CONSTRAINTS]) {
    test(`refuses ${JSON.stringify(plainRoute(refusal.add).pattern)}: ${refusal.because}`, () => {
      checkRefusal(refusal);
      checkRefusal({ ...refusal, before: ["GET /:x", "* /a/*", "GET /:y(\\d+)/z"] });
    });
  }

  for (const [first, second, code, options = {}] of CLASHES) {
    test(`refuses ${second} beside ${first}${JSON.stringify(options)} in either order`, () => {
      for (const [one, other] of [
        [first, second],
        [second, first],
      ] as const) {
        checkRefusal({ before: [`GET ${one}`], add: `POST,GET ${other}`, code, options });
        checkRefusal({ before: [`* ${one}`, "GET /taken"], add: `PUT,* ${other}`, code, options });
        const router = createdWith([`GET ${one}`], options);
        addRow(router, `POST ${other}`);
        expect(router.routes()).toHaveLength(2);
      }
    });
  }

  for (const refusal of CLASHES_BY_METHOD) {
    test(`refuses ${refusal.add} beside ${refusal.before?.join(" and ")}`, () => checkRefusal(refusal));
  }

  for (const refusal of CLASHES_BY_NEEDS) {
    const [before, add] = [refusal.before?.map((row) => plainRoute(row).value), plainRoute(refusal.add).value];
    test(`refuses ${add} beside ${before?.join(" and ")}: ${refusal.code}`, () => checkRefusal(refusal));
  }

  for (const [first, second, options] of NEIGHBOURS) {
    test(`takes ${second} beside ${first}${JSON.stringify(options ?? {})}`, () => {
      expect(createdWith([`GET ${first}`, `GET ${second}`], options).routes()).toHaveLength(2);
      expect(createdWith([`GET ${second}`, `GET ${first}`], options).routes()).toHaveLength(2);
    });
  }

  for (const methods of BAD_METHODS) {
    test(`refuses the method ${JSON.stringify(methods)}`, () => {
      const router = createdWith(["GET /a"]);
      const state = stateOf(router);
      expect(() => router.add(methods, "/b", "b")).toThrow(codedError("ROUTER_BAD_METHOD"));
      const [only] = methods;
      if (methods.length === 1 && only !== undefined) {
        expect(() => router.add(only, "/b", "b")).toThrow(codedError("ROUTER_BAD_METHOD"));
        expect(() => router.remove(only, "/a")).toThrow(codedError("ROUTER_BAD_METHOD"));
      }
      expect(stateOf(router)).toEqual(state);
    });
  }

  test("refuses a name twice, and frees it on removal", () => {
    const router = createRouter<string>();
    router.add("GET", "/a", "1", { name: "n" });
    const state = stateOf(router);
    expect(() => router.add("GET", "/b", "1", { name: "n" })).toThrow(codedError("ROUTER_DUPLICATE_NAME"));
    expect(stateOf(router)).toEqual(state);
    router.remove("GET", "/a");
    expect(router.add("GET", "/b", "1", { name: "n" }).name).toBe("n");
    expect(router.url("n")).toBe("/b");
  });

  test("keeps a name until the last method of its route is gone", () => {
    const router = createRouter<string>();
    router.add(["GET", "PUT"], "/a", "1", { name: "n" });
    router.remove("GET", "/a");
    expect(router.url("n")).toBe("/a");
    router.remove("PUT", "/a");
    expect(() => router.url("n")).toThrow(codedError("ROUTER_UNKNOWN_NAME"));
  });

  test("names method and pattern in what it says", () => {
    const router = createRouter<string>();
    router.add("GET", "/users/:id", "1");
    expect(() => router.add("GET", "/users/:name", "1")).toThrow(
      "GET /users/:name: a route of this method and shape exists",
    );
    expect(() => router.add("GET", "/:x((a|a)*)", "1")).toThrow("one text can be read in many ways");
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
