import { describe, expect, test } from "vitest";
import { canonicalPath, createRouter } from "../../lib/router/index.ts";
import type { SlowRouter } from "../oracle/router.ts";
import { outcome } from "./generators.ts";
import { ROUTERS } from "./subjects.ts";
import { charactersRead } from "./work.ts";

const limits = { maxPathLength: 200_000, maxParamLength: 200_000 };
const SMALL = 1024;
const LARGE = 16 * SMALL;

/** Patterns and the paths that cost routers of the past more than linear time, by the path's length. */
const ATTACKS: readonly (readonly [patterns: string | readonly string[], path: (size: number) => string])[] = [
  ["/:a-:b", (size) => `/${"-".repeat(size)}`],
  ["/:a-:b", (size) => `/${"-".repeat(size)}/x`],
  ["/:a-:b-", (size) => `/${"a-".repeat(size / 2)}a`],
  ["/:a-:b-:c-:d.x", (size) => `/${"a-".repeat(size / 2)}`],
  ["/:a-:b-:c-:d.x", (size) => `/${"-".repeat(size)}.y`],
  ["/:a--:b--:c", (size) => `/${"-".repeat(size)}`],
  ["/x:a.:b.:c", (size) => `/x${".".repeat(size)}/`],
  ["/:a([\\w-]+)-:b([\\w-]+)-:c(\\d+)", (size) => `/${"a-".repeat(size / 2)}`],
  ["/:a([\\w-]+)-:b([\\w-]+)", (size) => `/${"-".repeat(size)}%`.replace("%", "!")],
  ["/:x([a-z0-9]+(?:-[a-z0-9]+)*)", (size) => `/${"a-".repeat(size / 2)}`],
  ["/:x(.*\\.json)", (size) => `/${".json".repeat(size / 5)}x`],
  ["/:x((?:a|b)*c)", (size) => `/${"ab".repeat(size / 2)}`],
  ["/:x(a?b?(?:ab)*)", (size) => `/${"ab".repeat(size / 2)}c`],
  ["/:x([^\\d]+)", (size) => `/${"é".repeat(size)}1`],
  ["/:x", (size) => `/${"%25".repeat(size / 3)}`],
  ["/:x", (size) => `/${"%F0%9F%98%80".repeat(size / 12)}`],
  ["/:x", (size) => `/${"%25".repeat(size / 3)}%`],
  ["/:x-:y", (size) => `/${"%2D".repeat(size / 3)}`],
  ["/*", (size) => `/${"%25/".repeat(size / 4)}`],
  ["/*", (size) => `/${"%5c\\é".repeat(size / 5)}`],
  ["/a/*", (size) => `/${"a/".repeat(size / 2)}`],
  ["/a", (size) => `/${"/".repeat(size)}`],
  ["/a", (size) => `/${".a/".repeat(size / 3)}`],
  ["/a", (size) => `/${"...".repeat(size / 3)}`],
  ["/a", (size) => `/a${"%2e".repeat(size / 3)}`],
  ["/a", (size) => `/a?${"/../%zz".repeat(size / 7)}`],
  ["/a", (size) => `/a#${"?".repeat(size)}`],
  ["/a%2Fa", (size) => `/a${"%2F".repeat(size / 3)}`],
  [
    ["/a:x", "/aa:x", "/aaa:x", "/:x.a", "/:x.aa", "/:x(a+)", "/:x(a+b)", "/:x", "/*"],
    (size) => `/${"a".repeat(size)}/`,
  ],
  [
    ["/:a/:b/:c/x", "/:a/:b/x", "/:a/x", "/:a(\\w+)/:b(\\w+)/y", "/:a.:b/*"],
    (size) => `/${`${"a".repeat(size / 4)}/`.repeat(4)}`,
  ],
];

const OPTIONS = [
  { limits },
  { limits, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
  { limits, caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
];

/** That sixteen times the text takes sixteen times the work; the one more is for what does not grow. */
function expectLinear(run: (size: number) => unknown, about: string): void {
  run(SMALL); // what is made on first use is not counted
  const small = charactersRead(() => run(SMALL));
  const large = charactersRead(() => run(LARGE));
  expect(large, `${about}: ${small} and ${large} characters`).toBeLessThanOrEqual(17 * small);
  expect(small, about).toBeGreaterThan(0);
}

for (const subject of ROUTERS) {
  describe(`${subject.name}, on long input`, () => {
    for (const [patterns, path] of ATTACKS) {
      test(`reads ${path(24)} for ${patterns} in linear time`, () => {
        for (const options of OPTIONS) {
          const router: SlowRouter = subject.create(options);
          for (const pattern of [patterns].flat()) router.add("GET", pattern, pattern);
          const texts = new Map([SMALL, LARGE].map((size) => [size, path(size)]));
          const about = JSON.stringify(options);
          expectLinear((size) => outcome(() => router.find("GET", texts.get(size) ?? "")), about);
          expectLinear((size) => outcome(() => router.find("HEAD", `${texts.get(size)}/`)), about);
          expectLinear((size) => outcome(() => router.allowed(texts.get(size) ?? "")), about);
        }
      });
    }

    test("visits each place of a table once, where every segment has several ways on", () => {
      const router = subject.create();
      for (let bits = 0; bits < 1024; bits++) {
        const segments = Array.from({ length: 10 }, (_, i) => ((bits >> i) & 1 ? `:p${i}` : "a"));
        router.add("GET", `/${segments.join("/")}/end`, `${bits}`);
      }
      expect(router.find("GET", `/${"b/".repeat(10)}end`)?.value).toBe("1023");
      const missing = `/${"a/".repeat(10)}miss`;
      expect(router.find("GET", missing)).toBe(undefined);
      expect(charactersRead(() => router.find("GET", missing))).toBeLessThan(20 * 1024 * 11);
    });
  });
}

test("the measure itself tells quadratic work from linear", () => {
  const scanFromEach = (size: number): void => {
    const text = "-".repeat(size);
    for (let i = 0; i < size; i++) text.indexOf("x", i);
  };
  expect(() => expectLinear(scanFromEach, "a scan from each character")).toThrow("a scan from each character");
  expectLinear(
    (size) =>
      "-"
        .repeat(size)
        .split("")
        .map((unit) => unit.charCodeAt(0)),
    "one look at each",
  );
});

test("a canonical path is made in linear time", () => {
  for (const [, path] of ATTACKS) {
    for (const options of OPTIONS) {
      const texts = new Map([SMALL, LARGE].map((size) => [size, path(size)]));
      expectLinear((size) => outcome(() => canonicalPath(texts.get(size) ?? "", options)), path(24));
    }
  }
});

test("a URL is built in linear time", () => {
  for (const pattern of ["/:a", "/:a-:b", "/:a([\\w-]+)-:b(\\w)", "/*", "/:a.x"]) {
    const route = createRouter<string>({ limits }).add("GET", pattern as string, ""); // cast: values are given by name below
    const names = [...pattern.matchAll(/:(\w+)|(\*)/g)].map((found) => found[1] ?? "*");
    const build = (size: number): unknown => {
      const values = names.map((name, i) => [name, i === 0 ? "a".repeat(size) : "b"]);
      return outcome(() => Reflect.apply(route.url, route, [Object.fromEntries(values)]));
    };
    expectLinear(build, pattern);
  }
});
