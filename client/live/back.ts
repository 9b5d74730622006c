import { createPings } from "./alive.ts";
import { keepDrafts } from "./drafts.ts";
import { tellErrors } from "./errors.ts";
import { inflateFrames } from "./inflate.ts";
import { pinRows } from "./pins.ts";
import type { More } from "./types.ts";

/** Makes what a page needs to last: it notices that it is alone, and comes back with what was typed. */
export const createBack = (): More => {
  const parts = [createPings(), keepDrafts, tellErrors, inflateFrames, pinRows];
  return (live, kit) => {
    for (const part of parts) part(live, kit);
  };
};
