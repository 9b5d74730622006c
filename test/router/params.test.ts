import { describe, expect, test } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import { canonicalPath } from "../../lib/router/index.ts";
import { ROUTERS } from "./subjects.ts";

const OFTEN = 600; // beyond the number from which params are made by code
const ASKED: readonly (readonly [pattern: string, path: string, params: readonly (readonly [string, string])[]])[] = [
  ["/one/:__proto__", "/one/a%20b", [["__proto__", "a b"]]],
  [
    "/two/:b/:a",
    "/two/1/%C3%BC",
    [
      ["b", "1"],
      ["a", "ü"],
    ],
  ],
  [
    "/three/:constructor/:toString-:x",
    "/three/1/2-3",
    [
      ["constructor", "1"],
      ["toString", "2"],
      ["x", "3"],
    ],
  ],
  [
    "/four/:a/:b/:c/:d",
    "/four/1/2/3/4",
    [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
      ["d", "4"],
    ],
  ],
  [
    "/rest/:a/*",
    "/rest/1/x/y.css",
    [
      ["a", "1"],
      ["*", "x/y.css"],
    ],
  ],
  ["/rest/*__proto__", "/rest/x", [["__proto__", "x"]]],
  ["/last/:page?", "/last/2", [["page", "2"]]],
  ["/five/:e/:d/:c/:b/:a", "/five/1/2%20/3/4/5", Array.from("edcba", (name, i) => [name, i === 1 ? "2 " : `${i + 1}`])],
  [
    "/seven/:a/b/:c/:d-:e/:f/:g/*h",
    "/seven/0/b/1/2-3/4/%35/6/7",
    Array.from("acdefgh", (n, i) => [n, i < 6 ? `${i}` : "6/7"]),
  ],
];

/** Each where it may stand in the rest of a path: alone, at its ends, inside, in a segment of its own, and behind the path. */
const PLACES = [
  "",
  "X",
  "Xa",
  "aX",
  "aXb",
  "a/X",
  "a/Xb",
  "a/X/b",
  "a/.X",
  "aXX/X",
  "a?X",
  "a#X",
  "a?X/.",
  "a.X?/.",
  "/X",
  "Xa/./b",
];
const UNITS = [
  ...Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)),
  "%41",
  "%2F",
  "%2E",
  "%zz",
  "\u2028",
  "\ud800",
  "😀",
];

describe.each(ROUTERS)("$name", ({ create }) => {
  test("a wildcard is given its rest in canonical form, or what is wrong with it is said", () => {
    const router = create({});
    router.add("GET", "/rest/*", "rest");
    const outcome = (f: () => string | undefined): string => {
      try {
        return `is ${f()}`;
      } catch (error) {
        return `throws ${isCodedError(error) ? error.code : error}`;
      }
    };
    for (const unit of UNITS) {
      for (const place of PLACES) {
        const path = `/rest/${place.replaceAll("X", () => unit)}`;
        const wanted = outcome(() => canonicalPath(path).slice("/rest/".length));
        const found = outcome(() => router.find("GET", path)?.params["*"]);
        if (found !== wanted) expect.fail(`${JSON.stringify(path)}: ${found}, not ${wanted}`);
      }
    }
  });

  test("params that are asked for often are those that were asked for once", () => {
    const router = create({});
    for (const [pattern] of ASKED) router.add("GET", pattern, pattern);
    for (const [pattern, path, params] of ASKED) {
      const first = router.find("GET", path);
      for (let i = 0; i < OFTEN; i++) router.find("GET", path);
      for (const found of [first, router.find("GET", path)]) {
        expect([found?.value, Object.entries(found?.params ?? {})]).toEqual([pattern, params]);
        expect(Object.getPrototypeOf(found?.params)).toBe(Object.getPrototypeOf(first?.params));
        expect(Object.getPrototypeOf(Object.getPrototypeOf(found?.params))).toBe(null);
        expect(found).not.toBe(router.find("GET", path));
      }
    }
  });
});
