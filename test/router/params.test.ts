import { describe, expect, test } from "vitest";
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
];

describe.each(ROUTERS)("$name", ({ create }) => {
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
