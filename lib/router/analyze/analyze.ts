import { pathRules } from "../canonical-path.ts";
import { listRoutes, prepare } from "./entries.ts";
import { Finder } from "./findings.ts";
import { countRoutes } from "./statistics.ts";
import type { AnalyzeOptions, RouteAnalysis, RouteFix, RouteTable, TableRoute } from "./types.ts";

/**
 * Checks a table: which routes claim the same paths, which no path ever reaches, and what it is made of. The answer is
 * exact: routes are compared as sets of paths, not by their text, so a working table has no findings.
 * @param table - A router of this package or any copy of it, or a list of routes as `expressRoutes` makes.
 * @throws CodedError `ROUTER_ANALYSIS_TOO_LARGE` when constraints or regular expressions overlap in too many ways.
 * @remarks Time: for ordinary tables little more than linear in the routes; for a route whose paths several others
 * share, as many steps as their constraints can be combined.
 * @example
 * ```ts
 * const { unreachable } = analyzeRoutes({ routes: [
 *   { methods: ["GET"], pattern: "/users/:id" },
 *   { methods: ["GET"], pattern: "/users/new" },
 * ], policy: "first-match" });
 * unreachable[0]?.witness; // "/users/new"
 * unreachable[0]?.fix.text; // "Move GET /users/new before /users/:id."
 * ```
 * @public
 */
export function analyzeRoutes<Route extends TableRoute>(
  table: RouteTable<Route>,
  options: AnalyzeOptions = {},
): RouteAnalysis<Route> {
  const policy = options.policy ?? table.policy ?? "specificity";
  const prepared = prepare(table, policy);
  const findings = new Finder(prepared, policy).findings();
  return {
    conflicts: findings.filter((finding) => finding.kind !== "unreachable"),
    unreachable: findings.filter((finding) => finding.kind === "unreachable"),
    notAnalysed: prepared.notAnalysed,
    statistics: countRoutes(listRoutes(table), pathRules(table.options ?? {}), options.profile),
  };
}

/**
 * Makes the change that a finding suggests.
 * @returns A new list: a route that keeps no method is gone, one that keeps some is a copy.
 * @public
 */
export function applyFix<Route extends TableRoute>(routes: readonly Route[], fix: RouteFix): readonly Route[] {
  if (fix.kind === "move") {
    const moved = routes.slice(fix.index, fix.index + 1);
    const others = routes.filter((_, index) => index !== fix.index);
    return [...others.slice(0, fix.before), ...moved, ...others.slice(fix.before)]; // it always moves forward
  }
  return routes.flatMap((route, index) => {
    if (index !== fix.index) return [route];
    const methods = route.methods.filter((method) => !fix.methods.includes(method));
    return methods.length === 0 ? [] : [{ ...route, methods }];
  });
}
