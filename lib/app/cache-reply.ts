import { CodedError } from "../errors/index.ts";
import { hash64 } from "../pool/index.ts";
import { mark304 } from "./compressible.ts";
import { isConditional, namedTag, precondition, type Validators, validatorsOf } from "./conditional.ts";
import { isBodiless, withoutHops } from "./framing.ts";
import { checkHeaders, headerText } from "./headers.ts";
import { onceEach } from "./once-each.ts";
import { toReply } from "./to-reply.ts";
import type { HandlerResult, HeaderPair, HostRequest, Reply } from "./types.ts";

/** What is ready of a cached reply before the first request comes. */
interface Prepared {
  /** Names and values in turn, the length of the body among them; for hosts that take a head at once. */
  readonly head: readonly string[];
  /** What the conditions of a request are held against; of a 200 alone. */
  readonly validators: Validators | undefined;
  /** Answers HEAD. */
  readonly headOnly: Reply;
  /** Answers whoever has these bytes already. */
  readonly notModified: Reply;
}

const PREPARED: unique symbol = Symbol("busbar.app.prepared");
/** What RFC 9110 wants in a 304 of what the 200 would have. */
const KEPT_BY_304 = /^(?:cache-control|content-location|date|etag|expires|vary)$/i;
const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * Prepares a reply once, to be returned to any number of requests: its text as bytes, its headers checked and laid out, and, for
 * a 200, an `ETag` made of the bytes unless it has one. The conditions of GET and HEAD requests are held against the tag, and against
 * `last-modified` where the reply has it: 304 and 412 are answered here.
 * @remarks The reply and its headers are frozen; middleware that adds a header makes a new reply, or calls `c.addHeader`. Bytes are
 * kept, not copied: do not write to them. Every host sends it; `busbar/node` hands head and body over in one piece. Time: one pass over
 * the bytes here; no header is checked, no text encoded or measured per request.
 * @throws CodedError `APP_NOT_CACHEABLE` for a body that is a stream or waits for a promise, and for headers that belong to one
 * request (`set-cookie`) or one connection (`transfer-encoding`, `trailer`); `APP_BAD_HEADER`, `APP_BAD_REPLY`.
 * @example
 * ```ts
 * const home = cacheReply(html`<h1>Hello</h1>`);
 * app.get("/", () => home);
 * ```
 * @public
 */
export function cacheReply(result: HandlerResult): Reply {
  const { status, headers: given, body: source } = toReply(result);
  checkHeaders(given);
  const body = isBodiless(status) ? null : bytesOf(source);
  const kept = given.filter(([name, value]) => isKept(name, value, body)).map(([name, value]) => pairOf(name, value));
  const headers = onceEach(withoutHops(kept, status));
  const own = headers.find(([name]) => name.toLowerCase() === "etag");
  const tag = own ?? (status === 200 ? pairOf("etag", `"${hash64(body ?? "")}"`) : undefined);
  if (tag !== undefined && tag !== own) headers.push(tag);
  const hasLength = status !== 204 && status !== 304;
  const sized = hasLength ? [...headers, pairOf("content-length", String(body?.length ?? 0))] : headers;
  const renewed = headers.filter(([name]) => KEPT_BY_304.test(name));
  const prepared: Prepared = {
    head: Object.freeze(sized.flat()),
    validators: status === 200 ? validatorsOf(headers) : undefined,
    headOnly: freezeReply({ status, headers: sized, body: null }),
    notModified: mark304(freezeReply({ status: 304, headers: renewed, body: null }), sized),
  };
  // Not enumerable: a reply spread from this one, with other headers or another body, is a plain one.
  return freezeReply(Object.defineProperty({ status, headers, body }, PREPARED, { value: prepared }));
}

/**
 * For adapters: the whole head of a reply made by `cacheReply`, names and values in turn, the body's length among them. `undefined` for
 * every other reply.
 * @public
 */
export function cachedHead(reply: Reply): readonly string[] | undefined {
  return preparedOf(reply)?.head;
}

/** The form of a cached reply that a request gets; `undefined` when the reply is not a cached one. */
export function chooseCached(reply: Reply, request: HostRequest): Reply | undefined {
  const prepared = preparedOf(reply);
  if (prepared === undefined) return undefined;
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") return reply;
  return conditional(prepared, request) ?? (method === "HEAD" ? prepared.headOnly : reply);
}

/** What the conditions of a request ask for in place of the 200. */
function conditional({ validators, headOnly, notModified: plain }: Prepared, request: HostRequest): Reply | undefined {
  const { headers } = request;
  if (validators === undefined || !isConditional(headers)) return undefined;
  const reply = precondition(request, validators);
  if (reply === undefined || reply.status !== 304) return reply;
  const { etag } = validators;
  const tag = namedTag(headerText(headers["if-none-match"]) ?? "", etag);
  if (etag === undefined || tag === undefined || tag === etag) return plain;
  // The client is told the tag of the form it has, plain or compressed.
  const renamed = plain.headers.map((pair): HeaderPair => (pair[1] === etag ? [pair[0], tag] : pair));
  return mark304({ ...plain, headers: renamed }, headOnly.headers);
}

function preparedOf(reply: Reply): Prepared | undefined {
  return (reply as Reply & { readonly [PREPARED]?: Prepared })[PREPARED]; // cast: cacheReply alone has the symbol
}

function bytesOf(body: Reply["body"]): Uint8Array | null {
  if (body === null || body instanceof Uint8Array) return body;
  if (typeof body === "string") return encoder.encode(body);
  throw notCacheable("body, which is a stream or waits for a promise");
}

/** A length is told anew, once it has been seen to be the body's. */
function isKept(name: string, value: string, body: Uint8Array | null): boolean {
  const key = name.toLowerCase();
  if (key === "set-cookie" || key === "transfer-encoding" || key === "trailer") throw notCacheable(`${key} header`);
  if (key !== "content-length") return true;
  if (value === String(body?.length ?? 0)) return false;
  throw new CodedError("APP_BAD_REPLY", "the content-length of a reply is not that of its body");
}

function pairOf(name: string, value: string): HeaderPair {
  return Object.freeze([name, value] as const);
}

function freezeReply(reply: Reply): Reply {
  Object.freeze(reply.headers);
  return Object.freeze(reply);
}

function notCacheable(what: string): CodedError {
  return new CodedError("APP_NOT_CACHEABLE", `a reply cannot be cached with its ${what}`);
}
