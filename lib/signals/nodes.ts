import { READ } from "../pool/index.ts";
import { push, refresh, restored, track } from "./graph.ts";
import { tell } from "./hooks.ts";
import {
  CHECK,
  COMPUTED,
  type ComputedTarget,
  FAILED,
  type Held,
  HOOKED,
  type Late,
  Link,
  RUNNING,
  STALE,
  type Target,
  WATCHED,
  WRITTEN,
} from "./kinds.ts";
import { explain, isOfTheRead } from "./overflow.ts";
import { batched, flush } from "./queue.ts";
import { detached, state } from "./state.ts";
import type { Computed, Signal, SignalOptions, WritableOptions } from "./types.ts";

type Options<T> = SignalOptions<T> | undefined;

export function newSignal<T>(value: T, options: Options<T>): Signal<T> {
  return options === undefined ? new SignalNode(value) : new TailoredSignalNode(value, options);
}

export function newComputed<T>(f: () => T, options: SignalOptions<T> | WritableOptions<T> | undefined): Computed<T> {
  if (options !== undefined && "set" in options) return new WritableNode(f, options);
  return new ComputedNode(f, options);
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
    if (this.same(this.value, value)) return;
    const { flags } = this;
    if (flags & WRITTEN) {
      this.value = value; // the change is known already, and nobody has read it
      // cast: with WRITTEN it is set
      if (this.same(this.before as T, value)) restored(this);
      return;
    }
    if (state.depth === 0) {
      push(this.subs, this);
      this.value = value;
      flush();
    } else {
      state.late[state.lates++] = this;
      push(this.subs, this);
      this.before = this.value;
      this.value = value;
      this.flags |= WRITTEN;
    }
  }

  update(f: (value: T) => T): void {
    this.set(detached(state.owner, () => f(this.peek())));
  }

  same(before: T, after: T): boolean {
    return Object.is(before, after);
  }

  tell(): void {}

  held(): Held {
    return { state: "value", value: this.value };
  }
}

class TailoredSignalNode<T> extends SignalNode<T> {
  declare private readonly options: SignalOptions<T>;

  constructor(value: T, options: SignalOptions<T>) {
    super(value);
    this.flags = hookFlag(options);
    this.options = options;
  }

  override get name(): string {
    return this.options.name ?? "signal";
  }

  override same(before: T, after: T): boolean {
    return same(this.options, before, after);
  }

  override tell(): void {
    tell(this, this.options);
  }
}

class ComputedNode<T> implements Computed<T>, ComputedTarget, Late {
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

  tell(): void {
    if (this.options !== undefined) tell(this, this.options);
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

const shapes = [new SignalNode(0), new ComputedNode(() => 0, undefined)] as const;
state.shapes.push(...shapes, new TailoredSignalNode(0, {}), new Link(shapes[0], shapes[1], undefined));

function hookFlag(options: { readonly onWatched?: unknown; readonly onUnwatched?: unknown }): number {
  return options.onWatched === undefined && options.onUnwatched === undefined ? 0 : HOOKED;
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
