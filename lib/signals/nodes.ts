import { READ } from "../pool/index.ts";
import { refresh } from "./graph.ts";
import {
  CHECK,
  COMPUTED,
  type ComputedTarget,
  FAILED,
  type Late,
  type Link,
  RUNNING,
  STALE,
  type Target,
  WATCHED,
  WRITTEN,
} from "./kinds.ts";
import { push, restored, track } from "./links.ts";
import { isCoded } from "./overflow.ts";
import { batch, flush } from "./queue.ts";
import { callable } from "./refusals.ts";
import { state, untracked } from "./state.ts";
import type { Computed, Signal, SignalOptions } from "./types.ts";

export function newSignal<T>(value: T, options?: SignalOptions<T>): Signal<T> {
  return new SignalNode(value, options);
}

export function newComputed<T>(f: () => T, options?: SignalOptions<T>): Computed<T> {
  return new ComputedNode(f, options);
}

export function newWritable<T>(f: () => T, set: (value: T) => void, options: SignalOptions<T> | undefined): Signal<T> {
  return new WritableNode(f, set, options);
}

class SignalNode<T> implements Signal<T>, Late {
  declare flags: number;
  declare version: number;
  declare readIn: number;
  declare subs: Link | undefined;
  declare value: T;
  declare before: T | undefined;
  declare private readonly options: SignalOptions<T> | undefined;

  constructor(value: T, options: SignalOptions<T> | undefined) {
    this.flags = 0;
    this.version = 0;
    this.readIn = 0;
    this.subs = undefined;
    this.value = value;
    this.before = undefined;
    this.options = options;
  }

  get name(): string {
    return this.options?.name ?? "signal";
  }

  get(): T {
    if (this.flags & WRITTEN) {
      // Seen: it will not be taken back.
      this.flags &= ~WRITTEN;
      this.before = undefined;
    }
    const { observer } = state;
    if (observer !== undefined && this.readIn !== observer.runId) track(this, observer);
    return this.value;
  }

  peek(): T {
    return this.value;
  }

  [READ](): T {
    return this.get();
  }

  set(value: T): void {
    const { value: before, options } = this;
    if (same(options, before, value)) return;
    if (this.flags & WRITTEN) {
      this.value = value; // the change is known already, and nobody has read it
      if (same(options, this.before as T, value)) restored(this); // cast: with WRITTEN it is the value from before
      return;
    }
    push(this.subs, this);
    if (state.depth > 0) {
      state.late[state.lates++] = this;
      this.before = before;
      this.flags |= WRITTEN;
    }
    this.value = value;
    flush();
  }

  update(f: (value: T) => T): void {
    this.set(untracked(() => callable(f)(this.value)));
  }
}

class ComputedNode<T> implements Computed<T>, ComputedTarget {
  declare flags: number;
  declare version: number;
  declare readIn: number;
  declare subs: Link | undefined;
  declare deps: Link | undefined;
  declare runId: number;
  declare tail: Link | undefined;
  declare checkedAt: number;
  declare up: Target | undefined;
  /** The value, or with FAILED the error. */
  declare value: unknown;
  declare readonly f: () => T;
  declare private readonly options: SignalOptions<T> | undefined;

  constructor(f: () => T, options: SignalOptions<T> | undefined) {
    this.flags = COMPUTED | STALE;
    this.version = 0;
    this.readIn = 0;
    this.subs = undefined;
    this.deps = undefined;
    this.runId = 0;
    this.tail = undefined;
    this.checkedAt = -1;
    this.up = undefined;
    this.value = undefined;
    if (typeof f !== "function") callable(f); // asked before: a call to another chunk for each that is made is 5 % (bench: signals, create)
    this.f = f;
    this.options = options;
  }

  get name(): string {
    return this.options?.name ?? (this.f.name || "computed");
  }

  get(): T {
    const { flags } = this;
    const { observer } = state;
    if (flags & (STALE | CHECK | RUNNING | FAILED) || (!(flags & WATCHED) && this.checkedAt !== state.coldClock)) {
      return this.settled(observer);
    }
    if (observer !== undefined && this.readIn !== observer.runId) track(this, observer);
    return this.value as T; // cast: without FAILED it is what f returned
  }

  peek(): T {
    return this.settled(undefined);
  }

  [READ](): T {
    return this.get();
  }

  take(outcome: unknown): void {
    // cast: without FAILED both are values of f
    if (this.version > 0 && !(this.flags & FAILED) && same(this.options, this.value as T, outcome as T)) return;
    this.version++;
    this.value = outcome;
    this.flags &= ~FAILED;
  }

  fail(error: unknown): boolean {
    this.version++;
    this.value = error;
    this.flags |= FAILED;
    return isCoded(error, "SIGNALS_CYCLE");
  }

  private settled(observer: Target | undefined): T {
    refresh(this);
    if (observer !== undefined && this.readIn !== observer.runId) {
      track(this, observer);
      // It may be in doubt again, as it wrote to a signal meanwhile: then its reader must be in doubt too.
      if (this.flags & CHECK && observer.flags & WATCHED) push(observer.tail, undefined);
    }
    flush(); // effects of what was written on the way
    if (this.flags & FAILED) throw this.value;
    return this.value as T; // cast: without FAILED it is what f returned
  }
}

class WritableNode<T> extends ComputedNode<T> implements Signal<T> {
  declare private readonly write: (value: T) => void;

  constructor(f: () => T, set: (value: T) => void, options: SignalOptions<T> | undefined) {
    super(f, options);
    this.write = callable(set);
  }

  set(value: T): void {
    batch(() => untracked(() => this.write(value)));
  }

  update(f: (value: T) => T): void {
    this.set(untracked(() => callable(f)(this.peek())));
  }
}

function same<T>(options: SignalOptions<T> | undefined, before: T, after: T): boolean {
  const equals = options?.equals;
  // Not a closure: a function that makes one costs an allocation whether it comes to that or not.
  return equals === undefined ? Object.is(before, after) : untracked(callable(equals).bind(undefined, before, after));
}
