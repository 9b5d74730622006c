import type { PathParams, UrlArguments } from "./path-params.ts";

/**
 * How paths are compared.
 * @public
 */
export interface PathOptions {
  /** `/a` and `/a/` are one path. @defaultValue false */
  readonly ignoreTrailingSlash?: boolean;
  /** `/a//b` and `/a/b` are one path. @defaultValue false */
  readonly ignoreDuplicateSlashes?: boolean;
  /** `/a` and `/A` are two paths. Parameters keep their case either way. @defaultValue true */
  readonly caseSensitive?: boolean;
  /** Sizes that strangers choose. */
  readonly limits?: RouterLimits;
}

/**
 * The longest input the router reads, in UTF-16 units.
 * @public
 */
export interface RouterLimits {
  /** Of a path without its query. Beyond it `find` throws `ROUTER_PATH_TOO_LONG`. @defaultValue 8192 */
  readonly maxPathLength?: number;
  /** Of a decoded parameter; wildcards are bound by the path alone. Beyond it `find` throws `ROUTER_PARAM_TOO_LONG`. @defaultValue 1024 */
  readonly maxParamLength?: number;
}

/**
 * Options of `createRouter`.
 * @public
 */
export interface RouterOptions extends PathOptions {}

/**
 * A method token, a list of them, or `"*"` for any method.
 * @public
 */
export type Methods = string | readonly string[];

/**
 * Route names with their patterns, the second type parameter of a router.
 * @public
 */
export type RouteNames = { readonly [name: string]: string };

/**
 * What a route may carry besides its value.
 * @public
 */
export interface RouteOptions<Name extends string = string> {
  /** For `router.url(name, params)`; unique in a router. */
  readonly name?: Name;
  /** Anything: documentation, flags, schemas. The router only hands it back. */
  readonly meta?: unknown;
  /** What else a request must bring: its host, a version of the API. Routes of one path may differ in this alone. */
  readonly constraints?: RouteConstraints;
  /** A condition of `busbar/router/build`: built with it off, the route is dropped from the dispatch. `!name` is its opposite. */
  readonly when?: string;
}

/**
 * What a route asks of a request beyond method and path. At one path a route with a host beats one without, the
 * narrower host first; then the highest version that the request accepts.
 * @public
 */
export interface RouteConstraints {
  /**
   * `api.example.com`, `*.example.com` (one label or more in place of the star), or a regular expression of the linear
   * subset, tested as `RegExp.test` does. Letter case, a port and a dot at the end do not count, unless a port is given.
   */
  readonly host?: string | RegExp;
  /** A version of semantic versioning, `1.2.0`. A request that names no version does not reach the route. */
  readonly version?: string;
}

/**
 * What a request brings for `RouteConstraints`. A route without constraints takes any host, and no request that asks for a version.
 * @public
 */
export interface RequestConstraints {
  /** The `Host` header, or `:authority`. */
  readonly host?: string | undefined;
  /** A range of versions, usually the `Accept-Version` header: `1.2.0`, `1.x`, `^1.2`, `>=1 <3`, `*`. One that cannot be read fits nothing. */
  readonly version?: string | undefined;
}

/**
 * The names a pattern may be given: with a typed name table only those that stand for this pattern.
 * @public
 */
export type NamesFor<Names extends RouteNames, Pattern extends string> = string extends keyof Names
  ? string
  : { [Name in keyof Names & string]: Names[Name] extends Pattern ? Name : never }[keyof Names & string];

/**
 * One registered route.
 * @public
 */
export interface Route<Value, Pattern extends string = string> {
  /** Its methods as they were added; `"*"` is any. */
  readonly methods: readonly string[];
  /** Its pattern as it was added (with the prefix, when it was mounted). */
  readonly pattern: Pattern;
  /** What was registered: a handler, usually. */
  readonly value: Value;
  /** Its name, if it was given one. */
  readonly name: string | undefined;
  /** What was passed as `meta`. */
  readonly meta: unknown;
  /** What was passed as `constraints`. */
  readonly constraints: RouteConstraints | undefined;
  /** What was passed as `when`. */
  readonly when: string | undefined;
  /**
   * Builds the path of this route: the inverse of `find`.
   * @param params - Every parameter of the pattern. A wildcard's value is a path of its own, in canonical form.
   * @throws CodedError `ROUTER_BAD_PARAM` when a parameter is missing, unknown or empty, breaks its constraint, or
   * would not come back as it was given; `ROUTER_PARAM_TOO_LONG`.
   */
  url(...params: UrlArguments<Pattern>): string;
}

/**
 * What `find` found. The params object inherits nothing: its prototype is one frozen object whose own prototype is
 * `null`, so every name, `__proto__` too, is an ordinary property.
 * @public
 */
export interface Match<Value> {
  readonly value: Value;
  /** Decoded values by name; the value of a wildcard is the rest of the canonical path. */
  readonly params: Readonly<Record<string, string>>;
  readonly route: Route<Value>;
}

/**
 * Anything that answers for a table of routes: the tree, its compiled forms, build output.
 * @public
 */
export interface Matcher<Value> {
  /**
   * Finds the most specific route for a request: static beats constrained parameter beats parameter with static text
   * beats parameter beats wildcard, segment by segment, whatever the order of adding. HEAD falls back to GET.
   * @param path - As it came in: still percent-encoded, with or without query.
   * @returns The match, or `undefined` when no route fits.
   * @throws CodedError `ROUTER_BAD_ENCODING`, `ROUTER_DOT_SEGMENT`, `ROUTER_PATH_TOO_LONG`, `ROUTER_PARAM_TOO_LONG`.
   * @remarks Time: the path's characters, and for tables with alternatives at one position at most one visit to each
   * alternative. Allocates a match and its params; nothing on a miss.
   */
  find(method: string, path: string, request?: RequestConstraints): Match<Value> | undefined;
  /**
   * The methods a path has routes for, sorted: what belongs in `Allow`. GET brings HEAD. A route for any method
   * stands for GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.
   * @throws CodedError as `find`, for the path alone.
   */
  allowed(path: string, request?: RequestConstraints): readonly string[];
}

/**
 * A pattern below a prefix: `/` is the prefix itself.
 * @public
 */
export type PrefixedPattern<Prefix extends string, Pattern extends string> = Prefix extends "" | "/"
  ? Pattern
  : Pattern extends "/"
    ? Prefix
    : `${Prefix}${Pattern}`;

/**
 * Adds routes under one prefix.
 * @public
 */
export interface RouteGroup<Value, Names extends RouteNames, Prefix extends string> {
  /** As `add` of a router, with the prefix before the pattern. */
  add<const Pattern extends string>(
    method: Methods,
    pattern: Pattern,
    value: Value,
    options?: RouteOptions<NamesFor<Names, PrefixedPattern<Prefix, Pattern>>>,
  ): Route<Value, PrefixedPattern<Prefix, Pattern>>;
  /** A group in this one. */
  group<const Inner extends string>(
    prefix: Inner,
    define: (group: RouteGroup<Value, Names, PrefixedPattern<Prefix, Inner>>) => void,
  ): void;
}

/**
 * A route table that can be changed at any time.
 * @public
 */
export interface Router<Value, Names extends RouteNames = RouteNames> extends Matcher<Value> {
  /**
   * Adds a route.
   * @param method - A token, a list, or `"*"`.
   * @param pattern - `/static`, `/:id`, `/:id.json`, `/:a-:b`, `/:id(\\d+)`, `/:id?` (last), `/*` or `/*name` (last).
   * @throws CodedError `ROUTER_BAD_METHOD`, `ROUTER_BAD_PATTERN`, `ROUTER_BAD_CONSTRAINT`, `ROUTER_DUPLICATE_ROUTE`,
   * `ROUTER_DUPLICATE_NAME`, `ROUTER_AMBIGUOUS_ROUTE`. A failed add leaves the table as it was.
   * @remarks Time: its pattern; after a search also that of adding the routes of its methods once more.
   * @example
   * ```ts
   * const user = router.add("GET", "/users/:id", showUser, { name: "user" });
   * user.url({ id: "7" }); // "/users/7"
   * ```
   */
  add<const Pattern extends string>(
    method: Methods,
    pattern: Pattern,
    value: Value,
    options?: RouteOptions<NamesFor<Names, Pattern>>,
  ): Route<Value, Pattern>;
  /** What it was made with. */
  readonly options: RouterOptions;
  /**
   * Adds routes under a prefix; the pattern `/` in a group is the prefix itself.
   * @throws CodedError as `add`, at the route that is refused; what was added before it stays.
   * @example
   * ```ts
   * router.group("/admin", (admin) => admin.add("GET", "/users/:id", showUser)); // GET /admin/users/:id
   * ```
   */
  group<const Prefix extends string>(prefix: Prefix, define: (group: RouteGroup<Value, Names, Prefix>) => void): void;
  /**
   * Removes what was added under exactly this pattern for these methods, with these constraints when they are given.
   * @returns Whether there was anything to remove.
   * @remarks Time: builds the trees anew.
   */
  remove(method: Methods, pattern: string, constraints?: RouteConstraints): boolean;
  /** All routes, in the order they were added. */
  routes(): readonly Route<Value>[];
  /**
   * Copies the routes another router has now under a prefix; its `/` becomes the prefix itself. This router's options
   * apply. The prefix may have parameters, but no optional one and no wildcard.
   * @throws CodedError as `add`; then nothing is mounted.
   */
  mount(prefix: string, other: Pick<Router<Value>, "routes">): void;
  /** The table as a tree, for people: one line per segment, with methods and names. */
  print(): string;
  /**
   * Builds the path of a named route.
   * @throws CodedError `ROUTER_UNKNOWN_NAME`, and what `route.url` throws.
   */
  url<Name extends keyof Names & string>(name: Name, ...params: UrlArguments<Names[Name]>): string;
}

/**
 * The parameters of a route's pattern.
 * @public
 */
export type RouteParams<Of extends Route<unknown>> =
  Of extends Route<unknown, infer Pattern> ? PathParams<Pattern> : never;
