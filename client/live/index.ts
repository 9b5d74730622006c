/**
 * Browser side of live views. Importing it, or loading it as a script, connects every live root of the page.
 * @packageDocumentation
 */
import type { LiveHooks } from "./hooks.ts";
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
export const startLive: (node: ParentNode) => () => void = /* @__PURE__ */ startRoots(async (name) => {
  if (name === "back") return (await import("./back.ts")).createBack();
  if (name === "form") return (await import("./form.ts")).createForm();
  if (name === "nav") return (await import("./nav.ts")).createNav();
  if (name === "net") return (await import("./net.ts")).createNet();
  return (await import("./more.ts")).createMore();
});

/**
 * Adds hooks, by the names `bus-hook` has: the same as to set `window.busbar.hooks`, which pages without a bundler do. Elements that are there already get
 * theirs with the next patch; so call it where the module is loaded.
 * @example
 * ```ts
 * liveHooks({ Chart: { mounted: (element, live) => draw(element, live) } });
 * ```
 * @public
 */
export const liveHooks = (hooks: LiveHooks): void => {
  globalThis.busbar = { ...globalThis.busbar, hooks: { ...globalThis.busbar?.hooks, ...hooks } };
};

// A server may import what it shares with the page: then there is nothing to connect.
if (doc) {
  if (doc.readyState === "loading") doc.addEventListener("DOMContentLoaded", () => startLive(doc));
  else startLive(doc);
}
