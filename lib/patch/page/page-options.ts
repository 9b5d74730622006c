import type { Css } from "../../html/index.ts";
import type { StreamSource } from "./stream-source.ts";
import type { Watching } from "./watching.ts";

/**
 * Options of a page.
 * @public
 */
export interface PageOptions {
  /** Told of each stylesheet of `css` that is met from now on. */
  readonly onStyle?: ((css: Css) => void) | undefined;
  /** What the names of streams begin with: something no other page has, since a client keeps its rows by that name. @defaultValue "s" */
  readonly streamIds?: string | undefined;
  /** Streams whose rows the client has already, with their names: they go on where the page shows them first. */
  readonly knownStreams?: ReadonlyMap<StreamSource, string> | undefined;
  /** Slots are followed from the first reading on; without it, from `follow` on. */
  readonly following?: Following | undefined;
}

/**
 * Who follows the slots of a page one by one.
 * @public
 */
export interface Following {
  readonly watching: Watching;
  /** Called when one of them tells of a change, on the stack of whoever made it. */
  readonly onSoiled: () => void;
}
