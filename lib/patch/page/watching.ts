import type { DELTAS } from "../../pool/index.ts";

/**
 * Something whose reads are followed.
 * @public
 */
export interface Watched {
  /** Reads what it depends on. Throws what that throws. */
  evaluate(): void;
  /** Something it has read is no longer what it was: called once, until the next `evaluate`. */
  invalidate(): void;
}

/**
 * The tie between a {@link Watched} and what it has read.
 * @public
 */
export interface Watcher {
  /**
   * Evaluates again, here and now.
   * @param force - Also when nothing it has read is another than it was.
   * @throws what `evaluate` throws; it is followed all the same.
   */
  rerun(force: boolean): void;
  /** Nothing is followed any more. Stopping twice is harmless. */
  stop(): void;
}

/**
 * Who notes what is read: a page knows no signals.
 * @public
 */
export interface Watching {
  /**
   * Calls `evaluate` once, with its reads belonging to it alone.
   * @throws what `evaluate` throws; then nothing is followed.
   */
  watch(watched: Watched): Watcher;
  /** Runs `f` with what it reads noted by nobody. */
  untracked(f: () => void): void;
  /** Has `sink` told of the changes of a keyed source, of what is there first. @returns Its stop. */
  follow(source: KeyedChanges, sink: (deltas: readonly KeyedDelta[]) => void): () => void;
}

/**
 * What tells of its changes row by row.
 * @public
 */
export interface KeyedChanges {
  [DELTAS](sink: (deltas: readonly KeyedDelta[]) => void): () => void;
}

/**
 * One step of a change of a keyed source, as those of `busbar/signals/collections` report it.
 * @public
 */
export type KeyedDelta =
  | { readonly type: "insert"; readonly index: number; readonly key: unknown; readonly value: unknown }
  | {
      readonly type: "update";
      readonly index: number;
      readonly key: unknown;
      readonly value: unknown;
      readonly previous: unknown;
    }
  | {
      readonly type: "move";
      readonly from: number;
      readonly to: number;
      readonly key: unknown;
      readonly value: unknown;
    }
  | { readonly type: "delete"; readonly index: number; readonly key: unknown; readonly previous: unknown };
