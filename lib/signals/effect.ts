import { CodedError } from "../errors/index.ts";
import { settle } from "./graph.ts";
import {
  CHECK,
  DIRTY,
  EFFECT,
  ENDED,
  type Link,
  NESTED,
  type Owned,
  QUEUED,
  type Queued,
  RETRIED,
  RUNNING,
  SHORT,
  STALE,
  WATCHED,
} from "./kinds.ts";
import { dropAfter } from "./links.ts";
import { countRun } from "./loops.ts";
import { newComputed, newSignal } from "./nodes.ts";
import { explain, isTooDeep } from "./overflow.ts";
import { adopt, attempt, endChildren, endTree, fail } from "./owner.ts";
import { batch, release } from "./queue.ts";
import { state } from "./state.ts";
import type { EffectOptions } from "./types.ts";

/** Makes an effect and runs it. Returns its stop. */
export function startEffect(f: () => unknown, options: EffectOptions | undefined): () => void {
  const owner = alive(state.owner);
  const node = new EffectNode(f, options);
  adopt(owner, node);
  const { depth, errors } = state;
  const first = errors.length;
  try {
    node.run();
    release(first);
  } catch (error) {
    state.depth = depth;
    if (owner !== undefined) throw error; // it can still be ended by that
    errors.push(error);
    endFrom(node, first);
  }
  return endWhole.bind(undefined, node);
}

/** Ends a tree with effects held back, and throws what its cleanups threw. */
export function endWhole(node: Owned): void {
  endFrom(node, state.errors.length);
}

function endFrom(node: Owned, first: number): void {
  const { depth } = state;
  state.depth = depth + 1;
  try {
    endTree(node);
  } finally {
    state.depth = depth;
  }
  release(first);
}

/** An owner that is to take something new, or to run something. */
export function alive<O extends Owned | undefined>(owner: O): O {
  if (owner !== undefined && owner.flags & ENDED)
    throw new CodedError("SIGNALS_SCOPE_ENDED", `"${owner.name}" has ended`);
  return owner;
}

export class EffectNode implements Queued, Owned {
  // `deps`, `runId` and `tail` lie where a computed has them, so that a read of either kind of target is one load (bench: signals, kairo).
  declare flags: number;
  declare parent: Owned | undefined;
  declare lastChild: Owned | undefined;
  declare prevSibling: Owned | undefined;
  declare deps: Link | undefined;
  declare runId: number;
  declare tail: Link | undefined;
  declare nextSibling: Owned | undefined;
  declare private readonly f: () => unknown;
  declare private readonly options: EffectOptions | undefined;
  declare private cleanup: (() => void) | undefined;

  constructor(f: () => unknown, options: EffectOptions | undefined) {
    this.flags = EFFECT | WATCHED;
    this.parent = undefined;
    this.lastChild = undefined;
    this.prevSibling = undefined;
    this.deps = undefined;
    this.runId = 0;
    this.tail = undefined;
    this.nextSibling = undefined;
    this.f = f;
    this.options = options;
    this.cleanup = undefined;
  }

  get name(): string {
    return this.options?.name ?? (this.f.name || "effect");
  }

  process(): void {
    if (this.flags & NESTED) {
      // Outer effects first: running one ends those inside it, so a run of theirs would be wasted, or see what is gone.
      for (let outer = outermostQueued(this); outer !== undefined; outer = outermostQueued(this)) outer.launch();
    }
    this.launch();
  }

  run(): void {
    this.reset();
    const { observer, owner, depth, probe } = state;
    const { f } = this;
    let result: unknown;
    let failed = false;
    this.runId = ++state.runs;
    // Stale until it has run: a stack overflow can end a run anywhere.
    this.flags = (this.flags & ~(CHECK | DIRTY | SHORT)) | RUNNING | STALE;
    state.observer = this;
    state.owner = this;
    state.depth = depth + 1;
    try {
      if (probe !== undefined) probe.before(this);
      result = f();
    } catch (error) {
      result = error;
      failed = true;
    }
    const last = this.tail;
    this.tail = undefined;
    state.observer = observer;
    state.owner = owner;
    state.depth = depth;
    this.flags &= ~RUNNING;
    if (failed) result = explain(result, this.name);
    const tooDeep = failed && isTooDeep(result);
    if (this.flags & ENDED) dropAfter(this, undefined);
    else if (!tooDeep && (last === undefined ? this.deps : last.nextDep) !== undefined) dropAfter(this, last);
    this.flags &= ~STALE;
    if (tooDeep || this.flags & SHORT) this.retry(failed, result);
    else {
      this.flags &= ~RETRIED;
      if (failed) fail(this.parent, result);
    }
    if (!failed && typeof result === "function") this.cleanup = result as () => void; // cast: a cleanup is any function; it gets no arguments
    if (this.flags & ENDED) this.reset(); // it was stopped while it ran: its cleanup came after its end
    if (probe !== undefined) probe.after(this);
  }

  /** As if something it read had changed. One that runs does so afterwards: a run inside its run would take its links from it. */
  again(): void {
    if (this.flags & RUNNING) {
      this.flags |= CHECK | DIRTY | QUEUED;
      state.queue[state.queued++] = this;
    } else this.run();
  }

  end(): void {
    if (!(this.flags & RUNNING)) dropAfter(this, undefined); // a running one lets go when it finishes
    this.clean();
  }

  /**
   * Out of stack, it has not read what it needs, and what it read before may be marked already: it runs again with the next flush. Its writer hears
   * of it once, and whoever comes later never.
   */
  private retry(failed: boolean, error: unknown): void {
    const { flags } = this;
    if (!(flags & ENDED) && this.options?.schedule === undefined) {
      this.flags |= QUEUED | CHECK | STALE | RETRIED;
      if (state.effect !== this) state.queue[state.queued++] = this;
    }
    if (failed && !(flags & RETRIED)) fail(this.parent, error);
  }

  private launch(): void {
    this.flags &= ~QUEUED;
    if (this.flags & ENDED) return;
    state.effect = this;
    const schedule = this.options?.schedule;
    if (schedule === undefined) this.runIfOutdated();
    else this.plan(schedule);
  }

  private plan(schedule: (run: () => void) => void): void {
    if (attempt(() => schedule(() => batch(() => this.runIfOutdated())), this.parent)) return;
    this.flags &= ~(CHECK | DIRTY); // so that the next write tries again
  }

  private runIfOutdated(): void {
    const { flags } = this;
    if (flags & ENDED || !(flags & CHECK)) return;
    if (flags & RUNNING) {
      this.again();
      return;
    }
    if (!(flags & (STALE | DIRTY)) && !settle(this)) return;
    if (this.flags & ENDED) return; // by a computed that was settled just now
    const loop = this.runId >= state.firstRun ? countRun(this) : undefined;
    if (loop === undefined) this.run();
    else {
      this.flags &= ~(CHECK | DIRTY); // so that the next write reaches it again
      fail(this.parent, loop);
    }
  }

  /** Ends what the last run created, and cleans up after it. */
  private reset(): void {
    if (this.lastChild !== undefined) endChildren(this);
    if (this.cleanup !== undefined) this.clean();
  }

  private clean(): void {
    const { cleanup } = this;
    this.cleanup = undefined;
    if (cleanup !== undefined) attempt(cleanup, this.parent);
  }
}

function outermostQueued(effect: EffectNode): EffectNode | undefined {
  let found: EffectNode | undefined;
  for (let node = effect.parent; node !== undefined; node = node.parent) {
    if (node.flags & QUEUED) found = node as EffectNode; // cast: nothing else is queued
  }
  return found;
}

const kept = newComputed(() => newSignal(0, undefined).get() + newSignal(0, {}).get(), undefined);
state.kept.push(startEffect(() => kept.get(), undefined));
