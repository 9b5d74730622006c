/** An update between bytes and document: rows of operations, replica by replica. Written, they come from logs; read, they are checked in themselves only. */
import type { Intervals } from "../intervals.ts";
import {
  type ContainerName,
  type Content,
  type Gap,
  type ReplicaLog,
  RIGHT,
  type Side,
  type Span,
  type Write,
} from "../model.ts";

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

/** A write of an update is the one that will stand in the log, but for its log and its container, which committing finds. */
export type Operation = Row | Write;

type Bare = (Span | Gap)["kind"];

/** Neighbouring inserts, or numbers without operations. Which fields mean something depends on that; they all have the same, as that is quick to read. */
export class Row {
  readonly section: Section;
  kind: Bare;
  counter: number;
  length: number;
  /** How many of its operations are known; staging finds it out. */
  skip = 0;
  /** What is inserted into: given when it hangs on the start; staging finds out the others'. */
  home: ContainerName | undefined;
  side: Side = RIGHT;
  /** Of an insert: null is the start of the container. */
  parent: Section | null = null;
  parentCounter = 0;
  /** undefined: the right origin of the parent's span, or the parent itself for a left child. null: the end. */
  right: Section | null | undefined;
  rightCounter = 0;
  pieces: readonly Piece[] = NONE;
  /** Offsets of high surrogates. */
  pairs: readonly number[] = NONE;

  constructor(section: Section, kind: Bare, counter: number, length: number) {
    this.section = section;
    this.kind = kind;
    this.counter = counter;
    this.length = length;
  }
}

/** What a replica deleted of the operations of another. */
export interface Deletions {
  readonly of: Section;
  readonly bounds: Intervals;
}

/** Operations `from` up to, not including, `to` of one replica, and its deletions from number `gone` on. One that is only referred to has none. */
export class Section {
  readonly id: number;
  /** In the update's table. */
  place: number;
  from = 0;
  to = 0;
  rows: readonly Operation[] = NONE;
  gone = 0;
  /** The number after the last deletion. */
  goneTo = 0;
  deletions: readonly Deletions[] = NONE;
  /** What the update deletes of its operations, by each replica that does and in all. */
  deleters: readonly Intervals[] = NONE;
  deleted: Intervals = NONE as unknown as Intervals; // cast: it is replaced, never changed
  /** The counter of it that was referred to last. */
  last = 0;
  /** Staging notes here: the log, how many of its operations are known, the next row to place, and whether that waits for another. */
  log: ReplicaLog | undefined;
  known = 0;
  next = 0;
  isActive = false;
  /** How many of its units committing the update hides. */
  hidden = 0;

  constructor(id: number, place: number) {
    this.id = id;
    this.place = place;
  }
}

export interface Update {
  /** By id. */
  readonly sections: readonly Section[];
  /** What rows name. */
  readonly containers: readonly ContainerName[];
  /** Deleted surrogate pairs, in units of text from the first row on: halves stay together even when the text is gone. */
  readonly pairs: readonly number[];
  /** Only in documents: the texts, by container. */
  readonly texts: ReadonlyMap<ContainerName, string> | undefined;
}

export const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
export const NONE: readonly never[] = [];
