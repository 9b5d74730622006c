import { wellFormed } from "../encode/unicode.ts";
import type { HtmlValue, RenderOptions } from "../types.ts";
import { ALL_AT_ONCE, type RenderingLimits } from "./limits.ts";
import { ByteOutlet, TextOutlet } from "./outlet.ts";
import { pageOf } from "./page-options.ts";
import { Rendering } from "./rendering.ts";
import { bytesOf, textOf } from "./whole.ts";

// One write of the platform per piece: small enough to leave early, large enough that calls do not count (bench: html, "streams").
const IN_PIECES: RenderingLimits = { pieceChars: 16_384, maxWaiting: 256, outOfOrder: true };

/**
 * A page in pieces of bytes, rendered as they are asked for.
 * @public
 */
export interface HtmlChunks {
  /**
   * The next piece, owned by the caller; `undefined` at the end. A promise only when nothing more can leave before a promise in the page
   * has settled: what stands before the first one comes at once. Ask again only when the last answer is there.
   * @throws what the page throws, also as a rejection.
   */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** The last piece was given: `next` would give `undefined`. Whoever knows it sends the end along. */
  readonly isDone: boolean;
  /** Ends the render: nothing runs any more, and `next` throws the reason. */
  cancel(reason?: unknown): void;
}

/**
 * Renders piece by piece, about 16 KiB each, as they are asked for: a slow reader slows the render, and no more than a piece is held for
 * each promise that is waited for, and of these at most 256 at a time. Boundaries with something `pending` let the page go on.
 * @throws CodedError as `renderToString` does, but never `HTML_ASYNC_HOLE`.
 * @public
 */
export function renderToChunks(node: HtmlValue, options: RenderOptions = {}): HtmlChunks {
  return new Pieces(node, options);
}

/** What `renderToChunks` returns. */
class Pieces implements HtmlChunks {
  readonly #rendering: Rendering<Uint8Array>;

  constructor(node: HtmlValue, options: RenderOptions) {
    this.#rendering = new Rendering(pageOf(node, options), node, IN_PIECES, new ByteOutlet());
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.#rendering.pull();
  }

  cancel(reason?: unknown): void {
    this.#rendering.cancel(reason);
  }

  get isDone(): boolean {
    return this.#rendering.isDone;
  }
}

/**
 * Renders to a string and waits for promises, all at a time.
 * @returns The string itself when nothing had to be waited for, else a promise of it.
 * @throws CodedError as `renderToString` does, but never `HTML_ASYNC_HOLE`; after the first promise, as a rejection.
 * @example const text = await renderToStringAsync(html`<p>${fetchName(id)}</p>`);
 * @public
 */
export function renderToStringAsync(node: HtmlValue, options: RenderOptions = {}): string | Promise<string> {
  const text = textOf(new Rendering(pageOf(node, options), node, ALL_AT_ONCE, new TextOutlet()));
  return typeof text === "string" ? wellFormed(text) : text.then(wellFormed);
}

/**
 * Renders to UTF-8 bytes and waits for promises, all at a time. The caller owns the bytes.
 * @returns The bytes themselves when nothing had to be waited for, else a promise of them.
 * @throws CodedError as `renderToStringAsync` does.
 * @public
 */
export function renderToBytesAsync(node: HtmlValue, options: RenderOptions = {}): Uint8Array | Promise<Uint8Array> {
  return bytesOf(new Rendering(pageOf(node, options), node, ALL_AT_ONCE, new ByteOutlet()));
}

/**
 * How to render to a stream.
 * @public
 */
export interface StreamOptions extends RenderOptions {
  /** Ends the render when it is aborted: the stream then fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Renders to a stream of bytes, pulled as `renderToChunks` is. What stands before the first promise leaves at once.
 * @returns A stream that fails with what the page throws.
 * @example
 * ```ts
 * return new Response(renderToStream(page(user), { signal: request.signal }), { headers });
 * ```
 * @public
 */
export function renderToStream(node: HtmlValue, options: StreamOptions = {}): ReadableStream<Uint8Array> {
  const { signal } = options;
  let pieces: Pieces | undefined;
  let onAbort: (() => void) | undefined;
  const end = (): void => {
    if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
  };
  const give = (controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array | undefined): void => {
    if (signal?.aborted === true) return;
    if (bytes !== undefined) controller.enqueue(bytes);
    // Closing with the last piece spares the reader a turn of the event loop.
    if (bytes === undefined || pieces?.isDone === true) {
      end();
      controller.close();
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (signal === undefined) return;
        onAbort = () => {
          pieces?.cancel(signal.reason);
          controller.error(signal.reason);
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener("abort", onAbort, { once: true });
      },
      pull(controller) {
        pieces ??= new Pieces(node, options);
        const bytes = pieces.next();
        return bytes instanceof Promise ? bytes.then((late) => give(controller, late)) : give(controller, bytes);
      },
      cancel(reason) {
        end();
        pieces?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
