import type { Matcher, Methods, PathOptions, Route } from "../router/index.ts";
import type { AddRoute, App, AppOptions, Routes, SocketOptions } from "./app-types.ts";
import { createCookieSettings } from "./cookies.ts";
import { checkPrefix, type Definition, joinPattern, type Scope, wrapDefinition } from "./definitions.ts";
import { claims, connect, dispatch } from "./dispatch.ts";
import type { Handler, Middleware, RouteOptions, SocketHandler } from "./handler-types.ts";
import { createSettings, type Settings, withPlatformOf } from "./settings.ts";
import { createTable, type Endpoint, type LiveEndpoint, listOf, type Table } from "./table.ts";
import type { Platform } from "./types.ts";

const TABLE: unique symbol = Symbol("busbar.app.table");

/**
 * Makes an app: a table of routes with middleware, for any host.
 * @remarks Nothing listens: put it into a host with an adapter (`busbar/node`, `/express`, `/fastify`, `/koa`).
 * @example
 * ```ts
 * const app = createApp();
 * app.get("/hello/:name", (c) => c.html(html`<h1>Hello ${c.params.name}</h1>`));
 * server.use(expressHandler(app));
 * ```
 * @public
 */
export function createApp(options: AppOptions = {}): App {
  const {
    terminal,
    platform,
    limits = {},
    matcher,
    compress = true,
    cookieSecrets,
    insecureCookiesForPlainHttp,
    ...rest
  } = options;
  const paths: PathOptions = { ...rest, limits };
  const cookies = createCookieSettings(cookieSecrets, insecureCookiesForPlainHttp);
  const settings = createSettings(limits, platform, cookies, compress, (request) => connect(table, request));
  // cast: the endpoints of a matcher come from the router of another app, which are live ones
  const table = createTable(paths, matcher as Matcher<LiveEndpoint> | undefined);
  const scope = createScope();
  table.define({ kind: "area", pattern: "", scopes: [scope], settings });
  if (terminal === true) table.define({ kind: "own", pattern: "", scopes: [scope], settings });
  const app: App = {
    ...createRoutes({ table, settings, scopes: [scope], prefix: "", inherited: [] }),
    handle: (request) => dispatch(table, request),
    claims: (method, url, headers = {}) => claims(table, method, url, headers),
    connect: (request) => connect(table, request),
    router: table.router,
    sockets: table.sockets,
    get platform(): Platform {
      return settings.platform();
    },
    limits: { maxBodyBytes: settings.maxBodyBytes, maxFields: settings.maxFields },
  };
  return Object.defineProperty(app, TABLE, { value: table });
}

/** Where routes are added: the app itself or a group in it. */
interface Site {
  readonly table: Table;
  readonly settings: Settings;
  /** From the outermost to the innermost. */
  readonly scopes: readonly Scope[];
  readonly prefix: string;
  /** The middleware of the enclosing scopes that was there when this group was made. */
  readonly inherited: readonly Middleware[];
}

function createRoutes(site: Site): Routes {
  return { ...createAdders(site), ...createScoping(site) };
}

type Adders = "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "all" | "route" | "socket";

/** What adds to the table. Patterns and contexts are typed by the caller's overload; here all contexts are one class. */
function createAdders(site: Site): Pick<Routes, Adders> {
  const { table } = site;
  const route = (
    methods: Methods,
    pattern: string,
    second: RouteOptions | Handler,
    third?: Handler,
  ): Route<Endpoint> => {
    const isAlone = typeof second === "function";
    const options = isAlone ? {} : second;
    const handler = isAlone ? second : (third as Handler); // cast: options come with a handler after them
    const steps = stepsOf(site);
    const definition: Definition = { kind: "route", methods, options, handler, steps, ...placeOf(site, pattern) };
    return table.define(definition) as Route<Endpoint>; // cast: only areas are defined without a route
  };
  const method = (methods: Methods): AddRoute<""> => {
    const add = (pattern: string, second: RouteOptions | Handler, third?: Handler): Route<Endpoint> =>
      route(methods, pattern, second, third);
    return add as AddRoute<"">; // cast: see above
  };
  const socket = (pattern: string, handler: SocketHandler, options: SocketOptions = {}): void => {
    const steps = [...stepsOf(site), ...listOf(options.use)];
    table.define({ kind: "socket", handler, steps, ...placeOf(site, pattern) });
  };
  return {
    get: method("GET"),
    post: method("POST"),
    put: method("PUT"),
    patch: method("PATCH"),
    delete: method("DELETE"),
    head: method("HEAD"),
    options: method("OPTIONS"),
    all: method("*"),
    route: route as Routes["route"], // cast: see above
    socket: socket as Routes["socket"], // cast: see above
  };
}

/** What decides how things are run. */
function createScoping(site: Site): Omit<Routes, Adders> {
  const { table, settings, scopes } = site;
  const scope = ownScope(site);
  return {
    use: (...middleware) => void scope.steps.push(...middleware),
    group: (prefix, build) => {
      const before = stepsOf(site);
      const { pattern } = placeOf(site, checkPrefix(prefix));
      const inner: Site = { table, settings, scopes: [...scopes, createScope()], prefix: pattern, inherited: before };
      table.define({ kind: "area", pattern, scopes: inner.scopes, settings });
      build(createRoutes(inner) as Parameters<typeof build>[0]); // cast: the prefix is in the type alone
    },
    mount: (prefix, other) => {
      const outer = { ...placeOf(site, checkPrefix(prefix)), steps: stepsOf(site) };
      tableOf(other).feed(table, (inner) => {
        table.define(wrapDefinition(inner, { ...outer, settings: withPlatformOf(inner.settings, settings) }));
      });
    },
    onError: (handler) => {
      scope.onError = handler;
    },
    notFound: (handler) => {
      scope.notFound = handler;
    },
    own: (prefix = "") => void table.define({ kind: "own", ...placeOf(site, checkPrefix(prefix)) }),
  };
}

function placeOf(site: Site, pattern: string): Pick<Definition, "pattern" | "scopes" | "settings"> {
  return { pattern: joinPattern(site.prefix, pattern), scopes: site.scopes, settings: site.settings };
}

/** The middleware in force for what is added now. */
function stepsOf(site: Site): readonly Middleware[] {
  return [...site.inherited, ...ownScope(site).steps];
}

function ownScope(site: Site): Scope {
  return site.scopes[site.scopes.length - 1] as Scope; // cast: every site has its own scope as the last
}

function createScope(): Scope {
  return { steps: [], onError: undefined, notFound: undefined };
}

function tableOf(app: App): Table {
  return (app as App & { readonly [TABLE]: Table })[TABLE]; // cast: createApp is the only maker of apps
}
