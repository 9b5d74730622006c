import type { BufferPool, Lease } from "../pool/index.ts";
import { failAt } from "./contexts.ts";
import { renderLive } from "./live-render.ts";
import { renderValue, type Sink } from "./render.ts";
import type { BytesOptions, HtmlValue, StringOptions } from "./types.ts";

// 16 KiB of text per write is the fastest of those measured: below it calls dominate, above it the flattened text leaves the cache.
const FLUSH_CHARS = 16_384;
const MAX_BYTES_PER_CHAR = 3;

/**
 * Renders to a string.
 * @throws CodedError `HTML_BAD_HOLE`, `HTML_ASYNC_HOLE` and the other `HTML_*` codes when a hole holds what its place cannot take.
 * @remarks Lone surrogates become U+FFFD, as they would in bytes. Time: linear in the output.
 * @example
 * ```ts
 * renderToString(html`<p title=${'"'}>${"<b>"}</p>`); // <p title="&quot;">&lt;b&gt;</p>
 * ```
 * @public
 */
export function renderToString(node: HtmlValue, options: StringOptions = {}): string {
  const sink: Sink = {
    text: "",
    limit: Number.POSITIVE_INFINITY,
    flush: noFlush,
    nonce: nonceAttribute(options.nonce),
    depth: 0,
    done: false,
  };
  if (options.live === undefined) renderValue(sink, node, undefined, 0);
  else renderLive(sink, node, options.live);
  return wellFormed(sink.text);
}

/**
 * Renders to UTF-8 bytes, equal to those of `renderToString`. The caller owns them.
 * @throws CodedError as `renderToString` does.
 * @remarks Writes each 16 KiB of text by one conversion: the whole page never exists as a string.
 * @example
 * ```ts
 * response.end(renderToBytes(page(user), { nonce }));
 * ```
 * @public
 */
export function renderToBytes(node: HtmlValue, options?: BytesOptions & { readonly pool?: undefined }): Uint8Array;
/**
 * Renders to UTF-8 bytes in a lease of a pool: send `written()`, then call `release()`.
 * @throws CodedError as `renderToString` does, and what the pool throws; the lease is released then.
 * @remarks Nothing but the lease is allocated for the output; the lease grows with it.
 * @example
 * ```ts
 * const lease = renderToBytes(page(user), { pool });
 * response.end(lease.written(), () => lease.release());
 * ```
 * @public
 */
export function renderToBytes(node: HtmlValue, options: BytesOptions & { readonly pool: BufferPool }): Lease;
export function renderToBytes(
  node: HtmlValue,
  options: BytesOptions & { readonly pool?: BufferPool | undefined } = {},
): Uint8Array | Lease {
  const nonce = nonceAttribute(options.nonce);
  if (options.pool === undefined) return renderOwned(node, nonce);
  const lease = options.pool.acquire({ minBytes: FLUSH_CHARS * MAX_BYTES_PER_CHAR });
  try {
    const flush = (sink: Sink): void => {
      const text = cutText(sink);
      lease.grow(lease.length + text.length * MAX_BYTES_PER_CHAR);
      lease.length += encoder.encodeInto(text, lease.bytes.subarray(lease.length)).written;
    };
    const sink: Sink = { text: "", limit: FLUSH_CHARS, flush, nonce, depth: 0, done: false };
    renderValue(sink, node, undefined, 0);
    finish(sink);
    return lease;
  } catch (error) {
    lease.release();
    throw error;
  }
}

const encoder: TextEncoder = new TextEncoder();

function renderOwned(node: HtmlValue, nonce: string): Uint8Array {
  let bytes = new Uint8Array(0);
  let length = 0;
  const flush = (sink: Sink): void => {
    const text = cutText(sink);
    const needed = length + text.length * MAX_BYTES_PER_CHAR;
    if (needed > bytes.length) {
      const grown = new Uint8Array(Math.max(needed, bytes.length * 2, FLUSH_CHARS * MAX_BYTES_PER_CHAR));
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    length += encoder.encodeInto(text, bytes.subarray(length)).written;
  };
  const sink: Sink = { text: "", limit: FLUSH_CHARS, flush, nonce, depth: 0, done: false };
  renderValue(sink, node, undefined, 0);
  if (length === 0) return encoder.encode(sink.text);
  finish(sink);
  return bytes.slice(0, length);
}

/** Takes the text out, all but a first half of a surrogate pair: its other half may be in what follows. */
function cutText(sink: Sink): string {
  const { text } = sink;
  const last = text.charCodeAt(text.length - 1);
  const keep = last >= 0xd800 && last <= 0xdbff && !sink.done ? 1 : 0;
  sink.text = keep === 0 ? "" : text.slice(-1);
  return keep === 0 ? text : text.slice(0, -1);
}

function finish(sink: Sink): void {
  sink.done = true;
  sink.flush(sink);
}

function noFlush(): void {}

function nonceAttribute(nonce: string | undefined): string {
  if (nonce === undefined) return "";
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(nonce)) throw failAt("HTML_BAD_NONCE", "the nonce is not base64", undefined);
  return ` nonce="${nonce}"`;
}

/** The standard's toWellFormed where the engine has it (it is newer than the types we compile with). */
function wellFormed(text: string): string {
  const own = (text as { readonly toWellFormed?: () => string }).toWellFormed; // cast: see above
  if (own !== undefined) return own.call(text);
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
