import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalPath, createRouter, type PathOptions } from "../../lib/router/index.ts";
import { runs } from "../helpers/runs.ts";
import { joinPath, lowerCase, splitPath } from "../oracle/split-path.ts";
import { options, outcome, rawPath } from "./generators.ts";

test("a canonical path is what the oracle makes of its decoded segments", () => {
  fc.assert(
    fc.property(rawPath, options, (raw, chosen) => {
      const segments = splitPath(raw, chosen);
      const folded = (text: string): string => (chosen.caseSensitive ? text : lowerCase(text));
      const expected = "code" in segments ? segments.code : joinPath(segments.map(folded));
      expect(outcome(() => canonicalPath(raw, chosen))).toBe(expected);
    }),
    { numRuns: runs(3000) },
  );
});

test("a canonical path is its own canonical path", () => {
  fc.assert(
    fc.property(rawPath, options, (raw, chosen) => {
      const canonical = String(outcome(() => canonicalPath(raw, chosen)));
      fc.pre(canonical.startsWith("/"));
      expect(canonicalPath(canonical, chosen)).toBe(canonical);
    }),
    { numRuns: runs(3000) },
  );
});

test("different decoded segments have different canonical paths", () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom("/", "%", "2", "F", "?", "#", "\\", "a", "\n") }),
    fc.string(),
  );
  const segments = fc.array(
    text.filter((s) => s !== "." && s !== ".."),
    { minLength: 1, maxLength: 4 },
  );
  const wellFormed = (list: string[]): boolean => !/\p{Surrogate}/u.test(list.join("/"));
  fc.assert(
    fc.property(segments.filter(wellFormed), segments.filter(wellFormed), (left, right) => {
      const [a, b] = [left, right].map((list) => canonicalPath(`/${list.map(encodeURIComponent).join("/")}`));
      expect(a === b).toBe(JSON.stringify(left) === JSON.stringify(right));
    }),
  );
});

const SHORT_NUMBER = fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, "0")}`);

test("escapes are read as decodeURIComponent reads them", () => {
  const escapes = fc.array(fc.oneof(SHORT_NUMBER, fc.constantFrom("%E2%82%AC", "%F0%9F%98%80", "a", "%", "%4", "é")), {
    minLength: 1,
  });
  const router = createRouter<string>();
  router.add("GET", "/x/:a", "x");
  fc.assert(
    fc.property(escapes, (parts) => {
      const raw = `y${parts.join("")}`;
      const expected = outcome(() => {
        try {
          return decodeURIComponent(raw);
        } catch {
          return "ROUTER_BAD_ENCODING";
        }
      });
      expect(outcome(() => router.find("GET", `/x/${raw}`)?.params["a"])).toBe(expected);
      const missed = outcome(() => router.find("GET", `/nowhere/${raw}`));
      expect(missed).toBe(expected === "ROUTER_BAD_ENCODING" ? expected : undefined);
    }),
    { numRuns: runs(2000) },
  );
});

test("every escape of one to four bytes is read as decodeURIComponent reads it", () => {
  const router = createRouter<string>();
  router.add("GET", "/:a", "x");
  const hex = (byte: number): string => `%${byte.toString(16)}`;
  const edges = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
  for (let lead = 0xc0; lead < 0x100; lead++) {
    for (const a of edges) {
      for (const tail of ["", "%80", "%bf", "%80%80", "%bf%bf", "%80%7f"]) {
        const raw = `y${hex(lead)}${hex(a)}${tail}`;
        const mine = outcome(() => router.find("GET", `/${raw}`)?.params["a"]);
        let expected = "ROUTER_BAD_ENCODING";
        try {
          expected = decodeURIComponent(raw);
        } catch {
          // malformed: the code stands
        }
        if (mine !== expected) expect.fail(raw);
      }
    }
  }
});

test("folding case keeps every length", () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const text = String.fromCharCode(unit);
    const folded: PathOptions = { caseSensitive: false };
    const canonical = outcome(() => canonicalPath(`/x${text}`, folded));
    const plain = outcome(() => canonicalPath(`/x${text}`));
    if (String(canonical).length !== String(plain).length) expect.fail(`U+${unit.toString(16)}`);
  }
});
