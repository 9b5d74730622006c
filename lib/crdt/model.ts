/**
 * The shapes of a document's memory: logs of operations per replica, spans of inserted units, and the runs that show them in order.
 * Data only; `log.ts`, `runs.ts` and `fugue.ts` hold what may be done with it.
 */
import type { WireValue } from "../wire/index.ts";
import type { Deleted } from "./intervals.ts";
import type { List } from "./sequence/long-list.ts";
import type { CrdtLimits, CrdtList, CrdtNode, CrdtValue, Doc, DocOptions, ListDelta } from "./types.ts";
import type { Item } from "./values.ts";

/** Kinds of operations, as they stand in the format. */
export const TEXT_RUN = 0;
export const LIST_RUN = 1;
export const WRITE = 2;
export const GAP = 3;

/** A Fugue child hangs left of its parent or right of it. */
export const LEFT = 0;
export const RIGHT = 1;
export type Side = typeof LEFT | typeof RIGHT;

/** Every operation has an id (replica, counter); each replica's counters run on without holes. Deletions have none: a replica's are a set. */
export interface ReplicaLog {
  readonly id: number;
  entries: Entry[];
  /** The counter of the next operation. */
  next: number;
  /** Gaps made since neighbouring gaps were last joined. */
  loose: number;
  /** Where the update that is being gathered has it. */
  place: number;
  /** What this replica deleted, by the replica that made it. */
  readonly deleted: Map<ReplicaLog, Deleted>;
  /** How many units that is: it only grows, so that it numbers the deletions. */
  gone: number;
  /** Where `next` and `gone` stood before this transaction, -1 when it has not touched the log. */
  nextBefore: number;
  goneBefore: number;
  /** What it has deleted, as far as that is new: the first `freshCount` places of whose units, and their bounds in pairs. Kept, as those of `touched` are. */
  freshCount: number;
  freshTargets: ReplicaLog[];
  freshBounds: number[];
  /** The text inserted last, and the counter of its first unit; -1 once anything of the replica's has been deleted since. */
  typedAt: number;
  typed: string;
  /** The set that was added to last, and whose units it is of. */
  nearTargets: ReplicaLog | null;
  nearDeleted: Deleted | null;
}

export type Entry = Span | Write | Gap;

/** Units of a text (UTF-16 code units) or elements of a list. */
export type Content = string | readonly Item[];

/**
 * Units inserted one after the other: the first hangs on `parent`, each later one right of the one before.
 * All share one right origin: what stood to their right when they were written (null is the end of the sequence).
 */
export interface Span {
  readonly kind: typeof TEXT_RUN | typeof LIST_RUN;
  readonly log: ReplicaLog;
  readonly counter: number;
  length: number;
  readonly home: Sequence;
  readonly side: Side;
  /** null is the start of the sequence. */
  readonly parent: Span | null;
  readonly parentOffset: number;
  readonly right: Span | null;
  readonly rightOffset: number;
  /** Spans that hang on a unit of this one, by (parentOffset, side, sibling order). */
  kids: List<Span> | null;
  /** The leaf that its units stand in, or the stretches in several. */
  where: Leaf | List<Stretch>;
  /** Offsets of the high surrogates, deleted ones too: no operation may come between the halves of a pair. */
  pairs: number[] | null;
}

/** What a write says: a map's in parts, as that takes less room; what another container's bytes mean is its matter. */
export type Body = Uint8Array | Register;

/** One write into a container that is no sequence. */
export interface Write {
  readonly kind: typeof WRITE;
  readonly counter: number;
  readonly length: 1;
  /** These two are known once it has been committed. */
  log: ReplicaLog;
  home: Container;
  body: Body;
}

/** Numbers whose operations were superseded: only the fact that they were used remains. */
export interface Gap {
  readonly kind: typeof GAP;
  readonly counter: number;
  length: number;
}

/** Types of containers, as they stand in the format. Others belong to features that are not loaded: their writes are kept and passed on. */
export const TEXT = 1;
export const MAP = 2;
export const LIST = 3;
export const COUNTER = 4;
export const SET = 5;

/** A map's child is named by its key, a list's by the id of its element. */
export interface ContainerName {
  readonly type: number;
  readonly name: string;
  /** null for a root. */
  readonly parent: ContainerName | null;
  /** All of it as one string. */
  readonly key: string;
  /** How many containers it is in. */
  readonly depth: number;
  /** Place in the table of the update that was last written. */
  place: number;
}

/** What holds a part of the content. */
export interface Container extends ContainerName {
  readonly parent: Container | null;
  /** undefined: a feature that is not loaded. */
  readonly kind: Kind | undefined;
  /** The document's. */
  readonly hooks: Hooks;
  /** What users hold of it, once they have asked. */
  node: CrdtNode | null;
}

/** How one type of container works. The engine knows no others than those its document was made with. */
export interface Kind {
  readonly type: number;
  /** Its name in `CrdtNodes`. */
  readonly label: string;
  readonly home: new (named: ContainerName, parent: Container | null, doc: DocModel) => Container;
  surface(home: Container, editor: Editor): CrdtNode;
  /** Checks a body from a stranger; returns its Lamport time, if it has one. Throws what the decoder turns into CRDT_BAD_UPDATE. Sequences take no writes. */
  check?(body: Body): number | undefined;
  /** Takes in a checked write, which stands at the end of the log. */
  commit?(doc: DocModel, write: Write): void;
  /** A replica that saw the write has deleted it. */
  remove?(write: Write, doc: DocModel): void;
  isEmpty(home: Container): boolean;
  /** Takes away all that is known here of its content. */
  clear(doc: DocModel, log: ReplicaLog, home: Container): void;
}

/** What an undo needs of kinds with more to them than values and units. */
export interface Recalled {
  /** What units are to have again when they come back, asked before they go. `memory` is one sequence's in one transaction. */
  recall?(editor: Editor, span: Span, offset: number, length: number, memory: { kept?: unknown }): unknown;
  /** The stretches of units, but for the first `skip`, that are to have the same again: what that is, by a name. */
  alike?(recalled: unknown, skip: number, length: number): { readonly length: number; readonly name: string }[];
  /** The element that shows at a slot. */
  elementOf?(
    editor: Editor,
    home: Sequence,
    item: Item,
  ): { readonly unit: { readonly span: Span; readonly offset: number }; readonly item: Item | undefined } | undefined;
  /** Deletes an element that stands aside, with the slot it shows at. */
  drop?(editor: Editor, home: Sequence, log: ReplicaLog, unit: { readonly span: Span; readonly offset: number }): void;
  /** Gives units that came back what those had. */
  remind?(editor: Editor, home: Sequence, returned: readonly Returned[]): void;
}

/** Units that came back, by their index: they are those that were recalled, but for the first `skip`. */
export interface Returned {
  readonly index: number;
  readonly length: number;
  readonly recalled: unknown;
  readonly skip: number;
}

/** How a kind's content comes into another document, where a feature has more to say than the plain types do. */
export interface Carried {
  /** Gives an empty container what a node holds; false when it cannot hold that. */
  copy?(from: CrdtNode, home: Container, carrier: Carrier): boolean;
  /** From now on what happens to a node happens to a container of the same content. */
  follow?(from: CrdtNode, home: Container, carrier: Carrier): void;
  /** Of a list: its elements in order, or some of them, each by a name that it keeps when it is moved. */
  names?(doc: DocModel, home: Container, from?: number, to?: number): string[];
}

/** Brings content from one document to another. */
export interface Carrier {
  readonly source: Editor;
  readonly target: Editor;
  copy(from: CrdtNode, home: Container): boolean;
  follow(from: CrdtNode, home: Container): void;
  /** Of a list: the nodes in it, and what its observers are told. */
  followItems(from: CrdtList, home: Container): void;
  changeItems(home: Container, delta: ListDelta): void;
  /** Inserts values and copies of nodes into a list; false when it cannot hold all. */
  insert(home: Container, index: number, values: readonly CrdtValue[]): boolean;
}

/** What a feature brings. A kind of a type that is there already takes its place. */
export interface FeatureParts {
  readonly kinds?: readonly Kind[];
  setup?(editor: Editor, doc: Doc): void;
}

/** What features listen to. The engine calls those that are there. */
export interface Hooks {
  /** Units are about to lose their content. */
  hidden?: ((span: Span, offset: number, length: number, content: Content) => void) | undefined;
  /** Units have found their place. */
  inserted?: ((span: Span, offset: number, length: number) => void) | undefined;
  /** A unit that is aside is about to lose its content. */
  dropped?: ((span: Span, offset: number, content: Content) => void) | undefined;
  /** What a key of a map holds is about to change, a member of a set (by its encoding), or a counter (no key). */
  changing?: ((home: Container, key: string) => void) | undefined;
  /** New units stand for deleted ones; their home may be another one. */
  reborn?: ((log: ReplicaLog, counter: number, length: number, to: ReplicaLog, toCounter: number) => void) | undefined;
  /** A new write says what that one did, of a key that was undone or of units that came back. */
  rewritten?: ((before: Write, now: Write) => void) | undefined;
  rehomed?: ((before: Container, now: ContainerName) => void) | undefined;
  /** A feature's container has taken in a write. */
  written?: ((home: Container) => void) | undefined;
  /** An update has been checked and is about to change the document: what is thrown refuses it. It is what `rows.ts` calls one. */
  staged?: ((update: unknown) => void) | undefined;
  /** A container has been made. */
  created?: ((container: Container) => void) | undefined;
  /** All has been replaced: what was kept of spans, runs and writes is of no document any more. */
  renewed?: (() => void) | undefined;
  /** A transaction has ended, and has not been announced yet. */
  finished?: ((origin: unknown, touched: readonly ReplicaLog[], count: number) => void) | undefined;
}

/** What the surfaces of containers need of their document. */
export interface Editor {
  readonly model: DocModel;
  /** Drawn at the first asking. */
  readonly replicaId: number;
  readonly options: DocOptions;
  readonly limits: Required<CrdtLimits>;
  /** What is edited meanwhile does not come to show: its keys are taken back by themselves. */
  isReverting: boolean;
  /** What is written meanwhile belongs to units that came back: it is of no use without them, and comes back as they do. */
  isReminding: boolean;
  /**
   * Begins one local edit of a container, as part of the transaction under way or as one of its own. What holds the container shows it from then on.
   * Whatever happens then, `end` must follow.
   * @param from - Where it cuts into a text, and `to`: within a pair it is refused before anything shows.
   * @returns Where the edit is to be written.
   */
  begin(container: Container, from?: number, to?: number): ReplicaLog;
  end(): void;
  /** Runs one local edit. */
  edit(container: Container, run: (log: ReplicaLog) => void): void;
  readonly events: Announcer;
  /** Goes on as another replica, and drops what waits. */
  forget(id: number): void;
  observe<T>(container: Container, watch: Watch<T>, listener: (what: T, origin: unknown) => void): () => void;
  /** The surface of a root, a new one too. */
  root(type: number, name: string): CrdtNode | undefined;
  /** The surface of a container; undefined where its type belongs to a feature that is not loaded. */
  node(named: ContainerName): CrdtNode | undefined;
}

/** Tells listeners what has happened. */
export interface Announcer {
  /** What comes meanwhile waits. */
  isDelivering: boolean;
  /** What happens is announced as no update. */
  isMuted: boolean;
  /** Tells all that waits. */
  deliver(): void;
}

/** How one container's changes are gathered and told. */
export interface Watch<T> {
  /** Begins, or ends, to gather. */
  gather(on: boolean): void;
  /** What the transaction changed, if anything; gathering starts afresh. */
  take(): T | undefined;
}

export interface Sequence extends Container {
  readonly type: typeof TEXT | typeof LIST;
  readonly tree: RunTree;
  /** Spans that hang on the start, in sibling order. */
  roots: List<Span>;
  /** What this transaction did, while anyone observes; else null. */
  changes: SequenceChange[] | null;
}

/** Units of a span that a transaction inserted or deleted. */
export interface SequenceChange {
  readonly span: Span;
  readonly offset: number;
  readonly length: number;
  readonly added: boolean;
}

/** Units of a span, from this one up to the next stretch, that stand in one leaf. */
export interface Stretch {
  readonly from: number;
  leaf: Leaf;
}

/**
 * Some runs next to each other. A run is part of one span, its units all visible or all not. Runs are no objects: five thousand take half the memory as
 * places of four lists (bench: `crdt`, heap).
 */
export interface Leaf {
  readonly isLeaf: true;
  parent: Branch | null;
  /** Visible units below this node. */
  visible: number;
  readonly spans: Span[];
  /** Of the run's first unit in its span. */
  readonly offsets: number[];
  /** Negative: it does not show. */
  readonly lengths: number[];
  /**
   * null once deleted: history "none" keeps nothing of it. What has content and does not show is aside: an element where it was before it moved.
   * Of a text that was loaded: all that shows, until somebody looks at one run.
   */
  contents: (Content | null)[] | string;
  next: Leaf | null;
}

/** Place `at` of a leaf. In an empty sequence, and before the first run, that is -1. */
export interface Place {
  leaf: Leaf;
  at: number;
}

/** A run, looked at. It is not kept: the next edit makes it a lie. */
export interface Run extends Readonly<Place> {
  readonly span: Span;
  readonly offset: number;
  readonly length: number;
  /** null when it does not show. */
  readonly content: Content | null;
  readonly aside: Content | null;
}

export interface Branch {
  readonly isLeaf: false;
  parent: Branch | null;
  visible: number;
  readonly items: (Leaf | Branch)[];
}

export interface RunTree {
  root: Leaf | Branch;
  first: Leaf;
  /** Cursor cache: the leaf of the last local edit and the visible index it starts at. Typing stays in one leaf. */
  near: Leaf | null;
  nearStart: number;
  /** The place of the run that was typed last, and the visible index behind it; null once anything else has happened here. What is typed on there needs no search. */
  typed: Leaf | null;
  typedAt: number;
  typedTo: number;
  /** Where the last search ended: reused so that a keystroke allocates nothing. */
  at: number;
  offset: number;
}

/** All of a document but its listeners. */
export interface DocModel {
  /** By their type. */
  readonly kinds: ReadonlyMap<number, Kind>;
  readonly hooks: Hooks;
  readonly logs: Map<number, ReplicaLog>;
  /** By their key. */
  readonly containers: Map<string, Container>;
  /** The highest Lamport time seen. */
  clock: number;
  /** The logs that this transaction touched: the first so many. What stands behind is of earlier ones, as emptying an array costs more. */
  readonly touched: ReplicaLog[];
  touchedCount: number;
}

/** A value, or a container of this type. */
export interface Shown {
  readonly value: WireValue | undefined;
  /** 0: it is a value. */
  readonly child: number;
}

/** Keys in the order in which they were first written. */
export interface KeyTable {
  get(key: string): Write | undefined;
  set(key: string, write: Write): void;
  keys(): Iterable<string>;
}

export interface MapContainer extends Container {
  /** The winning write of each key, deletes included. */
  readonly registers: KeyTable;
  /** The containers it holds, by key, each list by type: those of keys that show something else as well. */
  children: Map<string, Container[]> | null;
  /** What keys showed before this transaction, while anyone observes; else null. */
  changes: Map<string, Shown | undefined> | null;
}

export interface Register extends Shown {
  readonly time: number;
  readonly key: string;
  /** Of a value that has to be written again as it came; `value` is undefined where the key is deleted, or holds a child. */
  readonly bytes: Uint8Array | null;
}

export interface SetContainer extends Container {
  /** By the encoded value. */
  readonly members: Map<string, Member>;
  /** Which were members before this transaction, while anyone observes; else null. */
  changes: Map<string, { readonly value: WireValue; readonly had: boolean }> | null;
}

export interface Member {
  readonly value: WireValue;
  readonly adds: Map<ReplicaLog, Write>;
}

export interface CounterContainer extends Container {
  readonly parts: Map<ReplicaLog, { readonly write: Write; readonly part: number }>;
  /** The value before this transaction, while anyone observes; else null. */
  changes: { before: number | undefined } | null;
}
