/**
 * The shapes of a document's memory: logs of operations per replica, spans of inserted units, and the runs that show them in order.
 * Data only; `log.ts`, `runs.ts` and `fugue.ts` hold what may be done with it.
 */
import type { WireValue } from "../wire/index.ts";
import type { List } from "./long-list.ts";

export const INSERT = 0;
export const DELETE = 1;
export const SET = 2;
export const VOID = 3;

/** A Fugue child hangs left of its parent or right of it. */
export const LEFT = 0;
export const RIGHT = 1;
export type Side = typeof LEFT | typeof RIGHT;

/** Every operation has an id (replica, counter); each replica's counters run on without holes. */
export interface ReplicaLog {
  readonly id: number;
  readonly entries: Entry[];
  /** The counter of the next operation. */
  next: number;
  /** Gaps made since neighbouring gaps were last joined. */
  loose: number;
  /** Place in the table of the update being written, else -1. */
  place: number;
}

export type Entry = Span | Deletion | Assignment | Gap;

/**
 * Units (UTF-16 code units) inserted one after the other: the first hangs on `parent`, each later one right of the one before.
 * All share one right origin: what stood to their right when they were written (null is the end of the text).
 */
export interface Span {
  readonly kind: typeof INSERT;
  readonly log: ReplicaLog;
  readonly counter: number;
  length: number;
  readonly text: TextModel;
  readonly side: Side;
  /** null is the start of the text. */
  readonly parent: Span | null;
  readonly parentOffset: number;
  readonly right: Span | null;
  readonly rightOffset: number;
  /** Spans that hang on a unit of this one, by (parentOffset, side, sibling order). */
  kids: List<Span> | null;
  /** The pieces of this span in the text, by offset. */
  parts: List<Run>;
  /** Offsets of the high surrogates, deleted ones too: no operation may come between the halves of a pair. */
  pairs: number[] | null;
}

/**
 * Deletions, one operation each, of what neighbouring operations of one replica inserted into `text`; downwards when `back` (then `target`
 * is the highest). Those that inserted nothing there, or what is gone already, are passed over.
 */
export interface Deletion {
  readonly kind: typeof DELETE;
  readonly counter: number;
  length: number;
  readonly text: TextModel;
  readonly targetLog: ReplicaLog;
  readonly target: number;
  back: boolean;
}

/** One write of a map key; `bytes` is the encoded value, null a delete. */
export interface Assignment {
  readonly kind: typeof SET;
  readonly counter: number;
  readonly length: 1;
  readonly log: ReplicaLog;
  readonly map: MapModel;
  readonly key: string;
  readonly bytes: Uint8Array | null;
  readonly value: WireValue | undefined;
  readonly lamport: number;
}

/** Numbers whose operations were superseded: only the fact that they were used remains. */
export interface Gap {
  readonly kind: typeof VOID;
  readonly counter: number;
  length: number;
}

/** A root is named by its type and its name together. */
export const TEXT = 1;
export const MAP = 2;

export interface TextModel {
  readonly type: typeof TEXT;
  readonly name: string;
  readonly tree: RunTree;
  /** Spans that hang on the start of the text, in sibling order. */
  roots: List<Span>;
  /** Place in the table of the update being written, else -1. */
  place: number;
  /** What this transaction did, while anyone observes; else null. */
  changes: TextChange[] | null;
}

/** Units of a span that a transaction inserted or deleted. */
export interface TextChange {
  readonly span: Span;
  readonly offset: number;
  readonly length: number;
  readonly added: boolean;
}

export interface MapModel {
  readonly type: typeof MAP;
  readonly name: string;
  /** The winning write of each key, deletes included. */
  readonly registers: Map<string, Assignment>;
  /** Place in the table of the update being written, else -1. */
  place: number;
  /** Values before this transaction, while anyone observes; else null. */
  changes: Map<string, WireValue | undefined> | null;
}

export type Root = TextModel | MapModel;

/** Part of one span, next to each other in the text and all visible or all deleted. */
export interface Run {
  readonly span: Span;
  offset: number;
  length: number;
  /** null once deleted: history "none" keeps no deleted text. */
  text: string | null;
  leaf: Leaf;
}

export interface Leaf {
  readonly isLeaf: true;
  parent: Branch | null;
  /** Visible units below this node. */
  visible: number;
  readonly items: Run[];
  next: Leaf | null;
}

export interface Branch {
  readonly isLeaf: false;
  parent: Branch | null;
  visible: number;
  readonly items: (Leaf | Branch)[];
}

export interface RunTree {
  root: Leaf | Branch;
  readonly first: Leaf;
  /** Cursor cache: the leaf of the last local edit and the visible index it starts at. Typing stays in one leaf. */
  near: Leaf | null;
  nearStart: number;
  /** Where the last `seek` ended: reused so that a keystroke allocates nothing. */
  at: number;
  offset: number;
}

/** All of a document but its listeners. */
export interface DocModel {
  readonly logs: Map<number, ReplicaLog>;
  readonly texts: Map<string, TextModel>;
  readonly maps: Map<string, MapModel>;
  /** The highest Lamport time seen. */
  clock: number;
  /** Logs this transaction appended to, with the counter each had before. */
  readonly touched: Map<ReplicaLog, number>;
}
