import { hash64 } from "../../pool/index.ts";
import { pathRules } from "../canonical-path.ts";
import type { Route, RouteConstraints } from "../types.ts";
import { limitsOf } from "../url.ts";
import type { CompilableRouter } from "./compile-router.ts";

/** The routes that conditions leave alive. */
export function aliveRoutes<Value>(
  router: CompilableRouter<Value>,
  conditions: Readonly<Record<string, boolean>>,
): readonly Route<Value>[] {
  const known = new Map(Object.entries(conditions));
  return router.routes().filter(({ when }) => {
    if (when === undefined) return true;
    const negated = when.startsWith("!");
    const state = known.get(negated ? when.slice(1) : when);
    return state === undefined || state !== negated;
  });
}

/** A hash of what decides the answers of a router: its options and its living routes, but not their values. */
export function routesHash(router: CompilableRouter<unknown>, conditions: Readonly<Record<string, boolean>>): string {
  const routes = aliveRoutes(router, conditions).map(({ methods, pattern, constraints }) => [
    methods,
    pattern,
    describe(constraints),
  ]);
  return hash64(JSON.stringify([pathRules(router.options), limitsOf(router.options), routes]));
}

function describe({ host, version }: RouteConstraints = {}): readonly (string | null)[] {
  return [host instanceof RegExp ? String(host) : (host ?? null), version ?? null];
}
