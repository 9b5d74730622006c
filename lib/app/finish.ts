import type { RequestContext } from "./context.ts";
import { checkHeaders } from "./headers.ts";
import type { HeaderPair, Reply } from "./types.ts";

/**
 * The last look at a reply: headers that middleware added go in, every header is checked, and a reply that may have no body
 * (HEAD, 204, 205, 304) loses it. The handler's own object is never changed: it may be a cached one.
 * @throws CodedError `APP_BAD_HEADER`, `APP_BAD_REPLY`.
 */
export function finishReply(c: RequestContext, reply: Reply): Reply {
  const added = c.added;
  const headers = added === undefined ? reply.headers : [...reply.headers, ...added];
  checkHeaders(headers);
  const { status, body } = reply;
  const bodiless = status === 204 || status === 205 || status === 304;
  if (body !== null && (bodiless || c.method === "HEAD")) {
    return { status, headers: bodiless ? headers : withLength(headers, body), body: drop(body) };
  }
  return headers === reply.headers ? reply : { status, headers, body };
}

/** HEAD tells the length GET would have. */
function withLength(headers: HeaderPair[], body: NonNullable<Reply["body"]>): HeaderPair[] {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return headers;
  if (headers.some(([name]) => name.toLowerCase() === "content-length")) return headers;
  const length = typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
  return [...headers, ["content-length", String(length)]];
}

function drop(body: NonNullable<Reply["body"]>): null {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) cancelBody(body);
  return null;
}

/** Lets a stream nobody will read go, so that what feeds it can end. */
function cancelBody(body: AsyncIterable<Uint8Array>): void {
  const ended = body[Symbol.asyncIterator]().return?.();
  ended?.catch(() => {}); // the reply does not depend on how the stream ends
}
