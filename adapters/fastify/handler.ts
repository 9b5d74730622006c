import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from "fastify";
import {
  type App,
  type HandlerResult,
  type HeaderPair,
  type HostRequest,
  type Reply,
  toReply,
} from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import {
  type ClientSource,
  cutShort,
  drainAfter,
  type HostRequestOptions,
  isConnectionHeader,
  toHostRequest,
} from "../node/index.ts";
import { baseOf, createStrip, type Strip } from "./prefix.ts";

/**
 * Options of `fastifyHandler`.
 * @public
 */
export interface FastifyHandlerOptions {
  /**
   * Who reads JSON and plain text for the app's routes. `"busbar"` does it when the handler asks, under the app's limits, and
   * can give the raw text; `"host"` leaves them to Fastify's parsers. Other types go to the host's parser where it has one.
   * @defaultValue "busbar"
   */
  readonly parse?: "busbar" | "host";
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** True on the routes of an app: hooks see it as `request.routeOptions.config.busbar`. */
    busbar?: boolean;
  }
}

/**
 * Makes the app a Fastify plugin: `server.register(fastifyHandler(app), { prefix })`. It is encapsulated: hooks of the instance
 * it is registered on run for its routes, and nothing of it leaks out.
 * @remarks The plugin adds one wildcard route that a constraint opens for exactly the requests the app answers. Every other
 * request is matched as if the plugin were not there: by the host's routes, a wildcard among them, else by its 404 handler.
 * Where a host route and one of the app both fit, the host's wins unless it is a wildcard. Cost: one lookup in the app's router
 * for each request of the server. `c.request.raw` is Fastify's request.
 * @example
 * ```ts
 * const server = Fastify();
 * server.register(fastifyHandler(app));
 * ```
 * @public
 */
export function fastifyHandler(app: App, options: FastifyHandlerOptions = {}): FastifyPluginCallback {
  return (instance, _options, done) => {
    const prefix = instance.prefix.replace(/\/$/, "");
    const strip = createStrip(prefix);
    const constraints = { [addConstraint(instance, app, strip)]: true };
    setParsers(instance, options.parse ?? "busbar");
    const site: Site = { prefix, strip, compresses: instance.hasReplyDecorator("compress") };
    const handler = (request: FastifyRequest, reply: FastifyReply): ReturnType<typeof answer> =>
      answer(app, toHostRequest(request.raw, reply.raw, new RequestSource(request, site)), reply);
    const config = { busbar: true };
    const route = { method: instance.supportedMethods, handler, constraints, config, exposeHeadRoute: false };
    instance.route({ ...route, url: "/*" });
    if (prefix !== "") instance.route({ ...route, url: "" });
    done();
  };
}

/**
 * Sends a reply, a template, or anything of a reply's shape from any Fastify handler; return what it gives.
 * @public
 */
export function send(reply: FastifyReply, result: HandlerResult): FastifyReply {
  return write(reply, toReply(result));
}

/** A constraint is how a Fastify route declines: the search goes on as if it were not in the table. */
function addConstraint(instance: FastifyInstance, app: App, strip: Strip): string {
  let name = "busbar";
  for (let i = 2; instance.hasConstraintStrategy(name); i++) name = `busbar${i}`;
  instance.addConstraintStrategy({
    name,
    storage: () => {
      let ours: unknown = null;
      return {
        get: (key: unknown) => (key === true ? ours : null),
        set: (_key: unknown, value: unknown) => {
          ours = value;
        },
      } as never; // cast: the handler's type belongs to Fastify, and is only passed through here
    },
    validate: () => true,
    mustMatchWhenDerived: false,
    deriveConstraint: (req: IncomingMessage) => {
      const url = strip(req.url ?? "/");
      return url !== undefined && app.claims(req.method ?? "GET", url, req.headers);
    },
  });
  return name;
}

/** Bodies without a parser of the host's pass through unread; without this Fastify would answer 415 for them. */
function setParsers(instance: FastifyInstance, parse: "busbar" | "host"): void {
  const pass = (_request: FastifyRequest, payload: Readable, done: (error: null, body: Readable) => void): void => {
    payload.on("error", () => {}); // a handler that reads it is told; with nobody listening the process would end
    done(null, payload);
  };
  if (parse === "busbar") {
    instance.removeContentTypeParser(["application/json", "text/plain"]);
    instance.addContentTypeParser(["application/json", "text/plain"], pass);
  }
  if (!instance.hasContentTypeParser("*")) instance.addContentTypeParser("*", pass);
}

/** What one registration knows of every request. */
interface Site {
  readonly prefix: string;
  readonly strip: Strip;
  readonly compresses: boolean;
}

/** What Fastify knows of a request. Little of it is asked for by most routes, so that nothing is worked out before. */
class RequestSource implements HostRequestOptions {
  readonly raw: FastifyRequest;
  readonly #site: Site;

  constructor(request: FastifyRequest, site: Site) {
    this.raw = request;
    this.#site = site;
  }
  get url(): string {
    return this.#site.strip(this.raw.raw.url ?? "/") ?? "/"; // the constraint has seen that the prefix is there
  }
  get base(): string {
    return baseOf(this.#site.prefix, this.raw.raw.url ?? "/", this.url);
  }
  get client(): ClientSource {
    return this.raw;
  }
  get compresses(): boolean {
    return this.#site.compresses;
  }
  get parsedBody(): unknown {
    const { body } = this.raw;
    return body instanceof Readable ? undefined : body;
  }
  /** A stream that a preParsing hook has put in the request's place. The request itself may have been read by a parser of Connect's in a hook. */
  get payload(): Readable | undefined {
    const { body, raw } = this.raw;
    return body instanceof Readable && body !== raw ? body : undefined;
  }
}

/** What is at hand is sent at once; Fastify catches what is thrown here, and waits for a promise. */
function answer(app: App, request: HostRequest, reply: FastifyReply): undefined | Promise<FastifyReply | undefined> {
  let result: ReturnType<App["handle"]>;
  try {
    result = app.handle(request);
  } catch (error) {
    failed(error, reply);
    return undefined;
  }
  if (isPromise(result)) return later(result, reply);
  finish(result, reply);
  return undefined;
}

/** A reply has a status, and a promise none: asking for what one of the two lacks altogether takes longer. */
function isPromise(result: ReturnType<App["handle"]>): result is Promise<Reply | undefined> {
  return result !== undefined && (result as Partial<Reply>).status === undefined; // cast: see above
}

/** Fastify's reply is a promise of its own end. One that is sent needs no more turns to say so (bench: http, "busbar on Fastify"). */
function later(result: Promise<Reply | undefined>, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const refuse = (error: unknown): FastifyReply | undefined => {
    failed(error, reply);
    return unlessSent(reply);
  };
  return result.then((settled) => {
    try {
      finish(settled, reply);
      return unlessSent(reply);
    } catch (error) {
      return refuse(error);
    }
  }, refuse);
}

function unlessSent(reply: FastifyReply): FastifyReply | undefined {
  return reply.sent ? undefined : reply;
}

function finish(result: Reply | undefined, reply: FastifyReply): void {
  drainAfter(reply.raw);
  if (result === undefined)
    reply.callNotFound(); // the app gave the route up after the constraint was derived
  else write(reply, result);
}

/** Nobody is left to answer when the client has gone; any other error is Fastify's. */
function failed(error: unknown, reply: FastifyReply): void {
  drainAfter(reply.raw);
  if (!isCodedError(error) || error.code !== "APP_CLIENT_GONE" || !reply.raw.destroyed) throw error;
  reply.hijack();
}

function write(reply: FastifyReply, result: Reply): FastifyReply {
  reply.code(result.status);
  setHeaders(reply, result.headers);
  const { body } = result;
  if (body === null) return reply.send();
  if (typeof body === "string") return reply.send(body);
  if (body instanceof Uint8Array) return reply.send(bufferOf(body));
  const stream = Readable.from(body, { objectMode: false, highWaterMark: 1 });
  stream.once("error", () => cutShort(reply.raw)); // Fastify would end a stream of HTTP/2 as if it were whole
  return reply.send(stream);
}

/** The same bytes; shared ones are copied, as Fastify would write them as JSON. */
function bufferOf(body: Uint8Array): Buffer {
  return body.buffer instanceof ArrayBuffer
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    : Buffer.from(body);
}

/**
 * Fastify adds cookies up by itself and replaces every other header, so repeated ones are set as a list. What came before is looked up in the reply
 * itself: most have a header or two, and a list of names for each takes longer (bench: http, "busbar on Fastify").
 */
function setHeaders(reply: FastifyReply, headers: readonly HeaderPair[]): void {
  for (let i = 0; i < headers.length; i++) {
    const [name, value] = headers[i] as HeaderPair; // cast: i is below the length
    const key = name.toLowerCase();
    if (isConnectionHeader(reply.raw, key)) continue;
    if (key === "cache-control" && NO_TRANSFORM.test(value)) leaveUncompressed(reply);
    if (key !== "set-cookie" && (key === "vary" || isRepeated(headers, i, key)))
      reply.header(name, [...existing(reply, key), value]);
    else reply.header(name, key === "content-type" ? withCharset(value) : value);
  }
}

const NO_TRANSFORM = /\bno-transform\b/i;

/** `@fastify/compress` does not look at what the reply says of itself, but at this header of the request. */
function leaveUncompressed({ request }: FastifyReply): void {
  if (!request.server.hasReplyDecorator("compress")) return;
  request.headers = { ...request.headers, "x-no-compression": "no-transform" };
}

/** Fastify puts a charset behind the JSON type of a text. Bytes, streams and HEAD, which have none, are to say the same. */
function withCharset(type: string): string {
  if (type === "application/json") return "application/json; charset=utf-8"; // what nearly all JSON is
  return JSON_TYPE.test(type) && !CHARSET.test(type) ? `${type}; charset=utf-8` : type;
}

const JSON_TYPE = /^[^;]*json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=/i;

function isRepeated(headers: readonly HeaderPair[], at: number, key: string): boolean {
  for (let i = 0; i < at; i++) {
    const [name] = headers[i] as HeaderPair; // cast: i is below the length
    if (name.length === key.length && name.toLowerCase() === key) return true;
  }
  return false;
}

function existing(reply: FastifyReply, name: string): string[] {
  const value = reply.getHeader(name);
  return value === undefined ? [] : [value].flat().map(String);
}
