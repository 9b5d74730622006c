import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from "fastify";
import { type App, type HandlerResult, type HeaderPair, type Reply, toReply } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { drainAfter, type HostRequestOptions, toHostRequest } from "../node/index.ts";

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
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const url = strip(request.raw.url ?? "/") ?? "/"; // the constraint has seen that the prefix is there
      const hostRequest = toHostRequest(request.raw, reply.raw, {
        raw: request,
        url,
        base: prefix,
        ...bodyOf(request),
      });
      return answer(app, hostRequest, reply);
    };
    const route = { method: instance.supportedMethods, handler, constraints, exposeHeadRoute: false };
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

function bodyOf(request: FastifyRequest): HostRequestOptions {
  const { body } = request;
  if (body instanceof Readable) return { payload: body }; // also one that a preParsing hook has put in the request's place
  return body === undefined ? {} : { parsedBody: body };
}

async function answer(app: App, request: ReturnType<typeof toHostRequest>, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const result = await app.handle(request);
    if (result === undefined)
      reply.callNotFound(); // the app gave the route up after the constraint was derived
    else write(reply, result);
    return reply;
  } catch (error) {
    if (isCodedError(error) && error.code === "APP_CLIENT_GONE" && reply.raw.destroyed) return reply.hijack();
    throw error;
  } finally {
    drainAfter(reply.raw);
  }
}

function write(reply: FastifyReply, result: Reply): FastifyReply {
  reply.code(result.status);
  for (const [name, values] of groupHeaders(reply, result.headers))
    reply.header(name, values.length === 1 ? values[0] : values);
  const { body } = result;
  if (body === null) return reply.send();
  if (typeof body === "string") return reply.send(body);
  if (body instanceof Uint8Array) return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  return reply.send(Readable.from(body, { objectMode: false, highWaterMark: 1 }));
}

/** Fastify adds cookies up by itself and replaces every other header, so repeated ones are set as a list. */
function groupHeaders(reply: FastifyReply, headers: readonly HeaderPair[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const group = groups.get(key);
    if (group !== undefined) group.push(value);
    else groups.set(key, key === "vary" ? [...existing(reply, key), value] : [value]);
  }
  return groups;
}

function existing(reply: FastifyReply, name: string): string[] {
  const value = reply.getHeader(name);
  return value === undefined ? [] : [value].flat().map(String);
}

/** What is left of a URL below the prefix; `undefined` when it is not below it. */
type Strip = (url: string) => string | undefined;

/**
 * Cuts a prefix off as Fastify has matched it: decoded, and by the server's options without regard to case and doubled slashes.
 * What it is more generous about than the server cannot matter, since Fastify asks only below the prefix.
 */
function createStrip(prefix: string): Strip {
  const wanted = prefix.split("/").slice(1).map(foldSegment);
  return (given) => {
    const url = given.replace(/^https?:\/\/[^/?#]*/i, ""); // a proxy's absolute form names the same resource
    let at = 0;
    for (const segment of wanted) {
      if (url[at] !== "/") return undefined;
      while (url[at + 1] === "/") at++;
      const length = url.slice(at + 1).search(/[/?#]/);
      const end = length < 0 ? url.length : at + 1 + length;
      if (foldSegment(url.slice(at + 1, end)) !== segment) return undefined;
      at = end;
    }
    const rest = url.slice(at);
    return rest.startsWith("/") ? rest : `/${rest}`;
  };
}

function foldSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    return undefined;
  }
}
