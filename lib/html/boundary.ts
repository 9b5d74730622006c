import { BOUNDARY, makeMarked } from "./brand.ts";
import type { HtmlPart, HtmlValue } from "./types.ts";

/**
 * What stands in for a boundary's content.
 * @public
 */
export interface BoundaryOptions {
  /**
   * Shown by `renderToStream` and `renderToChunks` until the content is there: it follows at the end of the page and a small
   * inline script puts it into place. Other renders wait for the content and never show this.
   */
  readonly pending?: HtmlValue;
  /** Shown when the content throws or its promise is rejected; without it, the error goes on to the next boundary around. */
  readonly failed?: (error: unknown) => HtmlValue;
}

/** What `boundary` makes. */
export interface Bounded extends BoundaryOptions {
  readonly children: () => HtmlValue;
}

/**
 * A part of the page that may be late or fail on its own.
 * @param children - A function, so that what it throws is caught.
 * @remarks What a failed part has written is dropped. The part is held back until it is complete.
 * @example
 * ```ts
 * boundary(async () => Comments(await load(post.id)), { pending: "Loading…", failed: () => "No comments today." });
 * ```
 * @public
 */
export function boundary(children: () => HtmlValue, options: BoundaryOptions = {}): HtmlPart {
  return makeMarked<HtmlPart>(BOUNDARY, { children, pending: options.pending, failed: options.failed });
}
