import { currentObserver, sourcesOf, subscribersOf } from "../probe.ts";
import type { Source } from "../seam.ts";
import { untracked } from "../signals.ts";
import { type AnySignal, type Computed, isComputed, isState, nodeOf } from "./classes.ts";
import { refuse, wrapperOf } from "./nodes.ts";
import { isWatcher, Watcher, watchedBy } from "./watcher.ts";

export { unwatched, watched } from "./nodes.ts";
export { Watcher };

/**
 * Runs `f` without noting what it reads.
 * @public
 */
export function untrack<T>(f: () => T): T {
  return untracked(f);
}

/**
 * The Computed being computed, or `undefined` outside of one and inside `untrack`.
 * @public
 */
export function currentComputed(): Computed<unknown> | undefined {
  const wrapper = wrapperOf.get(currentObserver() ?? {});
  return isComputed(wrapper) ? wrapper : undefined;
}

/**
 * What a Computed read when it was last computed, in that order, or what a Watcher watches. Signals of busbar/signals are left out.
 * @throws TypeError for anything else.
 * @public
 */
export function introspectSources(sink: Computed<unknown> | Watcher): AnySignal[] {
  if (isWatcher(sink)) return watchedBy(sink);
  if (!isComputed(sink)) refuse("introspectSources was called with something that is no Computed or Watcher");
  const sources = sourcesOf(nodeOf(sink) as Source); // cast: it is a Computed
  return sources.map((source) => wrapperOf.get(source)).filter((wrapper) => isState(wrapper) || isComputed(wrapper));
}

/**
 * The Computeds that are watched and read it, and the Watchers that watch it. What an effect of busbar/signals watches counts as watched; the
 * effect itself is left out.
 * @throws TypeError for anything but a State or a Computed.
 * @public
 */
export function introspectSinks(signal: AnySignal): (Computed<unknown> | Watcher)[] {
  const sinks = subscribersOf(nodeOf(signal) ?? refuse("introspectSinks was called with something that is no signal"));
  return sinks.map((sink) => wrapperOf.get(sink)).filter((wrapper) => isComputed(wrapper) || isWatcher(wrapper));
}

/**
 * Whether a Computed read anything when it was last computed, or a Watcher watches anything.
 * @throws TypeError for anything else.
 * @public
 */
export function hasSources(sink: Computed<unknown> | Watcher): boolean {
  if (isWatcher(sink)) return watchedBy(sink).length > 0;
  if (!isComputed(sink)) refuse("hasSources was called with something that is no Computed or Watcher");
  return sourcesOf(nodeOf(sink) as Source).length > 0; // cast: it is a Computed
}

/**
 * Whether anything that is watched reads it, effects of busbar/signals included.
 * @throws TypeError for anything but a State or a Computed.
 * @public
 */
export function hasSinks(signal: AnySignal): boolean {
  return (nodeOf(signal) ?? refuse("hasSinks was called with something that is no signal")).subs !== undefined;
}
