import fc from "fast-check";
import { expect, test } from "vitest";
import {
  analyzeRoutes,
  applyFix,
  type RouteAnalysis,
  type RouteFinding,
  type RoutePolicy,
} from "../../../lib/router/analyze/index.ts";
import { createRouter, type RouterOptions } from "../../../lib/router/index.ts";
import { runs } from "../../helpers/runs.ts";
import { type ListedRoute, type Reach, tryAllPaths } from "../../oracle/route-reach.ts";

const segment = fc.constantFrom(
  ...["a", "a", "b", "ab", "A", "", "1", "%2F", ":p", ":p", ":q", "a:p", ":p.a", ":p-:q", ":p(\\d+)", ":q(\\d)"],
  ...[":p(\\w+)", ":p(a|b)", ":q([ab])", ":p(a|1)", ":p(b|1)", ":p([ab]{2})", ":p(a|b1?)", "a:p(\\d+)", ":p(a.b)"],
);
const head = (maxLength: number): fc.Arbitrary<string[]> => fc.array(segment, { maxLength });
const pattern = fc
  .oneof(fc.tuple(head(2), fc.constant("")), fc.tuple(head(1), fc.constantFrom("/*", "/*rest", "/:o?")))
  .map(([segments, tail]) => `/${segments.map((text, i) => text.replace(/:(\w)/g, `:$1${i}`)).join("/")}${tail}`);
const methods = fc.constantFrom(["GET"], ["GET"], ["GET"], ["POST"], ["HEAD"], ["*"], ["GET", "POST"], ["GET", "HEAD"]);
const table = fc.array(fc.record({ methods, pattern }), { minLength: 2, maxLength: 6 });
const options = fc.record({
  ignoreTrailingSlash: fc.boolean(),
  ignoreDuplicateSlashes: fc.boolean(),
  caseSensitive: fc.constantFrom(true, true, false),
});
const DEPTH = 3; // one more than the deepest pattern has
const RUNS = runs(150);

/** The tokens of a table by which requests differ; "*" stands for a method that nobody names. */
function requestMethod(token: string): string {
  return token === "*" ? "PURGE" : token;
}

function unreached(
  routes: readonly ListedRoute[],
  answers: (method: string, path: string) => number | undefined,
  reach: Reach,
): string[] {
  return routes.flatMap((route, i) =>
    route.methods
      .filter((token) => !reach.paths.some((path) => answers(requestMethod(token), path) === i))
      .map((token) => `${token} ${i}`),
  );
}

const said = (findings: readonly RouteFinding[]): string[] =>
  findings.flatMap((finding) => finding.methods.map((method) => `${method} ${finding.route.index}`)).sort();

/** Applies the fix of each finding, and looks whether it is gone and whether another pair became a duplicate. */
function expectFixed(
  routes: readonly ListedRoute[],
  chosen: RouterOptions,
  policy: RoutePolicy,
  found: RouteAnalysis,
): void {
  const pairs = (analysis: RouteAnalysis): string[] =>
    analysis.conflicts
      .filter(({ kind }) => kind === "duplicate")
      .map(({ route, by }) => [route, ...by].map((entry) => entry.route.pattern).join(" "));
  for (const finding of [...found.conflicts, ...found.unreachable]) {
    const fixed = applyFix(routes, finding.fix);
    const again = analyzeRoutes({ routes: fixed, options: chosen, policy });
    const still = [...again.conflicts, ...again.unreachable].filter(
      (other) =>
        other.kind === finding.kind &&
        other.route.route.pattern === finding.route.route.pattern &&
        (finding.fix.kind === "remove"
          ? fixed.length === routes.length && other.route.index === finding.route.index
          : other.route.index === finding.fix.before) &&
        other.methods.some((method) => finding.methods.includes(method)),
    );
    expect(still).toEqual([]);
    for (const pair of pairs(again)) expect(pairs(found)).toContain(pair);
  }
}

test("by specificity a route is called unreachable exactly when no path of the table's alphabet reaches it", () => {
  fc.assert(
    fc.property(table, options, (drafts, chosen) => {
      const router = createRouter<number>(chosen);
      for (const draft of drafts) {
        try {
          router.add(draft.methods, draft.pattern, 0);
        } catch {
          // refused as a duplicate or as ambiguous: the lists below are about those
        }
      }
      const routes = router.routes();
      const reach = tryAllPaths(routes, chosen, DEPTH);
      const found = analyzeRoutes(router);
      expect(found.conflicts).toEqual([]);
      expect(found.notAnalysed).toEqual([]);
      expect(said(found.unreachable)).toEqual(unreached(routes, reach.bySpecificity, reach).sort());
      for (const { route, by, methods: lost, witness } of found.unreachable) {
        for (const method of lost) {
          expect(reach.bySpecificity(requestMethod(method), witness)).toBe(by[0]?.index);
          if (by.length > 0) expect(reach.takes(route.index, requestMethod(method), witness)).toBe(true);
        }
      }
      expectFixed(routes, chosen, "specificity", found);
    }),
    { numRuns: RUNS },
  );
});

test("by specificity two routes are called duplicate or ambiguous exactly when a router refuses the pair over a path", () => {
  fc.assert(
    fc.property(table, options, (routes, chosen) => {
      const reach = tryAllPaths(routes, chosen, DEPTH);
      const found = analyzeRoutes({ routes, options: chosen });
      const told = found.conflicts.map(({ route, by }) => `${route.index} ${by[0]?.index}`);
      const expected: string[] = [];
      for (const [i, route] of routes.entries()) {
        for (let other = 0; other < i; other++) {
          const tokens = [...route.methods, ...(routes[other]?.methods ?? [])].map(requestMethod);
          const isShared = (path: string): boolean =>
            tokens.some((token) => reach.takes(i, token, path) && reach.takes(other, token, path));
          if (reach.refuses(i, other) && reach.paths.some(isShared)) expected.push(`${i} ${other}`);
        }
      }
      expect([...new Set(told)].sort()).toEqual(expected.sort());
      for (const { route, by, witness } of found.conflicts) {
        for (const index of [route.index, by[0]?.index ?? -1]) {
          expect(
            (routes[index]?.methods ?? []).some((token) => reach.takes(index, requestMethod(token), witness)),
          ).toBe(true);
        }
      }
      expectFixed(routes, chosen, "specificity", found);
    }),
    { numRuns: RUNS },
  );
});

test("by first match every kind of finding is told exactly when trying all paths shows it", () => {
  fc.assert(
    fc.property(table, options, (routes, chosen) => {
      const reach = tryAllPaths(routes, chosen, DEPTH);
      const found = analyzeRoutes({ routes, options: chosen, policy: "first-match" });
      const pairs = found.conflicts.filter(({ kind }) => kind !== "shadowed");
      expect([...said(found.unreachable), ...said(pairs)].sort()).toEqual(
        unreached(routes, reach.byOrder, reach).sort(),
      );
      expect(said(pairs)).toEqual(sameSets(routes, reach));
      expect(said(found.conflicts.filter(({ kind }) => kind === "shadowed"))).toEqual(shadowed(routes, reach));
      for (const { kind, route, by, methods: lost, witness } of [...found.conflicts, ...found.unreachable]) {
        for (const method of lost.map(requestMethod)) {
          if (by.length > 0) expect(reach.takes(route.index, method, witness)).toBe(true);
          if (kind === "unreachable" || kind === "shadowed") expect(reach.byOrder(method, witness)).toBe(by[0]?.index);
          else expect(reach.takes(by[0]?.index ?? -1, method, witness)).toBe(true);
        }
      }
      expectFixed(routes, chosen, "first-match", found);
    }),
    { numRuns: RUNS },
  );
});

/** Routes with an earlier one of the same method that takes the same paths. */
function sameSets(routes: readonly ListedRoute[], reach: Reach): string[] {
  const set = (i: number, token: string): string =>
    reach.paths.filter((path) => reach.takes(i, requestMethod(token), path)).join(" ");
  return routes
    .flatMap((route, i) =>
      route.methods
        .filter((token) =>
          routes
            .slice(0, i)
            .some(
              (other, k) => other.methods.includes(token) && set(k, token) === set(i, token) && set(i, token) !== "",
            ),
        )
        .map((token) => `${token} ${i}`),
    )
    .sort();
}

/** Routes that are reached, and yet lose a path to an earlier one that specificity would try later. */
function shadowed(routes: readonly ListedRoute[], reach: Reach): string[] {
  return routes
    .flatMap((route, i) =>
      route.methods
        .filter((token) => {
          const method = requestMethod(token);
          if (!reach.paths.some((path) => reach.byOrder(method, path) === i)) return false;
          return reach.paths.some((path) => {
            const winner = reach.byOrder(method, path) ?? i;
            return winner < i && reach.takes(i, method, path) && reach.precedes(i, winner, method, path);
          });
        })
        .map((token) => `${token} ${i}`),
    )
    .sort();
}
