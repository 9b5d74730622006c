/** An update between bytes and document: rows of operations as they were written, checked in themselves only. */
import type { Intervals } from "./intervals.ts";
import type { ContainerName, Content, GAP, LIST_RUN, ReplicaLog, Side, TEXT_RUN, WRITE } from "./model.ts";

/** A replica is named by its place in the update's table; these stand for none. */
export const START = -1;
export const USUAL = -2;

/** One operation's id. */
export interface Ref {
  readonly replica: number;
  readonly counter: number;
}

/** Units that all show, or are all deleted by the update that brings them. */
export interface Piece {
  readonly length: number;
  /** null: deleted. Empty in a document, whose content stands in the order of the sequence and is filled in last. */
  content: Content | null;
}

interface Placed {
  /** The place of the replica it is of. */
  readonly place: number;
  /** How many of its operations are known; staging finds it out. */
  skip: number;
}

export interface InsertRow extends Placed {
  readonly kind: typeof TEXT_RUN | typeof LIST_RUN;
  readonly counter: number;
  readonly length: number;
  readonly side: Side;
  /** START: it hangs on the start of the container. */
  readonly parent: number;
  readonly parentCounter: number;
  /** USUAL: the right origin of the parent's span, or the parent itself for a left child. START: the end. */
  readonly right: number;
  readonly rightCounter: number;
  /** Given with the parent START alone. */
  readonly container: ContainerName | undefined;
  /** What it inserts into; staging finds it out. */
  home: ContainerName | undefined;
  pieces: readonly Piece[];
  /** Offsets of high surrogates. */
  pairs: readonly number[];
}

export interface WriteRow extends Placed {
  readonly kind: typeof WRITE;
  readonly counter: number;
  readonly length: 1;
  readonly container: ContainerName;
  body: Uint8Array;
}

export interface GapRow extends Placed {
  readonly kind: typeof GAP;
  readonly counter: number;
  readonly length: number;
}

export type Row = InsertRow | WriteRow | GapRow;

/** What a replica deleted of the operations of another. */
export interface Deletions {
  /** The other's place in the table. */
  readonly of: number;
  readonly bounds: Intervals;
}

/** Operations `from` up to, not including, `to` of one replica, and its deletions from number `gone` on. */
export interface Section {
  from: number;
  to: number;
  rows: readonly Row[];
  gone: number;
  /** The number after the last deletion. */
  goneTo: number;
  deletions: readonly Deletions[];
  /** Staging notes here: the log, how many of its operations are known, the next row to place, and whether that waits for another. */
  log: ReplicaLog | undefined;
  known: number;
  next: number;
  isActive: boolean;
}

export interface Update {
  readonly replicas: readonly number[];
  /** One for each replica. */
  readonly sections: readonly Section[];
  /** Only in documents: the texts, by container. */
  readonly texts: ReadonlyMap<ContainerName, string> | undefined;
}
