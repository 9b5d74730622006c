import { describe, expect, test } from "vitest";
import { createRouter } from "../../lib/router/index.ts";
import { ROUTERS } from "./subjects.ts";

const MAX_SEGMENTS = 256;
const MAX_PARAMS = 32;
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

describe("a segment of many parameters", () => {
  const patternOf = (size: number): string => `/${Array.from({ length: size }, (_, i) => `:p${i}(\\d)`).join("-")}`;

  test.each(ROUTERS)("is read as any other: $name", ({ create }) => {
    const router = create({});
    router.add("GET", patternOf(MAX_PARAMS), "wide");
    const path = `/${Array.from({ length: MAX_PARAMS }, (_, i) => i % 10).join("-")}`;
    expect(router.find("GET", path)?.params["p31"]).toBe("1");
    expect(router.find("GET", `${path}-1`)).toBe(undefined);
  });

  test("is refused beyond a bound, as each of them may read the whole segment", () => {
    for (const size of [MAX_PARAMS + 1, 10_000]) {
      const message = expect.stringContaining(`more than ${MAX_PARAMS} parameters in one segment`);
      const refused = expect.objectContaining({ code: "ROUTER_BAD_PATTERN", message });
      expect(() => createRouter().add("GET", patternOf(size), 1)).toThrow(refused);
    }
  });
});
