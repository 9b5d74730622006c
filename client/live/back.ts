import { createPings } from "./alive.ts";
import { tellErrors } from "./errors.ts";
import { takeFrames } from "./frames.ts";
import { inflateFrames } from "./inflate.ts";
import { keepRows } from "./keep.ts";
import { nameSpaces } from "./namespaces.ts";
import { waitForClick } from "./press.ts";
import type { More } from "./types.ts";

/** Makes what a page needs to last: it notices that it is alone, and comes back with what was typed. */
export const createBack = (): More => {
  const parts = [createPings(), takeFrames, waitForClick, keepRows, tellErrors, inflateFrames, nameSpaces];
  return (live, kit) => {
    for (const part of parts) part(live, kit);
  };
};
