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
  return fingerprint(JSON.stringify([pathRules(router.options), limitsOf(router.options), routes]));
}

function describe({ host, version }: RouteConstraints = {}): readonly (string | null)[] {
  return [host instanceof RegExp ? String(host) : (host ?? null), version ?? null];
}

/** Two FNV-1a hashes of 32 bits with different starts (Fowler, Noll, Vo: "The FNV Non-Cryptographic Hash Algorithm"). */
function fingerprint(text: string): string {
  return [0x811c9dc5, 0x01000193].map((start) => fnv(text, start).toString(16).padStart(8, "0")).join("");
}

function fnv(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
