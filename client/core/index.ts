/**
 * The browser side of partial updates. As a classic script or a module it starts by itself; on a server, importing it does nothing.
 * @packageDocumentation
 */
import { begin } from "./client.ts";
import { doc } from "./dom.ts";
import { settings } from "./state.ts";
import type { ClientConfig } from "./types.ts";

export type {
  ClientConfig,
  ClientErrorDetail,
  ClientErrorReason,
  ClientEventDetail,
  ClientEventMap,
  RequestContext,
} from "./types.ts";

if (doc?.readyState === "loading") doc.addEventListener("DOMContentLoaded", begin);
else if (doc) begin();

/**
 * Changes how the client behaves, from now on. What is left out stays as it is. Before the script is loaded, set `window.busbarConfig` instead.
 * @example
 * ```ts
 * config({ navigate: (url) => router.push(url), scripts: false });
 * ```
 * @public
 */
export const config = (options: ClientConfig): void => {
  Object.assign(settings, options);
};

/**
 * Activates `root` and what is in it. Only needed for attributes that were set after their element entered the page: new elements
 * are noticed. Active elements stay as they are. Without a document, or before it is parsed, it does nothing.
 * @remarks Time: one `querySelectorAll`.
 * @public
 */
export const process = (root: Element): void => {
  settings.process?.(root);
};
