import { runHooks } from "./hooks.ts";
import { createNavigation } from "./navigate.ts";
import type { More } from "./types.ts";

/** Makes what links and scripts of the page need. */
export const createNav = (): More => {
  const parts = [createNavigation(), runHooks];
  return (live, kit) => {
    for (const part of parts) part(live, kit);
  };
};
