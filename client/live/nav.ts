import { runHooks } from "./hooks.ts";
import { createNavigation } from "./navigate.ts";
import { latency } from "./show.ts";
import type { More } from "./types.ts";

/** Makes what links and scripts of the page need, and those who develop it. */
export const createNav = (): More => {
  const parts = [createNavigation(), runHooks, latency];
  return (live, kit) => {
    for (const part of parts) part(live, kit);
  };
};
