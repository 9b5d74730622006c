import { type BufferPool, createWriter, type Lease, readUtf8, type Writer } from "../../pool/index.ts";
import { type ByteWriter, putBack, takeWriter } from "../bytes/byte-writer.ts";
import { areWhole, ownBytes, tornTexts, wellFormed } from "../encode/unicode.ts";
import type { HtmlValue, RenderOptions, StringOptions } from "../types.ts";
import { type Habit, habitOf } from "./habit.ts";
import { renderLive } from "./live-render.ts";
import { pageOf } from "./page-options.ts";
import { silence } from "./promises.ts";
import { renderValue } from "./render.ts";
import { finishText, makeSink, type Sink } from "./sink.ts";

// 16 KiB of text per write is the fastest of those measured: below it calls dominate, above it the flattened text leaves the cache
// (bench: html, "to bytes"). Twin: renderToString and one conversion.
const FLUSH_CHARS = 16_384;

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
  const habit = options.live === undefined ? habitOf(node) : undefined;
  if (habit?.wantsBytes() === true) return renderAndRead(node, options, habit);
  const sink = makeSink(pageOf(node, options));
  const before = tornTexts();
  if (options.live === undefined) renderOrSilence(sink, node);
  else renderLive(sink, node, options.live);
  const text = finishText(sink);
  return options.live === undefined && areWhole(before) ? text : wellFormed(text);
}

/**
 * Renders to UTF-8 bytes, equal to those of `renderToString`. The caller owns them; up to 4 KiB they may lie, as Node's own buffers do, in one
 * `ArrayBuffer` with others, so copy what you transfer to a worker: `bytes.slice()`.
 * @throws CodedError as `renderToString` does.
 * @remarks Writes each 16 KiB of text by one conversion: the whole page never exists as a string.
 * @example
 * ```ts
 * response.end(renderToBytes(page(user), { nonce }));
 * ```
 * @public
 */
export function renderToBytes(node: HtmlValue, options?: RenderOptions & { readonly pool?: undefined }): Uint8Array;
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
export function renderToBytes(node: HtmlValue, options: RenderOptions & { readonly pool: BufferPool }): Lease;
export function renderToBytes(
  node: HtmlValue,
  options: RenderOptions & { readonly pool?: BufferPool | undefined } = {},
): Uint8Array | Lease {
  const writer = takeWriter();
  try {
    const { pool } = options;
    return pool === undefined ? renderOwned(writer, node, options) : renderLeased(writer, pool, node, options);
  } finally {
    putBack(writer);
  }
}

function renderOwned(writer: ByteWriter, node: HtmlValue, options: RenderOptions): Uint8Array {
  writePage(writer, undefined, node, options);
  return ownBytes(writer.written());
}

function renderAndRead(node: HtmlValue, options: RenderOptions, habit: Habit): string {
  const writer = takeWriter();
  try {
    writePage(writer, undefined, node, options);
    const bytes = writer.written();
    const text = readUtf8(bytes, 0, bytes.length);
    habit.learn(bytes.length, text.length, writer.joined);
    return text;
  } finally {
    putBack(writer);
  }
}

function renderLeased(writer: ByteWriter, pool: BufferPool, node: HtmlValue, options: RenderOptions): Lease {
  const out = createWriter({ pool });
  try {
    writePage(writer, out, node, options);
    writer.written();
    return out.lease();
  } catch (error) {
    out.release();
    throw error;
  }
}

function writePage(writer: ByteWriter, out: Writer | undefined, node: HtmlValue, options: RenderOptions): void {
  writer.start(out);
  const sink = makeSink(
    pageOf(node, options),
    FLUSH_CHARS,
    (full) => writer.flush(full),
    undefined,
    (full, bytes) => writer.append(full, bytes),
    writer.scratch,
  );
  renderOrSilence(sink, node);
  writer.finish(sink);
}

/** When a render fails, the promises of its page are nobody's any more. */
function renderOrSilence(sink: Sink, node: HtmlValue): void {
  try {
    renderValue(sink, node, undefined, 0);
  } catch (error) {
    silence(node);
    throw error;
  }
}
