import { demandOption } from "../../lib/sync/index.ts";
import type { CursorOptions } from "./cursor-options.ts";

/**
 * Draws the carets and selections of everyone else over a text field, and shows them one's own. The elements carry the classes
 * `bus-cursor`, `bus-cursor-name` and `bus-selection`; their default look has no specificity, so any rule of the page wins.
 * Works under a Content-Security-Policy without `unsafe-inline`.
 * @returns Its stop, which removes what was drawn. Stopping twice is harmless.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @remarks The code for it is a script of its own. Time: one layout of a copy of the text per animation frame in which something changed.
 * @public
 */
export function bindCursors(options: CursorOptions): () => void {
  demandOption(typeof options?.field?.setRangeText === "function", "field"); // the rest is asked about where it is used
  let layer: { stop(): void } | undefined;
  let isStopped = false;
  import("./cursor-layer.ts").then(
    ({ CursorLayer }) => {
      if (!isStopped) layer = new CursorLayer(options);
    },
    (error: unknown) => reportError(error), // nothing is drawn, and the text can be edited
  );
  return () => {
    isStopped = true;
    layer?.stop();
  };
}
