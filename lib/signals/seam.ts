/*
 * What the rest of the folder may take from the kernel, under names of its own. The kernel is one chunk of the package, and what a chunk exports
 * its own code reads by way of a cell, which an engine does not fold: with the flags and the state exported as they are, a flush takes a third
 * longer (bench: signals, kairo). So nothing outside of the kernel imports anything but types from its files.
 */
import * as effectInside from "./effect.ts";
import * as kindsInside from "./kinds.ts";
import * as linksInside from "./links.ts";
import * as nodesInside from "./nodes.ts";
import * as ownerInside from "./owner.ts";
import * as queueInside from "./queue.ts";
import * as stateInside from "./state.ts";

export type { ComputedTarget, Source, Target } from "./kinds.ts";

export const alive: typeof effectInside.alive = effectInside.alive;
export const endWhole: typeof effectInside.endWhole = effectInside.endWhole;
export const startEffect: typeof effectInside.startEffect = effectInside.startEffect;
export const CHECK: typeof kindsInside.CHECK = kindsInside.CHECK;
export const COMPUTED: typeof kindsInside.COMPUTED = kindsInside.COMPUTED;
export const DIRTY: typeof kindsInside.DIRTY = kindsInside.DIRTY;
export const EFFECT: typeof kindsInside.EFFECT = kindsInside.EFFECT;
export const ENDED: typeof kindsInside.ENDED = kindsInside.ENDED;
export const FAILED: typeof kindsInside.FAILED = kindsInside.FAILED;
export const HOOK_ON: typeof kindsInside.HOOK_ON = kindsInside.HOOK_ON;
export const HOOKED: typeof kindsInside.HOOKED = kindsInside.HOOKED;
export type Link = kindsInside.Link;
export const Link: typeof kindsInside.Link = kindsInside.Link;
export const QUEUED: typeof kindsInside.QUEUED = kindsInside.QUEUED;
export const STALE: typeof kindsInside.STALE = kindsInside.STALE;
export const WATCHED: typeof kindsInside.WATCHED = kindsInside.WATCHED;
export const dropAfter: typeof linksInside.dropAfter = linksInside.dropAfter;
export const enter: typeof linksInside.enter = linksInside.enter;
export const tidy: typeof linksInside.tidy = linksInside.tidy;
export const newComputed: typeof nodesInside.newComputed = nodesInside.newComputed;
export const newSignal: typeof nodesInside.newSignal = nodesInside.newSignal;
export const newWritable: typeof nodesInside.newWritable = nodesInside.newWritable;
export const adopt: typeof ownerInside.adopt = ownerInside.adopt;
export const attempt: typeof ownerInside.attempt = ownerInside.attempt;
export const report: typeof ownerInside.report = ownerInside.report;
export const batch: typeof queueInside.batch = queueInside.batch;
export const flush: typeof queueInside.flush = queueInside.flush;
export const detached: typeof stateInside.detached = stateInside.detached;
export const state: typeof stateInside.state = stateInside.state;
export const untracked: typeof stateInside.untracked = stateInside.untracked;
