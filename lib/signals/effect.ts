import { CodedError } from "../errors/index.ts";
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
  RUNNING,
  SHORT,
  STALE,
  type Target,
  WATCHED,
} from "./kinds.ts";
import { dropAfter } from "./links.ts";
import { countRun } from "./loops.ts";
import { newComputed, newSignal } from "./nodes.ts";
import { adopt, attempt, endChildren, endTree, fail } from "./owner.ts";
import { batch, release } from "./queue.ts";
import { state } from "./state.ts";
import type { EffectOptions } from "./types.ts";

/** Makes an effect and runs it. Returns its stop. */
export function startEffect(f: () => unknown, options?: EffectOptions): () => void {
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
    batch(() => {
      errors.push(error);
      endTree(node);
    });
  }
  return endWhole.bind(undefined, node);
}

/** Ends a tree with effects held back, and throws what its cleanups threw. */
export function endWhole(node: Owned): void {
  batch(() => endTree(node));
}

/** An owner that is to take something new, or to run something. */
export function alive<O extends Owned | undefined>(owner: O): O {
  if (owner !== undefined && owner.flags & ENDED)
    throw new CodedError("SIGNALS_SCOPE_ENDED", `"${owner.name}" has ended`);
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
    this.up = undefined;
    this.nextSibling = undefined;
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
      for (let node = this.parent; node !== undefined; node = node.parent)
        if (node.flags & QUEUED) next = node as EffectNode; // cast: nothing else is queued
      next.launch();
    } while (next !== this);
  }

  run(): void {
    this.reset();
    const { observer, owner, depth, probe } = state;
    const { f } = this;
    let thrown: unknown;
    let failed = false;
    this.up = observer === undefined ? state.paused : observer;
    this.runId = ++state.runs;
    // Stale until it has run: a stack overflow can end a run anywhere.
    this.flags = (this.flags & ~(CHECK | DIRTY | SHORT)) | RUNNING | STALE;
    state.observer = this;
    state.owner = this;
    state.depth = depth + 1;
    try {
      if (probe !== undefined) probe.before(this);
      const cleanup = f();
      if (typeof cleanup === "function") this.cleanup = cleanup as () => void; // cast: a cleanup is any function; it gets no arguments
    } catch (error) {
      thrown = error;
      failed = true;
    }
    const last = this.tail;
    this.tail = undefined;
    state.observer = observer;
    state.owner = owner;
    state.depth = depth;
    this.flags &= ~RUNNING;
    if (failed) thrown = judge(this, thrown);
    else this.up = undefined;
    const { flags } = this;
    if (flags & ENDED) dropAfter(this, undefined);
    else if (!(flags & SHORT) && (last === undefined ? this.deps : last.nextDep) !== undefined) dropAfter(this, last);
    this.flags &= ~STALE;
    if (failed && !(flags & SHORT && flags & RETRIED)) fail(this.parent, thrown);
    if (probe !== undefined) probe.after(this);
    if (this.flags & ENDED)
      this.reset(); // it was stopped while it ran: its cleanup came after its end
    else if (!(flags & SHORT)) this.flags &= ~RETRIED;
    else if (this.options?.schedule === undefined) {
      // Out of stack it has not read what it needs, and what it read before may be marked already: it runs again with the next flush. Its writer
      // hears of it once, and whoever comes later never.
      this.flags |= QUEUED | CHECK | STALE | RETRIED;
      if (state.effect !== this) state.queue[state.queued++] = this;
    }
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

const kept = newComputed(() => newSignal(0).get());
state.kept.push(startEffect(() => kept.get()));
