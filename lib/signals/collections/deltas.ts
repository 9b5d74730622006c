import { DELTAS } from "../../pool/index.ts";
import { wrong } from "../arguments.ts";

/**
 * One step of a change. Steps are applied one after another, so an index counts in the list as the steps before have left it; `to` counts after
 * the row has been taken out.
 * @public
 */
export type Delta<K, V> =
  | { readonly type: "insert"; readonly index: number; readonly key: K; readonly value: V }
  | { readonly type: "update"; readonly index: number; readonly key: K; readonly value: V; readonly previous: V }
  | { readonly type: "move"; readonly from: number; readonly to: number; readonly key: K; readonly value: V }
  | { readonly type: "delete"; readonly index: number; readonly key: K; readonly previous: V };

/**
 * Takes what has changed since it was last called; never an empty list.
 * @public
 */
export type DeltaSink<K, V> = (deltas: readonly Delta<K, V>[]) => void;

/**
 * Anything that reports its changes row by row.
 * @public
 */
export interface KeyedSource<K, V> {
  /**
   * Calls `sink` at once with the present rows as inserts, then once per flush with what has changed in it.
   * @returns Its stop. Stopping twice is harmless; inside a scope or an effect it also ends with that.
   */
  [DELTAS](sink: DeltaSink<K, V>): () => void;
}

/**
 * Follows a keyed source: `sink` gets the present rows as inserts at once (nothing, if there are none), then per flush one composed change:
 * what came and went in between is left out, two updates are one, a row set back to what it was has not changed.
 * @returns Its stop. Inside a scope or an effect it also ends with that.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT`; what the first call throws, the sink or a callback on the way, and then follows nothing; later ones throw to the writer, unless a scope's
 * `onError` takes it.
 * @remarks Holds one small object per row. A change costs O(log n) per changed row; a change to most rows, O(n).
 * @example
 * ```ts
 * const stop = observeDeltas(todos.filter((todo) => !todo.done), (deltas) => socket.send(JSON.stringify(deltas)));
 * ```
 * @public
 */
export function observeDeltas<K, V>(collection: KeyedSource<K, V>, sink: DeltaSink<K, V>): () => void {
  if (typeof Object(collection)[DELTAS] !== "function")
    throw wrong("What is to be followed is no collection", collection);
  return collection[DELTAS](sink);
}
