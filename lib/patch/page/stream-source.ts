import type { STREAM } from "../../pool/index.ts";
import type { KeyedRow } from "./watching.ts";

/**
 * A list whose rows are shown and forgotten, as `stream` of `busbar/live` makes it.
 * @public
 */
export interface StreamSource {
  /** Begins to show it. Whoever showed it before is told nothing more. */
  [STREAM](): StreamFeed;
}

/**
 * What tells a page of a stream.
 * @public
 */
export interface StreamFeed {
  /** Most rows a page keeps, above 0. */
  readonly limit: number;
  /** Is a read of the stream: whoever notes reads is told when something has happened. */
  track(): void;
  /** The rows there are; the stream forgets them. */
  begin(): readonly KeyedRow[];
  /** What has happened since `begin`, or the last time; the stream forgets it. */
  take(): readonly StreamChange[];
  /** What could not be shown happens again, before anything else. */
  putBack(changes: readonly StreamChange[]): void;
  /** Nobody shows the stream any more. */
  stop(): void;
}

/**
 * What has happened to a stream.
 * @public
 */
export type StreamChange =
  | { readonly kind: "append" | "prepend"; readonly rows: readonly KeyedRow[] }
  | { readonly kind: "remove"; readonly keys: readonly (string | number)[] }
  | { readonly kind: "reset" };
