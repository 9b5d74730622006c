/** Maps that keep all of the values that were set at the same time: setting a key takes away the values it has seen, and no others. */
import { decodeValue, encodeValue, type WireValue } from "../wire/index.ts";
import { Reader, Writer } from "./bytes.ts";
import { removeWrite } from "./clear.ts";
import { Home, write } from "./containers.ts";
import { Node } from "./editor.ts";
import { MAX_COUNTER } from "./format.ts";
import type { Inverter } from "./inverters.ts";
import { supersede } from "./log.ts";
import { nextTime } from "./map-kernel.ts";
import type { Body, Carried, Container, DocModel, Editor, Kind, ReplicaLog, Write } from "./model.ts";
import { checkName } from "./names.ts";
import { readRefs, writeRefs } from "./refs.ts";
import { bad } from "./refuse.ts";
import type { CrdtNode, Doc, DocFeature } from "./types.ts";

const MULTI_MAP = 8;

/**
 * What the keys of a multi-map held before and after a transaction, the latest first.
 * @public
 */
export type MultiMapChanges = ReadonlyMap<
  string,
  { readonly before: readonly WireValue[]; readonly after: readonly WireValue[] }
>;

/**
 * A shared map whose keys hold all values that were set at the same time, until one is set by someone who has seen them. In documents made with `multiMap()`.
 * @public
 */
export interface CrdtMultiMap {
  readonly type: "multiMap";
  /** Its name: a root's, the key it stands under, or the id of the list's element. */
  readonly name: string;
  /** How many keys it holds. O(1). */
  readonly size: number;
  /** The value that a map would hold, the latest; or undefined. Do not change it. */
  get(key: string): WireValue | undefined;
  /** All values of the key, the latest first: more than one when different ones were set at the same time. */
  all(key: string): WireValue[];
  /** Sets the only value of a key. @throws CodedError `CRDT_BAD_NAME`, `CRDT_NO_REPLICA_ID`, `CRDT_LIMIT`, `WIRE_*` for a value wire cannot carry. */
  set(key: string, value: WireValue): void;
  /** Takes away the values of a key that are known here. Does nothing when there are none. */
  delete(key: string): void;
  /** Keys and their values, sorted by key: the same on every replica that knows the same operations. */
  entries(): [key: string, values: WireValue[]][];
  /** Calls `listener` once per transaction that changed this map, after it. Returns its stop. */
  observe(listener: (changes: MultiMapChanges, origin: unknown) => void): () => void;
}

/**
 * What a document has by `multiMap()`.
 * @public
 */
export interface MultiMapFeature extends DocFeature {
  /** For the type of the document. */
  readonly adds?: { multiMap(name: string): CrdtMultiMap };
}

/**
 * Maps with several values a key: `createDoc({ features: [multiMap()] }).multiMap("meta")`.
 * @public
 */
export function multiMap(): MultiMapFeature {
  const setup = (editor: Editor, doc: Doc): void => {
    (doc as Doc & { multiMap?: (name: string) => CrdtNode | undefined }).multiMap = (name) =>
      editor.root(MULTI_MAP, name); // cast: this adds it
  };
  return { name: "multiMap", parts: { kinds: [multiMapKind], setup } };
}

interface Entry {
  readonly write: Write;
  readonly time: number;
  readonly value: WireValue;
  readonly bytes: Uint8Array;
}

interface MultiMapContainer extends Container {
  /** Of each key, the latest first. */
  readonly keys: Map<string, readonly Entry[]>;
  changes: Map<string, readonly Entry[]> | null;
}

class MultiMapHome extends Home implements MultiMapContainer {
  readonly keys: Map<string, readonly Entry[]> = new Map();
  changes: MultiMapContainer["changes"] = null;
}

const NONE: readonly Entry[] = [];

/** Casts: its kind's `home` made it, and `read` what comes back. */
const multiMapKind: Kind & Carried & { readonly inverter: Inverter } = {
  type: MULTI_MAP,
  label: "multiMap",
  home: MultiMapHome,
  surface: (home, editor) => new MultiMapSurface(home as MultiMapContainer, editor, "multiMap") as unknown as CrdtNode, // cast: known by its feature
  check(body) {
    const { time } = parse(body);
    if (time === 0 || time >= MAX_COUNTER) throw bad("a write at an impossible time");
    return time;
  },
  commit(doc, write) {
    const home = write.home as MultiMapContainer;
    const { key, ...entry } = parse(write.body);
    if (entry.time > doc.clock) doc.clock = entry.time;
    put(home, key, [...(home.keys.get(key) ?? NONE), { write, ...entry }]);
  },
  remove(write) {
    const home = write.home as MultiMapContainer;
    const { key } = parse(write.body);
    const entries = home.keys.get(key) ?? NONE;
    const left = entries.filter((entry) => entry.write !== write);
    if (left.length === entries.length) return;
    put(home, key, left);
    supersede(write);
  },
  isEmpty: (home) => (home as MultiMapContainer).keys.size === 0,
  clear(doc, log, home) {
    for (const entries of [...(home as MultiMapContainer).keys.values()]) removeAll(doc, log, entries);
  },
  copy(from, home, { target }) {
    for (const [key, values] of multiMapOf(from).entries())
      target.edit(home, (log) =>
        addAll(
          target,
          log,
          home as MultiMapContainer,
          key,
          values.map((value) => encodeValue(value)),
        ),
      );
    return true;
  },
  /** What stays of a key is left as it is: others may keep it too. */
  follow(from, home, { target }) {
    multiMapOf(from).observe((changes) => {
      for (const [key, { before, after }] of changes) {
        const [had, has] = [before, after].map((values) => new Set(values.map(printed))) as [Set<string>, Set<string>]; // cast: two
        const gone = ((home as MultiMapContainer).keys.get(key) ?? NONE).filter(
          ({ value }) => !has.has(printed(value)),
        );
        const added = after.filter((value) => !had.has(printed(value))).map((value) => encodeValue(value));
        target.edit(home, (log) => {
          addAll(target, log, home as MultiMapContainer, key, added);
          removeAll(target.model, log, gone);
        });
      }
    });
  },
  inverter: {
    read: (home, key) => (home as MultiMapContainer).keys.get(key) ?? NONE,
    isSame: (before, after) => before === after,
    restore(home, key, before, after, editor) {
      const own = home as MultiMapContainer;
      const now = own.keys.get(key) ?? NONE;
      const isOthers = (entry: Entry): boolean =>
        !(after as readonly Entry[]).some(({ write }) => write.log === entry.write.log);
      if (now.some(isOthers)) return; // another has set it since
      editor.edit(own, (log) =>
        setAll(
          editor,
          log,
          own,
          key,
          (before as readonly Entry[]).map(({ bytes }) => bytes),
        ),
      );
    },
  },
};

function parse(body: Body): Omit<Entry, "write"> & { readonly key: string } {
  const from = new Reader(body as Uint8Array);
  if (readRefs(from, -1).length > 0) throw bad("a write that refers to others");
  const time = from.varint();
  const key = from.name();
  const bytes = from.bytes(from.remaining).slice();
  return { key, time, bytes, value: decodeValue(bytes) };
}

function put(home: MultiMapContainer, key: string, entries: readonly Entry[]): void {
  home.hooks.changing?.(home, key);
  if (home.changes !== null && !home.changes.has(key)) home.changes.set(key, home.keys.get(key) ?? NONE);
  if (entries.length === 0) home.keys.delete(key);
  else home.keys.set(key, [...entries].sort(latestFirst));
}

function latestFirst(a: Entry, b: Entry): number {
  return b.time - a.time || b.write.log.id - a.write.log.id || b.write.counter - a.write.counter;
}

function removeAll(doc: DocModel, log: ReplicaLog, entries: readonly Entry[]): void {
  for (const { write } of entries) removeWrite(doc, log, write);
}

function multiMapOf(node: CrdtNode): CrdtMultiMap {
  return node as unknown as CrdtMultiMap; // cast: known by its feature
}

function printed(value: WireValue): string {
  return encodeValue(value).join();
}

function setAll(
  editor: Editor,
  log: ReplicaLog,
  home: MultiMapContainer,
  key: string,
  values: readonly Uint8Array[],
): void {
  const seen = home.keys.get(key) ?? NONE;
  addAll(editor, log, home, key, values);
  removeAll(editor.model, log, seen);
}

/** Written from the last to the first, so that the first is the latest again. */
function addAll(
  { model }: Editor,
  log: ReplicaLog,
  home: MultiMapContainer,
  key: string,
  values: readonly Uint8Array[],
): void {
  for (const bytes of [...values].reverse()) {
    const out = new Writer();
    writeRefs(out, log.id, []);
    out.varint(nextTime(model));
    out.string(key);
    out.bytes(bytes);
    write(model, log, home, out.toBytes());
  }
}

class MultiMapSurface extends Node<MultiMapContainer, "multiMap"> implements CrdtMultiMap {
  get size(): number {
    return this.home.keys.size;
  }

  get(key: string): WireValue | undefined {
    return this.home.keys.get(key)?.[0]?.value;
  }

  all(key: string): WireValue[] {
    return valuesOf(this.home.keys.get(key) ?? NONE);
  }

  set(key: string, value: WireValue): void {
    const { home, editor } = this;
    checkName(key);
    const bytes = encodeValue(value);
    editor.edit(home, (log) => setAll(editor, log, home, key, [bytes]));
  }

  delete(key: string): void {
    const { home, editor } = this;
    const entries = home.keys.get(key);
    if (entries !== undefined) editor.edit(home, (log) => removeAll(editor.model, log, entries));
  }

  entries(): [string, WireValue[]][] {
    const found = [...this.home.keys].map(([key, entries]): [string, WireValue[]] => [key, valuesOf(entries)]);
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  observe(listener: (changes: MultiMapChanges, origin: unknown) => void): () => void {
    return this.gather(
      listener,
      () => new Map<string, readonly Entry[]>(),
      (changes) => {
        const told = new Map<string, { before: WireValue[]; after: WireValue[] }>();
        for (const [key, entries] of changes) {
          const [before, after] = [valuesOf(entries), this.all(key)];
          if (before.map(printed).join(";") !== after.map(printed).join(";")) told.set(key, { before, after }); // else another has set the same
        }
        return told.size > 0 ? told : undefined;
      },
    );
  }
}

/** What two have set at the same time, and alike, is one value. */
function valuesOf(entries: readonly Entry[]): WireValue[] {
  const found = new Map<string, WireValue>();
  for (const { value } of entries) {
    const print = entries.length > 1 ? printed(value) : "";
    if (!found.has(print)) found.set(print, value);
  }
  return [...found.values()];
}
