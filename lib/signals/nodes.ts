import { READ } from "../pool/index.ts";
import { push, refresh, restored, track } from "./graph.ts";
import {
  CHECK,
  COMPUTED,
  type ComputedTarget,
  FAILED,
  type Held,
  HOOKED,
  type Hooked,
  Link,
  RUNNING,
  type Source,
  STALE,
  type Target,
  WATCHED,
  WRITTEN,
  type Written,
} from "./kinds.ts";
import { explain, isOfTheRead } from "./overflow.ts";
import { batched, flush, holdBack } from "./queue.ts";
import { detached, state } from "./state.ts";
import type { Computed, Signal, SignalOptions, WritableOptions } from "./types.ts";

type Options<T> = SignalOptions<T> | undefined;

export function newSignal<T>(value: T, options: Options<T>): Signal<T> {
  return new SignalNode(value, options);
}

export function newComputed<T>(f: () => T, options: SignalOptions<T> | WritableOptions<T> | undefined): Computed<T> {
  if (options !== undefined && "set" in options) return new WritableNode(f, options);
  return new ComputedNode(f, options);
}

class SignalNode<T> implements Signal<T>, Source, Hooked {
  declare flags: number;
  declare version: number;
  declare readIn: number;
  declare subs: Link | undefined;
  /** With WRITTEN, the record of a write that may be taken back. */
  declare private value: T | Pending<T>;
  declare private readonly options: Options<T>;

  constructor(value: T, options: Options<T>) {
    this.flags = options === undefined ? 0 : hookFlag(options);
    this.version = 0;
    this.readIn = 0;
    this.subs = undefined;
    this.value = value;
    this.options = options;
  }

  get name(): string {
    return this.options?.name ?? "signal";
  }

  get(): T {
    if (this.flags & WRITTEN) this.keep();
    const { observer } = state;
    if (observer !== undefined && this.readIn !== observer.runId) track(this, observer);
    return this.value as T; // cast: without WRITTEN it is
  }

  peek(): T {
    return this.flags & WRITTEN ? (this.value as Pending<T>).now : (this.value as T); // cast: WRITTEN tells
  }

  [READ](): T {
    return this.get();
  }

  set(value: T): void {
    const { options } = this;
    if (this.flags & WRITTEN) {
      const pending = this.value as Pending<T>; // cast: WRITTEN tells
      if (same(options, pending.now, value)) return;
      pending.now = value; // the change is known already, and nobody has read it
      if (!same(options, pending.before, value)) return;
      restored(this);
      this.value = pending.before;
      this.flags &= ~WRITTEN;
      return;
    }
    const before = this.value as T; // cast: without WRITTEN it is
    if (same(options, before, value)) return;
    if (state.depth === 0) {
      push(this.subs, this);
      this.value = value;
      flush();
    } else {
      const pending = new Pending(this, before, value);
      holdBack(pending);
      push(this.subs, this);
      this.value = pending;
      this.flags |= WRITTEN;
    }
  }

  update(f: (value: T) => T): void {
    this.set(detached(state.owner, () => f(this.peek())));
  }

  /** Somebody has seen the value written last, or the batch has ended: it will not be taken back. */
  keep(): void {
    this.value = this.peek();
    this.flags &= ~WRITTEN;
  }

  holds(pending: Pending<T>): boolean {
    return this.value === pending;
  }

  told(watched: boolean): void {
    tell(this.options, watched);
  }

  held(): Held {
    return { state: "value", value: this.peek() };
  }
}

/** A write in a batch. Should the value from before come back unread, nothing has happened. */
class Pending<T> implements Written {
  private readonly signal: SignalNode<T>;
  readonly before: T;
  now: T;

  constructor(signal: SignalNode<T>, before: T, now: T) {
    this.signal = signal;
    this.before = before;
    this.now = now;
  }

  forget(): void {
    if (this.signal.holds(this)) this.signal.keep();
  }
}

class ComputedNode<T> implements Computed<T>, ComputedTarget, Hooked {
  declare flags: number;
  declare version: number;
  declare readIn: number;
  declare subs: Link | undefined;
  declare deps: Link | undefined;
  declare runId: number;
  declare checkedAt: number;
  declare up: Link | Target | undefined;
  /** The value, or with FAILED the error. */
  declare private value: unknown;
  declare readonly f: () => T;
  declare protected readonly options: Options<T>;

  constructor(f: () => T, options: Options<T>) {
    this.flags = options === undefined ? COMPUTED | STALE : COMPUTED | STALE | hookFlag(options);
    this.version = 0;
    this.readIn = 0;
    this.subs = undefined;
    this.deps = undefined;
    this.runId = 0;
    this.checkedAt = -1;
    this.up = undefined;
    this.value = undefined;
    this.f = f;
    this.options = options;
  }

  get name(): string {
    return this.options?.name ?? (this.f.name || "computed");
  }

  get(): T {
    const { flags } = this;
    if (flags & (STALE | CHECK | RUNNING | FAILED) || (!(flags & WATCHED) && this.checkedAt !== state.clock)) {
      return this.settled(state.observer);
    }
    const { observer } = state;
    if (observer !== undefined && this.readIn !== observer.runId) track(this, observer);
    return this.value as T; // cast: without FAILED it is what f returned
  }

  peek(): T {
    return this.settled(undefined);
  }

  [READ](): T {
    return this.get();
  }

  conclude(outcome: unknown, failed: boolean): void {
    if (failed || this.options !== undefined || this.flags & FAILED) this.weigh(outcome, failed);
    else {
      this.flags &= ~STALE;
      if (this.version > 0 && Object.is(this.value, outcome)) return;
      this.value = outcome;
      this.version++;
    }
  }

  /** Concludes when there are options, or an error before or after. */
  private weigh(outcome: unknown, failed: boolean): void {
    let error = outcome;
    let threw = failed;
    if (!failed && this.version > 0 && !(this.flags & FAILED)) {
      try {
        // cast: without FAILED both are values of f
        if (same(this.options, this.value as T, outcome as T)) {
          this.flags &= ~STALE;
          return;
        }
      } catch (thrown) {
        error = thrown;
        threw = true;
      }
    }
    if (threw) {
      this.value = explain(error, this.name);
      this.flags |= FAILED;
      if (!isOfTheRead(this.value)) this.flags &= ~STALE;
    } else {
      this.value = outcome;
      this.flags &= ~(FAILED | STALE);
    }
    this.version++;
  }

  told(watched: boolean): void {
    tell(this.options, watched);
  }

  held(): Held {
    if (this.version === 0) return { state: "none" };
    return this.flags & FAILED ? { state: "error", error: this.value } : { state: "value", value: this.value };
  }

  private settled(observer: Target | undefined): T {
    refresh(this);
    if (observer !== undefined && this.readIn !== observer.runId) track(this, observer);
    flush(); // effects of what was written on the way
    if (this.flags & FAILED) throw this.value;
    return this.value as T; // cast: without FAILED it is what f returned
  }
}

class WritableNode<T> extends ComputedNode<T> implements Signal<T> {
  declare protected readonly options: WritableOptions<T>;

  set(value: T): void {
    batched(() => detached(state.owner, () => this.options.set(value)));
  }

  update(f: (value: T) => T): void {
    this.set(detached(state.owner, () => f(this.peek())));
  }
}

const shapes = [new SignalNode(0, undefined), new ComputedNode(() => 0, undefined)] as const;
state.shapes.push(...shapes, new Pending(shapes[0], 0, 0), new Link(shapes[0], shapes[1], undefined));

function hookFlag(options: { readonly onWatched?: unknown; readonly onUnwatched?: unknown }): number {
  return options.onWatched === undefined && options.onUnwatched === undefined ? 0 : HOOKED;
}

function tell(options: Options<never>, watched: boolean): void {
  if (watched) options?.onWatched?.();
  else options?.onUnwatched?.();
}

function same<T>(options: Options<T>, before: T, after: T): boolean {
  const equals = options?.equals;
  if (equals === undefined) return Object.is(before, after);
  const { observer } = state;
  state.observer = undefined;
  try {
    return equals(before, after);
  } finally {
    state.observer = observer;
  }
}
