import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Context, checkLimit, type Reply } from "../../lib/app/index.ts";

/**
 * Options of `createProxy`.
 * @public
 */
export interface ProxyOptions {
  /** Path and query for the server behind, from those of the request: to cut a prefix off, say. @defaultValue as received */
  readonly path?: (url: string) => string;
  /** Headers to add or replace in what the server behind is sent; `undefined` takes one out. Upgrades have `upgradeHeaders`. */
  readonly headers?: (c: Context) => Readonly<Record<string, string | undefined>>;
  /** The same for upgrades, which run through no route and no middleware. */
  readonly upgradeHeaders?: (request: IncomingMessage) => Readonly<Record<string, string | undefined>>;
  /** Send the client's own `Host` on, for servers that answer by it. @defaultValue false: that of the server behind */
  readonly keepHost?: boolean;
  /**
   * Believe the `Forwarded`, `X-Forwarded-*`, `X-Real-IP`, `X-Original-URL` and `X-Rewrite-URL` headers of the request and add to them. Only behind a proxy of yours: clients write what they
   * like. @defaultValue false: they are replaced
   */
  readonly trustForwarded?: boolean;
  /** Of a request body, in bytes; beyond it 413. @defaultValue the route's `maxBodyBytes` */
  readonly maxBodyBytes?: number;
  /** Of a reply's head, in bytes; beyond it 502. @defaultValue 16_384 */
  readonly maxHeaderBytes?: number;
  /** Connections to the server behind. @defaultValue 128 */
  readonly maxConnections?: number;
  /** Requests under way, those that wait for a connection included; beyond it 503. @defaultValue 1024 */
  readonly maxRequests?: number;
  /** Upgraded connections; beyond it 503. @defaultValue 1024 */
  readonly maxTunnels?: number;
  /** For the connection, in milliseconds. @defaultValue 5000 */
  readonly connectTimeoutMs?: number;
  /** For the head of the reply, in milliseconds, from the request or the first 1xx on; beyond it 504. @defaultValue 30_000 */
  readonly headTimeoutMs?: number;
  /** Between two pieces of a reply's body, sent or taken, and of a tunnel, in milliseconds; 0 waits for ever. @defaultValue 300_000 */
  readonly idleTimeoutMs?: number;
  /** How long an unused connection is kept, in milliseconds. @defaultValue 4000 */
  readonly keepAliveMs?: number;
  /**
   * How often a request is sent again when the connection fails before a reply: only what has no body and may be repeated (GET, HEAD, OPTIONS,
   * PUT, DELETE). @defaultValue 1
   */
  readonly retries?: number;
  /** Prefixes whose upgrades (WebSockets) are passed through; upgrades to HTTP/2 or TLS are refused. @defaultValue [] */
  readonly upgrades?: readonly string[];
  /** Hears why the server behind did not answer. @defaultValue nobody */
  readonly report?: (error: unknown) => void;
}

/** The limits of a proxy, with their defaults; times in milliseconds. */
export interface ProxyLimits {
  /** Of a request body; `undefined` for the route's own. */
  readonly body: number | undefined;
  readonly replyHead: number;
  readonly connections: number;
  readonly requests: number;
  readonly tunnels: number;
  readonly retries: number;
  readonly times: Times;
}

/** The times of a proxy, in milliseconds. */
export interface Times {
  readonly connect: number;
  readonly head: number;
  /** 0 is for ever. */
  readonly idle: number;
  readonly keepAlive: number;
}

/** @throws CodedError `APP_BAD_LIMIT` */
export function limitsOf(options: ProxyOptions): ProxyLimits {
  const limit = (name: NumberOption, standard: number, least = 0): number =>
    checkLimit(name, options[name] ?? standard, least);
  /** What Node and undici take: they refuse fractions, and what does not fit into 32 bits is none to them or the least. */
  const count = (name: NumberOption, standard: number, least = 0): number =>
    Math.min(Math.ceil(limit(name, standard, least)), INT32_MAX);
  return {
    body: options.maxBodyBytes === undefined ? undefined : limit("maxBodyBytes", 0),
    replyHead: count("maxHeaderBytes", 16_384, 1),
    connections: count("maxConnections", 128, 1),
    requests: limit("maxRequests", 1024),
    tunnels: limit("maxTunnels", 1024),
    retries: limit("retries", 1),
    times: {
      connect: count("connectTimeoutMs", 5000),
      head: count("headTimeoutMs", 30_000),
      idle: count("idleTimeoutMs", 300_000),
      keepAlive: count("keepAliveMs", 4000, 1),
    },
  };
}

type NumberOption = {
  [Name in keyof ProxyOptions]-?: NonNullable<ProxyOptions[Name]> extends number ? Name : never;
}[keyof ProxyOptions];

/** Some 25 days, as a time: Node takes a longer one for one of a millisecond. */
const INT32_MAX = 2 ** 31 - 1;

/**
 * A server behind this one.
 * @public
 */
export interface ReverseProxy {
  /** Answers a route with what the server behind answers: `app.all("/api/*", proxy.handler)`. */
  readonly handler: (c: Context) => Promise<Reply>;
  /**
   * Passes an upgrade through, if its path lies below one of `upgrades`. Origins are not checked: the server behind has to.
   * @returns Whether it did; if not, the socket is untouched.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Ends all connections to the server behind, once what is under way is done. */
  close(): Promise<void>;
}
