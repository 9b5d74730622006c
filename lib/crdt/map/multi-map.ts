/** Maps that keep all of the values that were set at the same time: setting a key takes away the values it has seen, and no others. */
import { encodeValue, type WireValue } from "../../wire/index.ts";
import { Node } from "../editor.ts";
import type { Carried, Editor, Kind } from "../model.ts";
import { checkName } from "../names.ts";
import type { CrdtNode, Doc, DocFeature } from "../types.ts";
import type { Inverter } from "../undo/inverters.ts";
import {
  addAll,
  checkEntry,
  commitEntry,
  type Entry,
  entriesOf,
  type MultiMapContainer,
  MultiMapHome,
  removeAll,
  removeEntry,
  setAll,
} from "./multi-map-kernel.ts";

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

/** Casts: its kind's `home` made it, and `read` what comes back. */
const multiMapKind: Kind & Carried & { readonly inverter: Inverter } = {
  type: MULTI_MAP,
  label: "multiMap",
  home: MultiMapHome,
  surface: (home, editor) => new MultiMapSurface(home as MultiMapContainer, editor) as unknown as CrdtNode, // cast: known by its feature
  check: checkEntry,
  commit: commitEntry,
  remove: removeEntry,
  isEmpty: (home) => (home as MultiMapContainer).keys.size === 0,
  clear(doc, log, home) {
    const own = home as MultiMapContainer;
    for (const key of [...own.keys.keys()]) removeAll(doc, log, entriesOf(own, key));
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
        const gone = entriesOf(home as MultiMapContainer, key).filter(({ value }) => !has.has(printed(value)));
        const added = after.filter((value) => !had.has(printed(value))).map((value) => encodeValue(value));
        target.edit(home, (log) => {
          addAll(target, log, home as MultiMapContainer, key, added);
          removeAll(target.model, log, gone);
        });
      }
    });
  },
  inverter: {
    read: (home, key) => entriesOf(home as MultiMapContainer, key),
    isSame: (before, after) => before === after,
    restore(home, key, before, after, editor) {
      const own = home as MultiMapContainer;
      const logs = new Set((after as readonly Entry[]).map(({ write }) => write.log));
      if (entriesOf(own, key).some(({ write }) => !logs.has(write.log))) return; // another has set it since
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

function multiMapOf(node: CrdtNode): CrdtMultiMap {
  return node as unknown as CrdtMultiMap; // cast: known by its feature
}

class MultiMapSurface extends Node<MultiMapContainer, "multiMap"> implements CrdtMultiMap {
  get size(): number {
    return this.home.keys.size;
  }

  get(key: string): WireValue | undefined {
    return entriesOf(this.home, key)[0]?.value;
  }

  all(key: string): WireValue[] {
    return valuesOf(entriesOf(this.home, key));
  }

  set(key: string, value: WireValue): void {
    const { home, editor } = this;
    checkName(key);
    const bytes = encodeValue(value);
    editor.edit(home, (log) => setAll(editor, log, home, key, [bytes]));
  }

  delete(key: string): void {
    const { home, editor } = this;
    const entries = entriesOf(home, key);
    if (entries.length > 0) editor.edit(home, (log) => removeAll(editor.model, log, entries));
  }

  entries(): [string, WireValue[]][] {
    const found = [...this.home.keys.keys()].map((key): [string, WireValue[]] => [key, this.all(key)]);
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

function printed(value: WireValue): string {
  return encodeValue(value).join();
}
