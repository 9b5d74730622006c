import { CodedError } from "../errors/index.ts";
import { CHECK, EFFECT, ENDED, QUEUED, RUNNING, STALE, Target, WATCHED } from "./links.ts";
import { adopt, endChildren, endTree, type Owned, report } from "./owner.ts";
import { batched, currentFlush, currentOwner, detached, gathered, graph, own, probe } from "./runtime.ts";

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

/** How often one effect may run in one flush before it is taken to invalidate itself for ever. */
const MAX_RUNS = 100;

/**
 * Runs `f` now, and again whenever a signal or computed it read has another value. A function that `f` returns is its cleanup: it runs before
 * the next run and at the end. Effects and scopes created inside belong to the effect, and end before its next run.
 * @returns Its stop. Stopping twice is harmless. Inside a scope or another effect it also ends with that.
 * @throws what the first run threw, or the effects it set off, unless a scope's `onError` took it; the effect has then ended. A later run
 * throws to the writer and stays subscribed. CodedError `SIGNALS_LOOP` when it invalidates itself over and over, `SIGNALS_SCOPE_ENDED`.
 * @example
 * ```ts
 * const stop = effect(() => {
 *   const timer = setInterval(poll, interval.get());
 *   return () => clearInterval(timer);
 * });
 * ```
 * @public
 */
export function effect(f: () => unknown, options: EffectOptions = {}): () => void {
  const node = new EffectNode(f, options, livingOwner());
  const stop = (): void => endWhole(node);
  try {
    batched(() => gathered((errors) => node.run(errors)));
  } catch (error) {
    gathered((errors) => {
      errors.push(error);
      batched(() => endTree(node, errors));
    });
  }
  return stop;
}

/** Ends a tree with effects held back, and throws what its cleanups threw. */
export function endWhole(node: Owned): void {
  if (node.ended) return;
  batched(() => gathered((errors) => endTree(node, errors)));
}

/** The running owner, which must be able to take something new. */
export function livingOwner(): Owned | undefined {
  const owner = currentOwner();
  if (owner?.ended) throw new CodedError("SIGNALS_SCOPE_ENDED", "The scope or effect that would own this has ended");
  return owner;
}

class EffectNode extends Target implements Owned {
  parent: Owned | undefined = undefined;
  lastChild: Owned | undefined = undefined;
  prevSibling: Owned | undefined = undefined;
  nextSibling: Owned | undefined = undefined;
  readonly onError: undefined;
  private readonly f: () => unknown;
  private readonly options: EffectOptions;
  private cleanup: (() => void) | undefined = undefined;
  private flush = 0;
  private runsInFlush = 0;

  constructor(f: () => unknown, options: EffectOptions, parent: Owned | undefined) {
    super(EFFECT | WATCHED);
    this.f = f;
    this.options = options;
    adopt(parent, this);
  }

  get ended(): boolean {
    return (this.flags & ENDED) !== 0;
  }

  set ended(value: boolean) {
    if (value) this.flags |= ENDED;
  }

  get name(): string {
    return this.options.name ?? (this.f.name || "effect");
  }

  process(errors: unknown[]): void {
    // Outer effects first: running one ends those inside it, so a run of theirs would be wasted, or see what is gone.
    for (let outer = outermostQueued(this); outer !== undefined; outer = outermostQueued(this)) outer.launch(errors);
    this.launch(errors);
  }

  run(errors: unknown[]): void {
    this.reset(errors);
    const before = graph.begin(this);
    const ownerBefore = own(this);
    probe?.before(this);
    try {
      const cleanup = this.f();
      if (typeof cleanup === "function") this.cleanup = cleanup as () => void; // cast: a cleanup is any function; it gets no arguments
    } catch (error) {
      this.fail(error, errors);
    }
    probe?.after(this);
    own(ownerBefore);
    graph.finish(this, before);
    this.flags &= ~STALE;
    if (this.ended) this.reset(errors); // it was stopped while it ran: its cleanup came after its end
  }

  end(errors: unknown[]): void {
    if (!(this.flags & RUNNING)) graph.release(this); // a running one lets go when it finishes
    this.clean(errors);
  }

  private launch(errors: unknown[]): void {
    this.flags &= ~QUEUED;
    if (this.ended) return;
    const { schedule } = this.options;
    if (schedule === undefined) {
      this.runIfOutdated(errors);
      return;
    }
    try {
      detached(undefined, () => schedule(() => batched(() => gathered((late) => this.runIfOutdated(late)))));
    } catch (error) {
      this.flags &= ~CHECK; // so that the next write tries again
      this.fail(error, errors);
    }
  }

  private runIfOutdated(errors: unknown[]): void {
    if (this.ended || !(this.flags & CHECK) || !graph.outdated(this)) return;
    if (this.ended) return; // by a computed that was settled just now
    if (this.flush !== currentFlush()) {
      this.flush = currentFlush();
      this.runsInFlush = 0;
    }
    if (++this.runsInFlush > MAX_RUNS) {
      this.flags &= ~CHECK; // so that the next write reaches it again
      const { name } = this;
      this.fail(
        new CodedError("SIGNALS_LOOP", `"${name}" ran ${MAX_RUNS} times for one change`, { value: name }),
        errors,
      );
    } else this.run(errors);
  }

  /** Ends what the last run created, and cleans up after it. */
  private reset(errors: unknown[]): void {
    if (this.lastChild !== undefined) endChildren(this, errors);
    this.clean(errors);
  }

  private clean(errors: unknown[]): void {
    const { cleanup } = this;
    if (cleanup === undefined) return;
    this.cleanup = undefined;
    try {
      detached(undefined, cleanup);
    } catch (error) {
      this.fail(error, errors);
    }
  }

  private fail(error: unknown, errors: unknown[]): void {
    try {
      detached(undefined, () => report(this.parent, error));
    } catch (unhandled) {
      errors.push(unhandled);
    }
  }
}

function outermostQueued(effect: EffectNode): EffectNode | undefined {
  let found: EffectNode | undefined;
  for (let node = effect.parent; node !== undefined; node = node.parent) {
    if (node instanceof EffectNode && node.flags & QUEUED) found = node;
  }
  return found;
}
