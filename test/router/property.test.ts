import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalPath, createRouter, type RouterOptions } from "../../lib/router/index.ts";
import { runs } from "../helpers/runs.ts";
import type { SlowNeeds, SlowRequest } from "../oracle/route-needs.ts";
import type { SlowRouter } from "../oracle/router.ts";
import {
  asked,
  askedMethods,
  brokenPattern,
  byteString,
  methods,
  needs,
  options,
  outcome,
  path,
  pattern,
  rawPath,
  table,
} from "./generators.ts";
import { stateOf } from "./state.ts";
import { ORACLE, ROUTERS } from "./subjects.ts";

type Added = readonly [method: string | string[], pattern: string, needs?: SlowNeeds | undefined];
type Taken = readonly [method: string | string[], pattern: string, value: string, needs?: SlowNeeds | undefined];

function addTo(router: SlowRouter, [token, text, value, constraints]: Taken): void {
  router.add(token, text, value, constraints && { constraints });
}

/** Adds what a router takes, and gives back what was taken. */
function fill(router: SlowRouter, routes: readonly Added[]): Taken[] {
  const taken = routes.map(([token, text, constraints], i): Taken => [token, text, `${i}`, constraints]);
  return taken.filter((one) => typeof outcome(() => addTo(router, one)) !== "string");
}

function answers(router: SlowRouter, token: string, text: string, request?: SlowRequest): unknown {
  return outcome(() => {
    const found = router.find(token, text, request);
    return found && [found.value, Object.entries(found.params)];
  });
}

/** Every form of a router beside the oracle, with the routes that all of them take. */
interface Forms {
  readonly routers: readonly (readonly [name: string, router: SlowRouter])[];
  readonly slow: SlowRouter;
  readonly added: readonly Taken[];
}

function createForms(chosen: RouterOptions, routes: readonly Added[]): Forms {
  const routers = ROUTERS.map((subject) => [subject.name, subject.create(chosen)] as const);
  const slow = ORACLE.create(chosen);
  const [added = [], ...others] = routers.map(([, router]) => fill(router, routes));
  for (const other of others) expect(other).toEqual(added);
  for (const one of added) addTo(slow, one); // it never hears of what was refused
  return { routers, slow, added };
}

/** Millions of answers are alike: only one that is not is worth the test runner's own comparison, with its name and its difference. */
function same(given: unknown, expected: unknown, what: () => string): void {
  if (!isDeepStrictEqual(given, expected)) expect(given, what()).toEqual(expected);
}

function compare(
  { routers, slow }: Forms,
  paths: readonly string[],
  tokens: readonly string[],
  request?: SlowRequest,
): void {
  for (const text of paths) {
    for (const token of tokens) {
      const expected = answers(slow, token, text, request);
      for (const [name, router] of routers) {
        same(answers(router, token, text, request), expected, () => `${name}: ${token} ${JSON.stringify(text)}`);
      }
    }
    const expected = outcome(() => slow.allowed(text, request));
    for (const [name, router] of routers) {
      const given = outcome(() => router.allowed(text, request));
      same(given, expected, () => `${name}: ${JSON.stringify(text)}`);
    }
  }
}

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

test("every form answers every path as the oracle does", () => {
  const run = fc.tuple(table, fc.array(path, { minLength: 1, maxLength: 10 }), options, askedMethods, fc.nat());
  fc.assert(
    fc.property(run, ([routes, paths, chosen, tokens, drop]) => {
      const forms = createForms(chosen, routes);
      compare(forms, paths, tokens);
      const gone = forms.added[drop % Math.max(forms.added.length, 1)];
      if (gone === undefined) return;
      for (const token of [gone[0]].flat()) {
        const removed = forms.slow.remove(token, gone[1]);
        for (const [name, router] of forms.routers) expect(router.remove(token, gone[1]), name).toBe(removed);
      }
      compare(forms, paths, tokens);
    }),
    { numRuns: runs(400) },
  );
});

test("no encoded letter changes which route answers, in any form", () => {
  const patterns = fc.uniqueArray(closePattern, { minLength: 2, maxLength: 9 });
  const paths = fc.array(closePath, { minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(patterns, paths, (texts, asked) => {
      const forms = createForms(
        {},
        texts.map((text) => ["GET", text]),
      );
      compare(forms, asked, ["GET", "PURGE"]);
    }),
    { numRuns: runs(400) },
  );
});

// Few paths, so that many routes stand at one and differ in what they ask for.
const sharedPattern = fc.constantFrom(
  "/a",
  "/a",
  "/a",
  "/:x",
  "/:x",
  "/:x(\\w+)",
  "/a/*",
  "/*",
  "/:x/b",
  "/a/:y?",
  "/%61",
);
const sharedPath = fc.constantFrom("/a", "/%61", "/b", "/a/b", "/a/", "/é", "/%zz", "/c/b", "/A");
const sharedMethod = fc.constantFrom("GET", "GET", "*", "HEAD", ["GET", "POST"]);

test("every form weighs hosts and versions as the oracle does", () => {
  const routes = fc.array(fc.tuple(sharedMethod, sharedPattern, needs), { minLength: 1, maxLength: 14 });
  const requests = fc.array(fc.tuple(sharedPath, asked), { minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(routes, requests, options, fc.nat(), (rows, questions, chosen, drop) => {
      const forms = createForms(chosen, rows);
      const check = (): void => {
        for (const [text, request] of questions) compare(forms, [text], ["GET", "HEAD", "POST"], request);
      };
      check();
      const gone = forms.added[drop % Math.max(forms.added.length, 1)];
      if (gone === undefined) return;
      const [token, text, , constraints] = gone;
      for (const one of [token].flat()) {
        const removed = forms.slow.remove(one, text, constraints);
        for (const [name, router] of forms.routers) expect(router.remove(one, text, constraints), name).toBe(removed);
      }
      check();
    }),
    { numRuns: runs(400) },
  );
});

test("every form gives a match, nothing or a code for any bytes, and the oracle's", () => {
  fc.assert(
    fc.property(table, options, fc.array(rawPath, { minLength: 4, maxLength: 12 }), (routes, chosen, paths) =>
      compare(createForms(chosen, routes), paths, ["GET", "HEAD"]),
    ),
    { numRuns: runs(500) },
  );
});

test("every form reads any bytes below a parameter and below a wildcard", () => {
  const prefix = fc.constantFrom("/a/", "/w/", "/c/", "/m/", "/A%2f/", "/w/x/");
  const patterns = ["/a/:x", "/w/*", "/c/:x([^b]+)", "/m/:x-:y", "/A%2F/:x.é"];
  for (const chosen of [{}, { caseSensitive: false }]) {
    const forms = createForms(
      chosen,
      patterns.map((text) => ["GET", text]),
    );
    expect(forms.added).toHaveLength(patterns.length);
    fc.assert(
      fc.property(prefix, byteString, (head, tail) => compare(forms, [head + tail], ["GET"])),
      { numRuns: runs(1000) },
    );
  }
});

for (const subject of ROUTERS) {
  describe(subject.name, () => {
    test("leaves one match as it is while others are found, and while searches fail", () => {
      fc.assert(
        fc.property(table, options, fc.array(rawPath, { minLength: 4, maxLength: 16 }), (routes, chosen, paths) => {
          const router = subject.create(chosen);
          fill(router, routes);
          const matches = paths.map((text) => {
            try {
              return router.find("GET", text);
            } catch {
              return undefined; // which code it is, other tests say
            }
          });
          const seen = JSON.stringify(matches.map((match) => match && [match.value, Object.entries(match.params)]));
          for (const text of paths.toReversed()) for (const token of ["GET", "POST"]) answers(router, token, text);
          expect(JSON.stringify(matches.map((match) => match && [match.value, Object.entries(match.params)]))).toBe(
            seen,
          );
          const fresh = subject.create(chosen);
          fill(fresh, routes);
          for (const text of paths.toReversed())
            expect(answers(router, "GET", text)).toEqual(answers(fresh, "GET", text));
        }),
        { numRuns: runs(500) },
      );
    });

    test("never lets the order of adding matter", () => {
      const run = fc.tuple(
        fc.uniqueArray(pattern, { minLength: 2, maxLength: 8 }),
        fc.array(path, { maxLength: 10 }),
        options,
      );
      fc.assert(
        fc.property(run, ([patterns, paths, chosen]) => {
          const forwards = subject.create(chosen);
          const kept = fill(
            forwards,
            patterns.map((text) => ["GET", text]),
          );
          const backwards = subject.create(chosen);
          for (const one of kept.toReversed()) addTo(backwards, one);
          for (const text of paths) expect(answers(backwards, "GET", text)).toEqual(answers(forwards, "GET", text));
        }),
        { numRuns: runs(300) },
      );
    });

    test("finds by a canonical path what the path finds", () => {
      fc.assert(
        fc.property(rawPath, options, table, (raw, chosen, routes) => {
          const canonical = outcome(() => canonicalPath(raw, chosen));
          fc.pre(typeof canonical === "string" && canonical.startsWith("/"));
          const router = subject.create(chosen);
          fill(router, routes);
          const value = (text: string): unknown => outcome(() => router.find("GET", text)?.value);
          expect(value(String(canonical))).toBe(value(raw));
        }),
        { numRuns: runs(1000) },
      );
    });
  });
}

test("a refused add leaves the router as it was", () => {
  const run = fc.tuple(table, fc.array(fc.tuple(methods, brokenPattern), { minLength: 1, maxLength: 4 }), options);
  fc.assert(
    fc.property(run, ([routes, more, chosen]) => {
      const router = createRouter<string>(chosen);
      const added = fill(router, routes);
      const state = stateOf(router);
      for (const [token, text] of more) {
        const refused = outcome(() => router.add(token, text, "refused", { name: "refused" }));
        if (typeof refused === "string") expect(stateOf(router), text).toEqual(state);
        else for (const one of [token].flat()) router.remove(one, text);
      }
      const fresh = createRouter<string>(chosen);
      for (const one of added) addTo(fresh, one);
      if (router.routes().length === added.length) expect(stateOf(router)).toEqual(stateOf(fresh));
    }),
    { numRuns: runs(500) },
  );
});

test("a refused mount leaves the router as it was", () => {
  const prefix = fc.oneof(pattern, fc.constantFrom("", "/", "/a", "/:m", "/x/"));
  fc.assert(
    fc.property(table, table, prefix, options, (routes, inner, head, chosen) => {
      const router = createRouter<string>(chosen);
      fill(router, routes);
      const other = createRouter<string>();
      fill(other, inner);
      const state = stateOf(router);
      const count = router.routes().length;
      const refused = outcome(() => router.mount(head, other));
      if (typeof refused === "string") expect(stateOf(router)).toEqual(state);
      else expect(router.routes()).toHaveLength(count + other.routes().length);
    }),
    { numRuns: runs(500) },
  );
});

test("a path built for a route leads back to its parameters", () => {
  const value = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("a", "1", "a-1", "%2F", "..", "é😀", "'$`", "\n"),
  );
  fc.assert(
    fc.property(pattern, fc.array(value, { minLength: 9, maxLength: 9 }), options, (text, values, chosen) => {
      const router = createRouter<string>(chosen);
      const route = outcome(() => router.add("GET", text, text));
      fc.pre(route instanceof Object);
      const names = [...text.matchAll(/:(\w+)/g)].map((found) => found[1] ?? "");
      const params: [string, string][] = names.map((name, i) => [name, values[i] ?? "x"]);
      if (/\*\w*$/.test(text)) params.push([/\*(\w+)$/.exec(text)?.[1] ?? "*", "x/y%2Fz"]);
      const built = outcome(() => router.routes()[0]?.url(Object.fromEntries(params)));
      if (String(built).startsWith("ROUTER_")) return;
      expect(Object.entries(router.find("GET", String(built))?.params ?? {})).toEqual(params);
    }),
    { numRuns: runs(1500) },
  );
});
