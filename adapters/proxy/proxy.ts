import { Readable } from "node:stream";
import { type Dispatcher, errors, Pool } from "undici";
import type { Context, Reply } from "../../lib/app/index.ts";
import { CodedError, isCodedError } from "../../lib/errors/index.ts";
import { bodyOf } from "./body.ts";
import { forwardsLeft, isLoop, nameInTls, replyHeaders, requestHeaders, withHeaders } from "./headers.ts";
import { limitsOf, type ProxyLimits, type ProxyOptions, type ReverseProxy } from "./options.ts";
import { pathBehind } from "./path.ts";
import { createTunnels } from "./tunnel.ts";

/**
 * Makes a server behind this one, reached over a pool of kept connections. Bodies stream both ways, no faster than the slower side takes
 * them, and end when the client leaves.
 * @param origin - `http://host:port` or `https://...`, never something a request chose.
 * @throws CodedError `PROXY_BAD_ORIGIN`, `APP_BAD_LIMIT`.
 * @remarks Hop-by-hop headers stop here; `X-Forwarded-For`, `-Proto` and `-Host` are written anew, `Via` is added. What does not answer is 502,
 * what answers too late 504, what there is no room for 503; a request that goes round in circles is 508.
 * @example
 * ```ts
 * const behind = createProxy("http://127.0.0.1:8080", { path: (url) => url.slice("/old".length) });
 * app.all("/old/*", behind.handler);
 * ```
 * @public
 */
export function createProxy(origin: string, options: ProxyOptions = {}): ReverseProxy {
  const target = originOf(origin);
  const { report = () => {} } = options;
  const limits = limitsOf(options);
  const { times } = limits;
  const pool = new Pool(target.origin, {
    connections: limits.connections,
    pipelining: 1,
    maxHeaderSize: limits.replyHead,
    headersTimeout: times.head,
    bodyTimeout: times.idle,
    keepAliveTimeout: times.keepAlive,
    connect: { timeout: times.connect },
  });
  const tunnels = createTunnels(target, options, limits);
  let running = 0;
  let closing: Promise<void> | undefined;
  return {
    handler: async (c) => {
      const path = pathBehind(c.request.url, options.path);
      if (path === undefined) return c.text("Bad Request", 400);
      if (isLoop(c.request.headers)) return c.text("Loop Detected", 508);
      if (forwardsLeft(c.method, c.request.headers) === 0)
        return c.method === "TRACE" ? c.text("Not Implemented", 501) : c.empty();
      if (running >= limits.requests) return c.text("Service Unavailable", 503, { "retry-after": "1" });
      running++;
      let isStreaming = false;
      const done = (): void => void running--;
      try {
        const reply = await forward(c, path, { pool, target, options, limits, done });
        isStreaming = reply.body !== null;
        return reply;
      } catch (error) {
        return answerFailure(c, error, report);
      } finally {
        if (!isStreaming) done();
      }
    },
    handleUpgrade: (request, socket, head) => tunnels.handleUpgrade(request, socket, head),
    close: () => {
      tunnels.close();
      closing ??= pool.close();
      return closing;
    },
  };
}

function originOf(origin: string): URL {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const isPlain =
    url?.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (url === undefined || !isPlain || !/^https?:$/.test(url.protocol))
    throw new CodedError("PROXY_BAD_ORIGIN", "the server behind is not named by an http or https origin");
  return url;
}

interface Way {
  readonly pool: Pool;
  readonly target: URL;
  readonly options: ProxyOptions;
  readonly limits: ProxyLimits;
  /** Called once the reply's body has ended, if it has one. */
  readonly done: () => void;
}

/** A reply with a body tells `done`; every other one is over when it returns. */
async function forward(c: Context, path: string, { pool, target, options, limits, done }: Way): Promise<Reply> {
  const { request } = c;
  const headers = requestHeaders(request.headers, options.keepHost === true ? undefined : target.host, {
    address: request.address,
    secure: request.secure === true,
    trustForwarded: options.trustForwarded === true,
  });
  const forwards = forwardsLeft(request.method, request.headers);
  if (forwards !== undefined) headers["max-forwards"] = String(forwards - 1);
  withHeaders(headers, options.headers?.(c));
  const body = await bodyOfRequest(c, limits.body);
  // cast: it sends any token, and knows those of its type
  const method = request.method as Dispatcher.HttpMethod;
  const answer = await attempt(body === null && isRepeatable(method) ? limits.retries : 0, () =>
    pool.request({
      path,
      method,
      headers,
      body: body === null ? null : Readable.from(afterReads(body)),
      signal: c.signal,
      onInfo: endsBy(limits.times.head),
      ...nameInTls(target), // undici would take it from the client's Host
    }),
  );
  const status = answer.statusCode;
  if (status > 599) {
    answer.body.on("error", () => {}).destroy(); // it ends with an error for want of a reader
    throw new errors.HTTPParserError("the server behind answered with a status HTTP does not have");
  }
  const pairs = replyHeaders(answer.headers);
  if (method === "HEAD" || status === 204 || status === 304) {
    await answer.body.dump();
    return { status, headers: pairs, body: null };
  }
  answer.body.once("close", done); // also when nobody reads it and it is given up
  return { status, headers: pairs, body: bodyOf(answer.body, limits.times.idle) };
}

/** Each 1xx has undici wait for the head anew. A server that says nothing else would hold the request, and its connection, for ever. */
function endsBy(headMs: number): () => void {
  let first: number | undefined;
  return () => {
    const now = performance.now();
    first ??= now;
    if (headMs > 0 && now - first > headMs) throw new errors.HeadersTimeoutError("nothing but interim replies");
  };
}

/** HTTP/2 and the fetch API announce bodies by no header: there the first piece, or none, says whether there is one. */
async function bodyOfRequest(c: Context, maxBytes: number | undefined): Promise<AsyncIterable<Uint8Array> | null> {
  const { headers, method } = c.request;
  const length = headers["content-length"];
  const isAnnounced = (length ?? "0") !== "0" || headers["transfer-encoding"] !== undefined;
  if (!isAnnounced && (length !== undefined || method === "GET" || method === "HEAD")) return null;
  const body = c.readStream(maxBytes === undefined ? {} : { maxBytes });
  if (isAnnounced) return body;
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  return first.done === true ? null : startingWith(first.value, chunks);
}

/**
 * Lets what has come from the server behind be read before more is sent to it: one that has answered and left, as servers do with what is too large
 * for them, breaks the next write, and its answer would go with the socket.
 */
async function* afterReads(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of body) {
    await new Promise(setImmediate);
    yield chunk;
  }
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield first;
    for (let step = await rest.next(); step.done !== true; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}

function isRepeatable(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "PUT" || method === "DELETE";
}

/** Tries again when a kept connection turns out to be gone, which a server may end at any time. */
async function attempt<T>(retries: number, send: () => Promise<T>): Promise<T> {
  for (let left = retries; ; left--) {
    try {
      return await send();
    } catch (error) {
      if (left <= 0 || !isConnectionLost(error)) throw error;
    }
  }
}

function isConnectionLost(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE" || code === "ECONNREFUSED";
}

/** What the client did wrong is answered as everywhere; what the server behind did is told in three words. */
function answerFailure(c: Context, error: unknown, report: (error: unknown) => void): Reply {
  if (isCodedError(error)) throw error;
  report(error);
  const isLate =
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.BodyTimeoutError;
  return isLate ? c.text("Gateway Timeout", 504) : c.text("Bad Gateway", 502);
}
