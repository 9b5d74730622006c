import { hash64 } from "../../pool/index.ts";
import { cachedHead } from "../cache-reply.ts";
import { mark304 } from "../compressible.ts";
import { isConditional, namedTag, precondition, validatorsOf } from "../conditional.ts";
import type { Context } from "../context-types.ts";
import type { Middleware } from "../handler-types.ts";
import { headerText, isNamed } from "../headers.ts";
import { checkLimit } from "../limit.ts";
import type { HeaderPair, Reply } from "../types.ts";
import { around } from "./around.ts";

/**
 * Options of `entityTags`.
 * @public
 */
export interface EntityTagsOptions {
  /** Larger replies go without a tag: each has to be read once more to be tagged. @defaultValue 1_048_576 */
  readonly maxBytes?: number;
}

/**
 * Tags replies by their bytes and answers 304 to whoever has them already, as Express does of itself: whole 200 replies to GET and HEAD. A tag that
 * is there stays, and is asked for too, as is a `last-modified`; an `If-Match` that names other bytes is a 412. Left alone are streams and what says `no-store`.
 * @remarks The handler runs and renders all the same: what is saved is the way to the client (`c.precondition` with a version saves both). A page with
 * a nonce is never the same twice. Cost: a hash (XXH64) of the body, 4 µs for 20 KiB. Sync where what it wraps is.
 * @throws CodedError `APP_BAD_LIMIT` when made with a size that is none.
 * @example
 * ```ts
 * app.use(entityTags());
 * ```
 * @public
 */
export function entityTags(options: EntityTagsOptions = {}): Middleware {
  const maxBytes = checkLimit("maxBytes", options.maxBytes ?? 1_048_576);
  return (c, next) => {
    if (c.method !== "GET" && c.method !== "HEAD") return next();
    return around(next, (reply) => tagged(c, reply, maxBytes));
  };
}

function tagged(c: Context, reply: Reply, maxBytes: number): Reply {
  const { status, headers, body } = reply;
  const isWhole = typeof body === "string" || body instanceof Uint8Array;
  // What `cacheReply` made has a tag, and is held against the request when it is sent.
  if (status !== 200 || !isWhole || cachedHead(reply) !== undefined) return reply;
  if (/\bno-store\b/i.test(headerOf(headers, "cache-control") ?? "")) return reply;
  const own = headerOf(headers, "etag");
  if (own === undefined && body.length > maxBytes) return reply;
  const tag = own ?? `"${hash64(body)}"`;
  const tagged: Reply = own === undefined ? { status, headers: [...headers, ["etag", tag]], body } : reply;
  if (!isConditional(c.request.headers)) return tagged;
  const decided = precondition(c.request, validatorsOf(tagged.headers));
  if (decided?.status !== 304) return decided ?? tagged;
  const asked = headerText(c.request.headers["if-none-match"]) ?? "";
  return mark304(notModified(headers, asked, tag), headers, body.length);
}

function notModified(headers: readonly HeaderPair[], asked: string, tag: string): Reply {
  const kept = headers.filter(([name]) => !OF_CONTENT.test(name));
  const named = namedTag(asked, tag) ?? tag;
  kept.push(["etag", named]);
  return { status: 304, headers: kept, body: null };
}

/** What describes the bytes that are not sent, and the tag, which is told anew. */
const OF_CONTENT = /^(?:content-(?:type|length|encoding|language|range|disposition)|etag)$/i;

function headerOf(headers: readonly HeaderPair[], wanted: string): string | undefined {
  return headers.find(([name]) => isNamed(name, wanted))?.[1];
}
