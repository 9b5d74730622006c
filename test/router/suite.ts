import { expect, test } from "vitest";
import type { SlowRouter } from "../oracle/router.ts";
import { type Asked, type CaseRow, type CaseTable, plainRoute } from "./cases/types.ts";
import type { Subject } from "./subjects.ts";

/** What every matcher must answer for tables of cases, in whatever order their routes are added. */
export function caseSuite(subject: Subject, tables: readonly CaseTable[]): void {
  for (const table of tables) {
    test(table.behaviour, () => {
      for (const routes of [table.routes, table.routes.toReversed()]) {
        const router = subject.create(table.options);
        for (const row of routes) {
          const { methods, pattern, value, needs } = plainRoute(row);
          router.add(methods, pattern, value, needs && { constraints: needs });
        }
        for (const row of table.rows) checkRow(router, row, table.method ?? "GET");
        for (const [path, methods, asked] of table.allowed ?? []) checkAllowed(router, path, methods, asked);
      }
    });
  }
}

/** What tables cannot say: how matchers change, and what they share. */
export function routerSuite(subject: Subject): void {
  test("refuses for allowed what it refuses for find", () => {
    const router = subject.create({ limits: { maxPathLength: 16 } });
    router.add("GET", "/a/:x", "a");
    for (const [path, code] of REFUSED) {
      for (const method of ["GET", "HEAD"]) expect(outcome(router, method, path), path).toBe(code);
      expect(outcome(router, "PURGE", path), path).toBe(null);
      expect(() => router.allowed(path), path).toThrow(expect.objectContaining({ code }));
    }
  });

  test("refuses nothing while it has no routes", () => {
    const router = subject.create();
    for (const [path] of REFUSED) expect(outcome(router, "GET", path), path).toBe(null);
  });

  test("forgets what is removed and nothing else", () => {
    const router = subject.create();
    router.add(["GET", "POST"], "/a/:x", "1");
    router.add("GET", "/a/b", "2");
    expect(router.remove("GET", "/a/:y")).toBe(false);
    expect(router.remove("PUT", "/a/b")).toBe(false);
    expect(router.remove("GET", "/a/b")).toBe(true);
    expect(router.find("GET", "/a/b")?.value).toBe("1");
    expect(router.remove("GET", "/a/:x")).toBe(true);
    expect(router.remove("GET", "/a/:x")).toBe(false);
    expect(router.find("GET", "/a/b")).toBe(undefined);
    expect(router.find("POST", "/a/b")?.value).toBe("1");
    expect(router.allowed("/a/b")).toEqual(["POST"]);
  });

  test("forgets what was added with just the constraints it is told, or with any", () => {
    const router = subject.create();
    const hosts = [{ host: "a.com" }, { host: "b.com" }, { host: "a.com", version: "1.0.0" }];
    const fill = (): void => {
      router.add("GET", "/a", "plain");
      for (const constraints of hosts) router.add("GET", "/a", JSON.stringify(constraints), { constraints });
    };
    fill();
    expect(router.remove("GET", "/a", { host: "c.com" })).toBe(false);
    expect(router.remove("GET", "/a", { version: "1.0.0" })).toBe(false);
    expect(router.remove("GET", "/a", { host: "a.com" })).toBe(true);
    expect(router.find("GET", "/a", { host: "a.com" })?.value).toBe("plain");
    expect(router.find("GET", "/a", { host: "b.com" })?.value).toBe(JSON.stringify(hosts[1]));
    expect(router.find("GET", "/a", { host: "a.com", version: "1" })?.value).toBe(JSON.stringify(hosts[2]));
    expect(router.remove("GET", "/a")).toBe(true);
    for (const one of [{}, ...hosts]) expect(router.find("GET", "/a", one)).toBe(undefined);
    fill();
    expect(router.find("GET", "/a", { host: "a.com" })?.value).toBe(JSON.stringify(hosts[0]));
  });

  test("forgets a method with its last route", () => {
    const router = subject.create();
    router.add("GET", "/a", "1");
    router.add("PURGE", "/a", "2");
    expect(outcome(router, "PURGE", "/%zz")).toBe("ROUTER_BAD_ENCODING");
    router.remove("PURGE", "/a");
    expect(outcome(router, "PURGE", "/%zz")).toBe(null);
    expect(outcome(router, "PURGE", "/a")).toBe(null);
    router.remove("GET", "/a");
    expect(outcome(router, "HEAD", "/%zz")).toBe(null);
    expect(router.allowed("/a")).toEqual([]);
  });

  test("sees what is added after the first search", () => {
    const router = subject.create();
    router.add("GET", "/:x", "param");
    expect(router.find("GET", "/a")?.value).toBe("param");
    router.add("GET", "/a", "static");
    expect(router.find("GET", "/a")?.value).toBe("static");
    router.remove("GET", "/a");
    expect(router.find("GET", "/a")?.value).toBe("param");
    router.add("*", "/b/*", "any");
    expect(router.find("LOCK", "/b/")?.value).toBe("any");
  });

  test("keeps what one search found as it was, whatever is searched next", () => {
    const router = subject.create({ limits: { maxParamLength: 8 } });
    for (const pattern of LEAKY) router.add("GET", pattern, pattern);
    const found = LEAKY_PATHS.map((path) => router.find("GET", path));
    const before = JSON.stringify(found.map((match) => match && [match.value, Object.entries(match.params)]));
    for (const path of [...LEAKY_PATHS.toReversed(), ...BROKEN_PATHS]) outcome(router, "GET", path);
    expect(JSON.stringify(found.map((match) => match && [match.value, Object.entries(match.params)]))).toBe(before);
    for (const [i, path] of LEAKY_PATHS.entries()) {
      outcome(router, "GET", BROKEN_PATHS[i % BROKEN_PATHS.length] ?? "/");
      expect(router.find("GET", path)?.params, path).toEqual(found[i]?.params);
    }
  });

  test("shares nothing between two matches that could be changed", () => {
    const router = subject.create();
    for (const pattern of LEAKY) router.add("GET", pattern, pattern);
    for (const path of LEAKY_PATHS) {
      const first = router.find("GET", path);
      const second = router.find("GET", path);
      if (first === undefined || second === undefined) expect.fail(path);
      if (first === second) expect(Object.isFrozen(first), path).toBe(true);
      if (first.params === second.params) expect(Object.isFrozen(first.params), path).toBe(true);
    }
  });

  test("hands out params that inherit nothing", () => {
    const router = subject.create();
    for (const pattern of LEAKY) router.add("GET", pattern, pattern);
    for (const path of LEAKY_PATHS) {
      const params = router.find("GET", path)?.params ?? {};
      for (const name of Object.getOwnPropertyNames(Object.prototype)) {
        expect(name in params, `${path} ${name}`).toBe(Object.hasOwn(params, name));
      }
    }
  });
}

const LEAKY = [
  ...["/", "/s", "/:a", "/:a/:b", "/:a/:b/:c", "/n/:x(\\d+)", "/m/:x-:y", "/m/:x-:y.:z", "/w/*", "/w/:d/*rest"],
  ...["/o/:p?", "/:__proto__/constructor"],
];
const LEAKY_PATHS = [
  ...["/", "/s", "/1", "/1/2", "/1/2/3", "/n/7", "/n/x", "/m/1-2", "/m/1-2.3", "/m/%31-%32", "/w/1", "/w/1/2", "/w/"],
  ...["/o", "/o/1", "/q/constructor", "/%C3%A9", "/%C3%A9/%C3%A8"],
];
const BROKEN_PATHS = [
  "/%zz",
  "/a/%zz",
  "/a/b/%zz",
  "/m/1-%zz",
  "/w/../x",
  "/123456789",
  "/m/1-234567890",
  "/x/y/z/no",
  "",
];

/** What a search says: the value it finds, `null`, or a code. */
export function outcome(router: SlowRouter, method: string, path: string, asked?: Asked): string | null {
  try {
    return router.find(method, path, asked)?.value ?? null;
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

function checkRow(router: SlowRouter, [path, answer, params, asked]: CaseRow, usual: string): void {
  const method = asked?.method ?? usual;
  const about = JSON.stringify([method, path.slice(0, 200), asked ?? {}]);
  expect(outcome(router, method, path, asked), about).toBe(answer);
  if (params === undefined || params === null) return;
  expect(sorted(router.find(method, path, asked)?.params ?? {}), about).toEqual(sorted(params));
}

function checkAllowed(router: SlowRouter, path: string, methods: string, asked: Asked | undefined): void {
  expect(router.allowed(path, asked).join(" "), path).toBe(methods);
}

// Entries, so that `__proto__` is compared as any other name.
function sorted(params: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
}

const REFUSED: readonly (readonly [path: string, code: string])[] = [
  ["/a/%zz", "ROUTER_BAD_ENCODING"],
  ["/%", "ROUTER_BAD_ENCODING"],
  ["/nowhere/%c0%80", "ROUTER_BAD_ENCODING"],
  ["/a/..", "ROUTER_DOT_SEGMENT"],
  ["/nowhere/%2e?q", "ROUTER_DOT_SEGMENT"],
  ["/a/345678901234567", "ROUTER_PATH_TOO_LONG"],
  ["/nowhere/12345678", "ROUTER_PATH_TOO_LONG"],
];
