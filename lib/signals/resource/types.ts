import type { READ } from "../../pool/index.ts";
import type { ReadableSignal } from "../signals.ts";
import type { RetryPolicy } from "./retry.ts";

/**
 * What a resource's function is given.
 * @public
 */
export interface ResourceContext<T> {
  /**
   * Reads a signal, or anything else that carries `[Symbol.for("busbar.read")]`, and subscribes: when it changes, the resource runs again.
   * Nothing else the function reads is noted. Works after an `await` too, as long as this run is the latest; in an older one it only reads.
   * @throws what reading throws; the subscription stands all the same.
   */
  track<V>(source: { [READ](): V }): V;
  /** Aborted when another run begins, a value is set by hand, or the resource ends. */
  readonly signal: AbortSignal;
  /** The value before this run, or `undefined` when there is none. */
  readonly previous: T | undefined;
  /** 1 for the first attempt, one more for each retry. */
  readonly attempt: number;
}

/**
 * What a resource runs.
 * @public
 */
export type Load<T> = (context: ResourceContext<T>) => T | PromiseLike<T>;

/**
 * What a resource may be given.
 * @public
 */
export interface ResourceOptions<T> {
  /** Names it in errors and graphs. @defaultValue the name of the function, else "resource" */
  readonly name?: string;
  /** The value until the first answer. @defaultValue undefined */
  readonly initial?: T;
  /** Whether an answer stays, value or error, until the next one. With `false` a run starts from `initial`. @defaultValue true */
  readonly keep?: boolean;
  /** Whether an answer is the same as the value, so that nobody is told. @defaultValue Object.is */
  readonly equals?: (before: T, after: T) => boolean;
  /** Tries again after failures. @defaultValue never */
  readonly retry?: RetryPolicy;
  /** Starts a timer and returns its stop. @defaultValue setTimeout of the machine */
  readonly after?: (ms: number, f: () => void) => () => void;
  /** A number from 0 to 1, for the waits between retries. @defaultValue Math.random */
  readonly random?: () => number;
}

/**
 * A value that comes later, and again. Reads as its value, also in templates; `value`, `pending` and `error` change apart from each other.
 * @public
 */
export interface Resource<T> extends ReadableSignal<T> {
  /** The latest answer; `initial` until there is one, or `undefined`. */
  readonly value: ReadableSignal<T>;
  /** Whether a run, or the wait before a retry, goes on. */
  readonly pending: ReadableSignal<boolean>;
  /**
   * What the last run failed with, `undefined` when it did not. What is thrown and no `Error` arrives as the cause of a CodedError
   * `SIGNALS_RESOURCE_FAILED`.
   */
  readonly error: ReadableSignal<Error | undefined>;
  /** Runs the function again now, whatever has changed. Does nothing after the end. Throws as `set` of a signal does. */
  reload(): void;
  /**
   * Puts a value in place, as an optimistic change does. A run under way is aborted and its answer dropped; what it tracked still counts.
   * Throws as `set` of a signal does.
   */
  set(value: T): void;
  /** Sets what `f` makes of the current value; reads in `f` are not noted. */
  update(f: (value: T) => T): void;
  /** Resolves once nothing is pending, at once when nothing is; never rejects. */
  settled(): Promise<void>;
  /** Ends it: the run is aborted and dropped, the timer cleared, the last value stays. So does the end of the scope or effect around it. */
  dispose(): void;
}
