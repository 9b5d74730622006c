import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { type App, type HandlerResult, type Reply, toReply } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { drainAfter, toHostRequest } from "../node/index.ts";
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
export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>;

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
  return async (ctx, next) => {
    const request = toHostRequest(ctx.req, ctx.res, { raw: ctx, url: ctx.url, base: baseOf(ctx), ...bodyOf(ctx) });
    let reply: Reply | undefined;
    try {
      reply = await app.handle(request);
    } catch (error) {
      drainAfter(ctx.res);
      if (isCodedError(error) && error.code === "APP_CLIENT_GONE" && ctx.res.destroyed) return;
      throw error;
    }
    if (reply === undefined) await next();
    else await write(ctx, reply);
  };
}

/**
 * Sends a reply, a template, or anything of a reply's shape from any Koa middleware. Await it: a stream is sent once its first
 * chunk is there.
 * @public
 */
export function send(ctx: KoaContext, reply: HandlerResult): Promise<void> {
  return write(ctx, toReply(reply));
}

async function write(ctx: KoaContext, reply: Reply): Promise<void> {
  const { body } = reply;
  // Body first: Koa derives status and headers from it, which the reply's own then replace.
  if (body === null || typeof body === "string") ctx.body = body;
  else if (body instanceof Uint8Array) ctx.body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  else ctx.body = Readable.from(await withFirstChunk(body, ctx.res), { objectMode: false, highWaterMark: 1 });
  ctx.remove("content-type");
  ctx.status = reply.status;
  // Koa takes the length off it, and without one only the connection's end tells the client that nothing follows.
  if (reply.status === 205) ctx.set("connection", "close");
  const seen: string[] = [];
  for (const [name, value] of reply.headers) {
    const key = name.toLowerCase();
    if (key === "set-cookie" || key === "vary" || seen.includes(key)) ctx.append(name, value);
    else ctx.set(name, value);
    seen.push(key);
    // koa-compress buffers events, and this is how it is told not to.
    if (key === "content-type" && value.startsWith("text/event-stream")) Object.assign(ctx, { compress: false });
  }
  drainAfter(ctx.res);
}

/** Mounting rewrites `url` and leaves `originalUrl`: what went missing in front is the mount path. */
function baseOf(ctx: KoaContext): string {
  const { url, originalUrl } = ctx;
  if (originalUrl.endsWith(url)) return originalUrl.slice(0, originalUrl.length - url.length);
  // Mounted at /shop, the request for /shop?x becomes /?x.
  const path = originalUrl.replace(/[?#].*$/s, "");
  return url.replace(/[?#].*$/s, "") === "/" ? path : "";
}

function bodyOf(ctx: KoaContext): { parsedBody?: unknown; rawBody?: unknown } {
  const parsedBody: unknown = Reflect.get(ctx.request, "body");
  const rawBody: unknown = Reflect.get(ctx.request, "rawBody");
  // A parser that skipped the request leaves an empty object and the stream unread.
  if (parsedBody === undefined || !ctx.req.readableDidRead) return {};
  return rawBody === undefined ? { parsedBody } : { parsedBody, rawBody };
}
