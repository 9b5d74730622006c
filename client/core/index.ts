/**
 * The browser side of partial updates. As a classic script or a module it starts by itself; on a server, importing it does nothing.
 * @packageDocumentation
 */
import "./client.ts";
import { settings } from "./settings.ts";
import type { ClientConfig } from "./types.ts";

export { extend } from "./extend.ts";
export type {
  Act,
  Extension,
  Kit,
  Modifier,
  Selector,
  SwapFunction,
  SwapPart,
  SwapPlan,
  Trigger,
  TriggerWord,
} from "./extension-types.ts";
export type {
  ClientConfig,
  ClientErrorDetail,
  ClientErrorReason,
  ClientEventDetail,
  ClientEventMap,
  RequestContext,
  RequestStart,
} from "./types.ts";

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
 * Activates `root` and what is in it. Only needed for a `bus-trigger` that was set after its element entered the page: new elements
 * are noticed. Active elements stay as they are. Without a document, or before it is parsed, it does nothing.
 * @remarks Time: one `querySelectorAll`.
 * @public
 */
export const process = (root: Element): void => {
  settings.process?.(root);
};
