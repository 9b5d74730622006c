import { CodedError } from "../errors/index.ts";
import { chooseCached } from "./cache-reply.ts";
import { besideWhole, compressReply } from "./compress.ts";
import type { RequestContext } from "./context.ts";
import { exactly } from "./exact-length.ts";
import { hasFraming, isBodiless, withoutHops } from "./framing.ts";
import { checkHeaders, hasHeader, isNamed } from "./headers.ts";
import { tagForHost } from "./host-coding.ts";
import { endSource } from "./map-stream.ts";
import { onceEach } from "./once-each.ts";
import type { HeaderPair, MaybePromise, Reply } from "./types.ts";

/**
 * Makes a reply ready to be sent: checked, and compressed where that is wanted.
 * @throws CodedError `APP_BAD_HEADER`, `APP_BAD_REPLY`.
 */
export function finishReply(c: RequestContext, reply: Reply): MaybePromise<Reply> {
  const checked = checkReply(c, reply);
  const { compressor } = c;
  if (hasHeader(checked.headers, "etag") && c.request.compresses === true) return tagForHost(c, checked, compressor);
  if (compressor !== undefined) return compressReply(c, checked, compressor);
  const { status } = checked;
  return (status === 304 || status === 206) && c.request.compresses === true ? besideWhole(c, checked) : checked;
}

/**
 * The last look at a reply: headers that middleware added go in, every header is checked, and a reply that may have no body
 * (HEAD, 204, 205, 304) loses it. The handler's own object is never changed: it may be a cached one.
 * One that `cacheReply` made has been looked at then; of it the form that fits the request is taken.
 */
function checkReply(c: RequestContext, reply: Reply): Reply {
  const cached = chooseCached(reply, c.request);
  if (cached === undefined) return checkPlain(c, reply);
  return c.added === undefined ? cached : checkPlain(c, cached);
}

function checkPlain(c: RequestContext, reply: Reply): Reply {
  const added = c.added;
  const given = added === undefined ? reply.headers : joined(reply.headers, added);
  const isAscii = checkHeaders(given, reply.headers.length) && c.isAddedAscii; // those were looked at when they were added
  const isFramed = hasFraming(given);
  const { status, body } = reply;
  const headers = onceEach(isFramed ? withoutHops(given, status) : given);
  if (isBodiless(status)) {
    const kept = status === 304 ? headers : withoutLength(headers);
    return body === null && kept === reply.headers ? reply : { status, headers: kept, body: drop(body) };
  }
  const announced = isFramed ? announcedLength(headers) : undefined;
  if (announced !== undefined) checkLength(announced, reply, c.method);
  if (body !== null && c.method === "HEAD") {
    return { status, headers: announced === undefined ? withLength(headers, body) : headers, body: drop(body) };
  }
  if (announced !== undefined && isStream(body)) return { status, headers, body: exactly(body, Number(announced)) };
  // Node joins a head and a text into one, and a host's own way would write the Latin-1 of the head in the text's UTF-8.
  if (!isAscii && typeof body === "string") return { status, headers, body: new TextEncoder().encode(body) };
  return headers === reply.headers ? reply : { status, headers, body };
}

/**
 * By hand: `concat` takes three times as long for a list that is frozen, spreading a little longer (bench "http", in-process cases). At its full
 * length from the start: one that grows is copied, with room for 17 more.
 */
function joined(headers: readonly HeaderPair[], added: readonly HeaderPair[]): HeaderPair[] {
  const { length } = headers;
  const all = new Array<HeaderPair>(length + added.length);
  for (let i = 0; i < length; i++) all[i] = headers[i] as HeaderPair; // cast: i is below the length
  for (let i = 0; i < added.length; i++) all[length + i] = added[i] as HeaderPair; // cast: as above
  return all;
}

/** A length where no body may follow would make the client take the next reply on the connection for this one's body. */
function withoutLength(headers: HeaderPair[]): HeaderPair[] {
  return hasHeader(headers, "content-length") ? headers.filter(([name]) => !isNamed(name, "content-length")) : headers;
}

function announcedLength(headers: readonly HeaderPair[]): string | undefined {
  let length: string | undefined;
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as HeaderPair; // cast: i is below the length
    if (!isNamed(pair[0], "content-length")) continue;
    if (length !== undefined) throw new CodedError("APP_BAD_REPLY", "a reply has two content-length headers");
    length = pair[1];
  }
  return length;
}

/** A length that is not the body's would shift where the connection's next reply begins. A route of HEAD's own may tell GET's and have none. */
function checkLength(announced: string, { body }: Reply, method: string): void {
  if (method === "HEAD" && (isStream(body) || byteLength(body) === 0)) return;
  if (isStream(body) ? !/^\d{1,15}$/.test(announced) : announced !== String(byteLength(body))) {
    throw new CodedError("APP_BAD_REPLY", "the content-length of a reply is not that of its body");
  }
}

/** HEAD tells the length GET would have. */
function withLength(headers: HeaderPair[], body: NonNullable<Reply["body"]>): HeaderPair[] {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return headers;
  return [...headers, ["content-length", String(byteLength(body))]];
}

function byteLength(body: Reply["body"]): number {
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  return body instanceof Uint8Array ? body.length : 0;
}

function drop(body: Reply["body"]): null {
  if (isStream(body)) cancelBody(body);
  return null;
}

function isStream(body: Reply["body"]): body is AsyncIterable<Uint8Array> {
  return body !== null && typeof body !== "string" && !(body instanceof Uint8Array);
}

/** Lets a stream nobody will read go, so that what feeds it can end. */
function cancelBody(body: AsyncIterable<Uint8Array>): void {
  endSource(body, body[Symbol.asyncIterator]()).catch(() => {}); // the reply does not depend on how the stream ends
}
