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
  find(method: string, path: string): Match<Value> | undefined;
  /**
   * The methods a path has routes for, sorted: what belongs in `Allow`. GET brings HEAD. A route for any method
   * stands for GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.
   * @throws CodedError as `find`, for the path alone.
   */
  allowed(path: string): readonly string[];
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
  /**
   * Removes what was added under exactly this pattern for these methods.
   * @returns Whether there was anything to remove.
   * @remarks Time: rebuilds the trees of the methods concerned.
   */
  remove(method: Methods, pattern: string): boolean;
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
