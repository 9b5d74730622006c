import { pathRules } from "../canonical-path.ts";
import { makeFactory, mayGenerate } from "../params-code.ts";
import { Search } from "../search.ts";
import type { Matcher, Route, Router } from "../types.ts";
import { limitsOf } from "../url.ts";
import { mixedSegments, writeTable } from "./code.ts";
import type { DispatchFinder } from "./dispatch.ts";
import { freezeTable, GeneratedMatcher, kitFor, tableOf } from "./frozen.ts";

/**
 * What can be compiled: any router, by its list of routes and its options.
 * @public
 */
export type CompilableRouter<Value> = Pick<Router<Value>, "routes" | "options">;

/**
 * Options of `compileRouter`.
 * @public
 */
export interface CompileOptions {
  /** Numbers of requests by `"METHOD pattern"`: where several texts could stand at a place, hot ones are compared first. */
  readonly profile?: Readonly<Record<string, number>>;
}

/**
 * Makes a frozen snapshot of a router that finds faster: generated code for small tables; for larger ones, where code
 * grows slow, the packed arrays of the router with generated constructors for params. Where code may not be generated
 * (`--disallow-code-generation-from-strings`, a content security policy) it is the packed arrays alone.
 * Every form gives the answers of the router; routes added later are not in it.
 * @throws CodedError what `router.add` throws, when the routes come from something other than a router.
 * @remarks Cost: some milliseconds for a thousand routes. A match of a route without parameters is one frozen object
 * that all requests share.
 * @example
 * ```ts
 * const matcher = compileRouter(router);
 * matcher.find("GET", "/users/7")?.params["id"]; // "7"
 * ```
 * @public
 */
export function compileRouter<Value>(router: CompilableRouter<Value>, options: CompileOptions = {}): Matcher<Value> {
  return compile(router, options, MAX_CODE_ROUTES);
}

// Code is faster for 12 routes and slower for 203 (bench "router"; docs/decisions/0005): the bound lies between.
export const MAX_CODE_ROUTES = 64;

/** @param maxCodeRoutes - Up to so many routes become code. */
export function compile<Value>(
  router: CompilableRouter<Value>,
  options: CompileOptions,
  maxCodeRoutes: number,
): Matcher<Value> {
  const routes = router.routes();
  const rules = pathRules(router.options);
  const limits = limitsOf(router.options);
  const generating = mayGenerate();
  const weight = options.profile && weightFrom(options.profile);
  const table = tableOf(routes, rules, makeFactory, weight);
  const plain = !rules.fold && !rules.ignoreTrailingSlash && !rules.ignoreDuplicateSlashes;
  if (!generating || !plain || routes.length > maxCodeRoutes) {
    return Object.freeze(new Search(freezeTable(table), limits));
  }
  const body = writeTable(table, routes, weight ?? (() => 0));
  // texts enter the code as numbers and through JSON.stringify alone: see writeTable
  const create = new Function("kit", body) as (kit: unknown) => readonly DispatchFinder[];
  const finders = create(kitFor(routes, mixedSegments(table)));
  return Object.freeze(new GeneratedMatcher(freezeTable(table), limits, joinFinders([...table.methods()], finders)));
}

/** Finders by method. */
export function joinFinders(
  methods: readonly string[],
  finders: readonly DispatchFinder[],
): ReadonlyMap<string, DispatchFinder> {
  return new Map(methods.flatMap((method, i) => (finders[i] === undefined ? [] : [[method, finders[i]] as const])));
}

/** How often a route is asked for, by a profile. */
export function weightFrom(profile: Readonly<Record<string, number>> = {}): (route: Route<unknown>) => number {
  const counts = new Map(Object.entries(profile));
  return (route) => route.methods.reduce((sum, method) => sum + (counts.get(`${method} ${route.pattern}`) ?? 0), 0);
}
