import type { Matcher, Methods, PathOptions, Route, Router } from "../router/index.ts";
import type {
  ErrorHandler,
  Handler,
  Middleware,
  NotFoundHandler,
  RouteOptions,
  RouteValues,
  SocketHandler,
} from "./handler-types.ts";
import type { AppLimits } from "./settings.ts";
import type { Endpoint } from "./table.ts";
import type { HostRequest, MaybePromise, Platform, Reply, RequestHeaders, SocketAcceptor } from "./types.ts";

/**
 * Options of `createApp`.
 * @public
 */
export interface AppOptions extends Omit<PathOptions, "limits"> {
  /** The app owns every path: what it has no route for is answered (404, 405, 204, 400, 414), never handed on. @defaultValue false */
  readonly terminal?: boolean;
  /** Clock, randomness, HMAC and timers; `nodePlatform` from `busbar/node` on Node. */
  readonly platform?: Platform;
  /**
   * Compresses replies from 1,400 bytes on (brotli, else gzip) where the platform can, the client accepts it, the host does not do it and
   * neither `content-encoding` nor `cache-control: no-transform` is on the reply. @defaultValue true
   */
  readonly compress?: boolean;
  /** Sizes that strangers choose. */
  readonly limits?: AppLimits;
  /**
   * Keys of signed cookies, sessions and CSRF tokens: the first signs, all are accepted, so a new one goes in front and an old one is
   * dropped once what it signed has expired. At least 32 random bytes each. A mounted app without any uses those of the outer app.
   */
  readonly cookieSecrets?: readonly (string | Uint8Array)[];
  /**
   * For development over plain HTTP on a name other than localhost: cookies get neither `Secure` nor a name prefix. Never in production:
   * whoever is on the path, and every sibling host, can then set and read them. @defaultValue false
   */
  readonly insecureCookiesForPlainHttp?: boolean;
  /** Matches requests in place of `app.router`: the compiled form of another app's router. */
  readonly matcher?: Matcher<Endpoint>;
}

// Of a route's types its handler has no say (`NoInfer`): one that names `/users/:id` serves every pattern with an `:id`.

/**
 * Adds a route for one method.
 * @throws CodedError `ROUTER_DUPLICATE_ROUTE`, `ROUTER_BAD_PATTERN` and what else `router.add` throws; `APP_BAD_PREFIX`.
 * @public
 */
export interface AddRoute<Prefix extends string> {
  /** With a handler alone. */
  <const Pattern extends string>(
    pattern: Pattern,
    handler: Handler<RouteValues<JoinPattern<Prefix, NoInfer<Pattern>>>>,
  ): Route<Endpoint, JoinPattern<Prefix, Pattern>>;
  /** With options, whose schemas decide what the context carries. */
  <const Pattern extends string, const Options extends RouteOptions>(
    pattern: Pattern,
    options: Options,
    handler: Handler<RouteValues<JoinPattern<Prefix, NoInfer<Pattern>>, NoInfer<Options>>>,
  ): Route<Endpoint, JoinPattern<Prefix, Pattern>>;
}

/**
 * A pattern below a prefix: in a group, `"/"` is the group's own path.
 * @public
 */
export type JoinPattern<Prefix extends string, Pattern extends string> = Prefix extends "" | "/"
  ? Pattern
  : Pattern extends "" | "/"
    ? Prefix
    : `${Prefix}${Pattern}`;

/**
 * Options of a socket.
 * @public
 */
export interface SocketOptions {
  /** Middleware for this socket alone, inside that of its group. */
  readonly use?: Middleware | readonly Middleware[];
}

/**
 * What an app and its groups have in common.
 * @public
 */
export interface Routes<Prefix extends string = ""> {
  /** Adds a GET route; HEAD comes with it. */
  readonly get: AddRoute<Prefix>;
  /** Adds a POST route. */
  readonly post: AddRoute<Prefix>;
  /** Adds a PUT route. */
  readonly put: AddRoute<Prefix>;
  /** Adds a PATCH route. */
  readonly patch: AddRoute<Prefix>;
  /** Adds a DELETE route. */
  readonly delete: AddRoute<Prefix>;
  /** Adds a HEAD route of its own, where GET's would be too dear. */
  readonly head: AddRoute<Prefix>;
  /** Adds an OPTIONS route of its own, where the answer of an owned prefix would not do. */
  readonly options: AddRoute<Prefix>;
  /** Adds a route for every method. */
  readonly all: AddRoute<Prefix>;
  /** Adds a route for any method token, or a list of them; with a handler alone. */
  route<const Pattern extends string>(
    methods: Methods,
    pattern: Pattern,
    handler: Handler<RouteValues<JoinPattern<Prefix, NoInfer<Pattern>>>>,
  ): Route<Endpoint, JoinPattern<Prefix, Pattern>>;
  /** The same, with options. */
  route<const Pattern extends string, const Options extends RouteOptions>(
    methods: Methods,
    pattern: Pattern,
    options: Options,
    handler: Handler<RouteValues<JoinPattern<Prefix, NoInfer<Pattern>>, NoInfer<Options>>>,
  ): Route<Endpoint, JoinPattern<Prefix, Pattern>>;
  /** Adds a socket: middleware in force on its path runs before it opens, and a reply from it refuses the socket. */
  socket<const Pattern extends string>(
    pattern: Pattern,
    handler: SocketHandler<RouteValues<JoinPattern<Prefix, NoInfer<Pattern>>>>,
    options?: SocketOptions,
  ): void;
  /** Adds middleware for the routes, groups and mounts that are added after it. */
  use(...middleware: readonly Middleware[]): void;
  /** Adds routes under a prefix, with middleware and handlers of their own. */
  group<const Inner extends string>(prefix: Inner, build: (routes: Routes<JoinPattern<Prefix, Inner>>) => void): void;
  /** Serves another app under a prefix: its routes and sockets so far, and those it gets later. @throws CodedError `APP_MOUNT_CYCLE`. */
  mount(prefix: string, other: App): void;
  /** Answers what handlers here throw. The last one given counts. */
  onError(handler: ErrorHandler): void;
  /** Answers unknown paths here, where the app owns them. The last one given counts. */
  notFound(handler: NotFoundHandler): void;
  /** Owns a prefix: below it unknown paths, wrong methods, OPTIONS and malformed paths are answered here, not by the host. */
  own(prefix?: string): void;
}

/**
 * Routes and what runs around them, ready to be put into any host.
 * @public
 */
export interface App extends Routes {
  /**
   * Answers a request; `undefined` means it is not ours and nothing of it was read.
   * @throws what a handler threw and no error handler answered; sync when the handler is.
   */
  handle(request: HostRequest): MaybePromise<Reply | undefined>;
  /** Whether `handle` would answer. Runs nothing. Headers matter where routes ask for a host or a version. */
  claims(method: string, url: string, headers?: RequestHeaders): boolean;
  /**
   * Asks for a socket: its acceptor, the reply that refuses it, or `undefined` (at once) when the path is not ours.
   * @throws what middleware threw and no error handler answered.
   */
  connect(request: HostRequest): MaybePromise<SocketAcceptor | Reply | undefined>;
  /** The table of routes. */
  readonly router: Router<Endpoint>;
  /** The table of sockets. */
  readonly sockets: Router<Endpoint>;
  /** The platform it was made with. @throws CodedError `APP_NO_PLATFORM` without one. */
  readonly platform: Platform;
  /** The limits in force. */
  readonly limits: Required<Pick<AppLimits, "maxBodyBytes" | "maxFields">>;
}
