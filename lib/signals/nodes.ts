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
  SHORT,
  STALE,
  type Target,
  WATCHED,
  WRITTEN,
} from "./kinds.ts";
import { doubt, push, restored, track } from "./links.ts";
import { explain, isOfTheRead } from "./overflow.ts";
import { batch, flush } from "./queue.ts";
import { state, untracked } from "./state.ts";
import type { Computed, Signal, SignalOptions } from "./types.ts";

export function newSignal<T>(value: T, options: SignalOptions<T> | undefined): Signal<T> {
  return options === undefined ? new SignalNode(value) : new TailoredSignalNode(value, options);
}

export function newComputed<T>(f: () => T, options: SignalOptions<T> | undefined): Computed<T> {
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

  constructor(value: T) {
    this.flags = 0;
    this.version = 0;
    this.readIn = 0;
    this.subs = undefined;
    this.value = value;
    this.before = undefined;
  }

  get name(): string {
    return "signal";
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
    const { value: before } = this;
    if (this.same(before, value)) return;
    if (this.flags & WRITTEN) {
      this.value = value; // the change is known already, and nobody has read it
      if (this.same(this.before as T, value)) restored(this); // cast: with WRITTEN it is the value from before
    } else if (state.depth === 0) {
      push(this.subs, this);
      this.value = value;
      flush();
    } else {
      push(this.subs, this);
      state.late[state.lates++] = this;
      this.before = before;
      this.value = value;
      this.flags |= WRITTEN;
    }
  }

  update(f: (value: T) => T): void {
    this.set(untracked(() => f(this.value)));
  }

  /** Whether a new value is the same as an old one. */
  same(before: T, after: T): boolean {
    return Object.is(before, after);
  }
}

/** With options: a class of its own, so that most signals need no place for them. */
class TailoredSignalNode<T> extends SignalNode<T> {
  declare private readonly options: SignalOptions<T>;

  constructor(value: T, options: SignalOptions<T>) {
    super(value);
    this.options = options;
  }

  override get name(): string {
    return this.options.name ?? "signal";
  }

  override same(before: T, after: T): boolean {
    return same(this.options, before, after);
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
  declare up: Link | Target | undefined;
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
    this.f = f;
    this.options = options;
  }

  get name(): string {
    return this.options?.name ?? (this.f.name || "computed");
  }

  get(): T {
    const { flags } = this;
    const { observer } = state;
    if (flags & (STALE | CHECK | RUNNING | FAILED) || (!(flags & WATCHED) && this.checkedAt !== state.clock)) {
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

  conclude(outcome: unknown, threw: boolean): void {
    const { flags } = this;
    let value = outcome;
    let failed = threw;
    // STALE goes last: should the stack come to its end in here, the next read computes again.
    let rest = flags & SHORT ? -1 : ~STALE;
    if (!failed && this.version > 0 && !(flags & FAILED)) {
      try {
        // cast: without FAILED both are values of f
        if (same(this.options, this.value as T, value as T)) {
          this.flags &= rest;
          return;
        }
      } catch (error) {
        value = explain(error, this.name);
        failed = true;
      }
    }
    if (failed && isOfTheRead(value)) rest = -1;
    this.version++;
    this.value = value;
    this.flags = (failed ? this.flags | FAILED : this.flags & ~FAILED) & rest;
  }

  private settled(observer: Target | undefined): T {
    refresh(this);
    if (observer !== undefined && this.readIn !== observer.runId) {
      doubt(this, observer);
      track(this, observer);
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
    this.write = set;
  }

  set(value: T): void {
    batch(() => untracked(() => this.write(value)));
  }

  update(f: (value: T) => T): void {
    this.set(untracked(() => f(this.peek())));
  }
}

function same<T>(options: SignalOptions<T> | undefined, before: T, after: T): boolean {
  const equals = options?.equals;
  return equals === undefined ? Object.is(before, after) : silently(equals, before, after);
}

// Apart, as a function that makes a closure costs an allocation whether it comes to that or not.
function silently<T>(equals: (before: T, after: T) => boolean, before: T, after: T): boolean {
  return untracked(() => equals(before, after));
}
