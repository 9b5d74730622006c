/**
 * Browser side of live views. Importing it, or loading it as a script, connects every live root of the page.
 * @packageDocumentation
 */
import { doc } from "./slots.ts";
import { startRoots } from "./start.ts";

export type { LiveHandle, LiveHook, LiveHooks } from "./hooks.ts";

/**
 * Connects the live roots below a node, those that come later included, and ends those that leave it. Returns a stop that ends all of them.
 * A root that runs already is left alone.
 * @example
 * ```ts
 * const stop = startLive(document);
 * ```
 * @public
 */
export const startLive = (node: ParentNode): (() => void) =>
  startRoots(node, async (name) => {
    if (name === "back") return (await import("./back.ts")).createBack;
    if (name === "nav") return (await import("./nav.ts")).createNav;
    if (name === "net") return (await import("./net.ts")).createNet;
    return (await import("./more.ts")).createMore;
  });

// A server may import what it shares with the page: then there is nothing to connect.
if (doc) {
  if (doc.readyState === "loading") doc.addEventListener("DOMContentLoaded", () => startLive(doc));
  else startLive(doc);
}
