/*
 * What the rest of the folder may take from the kernel. The kernel is one chunk of the package, and what a chunk exports its own code reads by way
 * of a cell, which an engine does not fold: with the flags and the state exported as they are, a flush takes a third longer (bench: signals, kairo).
 * So what its walks use goes out under names of its own, and nothing outside of the kernel imports anything but types from its files.
 */
import * as kindsInside from "./kinds.ts";
import { dropAfter as dropAfterInside, enter as enterInside, tidy as tidyInside } from "./links.ts";
import { flush as flushInside } from "./queue.ts";
import { state as stateInside } from "./state.ts";

export { abandon, alive, type EffectNode, endWhole, runAgain, startEffect } from "./effect.ts";
export type { ComputedTarget, Source, Target } from "./kinds.ts";
export { newComputed, newSignal, newWritable } from "./nodes.ts";
export { adopt, attempt, fail } from "./owner.ts";
export { batch } from "./queue.ts";
export { detached, untracked } from "./state.ts";

export const CHECK: typeof kindsInside.CHECK = kindsInside.CHECK;
export const COMPUTED: typeof kindsInside.COMPUTED = kindsInside.COMPUTED;
export const DIRTY: typeof kindsInside.DIRTY = kindsInside.DIRTY;
export const EFFECT: typeof kindsInside.EFFECT = kindsInside.EFFECT;
export const ENDED: typeof kindsInside.ENDED = kindsInside.ENDED;
export const FAILED: typeof kindsInside.FAILED = kindsInside.FAILED;
export const HOOK_ON: typeof kindsInside.HOOK_ON = kindsInside.HOOK_ON;
export const HOOKED: typeof kindsInside.HOOKED = kindsInside.HOOKED;
export const QUEUED: typeof kindsInside.QUEUED = kindsInside.QUEUED;
export const STALE: typeof kindsInside.STALE = kindsInside.STALE;
export const WATCHED: typeof kindsInside.WATCHED = kindsInside.WATCHED;
export type Link = kindsInside.Link;
export const Link: typeof kindsInside.Link = kindsInside.Link;
export const dropAfter: typeof dropAfterInside = dropAfterInside;
export const enter: typeof enterInside = enterInside;
export const tidy: typeof tidyInside = tidyInside;
export const flush: typeof flushInside = flushInside;
export const state: typeof stateInside = stateInside;
