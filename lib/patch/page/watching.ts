import type { CHANGES, PART } from "../../pool/index.ts";

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
   * Only parts that carry `PART` are followed by themselves; whatever else is read belongs to the part around it. For pages whose parts are told apart by the
   * order in which they are made.
   * @defaultValue false
   */
  readonly onlyParts?: boolean;
  /**
   * Calls `evaluate` once, with its reads belonging to it alone.
   * @throws what `evaluate` throws; then nothing is followed.
   */
  watch(watched: Watched): Watcher;
  /** Runs `f` with what it reads noted by nobody. */
  untracked(f: () => void): void;
}

/**
 * A part of a page that has state of its own: a readable, and another one when it is to be read whether or not anything has told of a change.
 * @public
 */
export interface PagePart {
  /** Calls `read`, in which all of the part is read but for parts inside. */
  [PART](read: () => void): void;
}

/**
 * A keyed source whose readers keep their place in it, as the collections of `busbar/signals/collections` are.
 * @public
 */
export interface KeyedChanges {
  /** A place before all that is there. */
  [CHANGES](): KeyedReader;
}

/**
 * Somebody's place in the changes of a keyed source.
 * @public
 */
export interface KeyedReader {
  /** Brings the source up to date, and is a read of it. @throws what the source throws. */
  track(): void;
  /** What has changed since the last look, or undefined when it takes a look at everything to tell. */
  take(): KeyedChange | undefined;
  /** All rows in order. */
  all(): readonly KeyedRow[];
}

/** A row of a keyed source. @public */
export interface KeyedRow {
  readonly key: unknown;
  readonly value: unknown;
}

/**
 * What has changed between two looks at a keyed source.
 * @public
 */
export interface KeyedChange {
  /** Where rows stood that are there no more, rising. */
  readonly gone: readonly number[];
  /** Rows that stand elsewhere, by rising `to`: all are taken out first. `from` counts once those that are gone are out, `to` before others come. */
  readonly moved: readonly { readonly from: number; readonly to: number }[];
  /** Rows that have come, and where they stand now, rising. */
  readonly fresh: readonly { readonly index: number; readonly row: KeyedRow }[];
  /** Rows that were there and may be others now, and where they stand now. */
  readonly changed: readonly { readonly index: number; readonly row: KeyedRow }[];
}
