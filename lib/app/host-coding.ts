import { besideWhole, codedForm, codingOf, takesCodings, withNoTransform } from "./compress.ts";
import { isCompressible, NO_TRANSFORM } from "./compressible.ts";
import type { RequestContext } from "./context.ts";
import { headerText, isNamed } from "./headers.ts";
import type { Compressor, HeaderPair, MaybePromise, Reply } from "./types.ts";

/**
 * A reply with an entity tag on a host that compresses. The host leaves the tag as it is, and a strong one would name two different sequences of bytes
 * (RFC 9110, section 8.8.3.3): who resumes a download would join the two, so
 * 1. what gains by it is compressed here, under the tag of that form, which still fits an `If-Match`;
 * 2. what gains nothing is asked to be left alone, and so keeps its tag;
 * 3. what this app cannot compress, or not as this client wants, gets a weak tag.
 */
export function tagForHost(c: RequestContext, reply: Reply, compressor: Compressor | undefined): MaybePromise<Reply> {
  const { status, headers, body } = reply;
  if (status === 206) return besideWhole(c, reply);
  if (status === 304) return besideWhole(c, knowsWeak(c, headers) ? weakened(reply) : reply);
  if (status === 204 || status === 205 || (body === null && c.method !== "HEAD")) return reply;
  if (!headers.some(isStrongTag) || headers.some(isSettled)) return reply;
  const accepted = headerText(c.request.headers["accept-encoding"]);
  if (!takesCodings(accepted)) return reply;
  const length = typeof body === "string" || body instanceof Uint8Array ? body.length : undefined;
  if (!isCompressible(headers, length)) return { status, headers: withNoTransform(headers), body };
  const coding = codingOf(accepted);
  if (compressor !== undefined && coding !== undefined) return codedForm(reply, coding, compressor);
  return weakened(reply);
}

/** Whether the client has the weak tag of a reply, which its 304 then renews. */
function knowsWeak(c: RequestContext, headers: readonly HeaderPair[]): boolean {
  const asked = headerText(c.request.headers["if-none-match"]);
  return asked !== undefined && headers.some((pair) => isStrongTag(pair) && asked.includes(`W/${pair[1]}`));
}

function weakened({ status, headers, body }: Reply): Reply {
  return { status, headers: headers.map((pair) => (isStrongTag(pair) ? [pair[0], `W/${pair[1]}`] : pair)), body };
}

function isStrongTag([name, value]: HeaderPair): boolean {
  return isNamed(name, "etag") && !value.startsWith("W/");
}

/** In its final form, which no host touches. */
function isSettled([name, value]: HeaderPair): boolean {
  return isNamed(name, "content-encoding") || (isNamed(name, "cache-control") && NO_TRANSFORM.test(value));
}
