import { CodedError } from "../errors/index.ts";
import { type Html, isHtml, renderToStringAsync } from "../html/index.ts";
import { HTML_TYPE } from "./headers.ts";
import { mapStream } from "./map-stream.ts";
import type { HandlerResult, Reply, ReplyLike } from "./types.ts";

/**
 * What rendering needs to know of the request.
 * @public
 */
export interface RenderContext {
  /** The nonce for scripts and styles, if the request has one. */
  readonly usedNonce: string | undefined;
}

const NO_CONTEXT: RenderContext = { usedNonce: undefined };
const encoder = /* @__PURE__ */ new TextEncoder();

/**
 * Turns what a handler returned, or anything of a reply's shape, into a reply: templates are rendered, the rest is kept.
 * @throws CodedError `APP_BAD_REPLY` when it is neither.
 * @public
 */
export function toReply(result: HandlerResult, context: RenderContext = NO_CONTEXT): Reply {
  if (isWhole(result)) return result;
  if (isHtml(result)) return { status: 200, headers: [HTML_TYPE], body: render(result, context) };
  if (!isReplyLike(result)) throw badReply(result);
  const { status, headers, body } = result;
  const isEmpty = isBodiless(status) && isHtml(body);
  return { status, headers: [...headers], body: isEmpty ? null : toBody(body, context) };
}

/** Hosts disagree about an empty body where none may be: one gives it a type, another refuses it. */
function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** Nothing is left to do for it. Asked first, and of every step of a chain: most results are replies the context has made. */
function isWhole(result: unknown): result is Reply {
  if (typeof result !== "object" || result === null) return false;
  const { status, headers, body }: { status?: unknown; headers?: unknown; body?: unknown } = result;
  return isStatus(status) && Array.isArray(headers) && isWholeBody(body);
}

function isWholeBody(body: unknown): boolean {
  return typeof body === "string" || body === null || body instanceof Uint8Array;
}

function isStatus(status: unknown): boolean {
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599;
}

/**
 * Renders a template for this request. A page that has to wait is sent once it is whole: until then its status can still be that of an
 * error. Whoever wants the first bytes earlier streams it.
 */
export function render(node: Html, context: RenderContext): string | AsyncIterable<Uint8Array> {
  const text = textOf(node, context);
  if (typeof text === "string") return text;
  text.catch(() => {}); // told by the body, if somebody reads it
  return mapStream(onceOf(text), (whole) => encoder.encode(whole));
}

function textOf(node: Html, context: RenderContext): string | Promise<string> {
  return renderToStringAsync(node, context.usedNonce === undefined ? {} : { nonce: context.usedNonce });
}

async function* onceOf<T>(value: Promise<T>): AsyncGenerator<T> {
  yield await value;
}

/** Chunks as bytes: strings are encoded, templates rendered. */
export function toBytes(
  source: AsyncIterable<Html | string | Uint8Array>,
  context: RenderContext = NO_CONTEXT,
): AsyncIterable<Uint8Array> {
  return mapStream(source, (chunk) => chunkBytes(chunk, context));
}

function chunkBytes(chunk: Html | string | Uint8Array, context: RenderContext): Uint8Array | Promise<Uint8Array> {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return encoder.encode(chunk);
  if (isHtml(chunk)) {
    const text = textOf(chunk, context);
    return typeof text === "string" ? encoder.encode(text) : text.then((whole) => encoder.encode(whole));
  }
  throw new CodedError("APP_BAD_REPLY", `a stream yielded ${describe(chunk)}, not bytes, text or a template`);
}

function toBody(body: ReplyLike["body"], context: RenderContext): Reply["body"] {
  if (body === null || typeof body === "string" || body instanceof Uint8Array) return body;
  if (isHtml(body)) return render(body, context);
  return toBytes(body, context);
}

function isReplyLike(value: unknown): value is ReplyLike {
  if (typeof value !== "object" || value === null) return false;
  if (!("status" in value && "headers" in value && "body" in value)) return false;
  const { status, headers, body } = value;
  if (!isStatus(status) || typeof headers !== "object" || headers === null || !(Symbol.iterator in headers))
    return false;
  return (
    isWholeBody(body) || (typeof body === "object" && body !== null && (isHtml(body) || Symbol.asyncIterator in body))
  );
}

function badReply(result: unknown): CodedError {
  if (typeof result === "object" && result !== null && "status" in result) {
    return new CodedError("APP_BAD_REPLY", "a handler returned a reply whose status, headers or body is not valid");
  }
  return new CodedError(
    "APP_BAD_REPLY",
    `a handler or middleware returned ${describe(result)}, not a reply or a template`,
  );
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
