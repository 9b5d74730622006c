import { describe, expectTypeOf, test } from "vitest";
import { createRouter, type Match, type PathParams, type Route, type Router } from "../../lib/router/index.ts";

type Names = { user: "/users/:id"; files: "/files/*path"; home: "/" };

describe("params of a pattern", () => {
  test("are its names", () => {
    expectTypeOf<keyof PathParams<"/a">>().toEqualTypeOf<never>();
    expectTypeOf<PathParams<"/users/:id">>().toEqualTypeOf<{ readonly id: string }>();
    expectTypeOf<PathParams<"/:a-:b/:c.json">>().toEqualTypeOf<{
      readonly a: string;
      readonly b: string;
      readonly c: string;
    }>();
    expectTypeOf<PathParams<"/v:major.:minor/x">>().toEqualTypeOf<{ readonly major: string; readonly minor: string }>();
    expectTypeOf<PathParams<"/:user-id">>().toEqualTypeOf<{ readonly user: string }>();
  });

  test("skip constraints, whatever stands in them", () => {
    expectTypeOf<PathParams<"/:id(\\d+)">>().toEqualTypeOf<{ readonly id: string }>();
    expectTypeOf<PathParams<"/:id((?:a|:b)*[)*:]\\))/:c">>().toEqualTypeOf<{
      readonly id: string;
      readonly c: string;
    }>();
    expectTypeOf<PathParams<"/:id(\\d+)?">>().toEqualTypeOf<{ readonly id?: string }>();
    expectTypeOf<PathParams<"/:a(\\d*):b([^/]*)/*">>().toEqualTypeOf<{
      readonly a: string;
      readonly b: string;
      readonly "*": string;
    }>();
  });

  test("are optional when the pattern says so", () => {
    expectTypeOf<PathParams<"/a/:x/:id?">>().toEqualTypeOf<{ readonly x: string; readonly id?: string }>();
  });

  test("include wildcards by name or star", () => {
    expectTypeOf<PathParams<"/*">>().toEqualTypeOf<{ readonly "*": string }>();
    expectTypeOf<PathParams<"/:a/*rest">>().toEqualTypeOf<{ readonly a: string; readonly rest: string }>();
  });

  test("are any strings when the pattern is not a literal", () => {
    expectTypeOf<PathParams<string>>().toEqualTypeOf<Readonly<Record<string, string>>>();
  });
});

describe("urls", () => {
  const router = createRouter<number>();

  test("take what the pattern names", () => {
    const user = router.add("GET", "/users/:id", 1);
    expectTypeOf(user.url({ id: "7" })).toBeString();
    user.url({ id: 7 });
    // @ts-expect-error: the parameter is missing
    user.url({});
    // @ts-expect-error: the argument is missing
    user.url();
    // @ts-expect-error: there is no such parameter
    user.url({ id: "7", name: "x" });
    // @ts-expect-error: parameters are text or numbers
    user.url({ id: true });
  });

  test("need no argument when nothing is required", () => {
    router.add("GET", "/about", 1).url();
    router.add("GET", "/list/:page?", 1).url();
    router.add("GET", "/list2/:page?", 1).url({ page: 2 });
  });

  test("are typed by name through the table of names", () => {
    const named = createRouter<number, Names>();
    named.add("GET", "/users/:id", 1, { name: "user" });
    named.url("user", { id: "7" });
    named.url("files", { path: "a/b" });
    named.url("home");
    // @ts-expect-error: no such name
    named.url("nobody");
    // @ts-expect-error: the name belongs to another pattern
    named.add("GET", "/people/:id", 1, { name: "user" });
    // @ts-expect-error: the parameter is missing
    named.url("user", {});
  });

  test("take any record when patterns are not literals", () => {
    const pattern: string = "/a";
    router.add("GET", pattern, 1).url({ any: "thing" });
    router.add("GET", pattern, 1).url();
    router.url("any", { id: "7" });
  });
});

describe("routers", () => {
  test("give back the value they were given", () => {
    const router = createRouter<{ run(): void }>();
    expectTypeOf(router.find("GET", "/")).toEqualTypeOf<Match<{ run(): void }> | undefined>();
    // @ts-expect-error: not a value of this router
    router.add("GET", "/", 1);
  });

  test("hold routes of every pattern in one list", () => {
    const router = createRouter<number>();
    const list: Route<number>[] = [router.add("GET", "/users/:id", 1), router.add("GET", "/a/:x?", 1)];
    expectTypeOf(list).toEqualTypeOf<Route<number>[]>();
    expectTypeOf(createRouter<number>()).toExtend<Router<number>>();
  });
});
