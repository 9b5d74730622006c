import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { App, HostRequest, MaybePromise, Reply } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { type ClientSource, type HostRequestOptions, toHostRequest } from "./host-request.ts";
import { cutShort } from "./http2.ts";
import { writeReply } from "./write-reply.ts";

/**
 * What becomes of a request the app does not answer.
 * @public
 */
export interface ServeOptions {
  /** The request is not the app's. It is given the response that `serve` was given, so that one object serves all requests. */
  pass(res: ServerResponse): void;
  /** The app failed and no error handler of its own answered. Headers may be out: then the connection is closed already. */
  fail(error: unknown, res: ServerResponse): void;
}

/**
 * Options of `nodeHandler` and `inFront`.
 * @public
 */
export interface NodeHandlerOptions {
  /** Hears errors that became a plain 500. @defaultValue console.error */
  readonly report?: (error: unknown) => void;
  /**
   * The client's address as a proxy in front tells it, in a header that this proxy writes whatever the client sent. Without it, and where it gives `undefined`, it is
   * the socket's: behind a proxy that of the proxy, on a unix socket none.
   */
  readonly address?: (req: IncomingMessage) => string | undefined;
  /** Whether the client came over TLS, as a proxy in front tells it. @defaultValue whether the socket did */
  readonly secure?: (req: IncomingMessage) => boolean;
}

/**
 * Makes the app a listener for `http.createServer`, `https` or HTTP/2's compatibility API. What the app does not answer goes
 * to `fallback`, else it is a plain 404. An error nobody answers is a plain 500.
 * @example
 * ```ts
 * createServer(nodeHandler(app)).listen(3000);
 * ```
 * @public
 */
export function nodeHandler(app: App, fallback?: RequestListener, options: NodeHandlerOptions = {}): RequestListener {
  const outcomes = outcomesOf(fallback, options);
  if (!isTold(options)) return (req, res) => serve(app, toHostRequest(req, res), res, outcomes);
  return (req, res) => serve(app, toHostRequest(req, res, { client: new ToldClient(req, options) }), res, outcomes);
}

/**
 * Makes the app a listener for `checkContinue`, of clients that wait to be asked for their body (`Expect: 100-continue`). They are asked when a handler
 * reads it, or when the request goes to `fallback`: who is refused by a guard, a schema or the announced length uploads nothing.
 * Without this listener Node asks before anyone has seen the request.
 * @example
 * ```ts
 * createServer(nodeHandler(app)).on("checkContinue", continueHandler(app)).listen(3000);
 * ```
 * @public
 */
export function continueHandler(
  app: App,
  fallback?: RequestListener,
  options: NodeHandlerOptions = {},
): RequestListener {
  const asking: RequestListener | undefined =
    fallback &&
    ((req, res) => {
      res.writeContinue();
      fallback(req, res);
    });
  const outcomes = outcomesOf(asking, options);
  const waiting = (req: IncomingMessage): HostRequestOptions =>
    isTold(options) ? { waits: true, client: new ToldClient(req, options) } : WAITING;
  return (req, res) => serve(app, toHostRequest(req, res, waiting(req)), res, outcomes);
}

const WAITING: HostRequestOptions = Object.freeze({ waits: true });

function isTold({ address, secure }: NodeHandlerOptions): boolean {
  return address !== undefined || secure !== undefined;
}

/** What the options say of a client, worked out when the app asks. */
class ToldClient implements ClientSource {
  readonly #req: IncomingMessage;
  readonly #options: NodeHandlerOptions;

  constructor(req: IncomingMessage, options: NodeHandlerOptions) {
    this.#req = req;
    this.#options = options;
  }
  get ip(): string | undefined {
    return this.#options.address?.(this.#req);
  }
  get protocol(): string | undefined {
    const { secure } = this.#options;
    return secure && (secure(this.#req) ? "https" : "http");
  }
}

function outcomesOf(fallback: RequestListener | undefined, options: NodeHandlerOptions): ServeOptions {
  const report = options.report ?? ((error: unknown) => console.error(error));
  return {
    pass: (res) => (fallback === undefined ? writePlain(res, 404, "Not Found") : fallback(res.req, res)),
    fail: (error, res) => {
      report(error);
      if (res.headersSent) return;
      for (const name of res.getHeaderNames()) res.removeHeader(name); // some may be those of the reply that failed
      writePlain(res, 500, "Internal Server Error");
    },
  };
}

/**
 * Puts the app in front of any listener, such as an Express app: its own routes are answered at once, every other request
 * reaches the listener as if the app were not there.
 * @remarks Middleware of the listener, its authentication too, does not run for the app's routes.
 * @example
 * ```ts
 * createServer(inFront(app, expressApp)).listen(3000);
 * ```
 * @public
 */
export function inFront(app: App, listener: RequestListener, options: NodeHandlerOptions = {}): RequestListener {
  return nodeHandler(app, listener, options);
}

/**
 * Runs a request through the app and writes what comes out: the common part of the node and express adapters.
 * @public
 */
export function serve(app: App, request: HostRequest, res: ServerResponse, options: ServeOptions): void {
  let reply: ReturnType<App["handle"]>;
  try {
    reply = app.handle(request);
  } catch (error) {
    failWith(error, res, options);
    return;
  }
  if (reply === undefined) options.pass(res);
  else if (isPromise(reply)) writeLater(reply, res, options);
  else write(reply, res, options);
}

/** A reply has a status, and a promise none: asking for what one of the two lacks altogether takes longer. */
function isPromise(reply: MaybePromise<Reply | undefined>): reply is Promise<Reply | undefined> {
  return (reply as Partial<Reply>).status === undefined; // cast: see above
}

/** Closures stand in functions of their own: a sync reply makes none. */
function writeLater(reply: Promise<Reply | undefined>, res: ServerResponse, options: ServeOptions): void {
  reply.then(
    (settled) => write(settled, res, options),
    (error) => failWith(error, res, options),
  );
}

function write(reply: Reply | undefined, res: ServerResponse, options: ServeOptions): void {
  if (reply === undefined) {
    options.pass(res);
    return;
  }
  try {
    const streaming = writeReply(res, reply);
    if (streaming !== undefined) failLater(streaming, res, options);
  } catch (error) {
    failWith(error, res, options);
  }
}

function failLater(streaming: Promise<void>, res: ServerResponse, options: ServeOptions): void {
  streaming.catch((error) => failWith(error, res, options));
}

function failWith(error: unknown, res: ServerResponse, options: ServeOptions): void {
  if (res.destroyed && isClientGone(error)) return; // nobody is left to answer
  // A cut connection is the one way left to say that the reply is not whole. One that was ended is the host's, and whole.
  cutShort(res);
  options.fail(error, res);
}

/** Node's own functions wrap the reason of the signal that ended them into an AbortError. */
function isClientGone(error: unknown): boolean {
  const reasons = error instanceof Error ? [error, error.cause] : [error];
  return reasons.some((reason) => isCodedError(reason) && reason.code === "APP_CLIENT_GONE");
}

function writePlain(res: ServerResponse, status: number, text: string): void {
  void writeReply(res, { status, headers: [["content-type", "text/plain; charset=utf-8"]], body: text });
}
