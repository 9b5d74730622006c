import { CodedError } from "../errors/index.ts";
import { foldCase, isSoundPath, MAX_GROWTH, type PathRules, pathRules, toCanonical } from "./canonical-path.ts";
import { parsePattern } from "./pattern.ts";
import { printRoutes } from "./print.ts";
import { ANY_METHOD, type Item, type Registration, Table } from "./table.ts";
import type { Tree } from "./tree.ts";
import type { Match, Methods, Route, RouteNames, RouteOptions, Router, RouterOptions } from "./types.ts";
import { buildUrl, type UrlLimits, type UrlValues } from "./url.ts";
import { capturedRest, capturedValue, createWalk, type Walk, walkFrom } from "./walk.ts";

const SLASH = 47;
const DEFAULT_MAX_PARAM_LENGTH = 1024;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// What a route for any method stands for in Allow.
const COMMON_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/**
 * Creates an empty route table.
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
  options: RouterOptions = {},
): Router<Value, Names> {
  // cast: names are checked by type alone; at run time they are strings in a map
  return new TreeRouter<Value>(options) as unknown as Router<Value, Names>;
}

class TreeRouter<Value> implements Router<Value> {
  private readonly rules: PathRules;
  private readonly limits: UrlLimits;
  private readonly table: Table<Value>;
  private readonly named: Map<string, Route<Value>> = new Map();
  private readonly walk: Walk = createWalk();
  // A path as received may be searched as it is; not so when slashes or case are ignored, which changes its form.
  private readonly optimistic: boolean;

  constructor(options: RouterOptions) {
    const folding = pathRules(options);
    const maxParamLength = options.limits?.maxParamLength ?? DEFAULT_MAX_PARAM_LENGTH;
    this.rules = folding;
    this.limits = { maxPathLength: folding.maxPathLength, maxParamLength };
    this.table = new Table(folding);
    this.optimistic = !folding.fold && !folding.ignoreTrailingSlash && !folding.ignoreDuplicateSlashes;
  }

  add<const Pattern extends string>(
    method: Methods,
    pattern: Pattern,
    value: Value,
    options: RouteOptions = {},
  ): Route<Value, Pattern> {
    const { name, meta } = options;
    const methods = checkMethods(method);
    if (name !== undefined && this.named.has(name)) {
      throw new CodedError("ROUTER_DUPLICATE_NAME", `the name ${name} is taken`, { value: name });
    }
    const parsed = parsePattern(pattern, this.rules);
    const own = new Set(methods);
    const { limits, rules } = this;
    const route: Route<Value, Pattern> = {
      get methods() {
        return [...own];
      },
      pattern,
      value,
      name,
      meta,
      url: (...[params]) => buildUrl(parsed, (params ?? {}) as UrlValues, limits, rules), // cast: the types of params are for callers
    };
    this.table.add({ route: route as Route<Value>, pattern: parsed, methods: own }); // cast: url reads any record
    if (name !== undefined) this.named.set(name, route as Route<Value>); // cast: as above
    return route;
  }

  remove(method: Methods, pattern: string): boolean {
    const methods = checkMethods(method);
    let removed = false;
    const kept = this.table.registrations.filter((registration) => {
      if (registration.pattern.source !== pattern) return true;
      for (const token of methods) removed = registration.methods.delete(token) || removed;
      const { name } = registration.route;
      if (registration.methods.size === 0 && name !== undefined) this.named.delete(name);
      return registration.methods.size > 0;
    });
    if (removed) this.table.reset(kept);
    return removed;
  }

  routes(): readonly Route<Value>[] {
    return this.table.registrations.map((registration) => registration.route);
  }

  mount(prefix: string, other: Pick<Router<Value>, "routes">): void {
    const head = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
    const before: readonly Registration<Value>[] = [...this.table.registrations];
    const names = new Map(this.named);
    try {
      for (const route of other.routes()) {
        const pattern = route.pattern === "/" && head !== "" ? head : head + route.pattern;
        const named = route.name === undefined ? {} : { name: route.name };
        this.add(route.methods, pattern, route.value, { ...named, meta: route.meta });
      }
    } catch (error) {
      this.table.reset(before);
      this.named.clear();
      for (const [name, route] of names) this.named.set(name, route);
      throw error;
    }
  }

  find(method: string, path: string): Match<Value> | undefined {
    const tree = this.table.treeFor(method);
    if (this.optimistic && path.charCodeAt(0) === SLASH && path.length <= this.rules.maxPathLength) {
      if (tree !== undefined) {
        const leaf = tree.statics.get(path);
        if (leaf !== undefined) return { value: leaf.item.value, params: new Params(), route: leaf.item.route };
      }
      const item = this.searchAsReceived(tree, path);
      if (item !== undefined) return this.match(item, path);
      if (this.isKnownMiss(path)) return undefined;
    }
    const canonical = this.canonical(path);
    if (canonical === undefined || tree === undefined) return undefined;
    const item = this.search(tree, canonical);
    return item && this.match(item, canonical);
  }

  allowed(path: string): readonly string[] {
    const canonical = this.canonical(path);
    const methods = new Set<string>();
    if (canonical === undefined) return [];
    for (const [method, tree] of this.table.trees) {
      if (this.search(tree, canonical) === undefined) continue;
      if (method === ANY_METHOD) for (const common of COMMON_METHODS) methods.add(common);
      else methods.add(method);
      if (method === "GET") methods.add("HEAD");
    }
    return [...methods].sort();
  }

  print(): string {
    return printRoutes(this.routes());
  }

  url(name: string, ...params: [params?: Readonly<Record<string, string | number>>]): string {
    const route = this.named.get(name);
    if (route === undefined) throw new CodedError("ROUTER_UNKNOWN_NAME", `no route is named ${name}`, { value: name });
    return route.url(...params);
  }

  /** The canonical path with its letters as they are: parameters keep their case. */
  private canonical(path: string): string | undefined {
    if (path.charCodeAt(0) !== SLASH) return undefined;
    return toCanonical(path, this.rules.fold ? { ...this.rules, fold: false } : this.rules);
  }

  private searchAsReceived(tree: Tree<Item<Value>> | undefined, path: string): Item<Value> | undefined {
    const { walk } = this;
    walk.text = path;
    walk.canonical = false;
    walk.escaped = false; // set on the way
    walk.seen = 0;
    walk.gaveUp = tree?.escapes === true;
    return tree === undefined || tree.escapes ? undefined : walkFrom(walk, tree.root, 0, 0)?.item;
  }

  /** Whether the search that just failed on a path as received says all: its canonical form is legal, and fits nothing. */
  private isKnownMiss(path: string): boolean {
    const { walk } = this;
    if (walk.gaveUp || path.length * MAX_GROWTH > this.rules.maxPathLength) return false;
    let from = walk.escaped ? 0 : walk.seen;
    while (from > 0 && path.charCodeAt(from) !== SLASH) from--; // all of the segment: a dot may be its first character
    return isSoundPath(path, from);
  }

  private search(tree: Tree<Item<Value>>, canonical: string): Item<Value> | undefined {
    const { walk } = this;
    walk.text = this.rules.fold ? foldCase(canonical) : canonical;
    walk.source = canonical;
    walk.canonical = true;
    walk.gaveUp = false;
    walk.escaped = true;
    return walkFrom(walk, tree.root, 0, 0)?.item;
  }

  private match(item: Item<Value>, source: string): Match<Value> {
    const { walk } = this;
    const { names, wildcard, bare } = item;
    const params: Record<string, string> = new Params();
    const plain = wildcard ? names.length - 1 : names.length;
    let tooLong: string | undefined;
    for (let i = 0; i < plain; i++) {
      const name = names[i] as string; // cast: i is below the length
      const value = capturedValue(walk, source, i);
      if (value.length > this.limits.maxParamLength) tooLong ??= name;
      params[name] = value;
    }
    if (tooLong !== undefined) this.refuseLong(tooLong); // after the loop: a path that cannot be read at all comes first
    if (wildcard) params[names[plain] as string] = bare ? "" : capturedRest(walk, source, plain); // cast: wildcards have a name
    return { value: item.value, params, route: item.route };
  }

  private refuseLong(name: string): never {
    const message = `parameter ${name} has more than ${this.limits.maxParamLength} characters`;
    throw new CodedError("ROUTER_PARAM_TOO_LONG", message, { value: name });
  }
}

/**
 * The class of every params object. Its prototype is frozen and inherits nothing, so `__proto__` and `constructor`
 * are ordinary names.
 */
const Params = /* @__PURE__ */ createParamsClass();

function createParamsClass(): new () => Record<string, string> {
  function Params(): void {}
  Params.prototype = Object.freeze(Object.create(null));
  return Params as unknown as new () => Record<string, string>; // cast: an old-style constructor has no class type
}

function checkMethods(method: Methods): readonly string[] {
  const methods = typeof method === "string" ? [method] : [...method];
  const bad = methods.find((token) => !TOKEN.test(token));
  if (methods.length === 0 || bad !== undefined) {
    throw new CodedError("ROUTER_BAD_METHOD", `not a method: ${JSON.stringify(bad ?? [])}`, { value: bad ?? [] });
  }
  return methods;
}
