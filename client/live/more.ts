import { obeyCommands } from "./commands.ts";
import { applyMore } from "./operations.ts";
import { pinRows } from "./pins.ts";
import type { More } from "./types.ts";

/** Makes what patches need beyond the usual. */
export const createMore = (): More => (live, kit) => {
  for (const part of [applyMore, pinRows, obeyCommands]) part(live, kit);
};
