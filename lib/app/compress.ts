import { cachedHead, cacheReply } from "./cache-reply.ts";
import { isCompressible, MIN_BYTES, NO_TRANSFORM, standsForCompressible } from "./compressible.ts";
import { codedTag } from "./conditional.ts";
import type { RequestContext } from "./context.ts";
import { headerText } from "./headers.ts";
import { isPromise } from "./promise.ts";
import type { Coding, Compressor, HeaderPair, MaybePromise, Reply } from "./types.ts";

/**
 * Compresses the body of a finished reply as the client allows, unless the host does it, the body is small or of a kind that gains nothing,
 * or somebody said no: a `content-encoding` or `cache-control: no-transform` of the reply's own.
 */
export function compressReply(c: RequestContext, reply: Reply, compressor: Compressor): MaybePromise<Reply> {
  const { body, status, headers } = reply;
  const length = typeof body === "string" || body instanceof Uint8Array ? body.length : undefined;
  const isShort = length !== undefined && length < MIN_BYTES && status !== 206;
  if (isShort) return reply;
  if (status === 206 || status === 304) return besideWhole(c, reply);
  if (body === null && (c.method !== "HEAD" || status === 204 || status === 205)) return reply; // there is nothing to compress
  if (c.request.compresses === true) return reply;
  if (!isCompressible(headers, length)) return reply;
  return codedForm(reply, codingOf(headerText(c.request.headers["accept-encoding"])), compressor);
}

/** A reply in this coding, or plain: that of one which `cacheReply` made is made once, too. */
export function codedForm(reply: Reply, coding: Coding | undefined, compressor: Compressor): MaybePromise<Reply> {
  return cachedHead(reply) === undefined ? formOf(reply, coding, compressor) : keptForm(reply, coding, compressor);
}

/**
 * A 206 or 304 says by what the whole reply varies, whoever compresses that (RFC 9110, sections 15.3.7 and 15.4.5). A part is not to be compressed:
 * its range counts the bytes of the plain form. Express's `compression` does not see that it is one, and hears of it by `no-transform`.
 */
export function besideWhole(c: RequestContext, reply: Reply): Reply {
  const { status, headers, body } = reply;
  const varied = standsForCompressible(reply) ? withVary(headers) : headers;
  const fixed = status === 206 && c.request.compresses === true ? withNoTransform(varied) : varied;
  return fixed === headers ? reply : { status, headers: fixed, body };
}

/** One form of a reply: in this coding, or plain. */
function formOf(
  { status, headers, body }: Reply,
  coding: Coding | undefined,
  compressor: Compressor,
): MaybePromise<Reply> {
  // Caches have to know that the header decides, also where this client gets the plain form.
  const varied = withVary(headers);
  if (coding === undefined) return { status, headers: varied, body };
  const coded = codedHeaders(varied, coding);
  if (body === null) return { status, headers: coded, body }; // HEAD: what GET would say
  if (typeof body !== "string" && !(body instanceof Uint8Array)) {
    return { status, headers: coded, body: compressor.stream(coding, body) };
  }
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return compressor.whole(coding, bytes).then((small) => {
    return small.length < bytes.length ? { status, headers: coded, body: small } : { status, headers: varied, body };
  });
}

// A cache, not state: the forms of a reply that `cacheReply` made, each made once and kept as long as the reply.
const forms = new WeakMap<Reply, Map<Coding | undefined, MaybePromise<Reply>>>();

function keptForm(reply: Reply, coding: Coding | undefined, compressor: Compressor): MaybePromise<Reply> {
  const known = forms.get(reply) ?? new Map<Coding | undefined, MaybePromise<Reply>>();
  forms.set(reply, known);
  const kept = known.get(coding);
  if (kept !== undefined) return kept;
  const made = formOf(reply, coding, compressor);
  if (!isPromise(made)) return keep(known, coding, made);
  const pending = made.then((form) => keep(known, coding, form));
  known.set(coding, pending);
  pending.catch(() => known.delete(coding)); // the next request tries again
  return pending;
}

function keep(known: Map<Coding | undefined, MaybePromise<Reply>>, coding: Coding | undefined, form: Reply): Reply {
  const cached = cacheReply(form);
  known.set(coding, cached);
  return cached;
}

/** The coding the client likes best, ours first where it likes several alike (RFC 9110, section 12.5.3). */
export function codingOf(accepted: string | undefined): Coding | undefined {
  if (accepted === undefined) return undefined;
  const weights = weightsOf(accepted);
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get("*") ?? 0;
  const gzip = Math.max(weightOf("gzip"), weights.get("x-gzip") ?? 0);
  const brotli = weightOf("br");
  // Named and wanted more than either, the plain form is what the client prefers (RFC 9110, section 12.5.3).
  if ((weights.get("identity") ?? 0) > Math.max(brotli, gzip)) return undefined;
  if (brotli > 0 && brotli >= gzip) return "br";
  return gzip > 0 ? "gzip" : undefined;
}

/** Whether the client takes any coding at all, be it one that only a host knows. */
export function takesCodings(accepted: string | undefined): boolean {
  if (accepted === undefined) return false;
  return [...weightsOf(accepted)].some(([name, weight]) => name !== "identity" && name !== "" && weight > 0);
}

function weightsOf(accepted: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of accepted.split(",", MAX_CODINGS)) {
    const [name = "", ...parameters] = part.split(";");
    const weight = parameters.map((text) => /^\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*$/i.exec(text)?.[1]).find(Boolean);
    weights.set(name.trim().toLowerCase(), weight === undefined ? 1 : Number(weight));
  }
  return weights;
}

const MAX_CODINGS = 20;

function withVary(headers: HeaderPair[]): HeaderPair[] {
  const isSaid = headers.some(
    ([name, value]) => name.toLowerCase() === "vary" && /\*|\baccept-encoding\b/i.test(value),
  );
  return isSaid ? headers : [...headers, VARY];
}

export function withNoTransform(headers: HeaderPair[]): HeaderPair[] {
  const at = headers.findIndex(([name]) => name.toLowerCase() === "cache-control");
  const said = headers[at];
  if (said === undefined) return [...headers, ["cache-control", "no-transform"]];
  return NO_TRANSFORM.test(said[1]) ? headers : headers.with(at, [said[0], `${said[1]}, no-transform`]);
}

const VARY: HeaderPair = /* @__PURE__ */ Object.freeze(["vary", "accept-encoding"] as const);

/** The length is another, and so is the tag, which named the bytes of the plain form. */
function codedHeaders(headers: readonly HeaderPair[], coding: Coding): HeaderPair[] {
  const coded: HeaderPair[] = [];
  for (const pair of headers) {
    const [name, value] = pair;
    const key = name.toLowerCase();
    if (key === "content-length" || key === "accept-ranges") continue;
    coded.push(key === "etag" ? [name, codedTag(value, coding)] : pair);
  }
  coded.push(["content-encoding", coding]);
  return coded;
}
