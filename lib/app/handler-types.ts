import type { PathParams, RouteConstraints } from "../router/index.ts";
import type { Context, ContextValues, RawValues } from "./context-types.ts";
import type { StandardSchema, ValueOf } from "./schema.ts";
import type { Fields, HandlerResult, MaybePromise, Next, RequestHeaders, SocketChannel } from "./types.ts";

/**
 * Answers one route. Sync handlers stay sync.
 * @public
 */
export type Handler<V extends ContextValues = RawValues> = (c: Context<V>) => MaybePromise<HandlerResult>;

/**
 * Wraps handlers: return what `next()` gave, changed or not, or a reply of your own to stop here.
 * @public
 */
export type Middleware = (c: Context, next: Next) => MaybePromise<HandlerResult>;

/**
 * Answers what a handler threw. Returning `undefined` passes the error outwards: to the enclosing group, the app, then the host.
 * @public
 */
export type ErrorHandler = (error: unknown, c: Context) => MaybePromise<HandlerResult | undefined>;

/**
 * Answers an unknown path below a prefix the app owns. Returning `undefined` means the plain 404.
 * @public
 */
export type NotFoundHandler = (c: Context) => MaybePromise<HandlerResult | undefined>;

/**
 * Serves one accepted socket.
 * @public
 */
export type SocketHandler<V extends ContextValues = RawValues> = (
  c: Context<V>,
  channel: SocketChannel,
) => void | Promise<void>;

/**
 * What a route may state besides its handler.
 * @public
 */
export interface RouteOptions {
  /** Checks and converts the path parameters. */
  readonly params?: StandardSchema;
  /** Checks and converts the query. */
  readonly query?: StandardSchema;
  /** Checks and converts the request headers. */
  readonly headers?: StandardSchema;
  /** Checks and converts the cookies. */
  readonly cookies?: StandardSchema;
  /** Reads, checks and converts the body: JSON, an urlencoded form or text, by its content type. */
  readonly body?: StandardSchema;
  /** Describes the answer; kept in the route's metadata, not enforced. */
  readonly response?: StandardSchema;
  /** Middleware for this route alone, inside that of its group. */
  readonly use?: Middleware | readonly Middleware[];
  /** Overrides `limits.maxBodyBytes` for this route. In bytes. */
  readonly maxBodyBytes?: number;
  /** Names the route for URL building. */
  readonly name?: string;
  /** What else a request must bring: its host, a range of versions in `Accept-Version`. See `RouteConstraints` of `busbar/router`. */
  readonly constraints?: RouteConstraints;
  /** A condition of `busbar/router/build`; see `RouteOptions` of `busbar/router`. */
  readonly when?: string;
  /** Anything you want to find again in `app.router.routes()`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/**
 * What the context of a route carries, from its pattern and its options: for handlers that stand by themselves. What has no schema is as it
 * came, and the body `undefined`: call a reader.
 * @example
 * ```ts
 * const show: Handler<RouteValues<"/users/:id">> = (c) => c.text(c.params.id);
 * const save: Handler<RouteValues<"/users", { body: typeof User }>> = (c) => c.json(c.body, 201);
 * ```
 * @public
 */
export type RouteValues<Pattern extends string, Options extends RouteOptions = Record<never, never>> = ContextValues<
  ValueOf<Options["params"], PathParams<Pattern>>,
  ValueOf<Options["query"], Fields>,
  ValueOf<Options["headers"], RequestHeaders>,
  ValueOf<Options["cookies"], Readonly<Record<string, string>>>,
  ValueOf<Options["body"], undefined>
>;
