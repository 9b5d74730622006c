/**
 * Browser side of live views. Importing it, or loading it as a script, connects every live root of the page.
 * @packageDocumentation
 */
import { runView } from "./view.ts";

/**
 * Connects the live roots at or below a node: for pages that add one later. Returns a stop that ends their sockets.
 * @example
 * ```ts
 * const stop = startLive(document);
 * ```
 * @public
 */
export function startLive(node: ParentNode): () => void {
  const stops = Array.from(node.querySelectorAll("[bus-live]"), runView);
  return () => {
    for (const stop of stops) stop();
  };
}

// A server may import what it shares with the page: then there is nothing to connect.
if (typeof document === "object") {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => startLive(document));
  else startLive(document);
}
