import { describe, expect, test } from "vitest";
import { createRouter } from "../../lib/router/index.ts";
import { ROUTERS } from "./subjects.ts";

const MAX_SEGMENTS = 256;
const KINDS: readonly (readonly [kind: string, pattern: (i: number) => string, path: string])[] = [
  ["parameters", (i) => `/:p${i}`, "/7"],
  ["constraints", (i) => `/:p${i}(\\d)`, "/7"],
  ["parameters with text", (i) => `/m:p${i}`, "/m7"],
  ["static texts", () => "/7", "/7"],
];

describe.each(KINDS)("a pattern of many %s", (_kind, segment, path) => {
  const patternOf = (size: number): string => Array.from({ length: size }, (_, i) => segment(i)).join("");

  test.each(ROUTERS)("is searched as any other: $name", ({ create }) => {
    const router = create({});
    router.add("GET", patternOf(MAX_SEGMENTS), "deep");
    expect(router.find("GET", path.repeat(MAX_SEGMENTS))?.value).toBe("deep");
    expect(router.find("GET", `${path.repeat(MAX_SEGMENTS - 1)}/%37x`)?.value).toBe(
      path === "/7" && segment(0) === "/:p0" ? "deep" : undefined,
    );
    expect(router.find("GET", path.repeat(MAX_SEGMENTS + 1))).toBe(undefined);
    expect(router.allowed(path.repeat(MAX_SEGMENTS))).toEqual(["GET", "HEAD"]);
  });

  test("is refused beyond a bound that no stack overflows at", () => {
    for (const size of [MAX_SEGMENTS + 1, 10_000]) {
      const refused = expect.objectContaining({
        code: "ROUTER_BAD_PATTERN",
        message: expect.stringContaining(`more than ${MAX_SEGMENTS} segments`),
      });
      expect(() => createRouter().add("GET", patternOf(size), 1)).toThrow(refused);
    }
  });
});
