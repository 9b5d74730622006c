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
  STALE,
  WATCHED,
} from "./kinds.ts";
import { dropAfter } from "./links.ts";
import { countRun } from "./loops.ts";
import { explain, isTooDeep } from "./overflow.ts";
import { adopt, endChildren, endTree, report } from "./owner.ts";
import { batched, release } from "./queue.ts";
import { detached, state } from "./state.ts";

/**
 * What an effect may be given.
 * @public
 */
export interface EffectOptions {
  /**
   * Is handed each later run instead of it taking place on the writer's stack, once until it is called. Called when nothing has changed after
   * all, or after the effect has ended, `run` does nothing; it throws what the effect throws, unless a scope's `onError` takes it.
   * The first run takes place at once.
   */
  readonly schedule?: (run: () => void) => void;
  /** Names it in errors. */
  readonly name?: string;
}

/**
 * Runs `f` now, and again whenever a signal or computed it read has another value. A function that `f` returns is its cleanup: it runs before
 * the next run and at the end. Effects and scopes created inside belong to the effect, and end before its next run.
 * @returns Its stop. Stopping twice is harmless. Inside a scope or another effect it also ends with that.
 * @throws what the first run threw, or the effects it set off, unless a scope's `onError` took it. With a scope or an effect around it, it
 * stays subscribed; with none it has ended, since nothing could stop it. A later run throws to the writer and stays subscribed. CodedError `SIGNALS_LOOP` when it invalidates itself over and over, `SIGNALS_SCOPE_ENDED`.
 * @example
 * ```ts
 * const stop = effect(() => {
 *   const timer = setInterval(poll, interval.get());
 *   return () => clearInterval(timer);
 * });
 * ```
 * @public
 */
export function effect(f: () => unknown, options?: EffectOptions): () => void {
  const owner = livingOwner();
  const node = new EffectNode(f, options, owner);
  const { depth, errors } = state;
  const first = errors.length;
  try {
    node.run();
    release(first);
  } catch (error) {
    state.depth = depth;
    if (owner !== undefined) throw error; // it can still be ended by that
    errors.push(error);
    endAndRelease(node, first);
  }
  return endWhole.bind(undefined, node);
}

/** Ends a tree with effects held back, and throws what its cleanups threw. */
export function endWhole(node: Owned): void {
  endAndRelease(node, state.errors.length);
}

function endAndRelease(node: Owned, first: number): void {
  const { depth } = state;
  state.depth = depth + 1;
  try {
    endTree(node);
  } finally {
    state.depth = depth;
  }
  release(first);
}

/** The running owner, which must be able to take something new. */
export function livingOwner(): Owned | undefined {
  const { owner } = state;
  if (owner !== undefined && owner.flags & ENDED) {
    throw new CodedError("SIGNALS_SCOPE_ENDED", "The scope or effect that would own this has ended");
  }
  return owner;
}

export class EffectNode implements Queued, Owned {
  declare flags: number;
  declare deps: Link | undefined;
  declare runId: number;
  declare parent: Owned | undefined;
  declare lastChild: Owned | undefined;
  declare prevSibling: Owned | undefined;
  declare nextSibling: Owned | undefined;
  declare private readonly f: () => unknown;
  declare private readonly options: EffectOptions | undefined;
  declare private cleanup: (() => void) | undefined;

  constructor(f: () => unknown, options: EffectOptions | undefined, parent: Owned | undefined) {
    this.flags = EFFECT | WATCHED;
    this.deps = undefined;
    this.runId = 0;
    this.parent = undefined;
    this.lastChild = undefined;
    this.prevSibling = undefined;
    this.nextSibling = undefined;
    this.f = f;
    this.options = options;
    this.cleanup = undefined;
    adopt(parent, this);
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
    if (this.lastChild !== undefined || this.cleanup !== undefined) this.reset();
    const { observer, tail, owner, depth, probe } = state;
    const { f } = this;
    let result: unknown;
    let failed = false;
    this.runId = ++state.runs;
    // Stale until it has run: a stack overflow can end a run anywhere.
    this.flags = (this.flags & ~(CHECK | DIRTY)) | RUNNING | STALE;
    state.observer = this;
    state.tail = undefined;
    state.owner = this;
    state.depth = depth + 1;
    try {
      if (probe !== undefined) probe.before(this);
      result = f();
    } catch (error) {
      result = error;
      failed = true;
    }
    const last = state.tail as Link | undefined; // cast: the run has moved it
    state.observer = observer;
    state.tail = tail;
    state.owner = owner;
    state.depth = depth;
    this.flags &= ~RUNNING;
    const tooDeep = failed && isTooDeep(result);
    if (this.flags & ENDED) dropAfter(this, undefined);
    else if (!tooDeep && (last === undefined ? this.deps : last.nextDep) !== undefined) dropAfter(this, last);
    this.flags &= ~STALE;
    if (failed) {
      // Out of stack, it has not read what it needs, and what it read before may be marked already: it must run again. The writer hears of it
      // once, and whoever comes later never.
      const again = (this.flags & RETRIED) !== 0;
      if (tooDeep && state.effect !== undefined && !(this.flags & ENDED)) {
        state.retry.push(this);
        this.flags |= QUEUED | CHECK | STALE | RETRIED;
      }
      if (!tooDeep || !again) this.fail(explain(result, this.name));
    } else {
      this.flags &= ~RETRIED;
      if (typeof result === "function") this.cleanup = result as () => void; // cast: a cleanup is any function; it gets no arguments
    }
    if (this.flags & ENDED) this.reset(); // it was stopped while it ran: its cleanup came after its end
    if (probe !== undefined) probe.after(this);
  }

  end(): void {
    if (!(this.flags & RUNNING) && this.deps !== undefined) dropAfter(this, undefined); // a running one lets go when it finishes
    if (this.cleanup !== undefined) this.clean();
  }

  private launch(): void {
    this.flags &= ~QUEUED;
    if (this.flags & ENDED) return;
    state.effect = this;
    const schedule = this.options?.schedule;
    if (schedule === undefined) {
      this.runIfOutdated();
      return;
    }
    try {
      detached(undefined, () => schedule(() => batched(() => this.runApart())));
    } catch (error) {
      this.flags &= ~(CHECK | DIRTY); // so that the next write tries again
      this.fail(error);
    }
  }

  /** A scheduled run: what goes wrong is thrown to whoever runs it. */
  private runApart(): void {
    const first = state.errors.length;
    this.runIfOutdated();
    release(first);
  }

  private runIfOutdated(): void {
    const { flags } = this;
    if (flags & ENDED || !(flags & CHECK)) return;
    if (!(flags & (STALE | DIRTY)) && !settle(this)) return;
    if (this.flags & ENDED) return; // by a computed that was settled just now
    const loop = this.runId >= state.firstRun ? countRun(this) : undefined;
    if (loop === undefined) this.run();
    else {
      this.flags &= ~(CHECK | DIRTY); // so that the next write reaches it again
      this.fail(loop);
    }
  }

  /** Ends what the last run created, and cleans up after it. */
  private reset(): void {
    if (this.lastChild !== undefined) endChildren(this);
    if (this.cleanup !== undefined) this.clean();
  }

  private clean(): void {
    const { cleanup } = this;
    if (cleanup === undefined) return;
    this.cleanup = undefined;
    try {
      detached(undefined, cleanup);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    try {
      detached(undefined, () => report(this.parent, error));
    } catch (unhandled) {
      state.errors.push(unhandled);
    }
  }
}

function outermostQueued(effect: EffectNode): EffectNode | undefined {
  let found: EffectNode | undefined;
  for (let node = effect.parent; node !== undefined; node = node.parent) {
    if (node.flags & QUEUED) found = node as EffectNode; // cast: nothing else is queued
  }
  return found;
}

state.shapes.push(new EffectNode(() => {}, undefined, undefined));
