/** An update between bytes and document: rows of operations as they were written, checked in themselves only. */
import type { Intervals } from "./intervals.ts";
import type { ContainerName, Content, GAP, LIST_RUN, Side, TEXT_RUN, WRITE } from "./model.ts";

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
  readonly content: Content | null;
}

export interface InsertRow {
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
  pieces: readonly Piece[];
  /** Offsets of high surrogates. */
  pairs: readonly number[];
}

export interface WriteRow {
  readonly kind: typeof WRITE;
  readonly counter: number;
  readonly length: 1;
  readonly container: ContainerName;
  body: Uint8Array;
}

export interface GapRow {
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
  readonly from: number;
  to: number;
  readonly rows: Row[];
  gone: number;
  /** The number after the last deletion. */
  goneTo: number;
  readonly deletions: Deletions[];
}

export interface Update {
  readonly replicas: readonly number[];
  /** One for each replica. */
  readonly sections: readonly Section[];
  /** Only in documents: the texts, by container. */
  readonly texts: ReadonlyMap<ContainerName, string> | undefined;
}
