/*
 * A resource is one signal of state and one effect that drives it. Each run of that effect is a run of the user's function, in a scope of its
 * own: tracking a source makes an effect in that scope that ticks the driver, so ending the scope lets go of all a run has subscribed to.
 */
import { CodedError } from "../../errors/index.ts";
import { READ } from "../../pool/index.ts";
import { checkFunction } from "../arguments.ts";
import { currentOwner } from "../probe.ts";
import { type Scope, scope } from "../scope.ts";
import { batch, fail } from "../seam.ts";
import { computed, effect, type ReadableSignal, type Signal, signal, untracked } from "../signals.ts";
import { type Backoff, createBackoff } from "./retry.ts";
import { call, contextOf, end, follow, later, type Run, retire, type Settled } from "./run.ts";
import type { Load, Resource, ResourceOptions } from "./types.ts";

interface State<T> {
  readonly value: T | undefined;
  /** Whether there is a value: an initial one, an answer, or one set by hand. */
  readonly filled: boolean;
  readonly error: Error | undefined;
  readonly pending: boolean;
}

/**
 * Runs `load` now and again whenever something it tracked changes; what it returns, or resolves to, is the value. The latest run wins: an
 * answer of an older one is dropped, its `signal` is aborted. Meanwhile everything else goes on: there is no transition.
 * @param load - May be async, or not: then it is never pending.
 * @returns Also ends with the scope or effect it is created in.
 * @throws CodedError `SIGNALS_BAD_RETRY`, `SIGNALS_BAD_ARGUMENT`, `SIGNALS_SCOPE_ENDED`; what effects threw that its first run set off. What effects throw that a
 * later answer sets off goes to their `onError`, else to the one around the resource, and with none it is an unhandled rejection.
 * @remarks Costs an effect, a scope, and an effect per tracked source. A promise that never settles retains nothing of a resource that has ended.
 * @example
 * ```ts
 * const user = resource(async ({ track, signal }) => {
 *   const response = await fetch(`/users/${track(id)}`, { signal });
 *   return (await response.json()) as User;
 * }, { retry: { times: 3 } });
 * user.get()?.name; user.pending.get(); user.error.get();
 * ```
 * @public
 */
export function resource<T>(load: Load<T>, options: ResourceOptions<T> & { readonly initial: T }): Resource<T>;
/** The same without an initial value: until the first answer the value is undefined. @public */
export function resource<T>(load: Load<T>, options?: ResourceOptions<T>): Resource<T | undefined>;
export function resource<T>(load: Load<T>, options: ResourceOptions<T> = {}): Resource<T | undefined> {
  checkFunction(load, "What loads");
  const own = Object(options) as ResourceOptions<T>; // cast: its callbacks are checked here
  for (const f of [own.equals, own.after, own.random]) if (f !== undefined) checkFunction(f);
  const node = new ResourceNode(load, own);
  // Not in the class: bundlers keep a class with a computed name, and all it uses, even when nobody imports it.
  return Object.assign(node, { [READ]: () => node.get() });
}

class ResourceNode<T> implements Omit<Resource<T | undefined>, typeof READ> {
  readonly name: string;
  readonly value: ReadableSignal<T | undefined>;
  readonly pending: ReadableSignal<boolean>;
  readonly error: ReadableSignal<Error | undefined>;
  private readonly load: Load<T>;
  private readonly options: ResourceOptions<T>;
  private readonly empty: State<T>;
  private readonly state: Signal<State<T>>;
  private readonly ticks = signal(0);
  private readonly backoff: Backoff;
  private readonly owner = currentOwner();
  private readonly root: Scope;
  private run: Run<T> | undefined = undefined;
  private waiting: (() => void)[] = [];

  constructor(load: Load<T>, options: ResourceOptions<T>) {
    const name = options.name ?? (load.name || "resource");
    this.name = name;
    this.load = load;
    this.options = options;
    this.backoff = createBackoff(options.retry, options.random ?? Math.random);
    this.empty = { value: options.initial, filled: "initial" in options, error: undefined, pending: false };
    const state = signal(this.empty, { name: `${name}.state` });
    this.state = state;
    this.value = computed(() => state.get().value, { name: `${name}.value` });
    this.pending = computed(() => state.get().pending, { name: `${name}.pending` });
    this.error = computed(() => state.get().error, { name: `${name}.error` });
    this.root = scope(
      (own) => {
        own.onCleanup(() => {
          if (this.state.peek().pending) this.rest(this.state.peek());
        });
        effect(() => this.start(), { name });
      },
      { name },
    );
  }

  get(): T | undefined {
    return this.value.get();
  }

  peek(): T | undefined {
    return this.value.peek();
  }

  reload(): void {
    this.ticks.update((n) => n + 1);
  }

  set(value: T | undefined): void {
    if (this.run !== undefined) retire(this.run);
    this.rest({ value: this.unlessEqual(value as T), filled: true, error: undefined }); // cast: the type that users see is as wide as `initial`
  }

  update(f: (value: T | undefined) => T | undefined): void {
    checkFunction(f);
    this.set(untracked(() => f(this.state.peek().value)));
  }

  settled(): Promise<void> {
    if (!this.state.peek().pending) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  dispose(): void {
    this.root.dispose();
  }

  /** The driver. The scope of the run before has ended by now, and with it that run. */
  private start(): void {
    this.ticks.get();
    const { ticks } = this;
    scope((own) => {
      const run: Run<T> = {
        name: `${this.name}.track`,
        aborted: false,
        controller: undefined,
        sources: new Set(),
        previous: this.state.peek().value,
        settle: undefined,
        invalidate: () => ticks.update((n) => n + 1),
        own,
        retry: undefined,
        stopTimer: undefined,
      };
      this.run = run;
      own.onCleanup(() => end(run));
      this.attempt(run, 1);
    });
  }

  private attempt(run: Run<T>, attempt: number): void {
    run.settle = (answer) => this.deliver(() => this.settle(run, attempt, answer));
    const answer = call(this.load, contextOf(run, attempt));
    if (answer.kind !== "promise") {
      run.settle?.(answer);
      return;
    }
    follow(run, answer.promise);
    if (run.settle !== undefined) this.state.set({ ...this.kept(), pending: true });
  }

  private settle(run: Run<T>, attempt: number, answer: Settled<T>): void {
    run.settle = undefined;
    const outcome = answer.kind === "value" ? this.compared(answer) : answer;
    if (outcome.kind === "value") {
      this.rest({ value: outcome.value, filled: true, error: undefined });
      return;
    }
    let { error } = outcome;
    try {
      const ms = answer.kind === "value" ? undefined : this.backoff(attempt, error);
      if (ms !== undefined) {
        this.retryLater(run, attempt + 1, ms);
        return;
      }
    } catch (failure) {
      error = failure;
    }
    this.rest({ ...this.kept(), error: toError(error, this.name) });
  }

  private retryLater(run: Run<T>, attempt: number, ms: number): void {
    const { after = startTimer } = this.options;
    later(run, ms, after, () => this.deliver(() => run.own?.run(() => this.attempt(run, attempt))));
    this.state.set({ ...this.kept(), pending: true });
  }

  /** What a run starts from, and what it leaves when it fails. */
  private kept(): State<T> {
    return this.options.keep === false ? this.empty : this.state.peek();
  }

  /** Nothing is pending any more. */
  private rest(state: Omit<State<T>, "pending">): void {
    try {
      this.state.set({ ...state, pending: false });
    } finally {
      for (const resolve of this.waiting.splice(0)) resolve();
    }
  }

  private compared(answer: Settled<T> & { readonly kind: "value" }): Settled<T> {
    try {
      return { kind: "value", value: this.unlessEqual(answer.value) };
    } catch (error) {
      return { kind: "error", error };
    }
  }

  /** The present value instead of an equal one. */
  private unlessEqual(next: T): T {
    const { value, filled } = this.state.peek();
    const { equals } = this.options;
    if (!filled || equals === undefined) return next;
    const before = value as T; // cast: it is filled
    return untracked(() => equals(before, next)) ? before : next;
  }

  /** Runs what no caller waits for: what effects throw then goes to the `onError` round the resource. */
  private deliver(f: () => void): void {
    try {
      f();
    } catch (error) {
      batch(() => fail(this.owner, error)); // what nobody takes is thrown
    }
  }
}

function toError(error: unknown, name: string): Error {
  if (error instanceof Error) return error;
  return new CodedError("SIGNALS_RESOURCE_FAILED", `"${name}" failed with what is no Error`, {
    value: name,
    cause: error,
  });
}

function startTimer(ms: number, f: () => void): () => void {
  const timer = setTimeout(f, ms);
  return () => clearTimeout(timer);
}
