/**
 * How a swap is seen: transitions and scrolling. It extends `busbar/client`, loaded
 * before or after it, with or without `busbar/client/plus`; on a server, importing it does nothing.
 * @packageDocumentation
 */
import { doc } from "../core/settings.ts";
import { init } from "./init.ts";
import { kit } from "./kit.ts";
import { swap } from "./swap.ts";

if (doc && !kit.page) {
  kit.page = kit.extensions = [...(kit.extensions ?? []), { init, swap }];
  if (kit.words as unknown) init(); // core has started. cast: else they are not there
}
