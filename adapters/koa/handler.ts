import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { type App, type HandlerResult, type Reply, toReply } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import {
  type ClientSource,
  cutShort,
  drainAfter,
  type HostRequestOptions,
  isConnectionHeader,
  toHostRequest,
} from "../node/index.ts";
import { withFirstChunk } from "./first-chunk.ts";

/**
 * What the adapter uses of Koa's context.
 * @public
 */
export interface KoaContext {
  /** Node's request. */
  readonly req: IncomingMessage;
  /** Node's response. */
  readonly res: ServerResponse;
  /** Koa's own request, where body parsers leave what they read. */
  readonly request: object;
  /** Path and query, without what mounting cut off. */
  readonly url: string;
  /** Path and query as received. */
  readonly originalUrl: string;
  /** The client's address, by `app.proxy`. */
  readonly ip?: string;
  /** `"http"` or `"https"`, by `app.proxy`. */
  readonly protocol?: string;
  /** The reply's status. */
  status: number;
  /** The reply's body. */
  body: unknown;
  /** Sets a header. */
  set(field: string, value: string): void;
  /** Adds a header line. */
  append(field: string, value: string): void;
  /** Removes a header. */
  remove(field: string): void;
}

/**
 * Middleware for Koa.
 * @public
 */
export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<unknown>;

/**
 * Makes the app Koa middleware: `server.use(koaHandler(app))`. What is not the app's goes to `next()`; errors nobody answered
 * are thrown, to outer middleware and then to Koa's own handler.
 * @remarks Replies go through `ctx.status` and `ctx.body`, so that outer middleware sees and may change them. `ctx.request.body`
 * is used when a parser has set it. `c.request.raw` is `ctx`.
 * @example
 * ```ts
 * const server = new Koa();
 * server.use(koaHandler(app));
 * ```
 * @public
 */
export function koaHandler(app: App): KoaMiddleware {
  return (ctx, next) => {
    const request = toHostRequest(ctx.req, ctx.res, new ContextSource(ctx));
    let reply: ReturnType<App["handle"]>;
    try {
      reply = app.handle(request);
    } catch (error) {
      return failed(ctx, error);
    }
    if (reply === undefined) return next();
    return "then" in reply ? later(ctx, reply, next) : (write(ctx, reply) ?? DONE);
  };
}

/** What is answered at once needs no promise of its own. */
const DONE = Promise.resolve();

async function later(
  ctx: KoaContext,
  reply: Promise<Reply | undefined>,
  next: () => Promise<unknown>,
): Promise<unknown> {
  let settled: Reply | undefined;
  try {
    settled = await reply;
  } catch (error) {
    return failed(ctx, error);
  }
  return settled === undefined ? next() : write(ctx, settled);
}

async function failed(ctx: KoaContext, error: unknown): Promise<void> {
  drainAfter(ctx.res);
  const isGone = isCodedError(error) && error.code === "APP_CLIENT_GONE" && ctx.res.destroyed; // nobody is left to answer
  if (!isGone) throw error;
}

/**
 * Sends a reply, a template, or anything of a reply's shape from any Koa middleware. Await it: a stream is sent once its first
 * chunk is there.
 * @public
 */
export async function send(ctx: KoaContext, reply: HandlerResult): Promise<void> {
  await write(ctx, toReply(reply));
}

function write(ctx: KoaContext, reply: Reply): undefined | Promise<void> {
  const { body } = reply;
  if (body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) return writeStream(ctx, reply, body);
  // Where a body may follow, Koa 2 says no length of none, and the client waits for it: there it is a text of no letters.
  const isNone = body === null && (ctx.req.method === "HEAD" || isBodiless(reply.status));
  if (isNone) ctx.body = null; // first: Koa takes type and length off with it
  writeHead(ctx, reply);
  if (typeof body === "string") ctx.body = body;
  else if (body !== null) ctx.body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  else if (!isNone) ctx.body = "";
  dropGuessedType(ctx, reply);
  drainAfter(ctx.res);
  return undefined;
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

async function writeStream(ctx: KoaContext, reply: Reply, body: AsyncIterable<Uint8Array>): Promise<void> {
  const stream = Readable.from(await withFirstChunk(body, ctx.res), { objectMode: false, highWaterMark: 1 });
  stream.once("error", () => cutShort(ctx.res)); // Koa 2 would leave it open for ever
  writeHead(ctx, reply);
  ctx.body = stream;
  dropGuessedType(ctx, reply);
  drainAfter(ctx.res);
}

/** Before the body, since Koa looks up a type for a body that has none yet. */
function writeHead(ctx: KoaContext, reply: Reply): void {
  ctx.status = reply.status;
  // Koa takes the length off it, and without one only the connection's end tells the client that nothing follows.
  if (reply.status === 205 && !isConnectionHeader(ctx.res, "connection")) ctx.set("connection", "close");
  const seen: string[] = [];
  for (const [name, value] of reply.headers) {
    const key = name.toLowerCase();
    if (isConnectionHeader(ctx.res, key)) continue;
    if (key === "vary" && value === "accept-encoding" && compresses(ctx)) continue; // said already
    if (key === "set-cookie" || key === "vary" || seen.includes(key)) ctx.append(name, value);
    else ctx.set(name, value);
    seen.push(key);
    // koa-compress buffers events, and this is how it is told not to.
    if (key === "content-type" && value.startsWith("text/event-stream")) Object.assign(ctx, { compress: false });
  }
}

/** A reply without a type goes out without one. */
function dropGuessedType(ctx: KoaContext, reply: Reply): void {
  if (!reply.headers.some(([name]) => name.length === 12 && name.toLowerCase() === "content-type"))
    ctx.remove("content-type");
}

/** What Koa knows of a request. Little of it is asked for by most routes, so that nothing is worked out before. */
class ContextSource implements HostRequestOptions {
  readonly raw: KoaContext;

  constructor(ctx: KoaContext) {
    this.raw = ctx;
  }
  get url(): string {
    return this.raw.url;
  }
  get originalUrl(): string {
    return this.raw.originalUrl;
  }
  get client(): ClientSource {
    return this.raw;
  }
  get compresses(): boolean {
    return compresses(this.raw);
  }
  /** A parser that skipped the request leaves an empty object and the stream unread. */
  get parsedBody(): unknown {
    return this.raw.req.readableDidRead ? Reflect.get(this.raw.request, "body") : undefined;
  }
  get rawBody(): unknown {
    return this.parsedBody === undefined ? undefined : Reflect.get(this.raw.request, "rawBody");
  }
}

/** koa-compress leaves no mark before a reply is there, but for this. */
function compresses({ res }: KoaContext): boolean {
  return /(?:^|,)\s*accept-encoding\s*(?:,|$)/i.test(String(res.getHeader("vary") ?? ""));
}
