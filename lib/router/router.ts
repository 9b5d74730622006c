import { CodedError } from "../errors/index.ts";
import { pathRules } from "./canonical-path.ts";
import { type Condition, compareConditions, parseCondition } from "./conditions.ts";
import { makeFactory } from "./params-code.ts";
import { parsePattern } from "./pattern.ts";
import { printRoutes } from "./print.ts";
import { type RouteScope, TableRoute } from "./route.ts";
import { Search } from "./search.ts";
import { Table } from "./table.ts";
import type {
  Match,
  Methods,
  RequestConstraints,
  Route,
  RouteConstraints,
  RouteGroup,
  RouteNames,
  RouteOptions,
  Router,
  RouterOptions,
} from "./types.ts";
import { limitsOf } from "./url.ts";

// One list for all routes of a method: a list each makes a small table 6 % larger (bench "router", heap per table).
const LISTS: ReadonlyMap<string, readonly string[]> = /* @__PURE__ */ new Map(
  ["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => [method, Object.freeze([method])]),
);
const NO_OPTIONS: RouterOptions = /* @__PURE__ */ Object.freeze({});
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Creates an empty route table.
 * @throws CodedError `ROUTER_BAD_LIMIT` for a limit that is no number from 0 on.
 * @remarks Each `find` costs one walk over the path; see `Matcher`. The table may be changed at any time.
 * @example
 * ```ts
 * const router = createRouter<() => string>();
 * router.add("GET", "/users/:id", () => "a user");
 * router.find("GET", "/users/7?tab=posts")?.params["id"]; // "7"
 * ```
 * @public
 */
export function createRouter<Value, Names extends RouteNames = RouteNames>(
  options: RouterOptions = NO_OPTIONS,
): Router<Value, Names> {
  // cast: names are checked by type alone; at run time they are strings in a map
  return new TreeRouter<Value>(options) as unknown as Router<Value, Names>;
}

/** A group without the types of its patterns. */
interface PlainGroup<Value> {
  add(method: Methods, pattern: string, value: Value, options?: RouteOptions): Route<Value>;
  group(prefix: string, define: (group: PlainGroup<Value>) => void): void;
}

class TreeRouter<Value> implements Router<Value> {
  readonly options: RouterOptions;
  private readonly scope: RouteScope;
  private readonly table: Table<Value>;
  private readonly search: Search<Value>;
  /** Made with the first name. */
  private named: Map<string, Route<Value>> | undefined = undefined;

  constructor(options: RouterOptions) {
    this.options = options;
    const rules = pathRules(options);
    this.scope = { rules, limits: limitsOf(options) };
    this.table = new Table(rules, makeFactory);
    this.search = new Search(this.table, this.scope.limits);
  }

  add<const Pattern extends string>(
    method: Methods,
    pattern: Pattern,
    value: Value,
    options: RouteOptions = {},
  ): Route<Value, Pattern> {
    const { name } = options;
    const methods = checkMethods(method);
    if (name !== undefined && this.named?.has(name) === true) {
      throw new CodedError("ROUTER_DUPLICATE_NAME", `the name ${name} is taken`, { value: name });
    }
    const parsed = parsePattern(pattern, this.scope.rules);
    const route = new TableRoute<Value, Pattern>(methods, pattern, value, options, this.scope);
    const plain = route as TableRoute<Value, string> as Route<Value>; // cast: url reads any record
    this.table.add(plain, parsed);
    if (name !== undefined) {
      this.named ??= new Map();
      this.named.set(name, plain);
    }
    return route;
  }

  group<const Prefix extends string>(
    prefix: Prefix,
    define: (group: RouteGroup<Value, RouteNames, Prefix>) => void,
  ): void {
    define(this.groupUnder(prefix) as unknown as RouteGroup<Value, RouteNames, Prefix>); // cast: the prefix is in the type alone
  }

  remove(method: Methods, pattern: string, constraints?: RouteConstraints): boolean {
    const methods = checkMethods(method);
    const asked = constraints && parseCondition(constraints);
    let removed = false;
    const kept = this.table.routes.filter((route) => {
      if (route.pattern !== pattern) return true;
      if (constraints !== undefined && !isSameCondition(asked, route.constraints)) return true;
      const left = route.methods.filter((token) => !methods.includes(token));
      if (left.length === route.methods.length) return true;
      removed = true;
      (route as TableRoute<Value, string>).methods = left; // cast: add makes all of them
      if (left.length === 0 && route.name !== undefined) this.named?.delete(route.name);
      return left.length > 0;
    });
    if (removed) this.table.reset(kept);
    return removed;
  }

  routes(): readonly Route<Value>[] {
    return [...this.table.routes];
  }

  mount(prefix: string, other: Pick<Router<Value>, "routes">): void {
    const before = [...this.table.routes];
    const names = this.named && new Map(this.named);
    try {
      for (const route of other.routes()) {
        this.add(route.methods, underPrefix(prefix, route.pattern), route.value, optionsOf(route));
      }
    } catch (error) {
      this.table.reset(before);
      this.named = names;
      throw error;
    }
  }

  find(method: string, path: string, request?: RequestConstraints): Match<Value> | undefined {
    return this.search.find(method, path, request);
  }

  allowed(path: string, request?: RequestConstraints): readonly string[] {
    return this.search.allowed(path, request);
  }

  print(): string {
    return printRoutes(this.routes());
  }

  url(name: string, ...params: [params?: Readonly<Record<string, string | number>>]): string {
    const route = this.named?.get(name);
    if (route === undefined) throw new CodedError("ROUTER_UNKNOWN_NAME", `no route is named ${name}`, { value: name });
    return route.url(...params);
  }

  private groupUnder(prefix: string): PlainGroup<Value> {
    return {
      add: (method, pattern, value, options) => this.add(method, underPrefix(prefix, pattern), value, options),
      group: (inner, define) => define(this.groupUnder(underPrefix(prefix, inner))),
    };
  }
}

function isSameCondition(asked: Condition | undefined, constraints: RouteConstraints = {}): boolean {
  const condition = parseCondition(constraints);
  if (asked === undefined || condition === undefined) return asked === condition;
  try {
    return compareConditions(asked, condition) === 0;
  } catch {
    return false; // hosts that overlap are not the same
  }
}

/** @throws CodedError `ROUTER_BAD_PATTERN` for a prefix that could not be followed. */
function underPrefix(prefix: string, pattern: string): string {
  if (/(?:\/\*\w*|\?)$/.test(prefix)) {
    throw new CodedError("ROUTER_BAD_PATTERN", `the prefix ${prefix} is refused: nothing can follow its end`, {
      value: prefix,
    });
  }
  const head = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  return pattern === "/" && head !== "" ? head : head + pattern;
}

/** The options a route was added with. */
function optionsOf({ name, meta, constraints, when }: Route<unknown>): RouteOptions {
  return {
    meta,
    ...(name === undefined ? {} : { name }),
    ...(constraints === undefined ? {} : { constraints }),
    ...(when === undefined ? {} : { when }),
  };
}

/** The methods, each once. */
function checkMethods(method: Methods): readonly string[] {
  const shared = typeof method === "string" ? LISTS.get(method) : undefined;
  if (shared !== undefined) return shared;
  const methods = typeof method === "string" ? [method] : [...new Set(method)];
  const bad = methods.find((token) => !TOKEN.test(token));
  if (methods.length === 0 || bad !== undefined) {
    throw new CodedError("ROUTER_BAD_METHOD", `not a method: ${JSON.stringify(bad ?? [])}`, { value: bad ?? [] });
  }
  return methods;
}
