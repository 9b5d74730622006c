import fc from "fast-check";
import { expect, test } from "vitest";
import { isCodedError } from "../../lib/errors/index.ts";
import { canonicalPath, createRouter, type PathOptions } from "../../lib/router/index.ts";
import { createSlowRouter, type SlowRouter } from "../oracle/router.ts";
import { joinPath, lowerCase, splitPath } from "../oracle/split-path.ts";

// Texts that tell the constraints below apart, so that the oracle can count which one is narrower.
const UNITS = ["a", "b", "1", "-", "."];
const UNIVERSE = UNITS.concat(
  UNITS.flatMap((a) => UNITS.map((b) => a + b)),
  UNITS.flatMap((a) => UNITS.flatMap((b) => UNITS.map((c) => a + b + c))),
  UNITS.flatMap((a) => UNITS.flatMap((b) => UNITS.flatMap((c) => UNITS.map((d) => a + b + c + d)))),
);

const segment = fc.constantFrom(
  ...["a", "b", "ab", "A", "", "a-b", "%2F", "é", "a%20", "1"],
  ...[
    ":p",
    ":q",
    ":p.a",
    "a:p",
    ":p-:q",
    "b:p-a",
    ":p-:q-:r",
    ":p(\\d+)",
    ":p(\\d)",
    ":q([a-z]+)",
    ":p(\\w+)",
    "a:p(\\d+)",
  ],
  ...[":p([\\w-]+)-:q(\\d+)", ":p([ab]{2})", ":p(a|b1?)"],
);
const pattern = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.constantFrom("", "", "", "/*", "/*rest", "/:o?", "/"))
  .map(([segments, tail]) => `/${segments.map((text, i) => text.replace(/:(\w)/g, `:$1${i}`)).join("/")}${tail}`);
const method = fc.constantFrom("GET", "GET", "GET", "POST", "HEAD", "*", ["GET", "POST"]);
const pathSegment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "ab", "a1", "1", "11", "a-b", "a-1-1", "x.a", "b1-a", "") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("%2F", "a%2fb", "%61", "é", "%C3%A9", "a%20", "A", "%25", "\\", "%zz", ".."),
  },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...UNITS), maxLength: 5 }) },
);
const path = fc
  .tuple(fc.array(pathSegment, { maxLength: 5 }), fc.constantFrom("", "", "", "?a/b", "#x", "/"))
  .map(([segments, tail]) => `/${segments.join("/")}${tail}`);
const options = fc.record({
  ignoreTrailingSlash: fc.boolean(),
  ignoreDuplicateSlashes: fc.boolean(),
  caseSensitive: fc.boolean(),
});

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && "code" in error) return error.code;
    throw error;
  }
}

test("the tree answers every path as the oracle does", () => {
  const table = fc.array(fc.tuple(method, pattern), { minLength: 1, maxLength: 12 });
  const run = fc.tuple(table, fc.array(path, { minLength: 1, maxLength: 12 }), options, fc.nat());
  fc.assert(
    fc.property(run, ([routes, paths, chosen, drop]) => {
      const tree = createRouter<string>(chosen);
      const slow = createSlowRouter(chosen, UNIVERSE);
      const added: [string | string[], string][] = [];
      for (const [i, [methods, text]] of routes.entries()) {
        try {
          tree.add(methods, text, `${i}`);
        } catch (error) {
          if (isCodedError(error)) continue; // the table is as it was; the oracle never hears of it
          throw error;
        }
        slow.add(methods, text, `${i}`);
        added.push([methods, text]);
      }
      compare(tree, slow, paths);
      const gone = added[drop % Math.max(added.length, 1)];
      if (gone === undefined) return;
      for (const token of [gone[0]].flat()) expect(tree.remove(token, gone[1])).toBe(slow.remove(token, gone[1]));
      compare(tree, slow, paths);
    }),
    { numRuns: 1500 },
  );
});

// Few texts, so that a path nearly fits several routes at once, and one letter of it may be encoded.
const closeSegment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "ab", ":p") },
  { weight: 1, arbitrary: fc.constantFrom("a:p", ":p(\\w+)", "%2Fa", ".a") },
);
const closePattern = fc
  .tuple(fc.array(closeSegment, { minLength: 2, maxLength: 3 }), fc.constantFrom("", "", "", "/*"))
  .map(([segments, tail]) => `/${segments.map((text, i) => text.replace(":p", `:p${i}`)).join("/")}${tail}`);
const closePath = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("a", "%61", "ab", "a%62", "%61b", "b") },
      { weight: 1, arbitrary: fc.constantFrom("%2fa", "%2Fa", ".a", "%2Ea", "a%", "%2e", "%c3%a9", "a\\") },
    ),
    { minLength: 2, maxLength: 4 },
  )
  .map((segments) => `/${segments.join("/")}`);

test("an encoded letter never changes which route answers", () => {
  const run = fc.tuple(
    fc.uniqueArray(closePattern, { minLength: 2, maxLength: 9 }),
    fc.array(closePath, { minLength: 4, maxLength: 12 }),
  );
  fc.assert(
    fc.property(run, ([patterns, paths]) => {
      const tree = createRouter<string>();
      const slow = createSlowRouter({}, UNIVERSE);
      for (const text of patterns) {
        if (outcome(() => tree.add("GET", text, text)) instanceof Object) slow.add("GET", text, text);
      }
      compare(tree, slow, paths);
    }),
    { numRuns: 1500 },
  );
});

function compare(tree: SlowRouter, slow: SlowRouter, paths: readonly string[]): void {
  for (const text of paths) {
    for (const token of ["GET", "HEAD", "POST", "PURGE"]) {
      const find = (router: SlowRouter): unknown => {
        const found = router.find(token, text);
        return found && { value: found.value, params: { ...found.params } };
      };
      expect(
        outcome(() => find(tree)),
        `${token} ${text}`,
      ).toEqual(outcome(() => find(slow)));
    }
    const mine = outcome(() => tree.allowed(text));
    expect(mine, text).toEqual(outcome(() => slow.allowed(text)));
  }
}

test("the order of adding never matters", () => {
  const table = fc.uniqueArray(pattern, { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(table, fc.array(path, { maxLength: 10 }), (patterns, paths) => {
      const forwards = createRouter<string>();
      const kept = patterns.filter((text) => outcome(() => forwards.add("GET", text, text)) instanceof Object);
      const backwards = createRouter<string>();
      for (const text of kept.toReversed()) backwards.add("GET", text, text);
      for (const text of paths) {
        const answer = (router: typeof forwards): unknown => outcome(() => router.find("GET", text)?.value);
        expect(answer(backwards)).toBe(answer(forwards));
      }
    }),
  );
});

const rawPath = fc.oneof(
  path,
  fc.webPath(),
  fc.string({ unit: "binary" }).map((text) => `/${text}`),
  fc
    .string({
      unit: fc.constantFrom("/", "%", "2", "F", "e", ".", "a", "A", "?", "#", "\\", "é", "\u0000", "İ", "%C3%A9"),
    })
    .map((s) => `/${s}`),
);

test("a canonical path is what the oracle makes of its decoded segments", () => {
  fc.assert(
    fc.property(rawPath, options, (raw, chosen) => {
      const segments = splitPath(raw, chosen);
      const folded = (text: string): string => (chosen.caseSensitive ? text : lowerCase(text));
      const expected = "code" in segments ? segments.code : joinPath(segments.map(folded));
      expect(outcome(() => canonicalPath(raw, chosen))).toBe(expected);
    }),
    { numRuns: 3000 },
  );
});

test("a canonical path is its own canonical path, and finds what the path finds", () => {
  fc.assert(
    fc.property(rawPath, options, fc.array(pattern, { maxLength: 6 }), (raw, chosen, patterns) => {
      const canonical = outcome(() => canonicalPath(raw, chosen));
      fc.pre(typeof canonical === "string" && canonical.startsWith("/"));
      const again = String(canonical);
      expect(canonicalPath(again, chosen)).toBe(again);
      const router = createRouter<string>(chosen);
      for (const text of patterns) outcome(() => router.add("GET", text, text));
      expect(router.find("GET", again)?.value).toBe(router.find("GET", raw)?.value);
    }),
    { numRuns: 2000 },
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

test("a path built for a route leads back to its parameters", () => {
  const value = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("a", "1", "a-1", "%2F", ".."),
  );
  fc.assert(
    fc.property(pattern, fc.array(value, { minLength: 6, maxLength: 6 }), options, (text, values, chosen) => {
      const router = createRouter<string>(chosen satisfies PathOptions);
      const route = outcome(() => router.add("GET", text, text));
      fc.pre(route instanceof Object);
      const names = [...text.matchAll(/:(\w+)/g)].map((found) => found[1] ?? "");
      const params: Record<string, string> = {};
      for (const [i, name] of names.entries()) params[name] = values[i] ?? "x";
      if (/\*\w*$/.test(text)) params[/\*(\w+)$/.exec(text)?.[1] ?? "*"] = "x/y%2Fz";
      const built = outcome(() => router.routes()[0]?.url(params));
      if (built === "ROUTER_BAD_PARAM") return;
      expect({ ...router.find("GET", String(built))?.params }).toEqual(params);
    }),
    { numRuns: 1500 },
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
    { numRuns: 2000 },
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
    const canonical = outcome(() => canonicalPath(`/x${text}`, { caseSensitive: false }));
    const plain = outcome(() => canonicalPath(`/x${text}`));
    if (String(canonical).length !== String(plain).length) expect.fail(`U+${unit.toString(16)}`);
  }
});
