import { OutgoingMessage } from "node:http";
import type { Writable } from "node:stream";
import { type HtmlValue, type RenderOptions, renderToChunks } from "../../lib/html/index.ts";
import { drained } from "./drained.ts";

/**
 * How to render to a writable of Node.
 * @public
 */
export interface NodeRenderOptions extends RenderOptions {
  /** Ends the render when it is aborted: the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Whether the writable is ended behind the page. @defaultValue true */
  readonly end?: boolean;
}

/**
 * Renders into a response, a socket, a file or any other writable, in pieces of about 16 KiB: the next one is rendered when the last is
 * on its way. A response without a content type gets `text/html; charset=utf-8`.
 * @returns True when the page was written whole; false when the other side had closed before.
 * @throws what the page throws, as a rejection. Nothing has been written then if it happens before the first piece, and a host can still answer;
 * later the writable is destroyed, so that nobody takes half a page for a whole one.
 * @example
 * ```ts
 * app.get("/users", (request, response, next) => renderToNode(page(users), response).catch(next));
 * ```
 * @public
 */
export async function renderToNode(
  node: HtmlValue,
  writable: Writable,
  options: NodeRenderOptions = {},
): Promise<boolean> {
  const { signal } = options;
  signal?.throwIfAborted();
  const chunks = renderToChunks(node, options);
  const onAbort = (): void => chunks.cancel(signal?.reason);
  const onClose = (): void => chunks.cancel();
  signal?.addEventListener("abort", onAbort, { once: true });
  writable.once("close", onClose);
  const isEnding = options.end !== false;
  let isStarted = false;
  let isWhole = false;
  try {
    while (!isWhole) {
      const next = chunks.next();
      const bytes = next instanceof Promise ? await next : next;
      if (isGone(writable)) return false;
      if (!isStarted) setType(writable);
      isStarted = bytes !== undefined || isStarted;
      isWhole = chunks.isDone;
      // The last piece and the end in one: a response of one piece tells its length then.
      if (isWhole && isEnding) writable.end(bytes);
      else if (bytes !== undefined && !writable.write(bytes)) await drained(writable);
    }
    return true;
  } catch (error) {
    if (isGone(writable) && signal?.aborted !== true) return false;
    if (isStarted) writable.destroy();
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    writable.off("close", onClose);
    if (!isWhole) chunks.cancel(); // nothing goes on of a page that nobody waits for
  }
}

function setType(writable: Writable): void {
  if (writable instanceof OutgoingMessage && !writable.headersSent && !writable.hasHeader("content-type")) {
    writable.setHeader("content-type", "text/html; charset=utf-8");
  }
}

function isGone(writable: Writable): boolean {
  return writable.destroyed || writable.closed || writable.writableEnded;
}
