import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { type HostRequest, originForm } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import { clientGone, hasBody, readChunks } from "./request-body.ts";
import { readWhole } from "./whole-body.ts";

/**
 * What a framework's request says of the client. It is read only when the app asks, as finding out may cost something.
 * @public
 */
export interface ClientSource {
  /** The client's address, by the framework's own settings for proxies. */
  readonly ip?: string | undefined;
  /** `"http"` or `"https"`, by the framework's own settings for proxies. */
  readonly protocol?: string | undefined;
}

/**
 * What an adapter knows beyond Node's own request.
 * @public
 */
export interface HostRequestOptions {
  /** Path and query without the mount path. @defaultValue the request's own `url` */
  readonly url?: string;
  /** The mount path. Anything that is no path on this host counts as "". @defaultValue what `originalUrl` has in front of `url` */
  readonly base?: string;
  /** Path and query as received, where mounting cuts `url`. */
  readonly originalUrl?: string;
  /** The body as the host's parser left it. @defaultValue `body` of the request, if a parser has set it */
  readonly parsedBody?: unknown;
  /** The raw body, when the host kept it. */
  readonly rawBody?: unknown;
  /** What handlers find in `c.request.raw`. @defaultValue Node's request */
  readonly raw?: unknown;
  /** The body as a stream, when the host put another in the request's place. */
  readonly payload?: Readable | undefined;
  /** Who knows the client's address and protocol; what it leaves out is taken from the socket. */
  readonly client?: ClientSource;
  /** Whether the host compresses replies. @defaultValue whether something has given the response a `flush`, as `compression` does */
  readonly compresses?: boolean;
  /** The client waits to be asked for its body, and nobody has done so. @defaultValue false */
  readonly waits?: boolean;
}

/**
 * Translates Node's request, and what middleware has put on it, into the form every app takes.
 * @remarks Touches nothing: neither is the body read nor a listener added before someone asks.
 * @public
 */
export function toHostRequest(
  req: IncomingMessage,
  res: ServerResponse,
  options: HostRequestOptions = NOTHING_MORE,
): HostRequest {
  return new NodeRequest(req, res, options);
}

const NOTHING_MORE: HostRequestOptions = Object.freeze({});

/** Of what it is asked, only what is worked out or made is kept: Node's request has the rest, and the object is made for every request. */
class NodeRequest implements HostRequest {
  readonly url: string;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #options: HostRequestOptions;
  #abort: AbortController | undefined;

  constructor(req: IncomingMessage, res: ServerResponse, options: HostRequestOptions) {
    this.url = originForm(options.url ?? req.url ?? "/");
    this.#req = req;
    this.#res = res;
    this.#options = options;
  }

  get method(): string {
    return this.#req.method ?? "GET";
  }

  get headers(): IncomingMessage["headers"] {
    return this.#req.headers;
  }

  get raw(): unknown {
    return this.#options.raw ?? this.#req;
  }

  get base(): string {
    const { originalUrl = "", base = mountPath(originalUrl, this.#options.url ?? this.#req.url ?? "/") } =
      this.#options;
    return /^\/(?![/\\])/.test(base) ? base : ""; // `//host` in front of a link would lead to that host
  }

  get parsedBody(): unknown {
    const given = this.#options.parsedBody;
    return given === undefined ? parsedBodyOf(this.#req) : given; // null is a body too
  }

  get signal(): AbortSignal {
    this.#abort ??= abortOnClose(this.#res);
    return this.#abort.signal;
  }

  get address(): string | undefined {
    return this.#options.client?.ip ?? this.#req.socket.remoteAddress;
  }

  get secure(): boolean {
    const protocol = this.#options.client?.protocol;
    return protocol === undefined ? isEncrypted(this.#req) : protocol === "https";
  }

  get compresses(): boolean {
    return this.#options.compresses ?? typeof read(this.#res, "flush") === "function";
  }

  hint(links: readonly string[]): void {
    const res = this.#res;
    if (links.length === 0 || res.headersSent || res.destroyed || this.#req.httpVersion === "1.0") return;
    res.writeEarlyHints({ link: [...links] });
  }

  readAll(maxBytes: number): Promise<Uint8Array | undefined> {
    const { payload, waits } = this.#options;
    if (waits === true) askForBody(this.#res);
    if (payload !== undefined) return readWhole(payload, maxBytes);
    return wasRead(this.#req) ? this.#readKept(maxBytes) : readWhole(this.#req, maxBytes);
  }

  stream(): AsyncIterable<Uint8Array> {
    const { payload, waits } = this.#options;
    if (waits === true) askForBody(this.#res);
    if (payload !== undefined) return readChunks(payload);
    if (!wasRead(this.#req)) return readChunks(this.#req);
    return once(this.#keptBody());
  }

  async #readKept(maxBytes: number): Promise<Uint8Array | undefined> {
    const kept = this.#keptBody();
    return kept.length > maxBytes ? undefined : kept;
  }

  /** What somebody kept of a body that was read already. */
  #keptBody(): Uint8Array {
    const kept = this.#options.rawBody ?? read(this.#req, "rawBody");
    if (kept instanceof Uint8Array) return kept;
    if (typeof kept === "string") return Buffer.from(kept);
    if (!hasBody(this.#req) || !this.#req.readableDidRead) return new Uint8Array(0);
    throw new CodedError("APP_BODY_GONE", "the body was read before the app saw the request");
  }
}

/** Behind a head that is out it would stand in the middle of the reply. A body is read once, so it is asked for once. */
function askForBody(res: ServerResponse): void {
  if (!res.headersSent && !res.destroyed) res.writeContinue();
}

/** Whether somebody has read the body to its end, which of an empty one gives no data. */
function wasRead(req: IncomingMessage): boolean {
  return req.readableDidRead || req.readableEnded;
}

/** Mounting cuts `url` and leaves the original: what went missing in front is the mount path. */
function mountPath(originalUrl: string, url: string): string {
  if (originalUrl.endsWith(url)) return originalUrl.slice(0, originalUrl.length - url.length);
  // Mounted at /shop, the request for /shop?x becomes /?x.
  return pathOf(url) === "/" ? pathOf(originalUrl) : "";
}

function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, "");
}

/** What parsers leave on requests. */
interface ParsedRequest extends IncomingMessage {
  readonly body?: unknown;
  readonly _body?: unknown;
}

/**
 * The result of a parser that ran before us. `_body` is the mark body-parser leaves; Express 4's sets an empty `body` on
 * requests it skips too, whose stream is still to be read.
 */
function parsedBodyOf(req: ParsedRequest): unknown {
  const { body } = req;
  if (body === undefined || req._body === true || req.readableDidRead) return body;
  return isEmptyObject(body) ? undefined : body;
}

function isEmptyObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return !Array.isArray(value) && !(value instanceof Uint8Array) && Object.keys(value).length === 0;
}

function read(target: object, key: string): unknown {
  return Reflect.get(target, key);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  if (bytes.length > 0) yield bytes;
}

function isEncrypted(req: IncomingMessage): boolean {
  return "encrypted" in req.socket && req.socket.encrypted === true;
}

/** The response's close without an end is the one sign of a client that left which also holds for HTTP/2. */
function abortOnClose(res: ServerResponse): AbortController {
  const abort = new AbortController();
  const check = (): void => {
    if (!res.writableEnded) abort.abort(clientGone());
  };
  if (res.destroyed) check();
  else res.once("close", check);
  return abort;
}
