import type { PathRules } from "./canonical-path.ts";
import type { UrlArguments } from "./path-params.ts";
import { parsePattern } from "./pattern.ts";
import type { Route, RouteConstraints, RouteOptions } from "./types.ts";
import { buildUrl, type UrlLimits, type UrlValues } from "./url.ts";

/** What the routes of one router share. */
export interface RouteScope {
  readonly rules: PathRules;
  readonly limits: UrlLimits;
}

/**
 * One registered route. A class, and without its parsed pattern: ten thousand of them stay in memory as long as a
 * matcher does (bench "router", heap per table).
 */
export class TableRoute<Value, Pattern extends string> implements Route<Value, Pattern> {
  methods: readonly string[];
  readonly pattern: Pattern;
  readonly value: Value;
  readonly name: string | undefined;
  readonly meta: unknown;
  readonly constraints: RouteConstraints | undefined;
  readonly when: string | undefined;
  readonly #scope: RouteScope;

  constructor(methods: readonly string[], pattern: Pattern, value: Value, options: RouteOptions, scope: RouteScope) {
    this.methods = methods;
    this.pattern = pattern;
    this.value = value;
    this.name = options.name;
    this.meta = options.meta;
    this.constraints = options.constraints;
    this.when = options.when;
    this.#scope = scope;
  }

  url(...[params]: UrlArguments<Pattern>): string {
    const { rules, limits } = this.#scope;
    // cast: the types of params are for callers
    return buildUrl(parsePattern(this.pattern, rules), (params ?? {}) as UrlValues, limits, rules);
  }
}
