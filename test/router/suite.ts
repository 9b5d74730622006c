import { describe, expect, test } from "vitest";
import type { SlowRouter } from "../oracle/router.ts";
import type { SplitOptions } from "../oracle/split-path.ts";

/** Anything that finds routes: the tree, its compiled forms, and the oracle. */
export interface Subject {
  readonly name: string;
  create(options?: SplitOptions): SlowRouter;
}

type Row = readonly [path: string, value: string | undefined, params?: Record<string, string>];

interface Table {
  readonly behaviour: string;
  readonly routes: readonly (readonly [method: string, pattern: string])[];
  readonly options?: SplitOptions;
  readonly method?: string;
  readonly rows: readonly Row[];
}

// Every row names the pattern that answers; the value of a route is "METHOD pattern".
const TABLES: readonly Table[] = [
  {
    behaviour: "answers nothing from an empty table",
    routes: [],
    rows: [
      ["/", undefined],
      ["/a", undefined],
    ],
  },
  {
    behaviour: "prefers a static segment over every other, whatever the order",
    routes: [
      ["GET", "/users/*"],
      ["GET", "/users/:id"],
      ["GET", "/users/:id.json"],
      ["GET", "/users/:id(\\d+)"],
      ["GET", "/users/42"],
    ],
    rows: [
      ["/users/42", "GET /users/42", {}],
      ["/users/43", "GET /users/:id(\\d+)", { id: "43" }],
      ["/users/ann.json", "GET /users/:id.json", { id: "ann" }],
      ["/users/ann", "GET /users/:id", { id: "ann" }],
      ["/users/ann/x", "GET /users/*", { "*": "ann/x" }],
      ["/users/", "GET /users/*", { "*": "" }],
      ["/users", undefined],
    ],
  },
  {
    behaviour: "goes back to a weaker segment when a stronger one leads nowhere",
    routes: [
      ["GET", "/a/b/c"],
      ["GET", "/a/:x/d"],
      ["GET", "/:y/b/e"],
      ["GET", "/:z/*"],
      ["GET", "/users/new"],
      ["GET", "/users/:id/edit"],
    ],
    rows: [
      ["/a/b/c", "GET /a/b/c", {}],
      ["/a/b/d", "GET /a/:x/d", { x: "b" }],
      ["/a/b/e", "GET /:y/b/e", { y: "a" }],
      ["/a/b/f", "GET /:z/*", { z: "a", "*": "b/f" }],
      ["/users/new/edit", "GET /users/:id/edit", { id: "new" }],
      ["/users/newer", "GET /:z/*", { z: "users", "*": "newer" }],
    ],
  },
  {
    behaviour: "compares segment by segment from the left",
    routes: [
      ["GET", "/:x/b"],
      ["GET", "/a/*"],
    ],
    rows: [
      ["/a/b", "GET /a/*", { "*": "b" }],
      ["/c/b", "GET /:x/b", { x: "c" }],
    ],
  },
  {
    behaviour: "keeps routes apart that begin alike",
    routes: [
      ["GET", "/use"],
      ["GET", "/user"],
      ["GET", "/users"],
      ["GET", "/usage/x"],
      ["GET", "/üser"],
      ["GET", "/ünder"],
    ],
    rows: [
      ["/use", "GET /use"],
      ["/user", "GET /user"],
      ["/users", "GET /users"],
      ["/us", undefined],
      ["/userss", undefined],
      ["/usage", undefined],
      ["/usage/x", "GET /usage/x"],
      ["/%C3%BCser", "GET /üser"],
      ["/ünder", "GET /ünder"],
      ["/ü", undefined],
    ],
  },
  {
    behaviour: "never lets a parameter match an empty segment",
    routes: [
      ["GET", "/a/:x"],
      ["GET", "/a/:x/b"],
      ["GET", "/p:x"],
      ["GET", "/:x-:y"],
    ],
    rows: [
      ["/a/", undefined],
      ["/a//b", undefined],
      ["/p", undefined],
      ["/-b", undefined],
      ["/a-", undefined],
      ["/a-b", "GET /:x-:y", { x: "a", y: "b" }],
    ],
  },
  {
    behaviour: "is strict about slashes and case unless asked otherwise",
    routes: [
      ["GET", "/a"],
      ["GET", "/b/"],
    ],
    rows: [
      ["/a/", undefined],
      ["/A", undefined],
      ["/b", undefined],
      ["/b/", "GET /b/"],
      ["//a", undefined],
    ],
  },
  {
    behaviour: "ignores slashes at the end when asked to",
    options: { ignoreTrailingSlash: true },
    routes: [
      ["GET", "/a/"],
      ["GET", "/b/:x"],
      ["GET", "/c/*"],
      ["GET", "/c"],
      ["GET", "/d/*"],
      ["GET", "/"],
      ["GET", "/e//:x?"],
    ],
    rows: [
      ["/e", "GET /e//:x?", {}],
      ["/e//", "GET /e//:x?", {}],
      ["/a", "GET /a/"],
      ["/a//", "GET /a/"],
      ["/a/?q", "GET /a/"],
      ["/b/x/", "GET /b/:x", { x: "x" }],
      ["/c/", "GET /c", {}],
      ["/c/x/", "GET /c/*", { "*": "x" }],
      ["/d/", "GET /d/*", { "*": "" }],
      ["/d", "GET /d/*", { "*": "" }],
      ["/", "GET /"],
    ],
  },
  {
    behaviour: "ignores repeated slashes when asked to",
    options: { ignoreDuplicateSlashes: true },
    routes: [
      ["GET", "/a//b"],
      ["GET", "/c/:x"],
      ["GET", "/d/"],
    ],
    rows: [
      ["/a/b", "GET /a//b"],
      ["//a///b", "GET /a//b"],
      ["/a/b/", undefined],
      ["/c//x", "GET /c/:x", { x: "x" }],
      ["/d//", "GET /d/"],
    ],
  },
  {
    behaviour: "ignores case when asked to, and keeps it in parameters",
    options: { caseSensitive: false },
    routes: [
      ["GET", "/Users/:id"],
      ["GET", "/Files/:name.JSON"],
      ["GET", "/ÜBER/*"],
      ["GET", "/a%2Fb"],
      ["GET", "/c/:code([A-C][^x]\\d*)"],
    ],
    rows: [
      ["/c/Ab12", "GET /c/:code([A-C][^x]\\d*)", { code: "Ab12" }],
      ["/c/cD", "GET /c/:code([A-C][^x]\\d*)", { code: "cD" }],
      ["/c/aX", undefined],
      ["/USERS/Ann", "GET /Users/:id", { id: "Ann" }],
      ["/files/Data.json", "GET /Files/:name.JSON", { name: "Data" }],
      ["/über/Uns", "GET /ÜBER/*", { "*": "Uns" }],
      ["/%C3%9Cber/Uns", "GET /ÜBER/*", { "*": "Uns" }],
      ["/A%2fB", "GET /a%2Fb"],
    ],
  },
  {
    behaviour: "cuts query and fragment",
    routes: [
      ["GET", "/a/:x"],
      ["GET", "/a"],
      ["GET", "/f/*"],
      ["GET", "/"],
    ],
    rows: [
      ["/a?x=/b", "GET /a"],
      ["/a/7?x=1#y", "GET /a/:x", { x: "7" }],
      ["/a/7#y?z", "GET /a/:x", { x: "7" }],
      ["/a/?q", undefined],
      ["/f/a/b?c/d", "GET /f/*", { "*": "a/b" }],
      ["/f/?", "GET /f/*", { "*": "" }],
      ["/?%zz", "GET /"],
    ],
  },
  {
    behaviour: "decodes each segment once and keeps encoded slashes inside it",
    routes: [
      ["GET", "/f/:x"],
      ["GET", "/f/:x/:y"],
      ["GET", "/w/*rest"],
      ["GET", "/caf%C3%A9"],
      ["GET", "/50%25"],
      ["GET", "/%3Aid"],
    ],
    rows: [
      ["/f/a%2Fb", "GET /f/:x", { x: "a/b" }],
      ["/f/a%2fb/c", "GET /f/:x/:y", { x: "a/b", y: "c" }],
      ["/f/%2525", "GET /f/:x", { x: "%25" }],
      ["/f/a%20b", "GET /f/:x", { x: "a b" }],
      ["/f/%E2%82%AC", "GET /f/:x", { x: "€" }],
      ["/w/a%2Fb/c%20d%3f", "GET /w/*rest", { rest: "a%2Fb/c d%3F" }],
      ["/caf%c3%a9", "GET /caf%C3%A9"],
      ["/café", "GET /caf%C3%A9"],
      ["/%63af%C3%A9", "GET /caf%C3%A9"],
      ["/50%25", "GET /50%25"],
      ["/:id", "GET /%3Aid"],
      ["/x", undefined],
    ],
  },
  {
    behaviour: "lets no encoding of a path reach a weaker route",
    routes: [
      ["GET", "/a/abc"],
      ["GET", "/:q/:r"],
      ["GET", "/m:p/abc/x"],
      ["GET", "/:q/:r/:s"],
      ["GET", "/k/:p/x/*"],
      ["GET", "/k/:p/:r/:s"],
    ],
    rows: [
      ["/a/a%62c", "GET /a/abc", {}],
      ["/a/%61bc?x", "GET /a/abc", {}],
      ["/%61/abc", "GET /a/abc", {}],
      ["/a/ab%64", "GET /:q/:r", { q: "a", r: "abd" }],
      ["/b/a%62c", "GET /:q/:r", { q: "b", r: "abc" }],
      ["/my/a%62c/x", "GET /m:p/abc/x", { p: "y" }],
      ["/m%79/abc/x", "GET /m:p/abc/x", { p: "y" }],
      ["/my/abc/%78", "GET /m:p/abc/x", { p: "y" }],
      ["/my/abd/%78", "GET /:q/:r/:s", { q: "my", r: "abd", s: "x" }],
      ["/k/%20/%78/y", "GET /k/:p/x/*", { p: " ", "*": "y" }],
      ["/k/%20/%79/y", "GET /k/:p/:r/:s", { p: " ", r: "y", s: "y" }],
      ["/k/%20/x", "GET /:q/:r/:s", { q: "k", r: " ", s: "x" }],
    ],
  },
  {
    behaviour: "compares escapes in static text by what they stand for",
    routes: [
      ["GET", "/a%2fb/:x"],
      ["GET", "/a%5Cb/c"],
      ["GET", "/:p/:x"],
    ],
    rows: [
      ["/a%2fb/y", "GET /a%2fb/:x", { x: "y" }],
      ["/a%2Fb/y", "GET /a%2fb/:x", { x: "y" }],
      ["/a\\b/c", "GET /a%5Cb/c", {}],
      ["/a%5cb/c", "GET /a%5Cb/c", {}],
      ["/a%3Fb/y", "GET /:p/:x", { p: "a?b", x: "y" }],
    ],
  },
  {
    behaviour: "gives several parameters of a segment the shortest left parts",
    routes: [
      ["GET", "/:a-:b"],
      ["GET", "/:a-:b-:c"],
      ["GET", "/d/:name.:ext"],
      ["GET", "/v:major(\\d+).:minor(\\d+)"],
    ],
    rows: [
      ["/x-y", "GET /:a-:b", { a: "x", b: "y" }],
      ["/x-y-z-w", "GET /:a-:b-:c", { a: "x", b: "y", c: "z-w" }],
      ["/x%2Fy-z", "GET /:a-:b", { a: "x/y", b: "z" }],
      ["/--y", "GET /:a-:b", { a: "-", b: "y" }],
      ["/d/a.tar.gz", "GET /d/:name.:ext", { name: "a", ext: "tar.gz" }],
      ["/v1.20", "GET /v:major(\\d+).:minor(\\d+)", { major: "1", minor: "20" }],
      ["/v1.x", undefined],
    ],
  },
  {
    behaviour: "tries more static characters first, then the longer prefix",
    routes: [
      ["GET", "/:x.js"],
      ["GET", "/:x.min.js"],
      ["GET", "/ab:x"],
      ["GET", "/:x"],
    ],
    rows: [
      ["/q.min.js", "GET /:x.min.js", { x: "q" }],
      ["/q.js", "GET /:x.js", { x: "q" }],
      ["/abc.js", "GET /:x.js", { x: "abc" }],
      ["/abc", "GET /ab:x", { x: "c" }],
      ["/.js", "GET /:x", { x: ".js" }],
    ],
  },
  {
    behaviour: "lets a constraint decide where a parameter ends",
    routes: [
      ["GET", "/:slug([\\w-]+)-:id(\\d+)"],
      ["GET", "/t/:a(\\d+):b([a-z]+)"],
    ],
    rows: [
      ["/a-b-12", "GET /:slug([\\w-]+)-:id(\\d+)", { slug: "a-b", id: "12" }],
      ["/a-1-2", "GET /:slug([\\w-]+)-:id(\\d+)", { slug: "a-1", id: "2" }],
      ["/a-b", undefined],
      ["/t/12ab", "GET /t/:a(\\d+):b([a-z]+)", { a: "12", b: "ab" }],
    ],
  },
  {
    behaviour: "tries the narrower of two constraints first",
    routes: [
      ["GET", "/:x(\\w+)"],
      ["GET", "/:x(\\d+)"],
      ["GET", "/:x(\\d{2})"],
    ],
    rows: [
      ["/12", "GET /:x(\\d{2})", { x: "12" }],
      ["/123", "GET /:x(\\d+)", { x: "123" }],
      ["/a1", "GET /:x(\\w+)", { x: "a1" }],
      ["/a-1", undefined],
    ],
  },
  {
    behaviour: "reads an optional parameter as two routes",
    routes: [
      ["GET", "/a/:id?"],
      ["GET", "/b/:id(\\d+)?"],
      ["GET", "/:top?"],
    ],
    rows: [
      ["/a", "GET /a/:id?", {}],
      ["/a/7", "GET /a/:id?", { id: "7" }],
      ["/a/", undefined],
      ["/b/x", undefined],
      ["/b/1", "GET /b/:id(\\d+)?", { id: "1" }],
      ["/", "GET /:top?", {}],
      ["/x", "GET /:top?", { top: "x" }],
    ],
  },
  {
    behaviour: "falls back from HEAD to GET, path first",
    method: "HEAD",
    routes: [
      ["GET", "/a"],
      ["GET", "/b"],
      ["HEAD", "/b"],
      ["*", "/*"],
      ["POST", "/c"],
    ],
    rows: [
      ["/a", "GET /a"],
      ["/b", "HEAD /b"],
      ["/c", "* /*", { "*": "c" }],
    ],
  },
  {
    behaviour: "lets a route for any method stand behind one for the method, path first",
    method: "POST",
    routes: [
      ["*", "/a/b"],
      ["POST", "/a/:x"],
      ["*", "/a/:x"],
      ["GET", "/a/c"],
    ],
    rows: [
      ["/a/b", "* /a/b"],
      ["/a/c", "POST /a/:x", { x: "c" }],
    ],
  },
  {
    behaviour: "serves methods nobody has heard of",
    method: "constructor",
    routes: [
      ["constructor", "/a"],
      ["__proto__", "/b"],
    ],
    rows: [
      ["/a", "constructor /a"],
      ["/b", undefined],
    ],
  },
  {
    behaviour: "takes the names of Object.prototype for segments and parameters",
    routes: [
      ["GET", "/__proto__/constructor"],
      ["GET", "/:__proto__/:constructor/:toString"],
    ],
    rows: [
      ["/__proto__/constructor", "GET /__proto__/constructor", {}],
      ["/constructor", undefined],
    ],
  },
];

/** What every matcher must do. */
export function routerSuite(subject: Subject): void {
  describe(subject.name, () => {
    for (const table of TABLES) {
      test(table.behaviour, () => {
        for (const routes of [table.routes, [...table.routes].reverse()]) {
          const router = subject.create(table.options);
          for (const [method, pattern] of routes) router.add(method, pattern, `${method} ${pattern}`);
          for (const [path, value, params] of table.rows) {
            const found = router.find(table.method ?? "GET", path);
            expect(found?.value, path).toBe(value);
            if (params !== undefined) expect({ ...found?.params }, path).toEqual(params);
          }
        }
      });
    }

    test("refuses paths it cannot read", () => {
      const router = subject.create();
      router.add("GET", "/a/:x", "a");
      router.add("GET", "/w/*", "w");
      for (const [path, code] of REFUSED) expect(() => router.find("GET", path), path).toThrow(withCode(code));
      for (const [path, code] of REFUSED) expect(() => router.find("PURGE", path), path).toThrow(withCode(code));
      for (const [path, code] of REFUSED) expect(() => router.allowed(path), path).toThrow(withCode(code));
      for (const path of ["/nowhere?%zz", "/nowhere#/..", "/nowhere/a.b", "/nowhere/.a", "/nowhere/%2E%2e."]) {
        expect(router.find("GET", path), path).toBe(undefined);
        expect(router.find("PURGE", path), path).toBe(undefined);
      }
      for (const path of ["", "a/7", "*", "http://x/a/7", "?/a/7"]) {
        expect(router.find("GET", path), path).toBe(undefined);
        expect(router.allowed(path), path).toEqual([]);
      }
    });

    test("lists the methods a path has routes for", () => {
      const router = subject.create();
      router.add(["POST", "PUT"], "/a/:x", "1");
      router.add("GET", "/a/b", "2");
      router.add("PURGE", "/a/b", "3");
      router.add("*", "/any", "4");
      expect(router.allowed("/a/b")).toEqual(["GET", "HEAD", "POST", "PURGE", "PUT"]);
      expect(router.allowed("/a/c?x")).toEqual(["POST", "PUT"]);
      expect(router.allowed("/any")).toEqual(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PURGE", "PUT"]);
      expect(router.allowed("/b")).toEqual([]);
    });

    test("forgets what is removed and nothing else", () => {
      const router = subject.create();
      router.add(["GET", "POST"], "/a/:x", "1");
      router.add("GET", "/a/b", "2");
      expect(router.remove("GET", "/a/:y")).toBe(false);
      expect(router.remove("GET", "/a/b")).toBe(true);
      expect(router.find("GET", "/a/b")?.value).toBe("1");
      expect(router.remove("GET", "/a/:x")).toBe(true);
      expect(router.remove("GET", "/a/:x")).toBe(false);
      expect(router.find("GET", "/a/b")).toBe(undefined);
      expect(router.find("POST", "/a/b")?.value).toBe("1");
    });
  });
}

const REFUSED: readonly (readonly [string, string])[] = [
  ["/a/%zz", "ROUTER_BAD_ENCODING"],
  ["/%", "ROUTER_BAD_ENCODING"],
  ["/a/%C3%28", "ROUTER_BAD_ENCODING"],
  ["/nowhere/%E0%A4%A", "ROUTER_BAD_ENCODING"],
  ["/nowhere/%c0%80", "ROUTER_BAD_ENCODING"],
  ["/nowhere/x%", "ROUTER_BAD_ENCODING"],
  ["/nowhere/%2e", "ROUTER_DOT_SEGMENT"],
  ["/nowhere/%41/.%2E?q", "ROUTER_DOT_SEGMENT"],
  ["/a/%41/..", "ROUTER_DOT_SEGMENT"],
  ["/a/%41/%zz/x", "ROUTER_BAD_ENCODING"],
  ["/a/..", "ROUTER_DOT_SEGMENT"],
  ["/a/./b", "ROUTER_DOT_SEGMENT"],
  ["/a/%2e%2E/b", "ROUTER_DOT_SEGMENT"],
  ["/w/x/../y", "ROUTER_DOT_SEGMENT"],
  ["/..?x", "ROUTER_DOT_SEGMENT"],
];

function withCode(code: string): object {
  return expect.objectContaining({ code });
}
