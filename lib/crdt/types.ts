import type { WireValue } from "../wire/index.ts";

/**
 * A version vector: under the id of each replica, how many of its operations are known, and under -1 - id, how many units it has deleted, as
 * deletions are counted apart. Iterates in no particular order.
 * @public
 */
export type Version = ReadonlyMap<number, number>;

/**
 * One step of a change to a text: keep that many UTF-16 units, insert a text, or delete that many units.
 * @public
 */
export type DeltaStep = { readonly retain: number } | { readonly insert: string } | { readonly delete: number };

/**
 * A change to a text, from its start on. What follows the last step stays.
 * @public
 */
export type TextDelta = readonly DeltaStep[];

/**
 * What a document is made of, by the names of their types.
 * @public
 */
export interface CrdtNodes {
  readonly text: CrdtText;
  readonly map: CrdtMap;
  readonly list: CrdtList;
  readonly counter: CrdtCounter;
  readonly set: CrdtSet;
}

/**
 * A text, map, list, counter or set: `type` says which.
 * @public
 */
export type CrdtNode = CrdtNodes[keyof CrdtNodes];

/**
 * What a key or an element holds: a value, or a node of its own; `isCrdtNode` tells them apart.
 * @public
 */
export type CrdtValue = WireValue | CrdtNode;

/**
 * The keys a transaction changed, each with what it held before and after; `undefined` stands for "no such key". Changes inside of a node are told by that.
 * @public
 */
export type MapChanges = ReadonlyMap<
  string,
  { readonly before: CrdtValue | undefined; readonly after: CrdtValue | undefined }
>;

/**
 * Which neighbour a cursor keeps to when text is inserted exactly where it stands: with `"left"` the new text comes after it, with `"right"` before it.
 * @public
 */
export type CursorSide = "left" | "right";

/**
 * A place in a text that moves with the text around it: next to one unit, deleted or not, or at an end.
 * @public
 */
export interface Cursor {
  /** The name of the text. */
  readonly text: string;
  /** For a text in other containers: their types, as numbers, and names, from the root on. */
  readonly within?: readonly { readonly type: number; readonly name: string }[];
  /** Which neighbour the cursor keeps to. */
  readonly side: CursorSide;
  /** The neighbour's id, or null at the start (`"left"`) or the end (`"right"`) of the text. */
  readonly unit: { readonly replica: number; readonly counter: number } | null;
}

/**
 * A shared text: a sequence of UTF-16 units, like a string. Indexes never lie inside a surrogate pair.
 * @public
 */
export interface CrdtText {
  readonly type: "text";
  /** Its name: a root's, the key it stands under, or the id of the list's element. */
  readonly name: string;
  /** Length in UTF-16 units. O(1). */
  readonly length: number;
  /**
   * Inserts before the unit at `index`; at `length` it appends.
   * @throws CodedError `CRDT_BAD_INDEX`, `CRDT_SPLIT_PAIR`, `CRDT_LONE_SURROGATE`, `CRDT_NO_REPLICA_ID`.
   * @remarks Time: O(log n) in the number of runs; typing on at the same place is constant in practice.
   */
  insert(index: number, content: string): void;
  /**
   * Deletes `count` units from `index` on.
   * @throws CodedError `CRDT_BAD_INDEX`, `CRDT_SPLIT_PAIR`, `CRDT_NO_REPLICA_ID`.
   */
  delete(index: number, count: number): void;
  /** The whole text. O(n). */
  toString(): string;
  /**
   * Calls `listener` once per transaction that changed this text, after it. Returns its stop.
   * @remarks Applying every delta in turn to the text as it was at `observe` gives the text as it is.
   */
  observe(listener: (delta: TextDelta, origin: unknown) => void): () => void;
}

/**
 * A shared map. Each key is a last-writer-wins register: of concurrent writes the one with the highest Lamport time stays, of equals the highest replica id's.
 * @public
 */
export interface CrdtMap {
  readonly type: "map";
  /** Its name: a root's, the key it stands under, or the id of the list's element. */
  readonly name: string;
  /** How many keys it holds. O(keys). */
  readonly size: number;
  /** What the key holds, or undefined. A value that is returned is shared: do not change it. A node is the same object each time. */
  get(key: string): CrdtValue | undefined;
  /** True when the key holds something. */
  has(key: string): boolean;
  /**
   * Writes a value; it is encoded at once, so later changes to it do not matter. Nodes under the key are emptied as by `delete`.
   * @throws CodedError `CRDT_BAD_NAME` for an ill-formed or over-long key, `WIRE_*` for a value wire cannot carry, `CRDT_NO_REPLICA_ID`, `CRDT_LIMIT`
   * when others have used up the Lamport times.
   */
  set(key: string, value: WireValue): void;
  /**
   * The node of that type under a key; nothing is written until it is edited: then the key holds it. Replicas that make it at the same time make one.
   * @throws CodedError `CRDT_BAD_NAME`; `CRDT_LIMIT` when it would be in more than 32 others.
   */
  child<T extends keyof CrdtNodes>(type: T, key: string): CrdtNodes[T];
  /**
   * Deletes a key, and what is known here of the content of nodes under it; a concurrent write with a higher time survives, and so does what was put into
   * a node concurrently. A counter comes back with all that a replica ever added if that adds concurrently. Does nothing when there is no such key.
   */
  delete(key: string): void;
  /** Keys and what they hold, sorted by key: the same on every replica that knows the same operations. O(keys log keys). */
  entries(): [key: string, value: CrdtValue][];
  /** Calls `listener` once per transaction that changed this map, after it. Returns its stop. */
  observe(listener: (changes: MapChanges, origin: unknown) => void): () => void;
}

/**
 * One step of a change to a list: keep that many elements, insert some, or delete that many.
 * @public
 */
export type ListDeltaStep =
  | { readonly retain: number }
  | { readonly insert: readonly CrdtValue[] }
  | { readonly delete: number };

/**
 * A change to a list, from its start on. What follows the last step stays.
 * @public
 */
export type ListDelta = readonly ListDeltaStep[];

/**
 * A shared list of values, ordered as texts are.
 * @public
 */
export interface CrdtList {
  readonly type: "list";
  /** Its name: a root's, the key it stands under, or the id of the list's element. */
  readonly name: string;
  /** How many elements it has. O(1). */
  readonly length: number;
  /** The element at `index`, or undefined. A value that is returned is shared: do not change it. A node is the same object each time. O(log n). */
  get(index: number): CrdtValue | undefined;
  /**
   * Inserts values before the element at `index`; at `length` it appends. They are encoded at once, so later changes to them do not matter.
   * @throws CodedError `CRDT_BAD_INDEX`, `CRDT_NO_REPLICA_ID`, `WIRE_*` for a value wire cannot carry.
   */
  insert(index: number, ...values: WireValue[]): void;
  /**
   * Inserts an empty node before the element at `index`.
   * @throws CodedError `CRDT_BAD_INDEX`, `CRDT_NO_REPLICA_ID`; `CRDT_LIMIT` when it would be in more than 32 others.
   */
  insertChild<T extends keyof CrdtNodes>(index: number, type: T): CrdtNodes[T];
  /**
   * Deletes `count` elements from `index` on, and what is known here of the content of nodes among them.
   * @throws CodedError `CRDT_BAD_INDEX`, `CRDT_NO_REPLICA_ID`.
   */
  delete(index: number, count: number): void;
  /** All elements. O(n). */
  toArray(): CrdtValue[];
  /** Calls `listener` once per transaction that changed this list, after it. Returns its stop. */
  observe(listener: (delta: ListDelta, origin: unknown) => void): () => void;
}

/**
 * A counter's value before and after a transaction.
 * @public
 */
export interface CounterChange {
  readonly before: number;
  readonly after: number;
}

/**
 * A shared number that replicas add to: no addition is lost.
 * @public
 */
export interface CrdtCounter {
  readonly type: "counter";
  /** Its name: a root's, the key it stands under, or the id of the list's element. */
  readonly name: string;
  /** The sum of all additions. O(replicas that added). */
  readonly value: number;
  /** Adds an amount, which may be negative. @throws CodedError `CRDT_BAD_AMOUNT` unless it and the replica's own sum are finite, `CRDT_NO_REPLICA_ID`. */
  add(amount: number): void;
  /** Calls `listener` once per transaction that changed this counter, after it. Returns its stop. */
  observe(listener: (change: CounterChange, origin: unknown) => void): () => void;
}

/**
 * The values that a transaction added to a set and deleted from it.
 * @public
 */
export interface SetChanges {
  readonly added: readonly WireValue[];
  readonly deleted: readonly WireValue[];
}

/**
 * A shared set of values; two are the same when they encode to the same bytes. An addition survives a concurrent delete.
 * @public
 */
export interface CrdtSet {
  readonly type: "set";
  /** Its name: a root's, the key it stands under, or the id of the list's element. */
  readonly name: string;
  /** How many values it holds. O(1). */
  readonly size: number;
  /** True when it holds the value. */
  has(value: WireValue): boolean;
  /** Adds a value; adding it again saves it from deletes that have not seen that. @throws CodedError `WIRE_*` for a value wire cannot carry, `CRDT_NO_REPLICA_ID`. */
  add(value: WireValue): void;
  /** Deletes a value: the additions that are known here. Does nothing when there are none. */
  delete(value: WireValue): void;
  /** All values, sorted by their encoding: the same on every replica that knows the same operations. */
  values(): WireValue[];
  /** Calls `listener` once per transaction that changed this set, after it. Returns its stop. */
  observe(listener: (changes: SetChanges, origin: unknown) => void): () => void;
}

/**
 * Caps on what strangers may send. All are checked before memory is taken for what they cap.
 * @public
 */
export interface CrdtLimits {
  /** Bytes of one update. @defaultValue 67_108_864 */
  readonly maxUpdateBytes?: number;
  /** Operations in one update; each inserted or deleted UTF-16 unit and each map write is one. @defaultValue 100_000_000 */
  readonly maxOperations?: number;
  /** Replicas that may ever have written to the document. @defaultValue 100_000 */
  readonly maxReplicas?: number;
  /**
   * How far a map write may be ahead in Lamport time of the writes before it, so that no stranger uses the times up. Keep it above the number of map
   * writes a document ever sees: a new replica receives the last of them at once.
   * @defaultValue 4_294_967_296
   */
  readonly maxLamportJump?: number;
  /** Bytes of updates that wait for others. @defaultValue 16_777_216 */
  readonly maxPendingBytes?: number;
  /** Updates that wait for others. @defaultValue 10_000 */
  readonly maxPendingUpdates?: number;
}

/**
 * A type of content, or a way with it, that a document has only when it is made with it.
 * @public
 */
export interface DocFeature {
  /** What it is called. */
  readonly name: string;
  /** What it is made of: the library's own matter. */
  readonly parts: unknown;
}

/**
 * A document with what its features add to it.
 * @public
 */
export type DocWith<Features extends readonly DocFeature[]> = FeatureAdds<Features[number]> & Doc;

/**
 * What features add, together.
 * @public
 */
export type FeatureAdds<Feature> = (
  Feature extends { readonly adds?: infer Added }
    ? (part: NonNullable<Added>) => void
    : never
) extends (part: infer All) => void
  ? All
  : never;

/**
 * How a document identifies itself and what it accepts.
 * @public
 */
export interface DocOptions {
  /**
   * This session's replica id, 0 to 2^53 - 1. Two sessions must never share one: leave it out and give `random` instead.
   * @defaultValue 53 random bits, drawn at the first edit
   */
  readonly replicaId?: number;
  /** Gives that many random bytes; a document that is only ever read and merged needs neither this nor `replicaId`. */
  readonly random?: (byteLength: number) => Uint8Array;
  /** `"none"`: deleted text and lost values are dropped, the numbers of their operations remain. @defaultValue "none" */
  readonly history?: "none";
  /** What it can do beside text, maps, lists, counters and sets. @defaultValue none */
  readonly features?: readonly DocFeature[];
  /** Caps on what `apply` accepts. */
  readonly limits?: CrdtLimits;
}

/**
 * The updates that wait because something they build on has not arrived.
 * @public
 */
export interface PendingReport {
  /** How many updates wait. */
  readonly updates: number;
  /** Their bytes. */
  readonly bytes: number;
  /** What they wait for: for each replica, the lowest operation that is missing; under -1 - id, the lowest deletion. Sorted. */
  readonly missing: readonly { readonly replica: number; readonly counter: number }[];
}

/**
 * What became of an update.
 * @public
 */
export interface ApplyResult {
  /** True when the update waits for others; `doc.pending()` names them. */
  readonly pending: boolean;
  /** True when the document now knows operations it did not know, from this update or from one that waited for it. */
  readonly changed: boolean;
}

/**
 * A document: shared texts and maps that any number of replicas edit at once and that merge to the same content in any order.
 * @public
 */
export interface Doc {
  /**
   * This session's replica id.
   * @throws CodedError `CRDT_NO_REPLICA_ID` when the document was made with neither `replicaId` nor `random`.
   */
  readonly replicaId: number;
  /** The text root of that name; the same object each time. @throws CodedError `CRDT_BAD_NAME`. */
  text(name: string): CrdtText;
  /** The map root of that name; the same object each time. Roots of different types may share a name. @throws CodedError `CRDT_BAD_NAME`. */
  map(name: string): CrdtMap;
  /** The list root of that name; the same object each time. @throws CodedError `CRDT_BAD_NAME`. */
  list(name: string): CrdtList;
  /** The counter root of that name; the same object each time. @throws CodedError `CRDT_BAD_NAME`. */
  counter(name: string): CrdtCounter;
  /** The set root of that name; the same object each time. @throws CodedError `CRDT_BAD_NAME`. */
  set(name: string): CrdtSet;
  /**
   * Runs `f`; all its edits become one update and one event per root. Transactions nest: the outermost counts.
   * @remarks When `f` throws, the edits it made stay and are announced; the error passes through.
   */
  transact<T>(f: () => T, options?: { readonly origin?: unknown }): T;
  /**
   * Calls `listener` after each transaction or `apply` with exactly the operations that are new. Returns its stop.
   * @remarks The bytes are its to keep and never change. Small ones are a view of a buffer of 2 KiB that they share with others of this document:
   * `slice()` them before what copies or moves whole buffers, such as `structuredClone` and IndexedDB.
   */
  onUpdate(listener: (bytes: Uint8Array, origin: unknown) => void): () => void;
  /**
   * All operations, or those a version lacks. `since` must come from `version()` of some replica.
   * @throws CodedError `CRDT_BAD_VERSION` for a `since` that is no version.
   * @remarks The bytes depend on nothing but the set of operations: replicas that know the same encode the same. Time: O(operations written).
   */
  encode(options?: { readonly since?: Version }): Uint8Array;
  /**
   * Takes in an update; what is known already is ignored. When something it builds on is missing it waits, whole.
   * @throws CodedError `CRDT_UNKNOWN_FORMAT`, `CRDT_BAD_CHECKSUM`, `CRDT_BAD_UPDATE`, `CRDT_LIMIT`, `CRDT_REPLICA_REUSED`, `CRDT_PENDING_FULL`,
   * `CRDT_IN_TRANSACTION`: the document is then exactly as it was.
   */
  apply(bytes: Uint8Array, origin?: unknown): ApplyResult;
  /** What this document knows: a copy. O(replicas). */
  version(): Version;
  /** What waits, and for what. O(pending). */
  pending(): PendingReport;
  /** A cursor before the unit at `index`. @throws CodedError `CRDT_BAD_INDEX`, `CRDT_SPLIT_PAIR`. */
  cursor(text: CrdtText, index: number, side?: CursorSide): Cursor;
  /** The cursor's index now, or undefined when this document does not know its unit yet. O(log n). */
  resolve(cursor: Cursor): number | undefined;
}
