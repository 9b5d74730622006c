import { METHODS } from "node:http";
import { CodedError } from "../../lib/errors/index.ts";
import type { RouteTable, TableRoute } from "../../lib/router/analyze/index.ts";
import { joinPatterns, type Mount, type Paths, underMount } from "./paths.ts";
import { languageOf4, mountOf4 } from "./patterns4.ts";
import { languageOf5, mountOf5 } from "./patterns5.ts";

/**
 * A route of an Express app, for `analyzeRoutes`.
 * @public
 */
export interface ExpressRoute extends TableRoute {
  /** Its handlers for these methods. */
  readonly value: readonly unknown[];
}

/**
 * The routes of an Express app.
 * @public
 */
export interface ExpressTable extends RouteTable<ExpressRoute> {
  readonly routes: readonly ExpressRoute[];
  readonly policy: "first-match";
}

/**
 * Options of `expressRoutes`.
 * @public
 */
export interface ExpressRoutesOptions {
  /** Apps that are mounted in the app. Express keeps no way from an app to those mounted in it. @defaultValue none */
  readonly apps?: readonly object[];
  /**
   * Every handler answers. Otherwise a route whose handlers all take `next` is believed to pass requests on, so that it
   * hides no other: right for `app.all("*", requireLogin)`, too careful for handlers that take `next` and answer.
   * @defaultValue false
   */
  readonly everyHandlerAnswers?: boolean;
}

/**
 * Reads the routes of an Express 4 or 5 app or Router in the order in which they are tried, those of nested routers
 * with the paths they have from outside.
 * @param app - Read by its shape: any copy of Express will do, and nothing of it is called.
 * @returns A table for `analyzeRoutes`, with the policy `first-match`. What cannot be read is in it, too, with the reason.
 * @throws CodedError `ROUTER_NOT_EXPRESS`.
 * @remarks Middleware is no route, but it can answer requests or change their path: what it does is not seen.
 * @example
 * ```ts
 * const { unreachable } = analyzeRoutes(expressRoutes(app));
 * ```
 * @public
 */
export function expressRoutes(app: unknown, options: ExpressRoutesOptions = {}): ExpressTable {
  const stack = stackOf(app);
  if (stack === undefined) throw new CodedError("ROUTER_NOT_EXPRESS", "what was passed has no routes of Express");
  const reader: Reader = {
    apps: [...(options.apps ?? [])],
    arity: options.everyHandlerAnswers !== true,
    routes: [],
  };
  readStack(reader, app, stack, []);
  return { routes: reader.routes, policy: "first-match" };
}

interface Reader {
  /** Mounted apps that no layer has claimed yet. */
  readonly apps: object[];
  readonly arity: boolean;
  readonly routes: ExpressRoute[];
}

/** A router, or what an app keeps its routes in. */
function stackOf(subject: unknown): readonly unknown[] | undefined {
  const stack = read(subject, "stack");
  if (Array.isArray(stack)) return stack;
  // `_router` first: the `router` of an Express 4 app throws when it is read
  for (const name of ["_router", "router"]) {
    const inner = "settings" in Object(subject) ? readSafely(subject, name) : undefined;
    const found = read(inner, "stack");
    if (Array.isArray(found)) return found;
  }
  return isApp(subject) ? [] : undefined; // an Express 4 app without routes has no router yet
}

function isApp(subject: unknown): boolean {
  return typeof subject === "function" && typeof read(subject, "handle") === "function" && "settings" in subject;
}

function readStack(reader: Reader, owner: unknown, stack: readonly unknown[], mounts: readonly Mount[]): void {
  const router = routerOf(owner);
  const rules = { sensitive: read(router, "caseSensitive") === true, strict: read(router, "strict") === true };
  for (const layer of stack) {
    const regExp = read(layer, "regexp");
    const route = read(layer, "route");
    if (route !== undefined) {
      const own =
        regExp instanceof RegExp ? languageOf4(regExp, read(route, "path")) : languageOf5(read(route, "path"), rules);
      readRoute(reader, route, mounts.reduceRight<Paths>(underMount, own));
      continue;
    }
    const mount = (): Mount =>
      regExp instanceof RegExp
        ? mountOf4(regExp, read(layer, "keys"))
        : mountOf5(read(layer, "rawPath"), read(layer, "slash") === true, rules);
    const handle = read(layer, "handle");
    const inner = stackOf(handle);
    if (inner !== undefined) readStack(reader, handle, inner, [...mounts, mount()]);
    else if (read(layer, "name") === "mounted_app" || read(handle, "name") === "mounted_app") {
      readMountedApp(reader, owner, layer, [...mounts, mount()]);
    }
  }
}

function readMountedApp(reader: Reader, owner: unknown, layer: unknown, mounts: readonly Mount[]): void {
  const place = reader.apps.findIndex(
    (app) => read(app, "parent") === owner && isMountedAt(layer, read(app, "mountpath")),
  );
  const [app] = place < 0 ? [] : reader.apps.splice(place, 1);
  if (app !== undefined) {
    readStack(reader, app, stackOf(app) ?? [], mounts);
    return;
  }
  const pattern = mounts.map((mount) => mount.pattern).reduceRight((below, above) => joinPatterns(above, below), "/*");
  reader.routes.push({
    methods: ["*"],
    pattern,
    value: [],
    passes: true,
    unknown: "the routes of a mounted app are read only when the app is passed in the option apps",
  });
}

function isMountedAt(layer: unknown, mountPath: unknown): boolean {
  const regExp = read(layer, "regexp");
  const paths = [mountPath].flat(Number.POSITIVE_INFINITY);
  if (!(regExp instanceof RegExp)) return String([read(layer, "rawPath")].flat()) === String(paths);
  return paths.every((path) => typeof path !== "string" || regExp.test(path));
}

/** One entry for the methods whose handlers answer, and one for those whose handlers may pass the request on. */
function readRoute(reader: Reader, route: unknown, paths: Paths): void {
  const stack = read(route, "stack");
  const layers: readonly unknown[] = Array.isArray(stack) ? stack : [];
  const groups = new Map<string, { methods: string[]; handlers: readonly unknown[] }>();
  for (const method of methodsOf(route)) {
    const handlers = layers
      .filter((layer) => [undefined, method.toLowerCase()].includes(read(layer, "method") as string | undefined)) // cast: Express keeps names
      .map((layer) => read(layer, "handle"));
    const passes = reader.arity && handlers.every((handler) => typeof handler === "function" && handler.length > 2);
    const group = groups.get(`${passes}`) ?? { methods: [], handlers };
    group.methods.push(method);
    groups.set(`${passes}`, group);
  }
  for (const [passes, { methods, handlers }] of groups) {
    reader.routes.push({
      methods: METHODS.every((method) => methods.includes(method)) ? ["*"] : methods,
      pattern: paths.pattern,
      value: handlers,
      passes: passes === "true",
      ...(paths.regExps === undefined ? { unknown: paths.reason } : { paths: paths.regExps }),
    });
  }
}

function methodsOf(route: unknown): readonly string[] {
  const methods = read(route, "methods");
  const names = Object.keys(Object(methods)).map((name) => name.toUpperCase());
  return names.includes("_ALL") ? ["*"] : names;
}

/** The router of an app, or the router itself. */
function routerOf(owner: unknown): unknown {
  return Array.isArray(read(owner, "stack")) ? owner : (readSafely(owner, "_router") ?? readSafely(owner, "router"));
}

function readSafely(subject: unknown, name: string): unknown {
  try {
    return read(subject, name);
  } catch {
    return undefined; // the getter of Express 4
  }
}

function read(subject: unknown, name: string): unknown {
  if (subject === null || (typeof subject !== "object" && typeof subject !== "function")) return undefined;
  return Reflect.get(subject, name);
}
