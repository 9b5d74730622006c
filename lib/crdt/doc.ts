import { CodedError } from "../errors/index.ts";
import { demand, demandFunction, told } from "./arguments.ts";
import { containerName } from "./container-name.ts";
import { containerOf, write } from "./containers.ts";
import { counterKind } from "./counter/counter.ts";
import { Node } from "./editor.ts";
import { Encoder, type Range } from "./encoding/encode.ts";
import { NONE, type Ref, type Update } from "./encoding/rows.ts";
import { Events } from "./events.ts";
import { nextTime, Written } from "./map/kernel.ts";
import { mapKind } from "./map/map.ts";
import {
  COUNTER,
  type Container,
  type ContainerName,
  type DocModel,
  type Editor,
  type FeatureParts,
  type Kind,
  LIST,
  MAP,
  type MapContainer,
  type Register,
  type ReplicaLog,
  SET,
  type Sequence,
  TEXT,
  type Watch,
} from "./model.ts";
import { checkIndex, checkName } from "./names.ts";
import { cursorAt, resolveCursor } from "./sequence/cursor.ts";
import { listKind } from "./sequence/list.ts";
import { checkPair } from "./sequence/sequence.ts";
import { textKind } from "./sequence/text.ts";
import { setKind } from "./set/set.ts";
import { keepShapes } from "./shapes.ts";
import { isShown } from "./shown.ts";
import type {
  ApplyResult,
  CrdtCounter,
  CrdtLimits,
  CrdtList,
  CrdtMap,
  CrdtNode,
  CrdtSet,
  CrdtText,
  Cursor,
  CursorSide,
  Doc,
  DocFeature,
  DocOptions,
  DocWith,
  PendingReport,
  Version,
} from "./types.ts";
import { commit, createModel, readUpdate, stage } from "./update/load.ts";
import { deletionsOf, logOf, touch } from "./update/log.ts";
import { isKnown, missingOf } from "./update/missing.ts";
import { PendingUpdates, type Waiting } from "./update/pending.ts";
import { checkVersion, deletionsKey } from "./version.ts";

const DEFAULT_LIMITS: Required<CrdtLimits> = {
  maxUpdateBytes: 2 ** 26,
  maxOperations: 100_000_000,
  maxReplicas: 100_000,
  maxLamportJump: 2 ** 32,
  maxPendingBytes: 2 ** 24,
  maxPendingUpdates: 10_000,
};

/**
 * Makes an empty document.
 * @throws CodedError `CRDT_BAD_REPLICA_ID` for a `replicaId` that is no integer from 0 to 2^53 - 1.
 * @example
 * ```ts
 * const ann = createDoc({ random: nodePlatform.random });
 * const bob = createDoc({ random: nodePlatform.random });
 * ann.onUpdate((bytes) => bob.apply(bytes));
 * ann.text("body").insert(0, "hi");
 * bob.text("body").toString(); // "hi"
 * ```
 * @public
 */
export function createDoc<const Features extends readonly DocFeature[] = readonly []>(
  options: DocOptions & { readonly features?: Features } = {},
): DocWith<Features> {
  checkOptions(options);
  keepShapes((replicaId) => new Document({ replicaId }));
  return new Document(options) as Doc as DocWith<Features>; // cast: features add what their types say
}

/** The inside of a document, for features that are functions of one. */
export function editorOf(doc: Doc): Editor {
  demand(doc instanceof Document, "a document");
  return doc;
}

const BUILT_IN: readonly Kind[] = [textKind, mapKind, listKind, counterKind, setKind];

class Document implements Doc, Editor {
  readonly model: DocModel;
  readonly options: DocOptions;
  readonly limits: Required<CrdtLimits>;
  private readonly encoder = new Encoder();
  readonly events: Events;
  isReverting = false;
  isReminding = false;
  private waiting: PendingUpdates;
  private readonly isHere = (ref: Ref): boolean => isKnown(this.model, ref);
  /** By type and name: a document is asked for them before each edit. */
  private readonly roots: Map<string, CrdtNode>[] = [];
  /** The one asked for last: it is likely the next (bench: `crdt`, B4, a tenth). */
  private last: CrdtNode | undefined;
  private lastType = -1;
  private lastName = "";
  private id: number | undefined;
  /** Set at the first local edit: from then on nobody else may write as this replica. */
  private own: ReplicaLog | undefined;
  private depth = 0;

  constructor(options: DocOptions) {
    const parts = (options.features ?? []).map((feature) => feature.parts as FeatureParts); // cast: the library made it
    const kinds = [...BUILT_IN, ...parts.flatMap((part) => part.kinds ?? [])];
    this.model = createModel(new Map(kinds.map((kind) => [kind.type, kind])));
    this.events = new Events(this.model, this.encoder);
    this.options = options;
    this.limits = limitsOf(options);
    this.waiting = new PendingUpdates(this.limits);
    this.id = options.replicaId;
    for (const part of parts) part.setup?.(this, this);
  }

  get replicaId(): number {
    this.id ??= drawReplicaId(this.options);
    return this.id;
  }

  text(name: string): CrdtText {
    return this.root(TEXT, name) as CrdtText; // cast: the type says which, here and below
  }

  map(name: string): CrdtMap {
    return this.root(MAP, name) as CrdtMap;
  }

  list(name: string): CrdtList {
    return this.root(LIST, name) as CrdtList;
  }

  counter(name: string): CrdtCounter {
    return this.root(COUNTER, name) as CrdtCounter;
  }

  set(name: string): CrdtSet {
    return this.root(SET, name) as CrdtSet;
  }

  transact<T>(f: () => T, options?: { readonly origin?: unknown }): T {
    demandFunction(f);
    const origin = options?.origin;
    this.depth++;
    try {
      return f();
    } finally {
      if (--this.depth === 0) this.events.finish(origin);
    }
  }

  begin(container: Container, from = 0, to = from): ReplicaLog {
    this.own ??= logOf(this.model, this.replicaId);
    touch(this.model, this.own);
    if (container.parent !== null && !this.isReverting && !isShown(container)) {
      // What would fail later fails before any of them shows it.
      nextTime(this.model, container.depth + 1);
      for (const at of [from, to]) if (at > 0) checkPair(container as Sequence, at); // cast: only those are cut
      this.show(this.own, container, container.parent);
    }
    this.depth++;
    return this.own;
  }

  end(): void {
    if (--this.depth === 0) this.events.finish(undefined);
  }

  edit(container: Container, run: (log: ReplicaLog) => void): void {
    const log = this.begin(container);
    try {
      run(log);
    } finally {
      this.end();
    }
  }

  forget(id: number): void {
    this.id = id;
    this.own = undefined;
    this.waiting = new PendingUpdates(this.limits);
  }

  observe<T>(container: Container, watch: Watch<T>, listener: (what: T, origin: unknown) => void): () => void {
    return this.events.on(container, watch, listener);
  }

  onUpdate(listener: (bytes: Uint8Array, origin: unknown) => void): () => void {
    return this.events.onUpdate(listener);
  }

  encode(options?: { readonly since?: Version }): Uint8Array {
    const since = options?.since;
    if (since !== undefined) checkVersion(since);
    const ranges: Range[] = [];
    let isWhole = true;
    for (const log of this.model.logs.values()) {
      const from = since?.get(log.id) ?? 0;
      const gone = since?.get(deletionsKey(log.id)) ?? 0;
      if (from + gone > 0) isWhole = false;
      // Which of a replica's deletions are the first so many is not kept: all are sent when there are new ones.
      const isNew = gone < log.gone;
      if (from < log.next || isNew) ranges.push({ log, from, gone: 0, deletions: isNew ? deletionsOf(log) : NONE });
    }
    ranges.sort((a, b) => a.log.id - b.log.id);
    return isWhole ? this.encoder.document(ranges) : this.encoder.update(ranges);
  }

  apply(bytes: Uint8Array, origin?: unknown): ApplyResult {
    if (this.depth > 0) throw new CodedError("CRDT_IN_TRANSACTION", "apply inside a transaction");
    const update = readUpdate(this.model, bytes, this.limits);
    const isFirst = this.model.logs.size === 0;
    const missing = this.take(update);
    if (missing !== undefined) {
      this.waiting.add(update, bytes, missing);
      return { pending: true, changed: false };
    }
    if (this.waiting.updates > 0) this.wake();
    else if (isFirst) return { pending: false, changed: this.events.finish(origin, bytes) };
    return { pending: false, changed: this.events.finish(origin) };
  }

  version(): Version {
    const version = new Map<number, number>();
    for (const { id, next, gone } of this.model.logs.values()) {
      if (next > 0) version.set(id, next);
      if (gone > 0) version.set(deletionsKey(id), gone);
    }
    return version;
  }

  pending(): PendingReport {
    const { updates, bytes } = this.waiting;
    const version = this.version();
    const missing = this.waiting.replicas().map((replica) => ({ replica, counter: version.get(replica) ?? 0 }));
    return { updates, bytes, missing };
  }

  cursor(text: CrdtText, index: number, side: CursorSide = "left"): Cursor {
    const container = Node.homeOf(text);
    if (container?.type !== TEXT || container.node !== text || this.model.containers.get(container.key) !== container)
      throw new CodedError("CRDT_BAD_CURSOR", "The text is no text of this document");
    checkIndex(index, 0, text.length);
    return cursorAt(container as Sequence, index, side); // cast: texts are sequences
  }

  resolve(cursor: Cursor): number | undefined {
    return resolveCursor(this.model, cursor);
  }

  node(named: ContainerName): CrdtNode | undefined {
    const container = containerOf(this.model, named);
    container.node ??= container.kind?.surface(container, this) ?? null;
    return container.node ?? undefined;
  }

  root(type: number, name: string): CrdtNode | undefined {
    if (type === this.lastType && name === this.lastName) return this.last;
    let node = this.roots[type]?.get(name);
    if (node === undefined) {
      checkName(name);
      node = this.node(containerName(type, name, null));
      const roots = this.roots[type] ?? new Map<string, CrdtNode>();
      this.roots[type] = roots;
      if (node !== undefined) roots.set(name, node);
    }
    this.lastType = type;
    this.lastName = name;
    this.last = node;
    return node;
  }

  /** An edit of a child makes the maps it is in show it. */
  private show(log: ReplicaLog, { type, name }: Container, parent: Container): void {
    if (parent.parent !== null) this.show(log, parent, parent.parent);
    if (parent.type !== MAP) return;
    const map = parent as MapContainer; // cast: its type says so
    if ((map.registers.get(name)?.body as Register | undefined)?.child === type) return;
    write(this.model, log, map, new Written(nextTime(this.model), name, undefined, type, null));
  }

  /** Stages and commits one update; when it must wait, gives an operation it waits for. */
  private take(update: Update): Ref | undefined {
    const { own, model, limits } = this;
    const staged = stage(model, update, limits);
    if (staged.missing !== undefined) return staged.missing;
    model.hooks.staged?.(update);
    for (const { id, to, goneTo } of update.sections)
      if (id === own?.id && (to > own.next || goneTo > own.gone))
        throw new CodedError("CRDT_REPLICA_REUSED", `Another session writes as replica ${id}`, { value: id });
    commit(model, update, staged.turns);
    return undefined;
  }

  /** Takes in what waited for the operations that are new; each may let others in. */
  private wake(): void {
    for (let woken = true; woken; ) {
      woken = false;
      for (let i = 0; i < this.model.touchedCount; i++) {
        const log = this.model.touched[i] as ReplicaLog; // cast: within the list
        for (let next = this.awoken(log); next !== undefined; next = this.awoken(log)) {
          woken = true;
          this.retry(next);
        }
      }
    }
  }

  private awoken(log: ReplicaLog): Waiting | undefined {
    const { waiting, isHere } = this;
    return waiting.take(log.id, log.next, isHere) ?? waiting.take(deletionsKey(log.id), log.gone, isHere);
  }

  private retry(waiting: Waiting): void {
    try {
      const update = waiting.update ?? readUpdate(this.model, waiting.bytes, this.limits);
      const missing = this.take(update);
      if (missing === undefined) return;
      const { replica, counter } = missing;
      this.waiting.addAgain(waiting, [{ replica, counter }, ...missingOf(this.model, update)]);
    } catch {
      // A damaged update from before: it is dropped, and the good one that woke it is not to blame.
    }
  }
}

function checkOptions(options: DocOptions): void {
  demand(typeof options === "object" && options !== null, "options");
  const { replicaId, random, features = [] } = options;
  if (replicaId !== undefined) checkReplicaId(replicaId);
  if (random !== undefined) demandFunction(random);
  demand(
    Array.isArray(features) &&
      [...features].every((feature: Partial<DocFeature> | null) => typeof feature?.parts === "object"),
    "a list of features",
  );
}

/** One that is undefined is not given; what is no number would cap nothing. */
function limitsOf({ limits }: DocOptions): Required<CrdtLimits> {
  const all: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const [name, limit] of Object.entries(limits ?? {})) {
    if (limit === undefined) continue;
    demand(typeof limit === "number" && limit >= 0, `a number: ${name}`);
    all[name] = limit;
  }
  return all as unknown as Required<CrdtLimits>; // cast: the defaults name all
}

function checkReplicaId(id: number): void {
  if (Number.isSafeInteger(id) && id >= 0) return;
  throw new CodedError("CRDT_BAD_REPLICA_ID", `${told(id)} is no integer from 0 to 2^53 - 1`, { value: id });
}

function drawReplicaId({ random }: DocOptions): number {
  if (random === undefined) {
    throw new CodedError("CRDT_NO_REPLICA_ID", "Neither replicaId nor random was given");
  }
  const bytes = random(7);
  if (!(bytes instanceof Uint8Array) || bytes.length !== 7)
    throw new CodedError("CRDT_BAD_REPLICA_ID", "random(7) gave something else than 7 bytes");
  return bytes.reduce((id, byte, i) => id * (i === 6 ? 32 : 256) + (i === 6 ? byte & 31 : byte), 0);
}
