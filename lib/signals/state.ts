/*
 * What all of this folder shares: who is running, and what waits for the outermost call to end. The only state a module of busbar keeps. Between
 * two calls into the folder nothing is running and nothing waits, so requests and sessions cannot meet here.
 *
 * One object, since its fields are written from several files without a call: a call could meet the end of the stack half-way.
 */

import type { Late, Owned, Probe, Queued, Source, Target } from "./kinds.ts";

export type { Queued } from "./kinds.ts";

interface State {
  /** Whose reads are noted. */
  observer: Target | undefined;
  /** While nobody's reads are noted, whose would be. */
  paused: Target | undefined;
  /** The scope or effect that owns what is created now. */
  owner: Owned | undefined;
  /** Above 0, effects are held back. */
  depth: number;
  /** Moves with every change of any signal. */
  clock: number;
  /**
   * Moves with each change that an unwatched computed may have to hear of: of what is COLD. So a write that only effects can see, or nobody, has none
   * of the others look at its sources (bench: signals, unwatched read after another signal's write).
   */
  coldClock: number;
  /** Number of runs so far, of all computeds and effects. */
  runs: number;
  /** Effects that may have to run; those from `queued` on are left over. */
  readonly queue: (Queued | undefined)[];
  queued: number;
  /** What has something to do after the effects: signals that were written, and what wants to hear that it is watched, or no longer is. */
  readonly late: (Late | undefined)[];
  lates: number;
  /** What went wrong in what the outermost call has set off, until that call throws it. */
  readonly errors: unknown[];
  /** The effect that a flush is at. */
  effect: Queued | undefined;
  /** Runs from this number on are of this flush, or later. */
  firstRun: number;
  /** While a loop is suspected: by what source each target was marked last, and by which effect each signal was written. */
  trail: Map<Source | Target, Source | Target | undefined> | undefined;
  /** Branches of a push are followed to their end, one by one: set with the first Watcher, as the proposal has them told in that order. */
  depthFirst: boolean;
  /** Calls the hooks of a source: set with the first of them. */
  tell: ((source: Source) => void) | undefined;
  probe: Probe | undefined;
  /**
   * Holds one object of each class, for ever: an engine forgets the shape of a class, and the code it made for it, when a collection finds no object
   * left. 10x faster after one (bench: signals, createComputations).
   */
  readonly kept: object[];
}

export const state: State = {
  observer: undefined,
  paused: undefined,
  owner: undefined,
  depth: 0,
  clock: 0,
  coldClock: 0,
  runs: 0,
  queue: [],
  queued: 0,
  late: [],
  lates: 0,
  errors: [],
  effect: undefined,
  firstRun: 0,
  trail: undefined,
  depthFirst: false,
  tell: undefined,
  probe: undefined,
  kept: [],
};

/** Runs `f` without noting what it reads. */
export function untracked<T>(f: () => T): T {
  return detached(state.owner, f);
}

/** Runs `f` with reads belonging to nobody, and what it creates to `owner`. */
export function detached<T>(owner: Owned | undefined, f: () => T): T {
  const { observer, paused, owner: ownerBefore } = state;
  if (observer !== undefined) state.paused = observer;
  state.observer = undefined;
  state.owner = owner;
  try {
    return f();
  } finally {
    state.observer = observer;
    state.paused = paused;
    state.owner = ownerBefore;
  }
}
