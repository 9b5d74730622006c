/*
 * What the classes of this folder share: which wrapper belongs to which node of the graph, and whether a notify callback is running.
 */
import { CodedError } from "../../errors/index.ts";

/**
 * Key of the option of a State or Computed that is called when it gets its first sink.
 * @public
 */
export const watched: unique symbol = Symbol("watched");

/**
 * Key of the option of a State or Computed that is called when it has lost its last sink.
 * @public
 */
export const unwatched: unique symbol = Symbol("unwatched");

/** The wrapper of a node: a State, a Computed, or for what a Watcher has in the graph, the Watcher. */
export const wrapperOf: WeakMap<object, object> = new WeakMap();

let notifying = 0;

/** Runs a notify callback: no signal may be read or written meanwhile. */
export function frozen(f: () => void): void {
  notifying++;
  try {
    f();
  } finally {
    notifying--;
  }
}

/** @throws CodedError `SIGNALS_FROZEN` inside a notify callback. */
export function assertThawed(): void {
  if (notifying > 0) throw new CodedError("SIGNALS_FROZEN", "A Watcher's callback reads, writes or watches a signal");
}

/** What a wrong receiver or argument throws. */
export function refuse(what: string): never {
  throw new TypeError(what); // no CodedError: classes of the language throw these, and the proposal's tests ask for them
}
