/**
 * More of partial updates: filters, preloading, rules for statuses, streamed replies and what else not every page needs. It extends
 * `busbar/client`, loaded before or after it; on a server, importing it does nothing.
 * @packageDocumentation
 */
import { doc, kit } from "./kit.ts";
import { init } from "./page.ts";
import { request } from "./request.ts";
import { response } from "./response.ts";
import { swap } from "./swap.ts";

if (doc && !kit.plus) {
  kit.extensions ??= [];
  kit.plus = kit.extensions.push({ init, request, response, swap });
  if ("process" in kit) init(); // core has started
}
