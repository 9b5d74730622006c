/** An update between bytes and document: rows of operations as they were written, checked in themselves only. */
import type { WireValue } from "../wire/index.ts";
import type { DELETE, INSERT, Root, SET, Side, VOID } from "./model.ts";

/** One operation's id. */
export interface Ref {
  readonly replica: number;
  readonly counter: number;
}

export type RootName = Pick<Root, "type" | "name">;

export interface InsertRow {
  readonly kind: typeof INSERT;
  readonly counter: number;
  readonly length: number;
  readonly root: RootName;
  readonly side: Side;
  readonly parent: Ref | null;
  /** undefined: the right origin of the parent's span, or the parent itself for a left child. */
  readonly right: Ref | null | undefined;
  /** Texts, and numbers of units without one because the same update deletes them. */
  pieces: readonly (string | number)[];
  /** Offsets of high surrogates. */
  pairs: readonly number[];
}

export interface DeleteRow {
  readonly kind: typeof DELETE;
  readonly counter: number;
  readonly length: number;
  readonly root: RootName;
  readonly target: Ref;
  readonly back: boolean;
}

export interface SetRow {
  readonly kind: typeof SET;
  readonly counter: number;
  readonly length: 1;
  readonly root: RootName;
  readonly key: string;
  readonly bytes: Uint8Array | null;
  readonly value: WireValue | undefined;
  readonly lamport: number;
}

export interface GapRow {
  readonly kind: typeof VOID;
  readonly counter: number;
  readonly length: number;
}

export type Row = InsertRow | DeleteRow | SetRow | GapRow;

/** Operations `from` up to, not including, `to` of one replica. */
export interface Section {
  readonly replica: number;
  readonly from: number;
  to: number;
  readonly rows: Row[];
}

export interface Update {
  readonly checksum: number;
  readonly sections: readonly Section[];
}
