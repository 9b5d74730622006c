import { READ } from "../../pool/index.ts";
import { checkReadable } from "../arguments.ts";
import type { Scope } from "../scope.ts";
import { effect, untracked } from "../signals.ts";
import type { Load, ResourceContext } from "./types.ts";

/**
 * One run of a resource's function, with its retries. All that its promise, its timer and its context hold is this, and it is emptied when
 * nobody wants the answer any more: a promise that never settles keeps nothing alive.
 */
export interface Run<T> {
  /** Names its subscriptions in graphs. */
  readonly name: string;
  /** No answer is wanted any more: the signal is aborted, and it only reads what it tracks. */
  aborted: boolean;
  /** Made when the signal is first asked for: most of the cost of a run that answers at once. */
  controller: AbortController | undefined;
  /** What it has subscribed to: a source tracked twice needs no second subscription. */
  readonly sources: Set<object>;
  previous: T | undefined;
  /** Takes the answer; gone once there is one, or none is wanted. */
  settle: ((answer: Settled<T>) => void) | undefined;
  /** Sets off the next run; gone with this one. */
  invalidate: (() => void) | undefined;
  /** Owns the subscriptions; gone at the end of the run, which is when the next begins. */
  own: Scope | undefined;
  /** Makes the next attempt, while the wait for it goes on. */
  retry: (() => void) | undefined;
  stopTimer: (() => void) | undefined;
}

/**
 * Why every run is aborted. One for all: an error made at the time would keep the frames of its stack, and so the resource, alive for as long as
 * somebody holds the signal.
 */
const SUPERSEDED: DOMException = /* @__PURE__ */ new DOMException("The answer is no longer wanted", "AbortError");

/** Starts a timer and returns its stop. */
type StartTimer = (ms: number, f: () => void) => () => void;

/** How an attempt ended. */
export type Settled<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "error"; readonly error: unknown };

/** How a call ended, for now. */
type Called<T> = Settled<T> | { readonly kind: "promise"; readonly promise: Promise<T> };

/** Calls a function that may be async, may throw, and may return a thenable that throws when it is looked at. */
export function call<T>(load: Load<T>, context: ResourceContext<T>): Called<T> {
  try {
    const answer = load(context);
    // A promise of the platform's own: thenables may call back twice, or at once.
    return isThenable(answer)
      ? { kind: "promise", promise: Promise.resolve(answer) }
      : { kind: "value", value: answer };
  } catch (error) {
    return { kind: "error", error };
  }
}

/** What one attempt is given. Made here, where nothing but the run can be held by it. */
export function contextOf<T>(run: Run<T>, attempt: number): ResourceContext<T> {
  return {
    track: (source) => track(run, source),
    get signal() {
      run.controller ??= new AbortController();
      if (run.aborted) run.controller.abort(SUPERSEDED);
      return run.controller.signal;
    },
    previous: run.previous,
    attempt,
  };
}

/** Hands over what a promise comes to, if it is still wanted then. */
export function follow<T>(run: Run<T>, promise: Promise<T>): void {
  promise.then(
    (value) => run.settle?.({ kind: "value", value }),
    (error: unknown) => run.settle?.({ kind: "error", error }),
  );
}

/** Starts the wait before a retry. The timer, too, holds nothing but the run. */
export function later<T>(run: Run<T>, ms: number, after: StartTimer, retry: () => void): void {
  run.retry = retry;
  run.stopTimer = after(ms, () => {
    const { retry: go } = run;
    run.retry = undefined;
    go?.();
  });
}

/** No answer is wanted any more. What it has subscribed to stands until its scope ends. */
export function retire<T>(run: Run<T>): void {
  run.settle = undefined;
  run.retry = undefined;
  run.stopTimer?.();
  run.stopTimer = undefined;
  run.aborted = true;
  run.controller?.abort(SUPERSEDED);
}

/** The scope of the run ends. */
export function end<T>(run: Run<T>): void {
  run.own = undefined;
  run.invalidate = undefined;
  run.sources.clear();
  retire(run);
  run.previous = undefined;
}

/** Reads a source for a run, and subscribes unless it has, or is no longer the latest. */
function track<T, V>(run: Run<T>, source: { [READ](): V }): V {
  checkReadable(source, READ);
  const { own, sources } = run;
  if (own === undefined || run.aborted || sources.has(source)) return untracked(() => source[READ]());
  sources.add(source);
  let started = false;
  let first: Settled<V> | undefined;
  own.run(() =>
    effect(
      () => {
        const read = readOf(source); // also when it only invalidates: should the run not come about, the subscription stands
        if (started) run.invalidate?.();
        else first = read;
        started = true;
      },
      { name: run.name },
    ),
  );
  const read = first as Settled<V> | undefined; // cast: control flow analysis does not see that the effect ran at once
  first = undefined; // it would live as long as the effect
  if (read === undefined) return untracked(() => source[READ]());
  if (read.kind === "error") throw read.error;
  return read.value;
}

function readOf<V>(source: { [READ](): V }): Settled<V> {
  try {
    return { kind: "value", value: source[READ]() };
  } catch (error) {
    return { kind: "error", error };
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    "then" in value &&
    typeof value.then === "function"
  );
}
