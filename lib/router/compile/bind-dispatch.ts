import { CodedError } from "../../errors/index.ts";
import { pathRules } from "../canonical-path.ts";
import { PARAMS_PROTOTYPE } from "../params.ts";
import { Search } from "../search.ts";
import type { Matcher } from "../types.ts";
import { limitsOf } from "../url.ts";
import { mixedSegments } from "./code.ts";
import { type CompilableRouter, joinFinders } from "./compile-router.ts";
import type { Dispatch } from "./dispatch.ts";
import { freezeTable, GeneratedMatcher, kitFor, tableOf } from "./frozen.ts";
import { aliveRoutes, routesHash } from "./routes-hash.ts";

/**
 * Joins a dispatch that was generated at build time to the routes of a router, and so to their handlers.
 * @param dispatch - What the module of `generateDispatch` exports. Routes that were dead under its conditions are not found.
 * @throws CodedError `ROUTER_STALE_DISPATCH` when it was generated for other routes or options.
 * @remarks No code is generated at run time, so it works under any content security policy.
 * @example
 * ```ts
 * import { dispatch } from "busbar:routes";
 * const matcher = bindDispatch(router, dispatch);
 * ```
 * @public
 */
export function bindDispatch<Value>(router: CompilableRouter<Value>, dispatch: Dispatch): Matcher<Value> {
  const hash = routesHash(router, dispatch.conditions);
  if (dispatch.version !== 1 || dispatch.hash !== hash) {
    const message = "the dispatch was generated for another table of routes";
    throw new CodedError("ROUTER_STALE_DISPATCH", message, { value: dispatch.hash });
  }
  const rules = pathRules(router.options);
  const limits = limitsOf(router.options);
  const routes = aliveRoutes(router, dispatch.conditions);
  const factories = new Map(dispatch.factories(PARAMS_PROTOTYPE));
  const table = tableOf(routes, rules, (names) => factories.get(names.join()));
  if (dispatch.create === undefined) return Object.freeze(new Search(freezeTable(table), limits));
  const finders = dispatch.create(kitFor(routes, mixedSegments(table)));
  return Object.freeze(new GeneratedMatcher(freezeTable(table), limits, joinFinders(dispatch.methods, finders)));
}
