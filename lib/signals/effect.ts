import { judge, settle } from "./graph.ts";
import {
  CHECK,
  DIRTY,
  EFFECT,
  ENDED,
  type Link,
  type Owned,
  QUEUED,
  type Queued,
  RETRIED,
  RUN,
  RUNNING,
  SHORT,
  STALE,
  type Target,
  WATCHED,
} from "./kinds.ts";
import { dropAfter } from "./links.ts";
import { mayRunAgain } from "./loops.ts";
import { newComputed, newSignal } from "./nodes.ts";
import { adopt, attempt, endChildren, endTree, fail } from "./owner.ts";
import { batch, release } from "./queue.ts";
import { callable, refusal } from "./refusals.ts";
import { state } from "./state.ts";
import type { EffectOptions } from "./types.ts";

/** Makes an effect and runs it. Returns its stop. */
export function startEffect(f: () => unknown, options?: EffectOptions): () => void {
  const owner = alive(state.owner);
  const node = new EffectNode(f, options);
  const first = state.errors.length;
  adopt(owner, node);
  try {
    run(node);
    release(first);
  } catch (error) {
    if (owner) throw error; // it can still be ended by that
    abandon(node, error);
  }
  return endWhole.bind(undefined, node);
}

/** Ends a tree with effects held back, and throws what its cleanups threw. */
export function endWhole(node: Owned): void {
  batch(endTree.bind(undefined, node));
}

/** Ends what has failed and nobody could end, and throws that error too. */
export function abandon(node: Owned, error: unknown): void {
  batch(() => {
    state.errors.push(error);
    endTree(node);
  });
}

/** An owner that is to take something new, or to run something. */
export function alive<O extends Owned | undefined>(owner: O): O {
  if (owner && owner.flags & ENDED) throw refusal("SIGNALS_SCOPE_ENDED", owner);
  return owner;
}

export class EffectNode implements Queued, Owned {
  // What a computed has too lies where a computed has it, so that a read of either kind is one load (bench: signals, kairo).
  declare flags: number;
  declare parent: Owned | undefined;
  declare lastChild: Owned | undefined;
  declare prevSibling: Owned | undefined;
  declare deps: Link | undefined;
  declare runId: number;
  declare tail: Link | undefined;
  declare up: Target | undefined;
  declare nextSibling: Owned | undefined;
  declare readonly f: () => unknown;
  declare readonly options: EffectOptions | undefined;
  declare cleanup: (() => void) | undefined;

  constructor(f: () => unknown, options: EffectOptions | undefined) {
    this.flags = EFFECT | WATCHED;
    this.parent = undefined;
    this.lastChild = undefined;
    this.prevSibling = undefined;
    this.deps = undefined;
    this.runId = 0;
    this.tail = undefined;
    this.up = undefined;
    this.nextSibling = undefined;
    if (typeof f !== "function") callable(f); // asked before: a call to another chunk for each that is made is 5 % (bench: signals, create)
    this.f = f;
    this.options = options;
    this.cleanup = undefined;
  }

  get name(): string {
    return this.options?.name ?? (this.f.name || "effect");
  }

  process(): void {
    let next: EffectNode | undefined;
    do {
      // Outer effects first: running one ends those inside it, so a run of theirs would be wasted, or see what is gone.
      next = this;
      for (let node = this.parent; node; node = node.parent) {
        // Both ran out of stack: the outer one makes this anew. Else effects that make effects without end would be run from each of those where they stopped, and make as many more.
        if (node.flags & this.flags & RETRIED) return;
        if ((node.flags & (QUEUED | RETRIED)) === QUEUED) next = node as EffectNode; // cast: nothing else is queued. What waits for the next flush is first there
      }
      next.flags &= ~QUEUED;
      if (next.flags & ENDED) continue;
      state.effect = next;
      const schedule = next.options?.schedule;
      if (schedule === undefined) runIfOutdated(next);
      else if (!attempt(callable(schedule).bind(undefined, runLater.bind(undefined, next)), next.parent))
        next.flags &= ~(CHECK | DIRTY); // so that the next write tries again
    } while (next !== this);
  }

  end(): void {
    if (!(this.flags & RUNNING)) dropAfter(this, undefined); // a running one lets go when it finishes
    clean(this);
  }
}

function runLater(node: EffectNode): void {
  batch(runIfOutdated.bind(undefined, node));
}

function runIfOutdated(node: EffectNode): void {
  const { flags } = node;
  if (flags & ENDED || !(flags & CHECK)) return;
  if (flags & RUNNING) {
    runAgain(node);
    return;
  }
  if (!(flags & (STALE | DIRTY)) && !settle(node)) return;
  if (node.flags & ENDED) return; // by a computed that was settled just now
  if (node.runId < state.firstRun) node.flags &= RUN - 1;
  else if (!mayRunAgain(node)) return;
  run(node);
}

/** As if something it read had changed. One that runs does so afterwards: a run inside its run would take its links from it. */
export function runAgain(node: EffectNode): void {
  if (node.flags & RUNNING) {
    node.flags |= CHECK | DIRTY | QUEUED;
    state.queue[state.queued++] = node;
  } else run(node);
}

function run(node: EffectNode): void {
  reset(node);
  const { observer, depth, probe, owner } = state;
  const { f } = node;
  let thrown: unknown;
  let failed = false;
  node.up = observer === undefined ? state.paused : observer;
  node.runId = ++state.runs;
  node.flags = (node.flags & ~(CHECK | DIRTY | SHORT)) | RUNNING | STALE; // as `recompute` has it
  state.observer = node;
  state.depth = depth + 1;
  state.owner = node;
  try {
    const cleanup = probe === undefined ? f() : probe(node, f);
    if (typeof cleanup === "function") node.cleanup = cleanup as () => void; // cast: a cleanup is any function; it gets no arguments
  } catch (error) {
    thrown = error;
    failed = true;
  }
  const last = node.tail;
  node.tail = undefined;
  state.observer = observer;
  state.depth = depth;
  state.owner = owner;
  node.flags &= ~RUNNING;
  if (failed) thrown = judge(node, thrown);
  else node.up = undefined;
  const { flags } = node;
  if (flags & ENDED) dropAfter(node, undefined);
  else if (!(flags & SHORT) && (last === undefined ? node.deps : last.nextDep) !== undefined) dropAfter(node, last);
  node.flags &= ~STALE;
  if (failed && !(flags & SHORT && flags & RETRIED)) fail(node.parent, thrown);
  if (node.flags & ENDED)
    reset(node); // it was stopped while it ran: its cleanup came after its end
  else if (!(flags & SHORT)) node.flags &= ~RETRIED;
  else if (node.options?.schedule === undefined) {
    // Out of stack it has not read what it needs, and what it read before may be marked already: it runs again with the next flush. Its writer
    // hears of it once, and whoever comes later never.
    node.flags |= QUEUED | CHECK | STALE | RETRIED;
    if (state.effect !== node) state.queue[state.queued++] = node;
  }
}

/** Ends what the last run created, and cleans up after it. */
function reset(node: EffectNode): void {
  if (node.lastChild) endChildren(node);
  if (node.cleanup) clean(node);
}

function clean(node: EffectNode): void {
  const { cleanup } = node;
  node.cleanup = undefined;
  if (cleanup) attempt(cleanup, node.parent);
}

// Of texts: the shape of one that had held fractions alone would be given up for another when one is to hold something else.
const kept = newComputed(() => newSignal("").get());
startEffect(() => kept.get());
state.kept.push(kept); // and with it, by its link, the effect
