/*
 * The seam to the graph of signals, all of it: a collection is one node there, whose value is its version. What has changed between two versions
 * travels beside the graph, in logs.
 */
import {
  batch,
  computed,
  effect,
  type ReadableSignal,
  type Signal,
  scope,
  signal,
  untracked,
  watchable,
} from "../index.ts";
import { currentObserver } from "../probe.ts";
import { state } from "../seam.ts";

/** A collection's node: reading it brings the collection up to date. */
export type VersionNode = ReadableSignal<number>;

/** What a chain of operators is walked along before it is read the first time. */
export interface Chained {
  readonly name: string;
  readonly sources: readonly Chained[];
  /** It has been computed once, so the graph knows what it reads. */
  warm: boolean;
  readonly node: ReadableSignal<unknown>;
}

export function sourceNode(name: string): Signal<number> {
  return signal(0, { name });
}

export function derivedNode<T>(
  compute: () => T,
  name: string,
  equals?: (before: T, after: T) => boolean,
): ReadableSignal<T> {
  return computed(compute, equals === undefined ? { name } : { name, equals });
}

/** A node that tells whether anything may still want to hear of it: held by `keep` while an effect depends on it. */
export function hookedNode(name: string, keep: (node: Signal<number>) => void, release: () => void): Signal<number> {
  const node: Signal<number> = signal(0, { name });
  return watchable(node, { onWatched: () => keep(node), onUnwatched: release });
}

/** Whether somebody is noting what is read. */
export function isObserved(): boolean {
  return currentObserver() !== undefined;
}

/** Holds objects for ever, so that the shapes of their classes stay: see kept.ts. */
export function keep(...objects: readonly object[]): void {
  state.kept.push(...objects);
}

/** Holds effects back until the end. */
export const together: <T>(f: () => T) => T = batch;

/** Reads without noting it. */
export const silently: <T>(f: () => T) => T = untracked;

/**
 * Runs `track` with its reads noted and then `act`, now and whenever those change. What `act` creates lives until the stop, not until the next
 * run: it need not be about the same rows.
 */
export function follow(track: () => void, act: () => void): () => void {
  const whole = scope((own) => {
    effect(() => {
      track();
      own.run(act);
    });
  });
  return () => whole.dispose();
}

/**
 * Computes what was never computed, sources first, so that no chain of operators, however long, nests.
 * What fails here fails again, by name, where it is read.
 */
export function warmUp(last: Chained): void {
  if (last.warm) return;
  const order: Chained[] = [last];
  for (const chained of order) for (const source of chained.sources) if (!source.warm) order.push(source);
  for (let next = order.pop(); next !== undefined; next = order.pop()) {
    if (next.warm) continue;
    try {
      next.node.peek();
    } catch {
      // kept in the node
    }
    next.warm = true;
  }
}

/** Reads a value that follows from a collection, so that a reader runs again only when this value differs. */
export function derivedRead<T>(node: VersionNode, read: () => T): T {
  if (!isObserved()) {
    node.peek();
    return read();
  }
  return computed(() => {
    node.get();
    return read();
  }).get();
}
