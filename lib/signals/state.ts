/*
 * What all of this folder shares: who is running, and what waits for the outermost call to end. The only state a module of busbar keeps. Between
 * two calls into the folder nothing is running and nothing waits, so requests and sessions cannot meet here.
 *
 * One object, since its fields are written from several files without a call: a call could meet the end of the stack half-way.
 */

import type { Owned, State } from "./kinds.ts";
import { callable } from "./refusals.ts";

export type { Queued } from "./kinds.ts";

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
  callable(f);
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
