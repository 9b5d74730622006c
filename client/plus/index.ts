/**
 * More of partial updates: filters, rules for statuses, streamed replies and what else not every page needs. It extends
 * `busbar/client`, loaded before or after it; on a server, importing it does nothing.
 * @packageDocumentation
 */
import { isPage } from "../core/settings.ts";
import { init } from "./init.ts";
import { kit } from "./kit.ts";
import { request } from "./request.ts";
import { response } from "./response.ts";
import { swap } from "./swap.ts";

if (isPage && !kit.plus) {
  // Before all others, whichever is loaded first: what it notes is the reply as it came.
  kit.plus = kit.extensions = [{ init, request, response, swap }, ...(kit.extensions ?? [])];
  if (kit.words as unknown) init(); // core has started. cast: else they are not there
}
