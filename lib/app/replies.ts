import { CodedError } from "../errors/index.ts";
import type { Html } from "../html/index.ts";
import type { BytesOptions, RedirectOptions } from "./context-types.ts";
import { HTML_TYPE, hasHeader, JSON_TYPE, TEXT_TYPE, toPairs } from "./headers.ts";
import { chunksOf } from "./map-stream.ts";
import { encodeEvents, type SseEvent, type SseOptions } from "./sse.ts";
import { type RenderContext, render, toBytes } from "./to-reply.ts";
import type { ChunkSource, HeaderList, HeaderPair, Platform, Reply } from "./types.ts";

const EVENTS: HeaderPair = /* @__PURE__ */ Object.freeze(["content-type", "text/event-stream"] as const);
// no-transform keeps compressing middleware and proxies from holding events back.
const LIVE: HeaderPair = /* @__PURE__ */ Object.freeze(["cache-control", "no-cache, no-transform"] as const);

export function html(
  node: Html,
  status: number | undefined,
  headers: HeaderList | undefined,
  context: RenderContext,
): Reply {
  return { status: status ?? 200, headers: withType(HTML_TYPE, headers), body: render(node, context) };
}

export function json(value: unknown, status: number | undefined, headers: HeaderList | undefined): Reply {
  const body: string | undefined = JSON.stringify(value);
  if (body === undefined)
    throw new CodedError("APP_BAD_REPLY", `json was given ${typeof value}, which JSON cannot hold`);
  return { status: status ?? 200, headers: withType(JSON_TYPE, headers), body };
}

export function text(body: string, status: number | undefined, headers: HeaderList | undefined): Reply {
  return { status: status ?? 200, headers: withType(TEXT_TYPE, headers), body };
}

export function bytes(body: Uint8Array, options: BytesOptions = {}): Reply {
  return { status: options.status ?? 200, headers: withType(byteType(options), options.headers), body };
}

export function stream(source: ChunkSource, options: BytesOptions = {}): Reply {
  return {
    status: options.status ?? 200,
    headers: withType(byteType(options), options.headers),
    body: toBytes(chunksOf(source)),
  };
}

export function sse(
  source: AsyncIterable<SseEvent | string>,
  options: SseOptions = {},
  after?: Platform["after"] | undefined,
): Reply {
  const own = toPairs(options.headers);
  const cache = hasHeader(own, "cache-control") ? [] : [LIVE];
  return {
    status: 200,
    headers: [...withType(EVENTS, undefined), ...cache, ...own],
    body: toBytes(encodeEvents(source, options, after)),
  };
}

export function empty(status: number, headers: HeaderList | undefined): Reply {
  return { status, headers: toPairs(headers), body: null };
}

/** The target is judged as a browser reads it: `//x`, `/\x` and tabs inside are another origin, whatever they look like. */
export function redirect(target: string, method: string, options: RedirectOptions = {}): Reply {
  const status = options.status ?? (method === "GET" || method === "HEAD" ? 302 : 303);
  const urls = BASES.map((base) => parseTarget(target, base));
  const here = urls.every((url, i) => url?.origin === BASES[i]);
  const web = urls.every((url) => url?.protocol === "http:" || url?.protocol === "https:");
  if (!here && !(options.external === true && web)) {
    throw new CodedError("APP_FOREIGN_REDIRECT", "the target of a redirect is not a path on this origin");
  }
  return { status, headers: [["location", toAscii(target)], ...toPairs(options.headers)], body: null };
}

// Both, since `http:x` is a path on an http page and another site on an https one.
const BASES: readonly string[] = ["http://redirect.invalid", "https://redirect.invalid"];

function parseTarget(target: string, base: string): URL | undefined {
  try {
    return new URL(target, base);
  } catch {
    return undefined;
  }
}

/** What is not visible ASCII is percent-encoded; control characters are left for the header check to refuse. */
function toAscii(target: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is excluded here
  return target.replace(/\p{Surrogate}/gu, "\ufffd").replace(/[^\x00-\x1f\x21-\x7e]/gu, encodeURIComponent);
}

function byteType(options: BytesOptions): HeaderPair {
  return options.type === undefined ? OCTETS : ["content-type", options.type];
}

const OCTETS: HeaderPair = /* @__PURE__ */ Object.freeze(["content-type", "application/octet-stream"] as const);

/** A content type of the caller's own replaces ours. */
function withType(type: HeaderPair, headers: HeaderList | undefined): HeaderPair[] {
  if (headers === undefined) return [type];
  const own = toPairs(headers);
  return hasHeader(own, "content-type") ? own : [type, ...own];
}
