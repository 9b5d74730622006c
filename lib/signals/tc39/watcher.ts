import type { Source } from "../seam.ts";
import { detached, flush } from "../seam.ts";
import { type AnySignal, type Computed, isComputed, nodeOf } from "./classes.ts";
import { assertThawed, frozen, refuse, wrapperOf } from "./nodes.ts";
import { WatchNode } from "./watch-node.ts";

let brand: (value: unknown) => boolean;
let watchedIn: (watcher: Watcher) => AnySignal[];

/**
 * Is told when something it watches may have changed: what effects are made from.
 * @example
 * ```ts
 * const watcher = new Signal.subtle.Watcher(() => queueMicrotask(run));
 * const run = () => {
 *   for (const computed of watcher.getPending()) computed.get();
 *   watcher.watch(); // tell again
 * };
 * watcher.watch(computed);
 * ```
 * @public
 */
export class Watcher {
  readonly #notify: (this: Watcher) => void;
  readonly #watched = new Map<AnySignal, WatchNode>();
  #telling = false;

  /** @param notify - Called once per `watch`, on the stack of who writes. It must not read, write or watch signals, only plan to. */
  constructor(notify: (this: Watcher) => void) {
    this.#notify = notify;
  }

  /**
   * Adds signals, and asks to be told again of the next change. Nothing is computed by it.
   * @throws TypeError for anything but signals; what `watched` callbacks throw; CodedError `SIGNALS_FROZEN` inside a Watcher's callback.
   */
  watch(...signals: AnySignal[]): void {
    const nodes = checked(this, signals, "watch");
    this.#telling = true;
    for (const [signal, source] of nodes) {
      if (this.#watched.has(signal)) continue;
      const node = new WatchNode(source, () => this.#tell());
      wrapperOf.set(node, this);
      this.#watched.set(signal, node);
    }
    flush(); // of the hooks
  }

  /**
   * Takes signals out; those it does not watch are left alone.
   * @throws TypeError for anything but signals; what `unwatched` callbacks throw; CodedError `SIGNALS_FROZEN` inside a Watcher's callback.
   */
  unwatch(...signals: AnySignal[]): void {
    for (const [signal] of checked(this, signals, "unwatch")) {
      this.#watched.get(signal)?.release();
      this.#watched.delete(signal);
    }
    flush();
  }

  /**
   * The Computeds it watches that may be out of date, in the order they were added.
   * @throws TypeError on a wrong receiver.
   */
  getPending(): Computed<unknown>[] {
    if (!isWatcher(this)) refuse("Watcher.prototype.getPending was called on something else");
    return [...this.#watched].flatMap(([signal, node]) => (isComputed(signal) && node.isPending() ? [signal] : []));
  }

  #tell(): void {
    if (!this.#telling) return;
    this.#telling = false;
    detached(undefined, () => frozen(() => this.#notify()));
  }

  static {
    brand = (value) => typeof value === "object" && value !== null && #watched in value;
    watchedIn = (watcher) => [...watcher.#watched.keys()];
  }
}

/**
 * Whether it is a `Signal.subtle.Watcher`.
 * @public
 */
export function isWatcher(value: unknown): value is Watcher {
  return brand(value);
}

/** What it watches, in the order it was added. */
export function watchedBy(watcher: Watcher): AnySignal[] {
  return watchedIn(watcher);
}

/** The arguments with their nodes, all of which must be signals before anything happens. */
function checked(receiver: unknown, signals: readonly AnySignal[], method: string): [AnySignal, Source][] {
  if (!isWatcher(receiver)) refuse(`Watcher.prototype.${method} was called on something else`);
  assertThawed();
  return signals.map((signal) => [signal, nodeOf(signal) ?? refuse(`${method} was given something that is no signal`)]);
}
