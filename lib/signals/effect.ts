import { CodedError } from "../errors/index.ts";
import { run, settle } from "./graph.ts";
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
  type Runnable,
  SHORT,
  STALE,
  type Target,
  WATCHED,
} from "./kinds.ts";
import { dropAfter } from "./links.ts";
import { loopOf } from "./loops.ts";
import { newComputed, newSignal } from "./nodes.ts";
import { adopt, attempt, endAll, endTree, fail } from "./owner.ts";
import { batch, release } from "./queue.ts";
import { state } from "./state.ts";
import type { EffectOptions } from "./types.ts";

/** Makes an effect and runs it. Returns its stop. */
export function startEffect(f: () => unknown, options?: EffectOptions): () => void {
  const owner = alive(state.owner);
  const node = new EffectNode(f, options);
  adopt(owner, node);
  const { errors } = state;
  const first = errors.length;
  try {
    node.run();
    release(first);
  } catch (error) {
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

export class EffectNode implements Queued, Runnable, Owned {
  // What a computed has too lies where a computed has it, so that a read of either kind is one load (bench: signals, kairo).
  declare flags: number;
  declare parent: Owned | undefined;
  declare lastChild: Owned | undefined;
  declare prevSibling: Owned | undefined;
  declare deps: Link | undefined;
  declare runId: number;
  declare tail: Link | undefined;
  declare checkedAt: number;
  declare up: Target | undefined;
  declare private cleanup: (() => void) | undefined;
  declare readonly f: () => unknown;
  declare private readonly options: EffectOptions | undefined;
  declare nextSibling: Owned | undefined;
  /** How often it has run again in the present flush, or in its last one. */
  declare reruns: number;

  constructor(f: () => unknown, options: EffectOptions | undefined) {
    this.flags = EFFECT | WATCHED;
    this.parent = undefined;
    this.lastChild = undefined;
    this.prevSibling = undefined;
    this.deps = undefined;
    this.runId = 0;
    this.tail = undefined;
    this.checkedAt = 0;
    this.up = undefined;
    this.cleanup = undefined;
    this.f = f;
    this.options = options;
    this.nextSibling = undefined;
    this.reruns = 0;
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
      next.flags &= ~QUEUED;
      if (next.flags & ENDED) continue;
      state.effect = next;
      const schedule = next.options?.schedule;
      if (schedule === undefined) next.runIfOutdated();
      else next.plan(schedule);
    } while (next !== this);
  }

  take(outcome: unknown): void {
    if (typeof outcome === "function") this.cleanup = outcome as () => void; // cast: a cleanup is any function; it gets no arguments
  }

  fail(error: unknown): void {
    const { flags } = this;
    this.flags = flags & ~STALE;
    if (!(flags & SHORT && flags & RETRIED)) fail(this.parent, error);
  }

  run(): void {
    this.reset();
    run(this);
    if (this.flags & ENDED)
      this.reset(); // it was stopped while it ran: its cleanup came after its end
    else if (!(this.flags & SHORT)) this.flags &= ~RETRIED;
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
    this.reruns = this.runId < state.firstRun ? 0 : this.reruns + 1;
    const loop = loopOf(this, this.reruns);
    if (loop === undefined) this.run();
    else {
      this.flags &= ~(CHECK | DIRTY); // so that the next write reaches it again
      fail(this.parent, loop);
    }
  }

  /** Ends what the last run created, and cleans up after it. */
  private reset(): void {
    if (this.lastChild !== undefined) endAll(this, false);
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
