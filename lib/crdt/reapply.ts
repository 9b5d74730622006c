/** Transactions that were made on one state of a document, made anew on another, which lacks some of them. */
import { CodedError } from "../errors/index.ts";
import type { WireValue } from "../wire/index.ts";
import { containerName } from "./container-name.ts";
import { containerOf } from "./containers.ts";
import { createDoc, editorOf } from "./doc.ts";
import { inspectUpdate } from "./inspect.ts";
import { type Container, type ContainerName, type Editor, LIST, MAP } from "./model.ts";
import type { CrdtMultiMap, MultiMapChanges } from "./multi-map.ts";
import { isCrdtNode } from "./nodes.ts";
import { type ContainerChange, diffOf, type NodeDiff, observeContainers } from "./observe.ts";
import { type Dressed, dress } from "./rich-change.ts";
import type { MarkValues, RichDelta } from "./rich-delta.ts";
import { SameUnits } from "./same-units.ts";
import type { CrdtTree, TreeChange } from "./tree.ts";
import type {
  CounterChange,
  CrdtCounter,
  CrdtList,
  CrdtMap,
  CrdtNode,
  CrdtSet,
  CrdtValue,
  Doc,
  ListDelta,
  MapChanges,
  SetChanges,
} from "./types.ts";

/**
 * A transaction to be made anew.
 * @public
 */
export interface ReapplyStep {
  /** As it was made. */
  readonly update: Uint8Array;
  /** Leave it out. */
  readonly isRefused?: boolean;
  /** As it was made anew already, by another session: then that is taken. null: nothing of it remained. */
  readonly renewed?: Uint8Array | null | undefined;
  /** Where it needs nothing that was left out, it stays as it was made; else `"make"` makes it anew, and `"leave"` leaves that to whoever made it. */
  readonly otherwise?: "make" | "leave";
}

/**
 * What became of a transaction.
 * @public
 */
export interface ReapplyResult {
  /** Which one. */
  readonly step: ReapplyStep;
  /** As it was made anew; undefined when it was left out, or nothing of it remains. */
  readonly update: Uint8Array | undefined;
  /** What it changed, before. */
  readonly changes: readonly NodeDiff[];
  /** Why it, or a part of it, could not be made anew: what it was about is gone. */
  readonly error: unknown;
}

/**
 * Makes transactions anew on `base` as another replica, without those that are refused: each at the same place, next to the same units, as far as those are
 * there.
 * @param like - A document with the same features.
 * @param base - What all of them were made on: an encoded document; empty for none.
 * @returns The document that has them, and what became of each, in the order in which they were taken: what builds on a later step comes after it.
 * @throws CodedError `CRDT_*` for bytes that are none of `encode` or `onUpdate`.
 * @remarks Time: O(base + sum of the steps x pieces of what they edit).
 * @public
 */
export function reapplyUpdates(
  like: Doc,
  base: Uint8Array,
  steps: readonly ReapplyStep[],
  random: (byteLength: number) => Uint8Array,
): { readonly doc: Doc; readonly results: readonly ReapplyResult[] } {
  const { features = [], limits = {} } = editorOf(like).options;
  const [before, after] = [createDoc({ features, limits }), createDoc({ features, limits, random })];
  if (base.length > 0) for (const doc of [before, after]) doc.apply(base);
  const twin = new Twin(editorOf(after));
  let changes: readonly ContainerChange[] = [];
  observeContainers(before, (told) => {
    changes = told;
  });
  let update: Uint8Array | undefined;
  after.onUpdate((bytes) => {
    update = bytes.slice();
  });
  const take = (step: ReapplyStep): ReapplyResult => {
    changes = [];
    update = undefined;
    before.apply(step.update);
    const renewed = step.otherwise === undefined || !fits(after, step.update) ? step.renewed : step.update;
    if (renewed) after.apply(renewed);
    const isLeft = step.isRefused === true || renewed === null || (renewed === undefined && step.otherwise === "leave");
    twin.mode = isLeft ? "leave" : renewed === undefined ? "make" : "follow";
    let error: unknown;
    after.transact(() => {
      for (const change of [...changes].sort((a, b) => a.container.depth - b.container.depth)) {
        try {
          twin.take(change);
        } catch (cause) {
          error ??= cause;
        }
      }
    });
    return { step, update: renewed ?? update, changes: changes.map(diffOf), error };
  };
  const results: ReapplyResult[] = [];
  const waiting = [...steps];
  for (let next = waiting.findIndex((step) => fits(before, step.update)); next >= 0; ) {
    results.push(...waiting.splice(next, 1).map(take));
    next = waiting.findIndex((step) => fits(before, step.update));
  }
  for (const step of waiting) {
    const error = new CodedError("CRDT_BAD_UPDATE", "A step builds on what is not there");
    results.push({ step, update: undefined, changes: [], error });
  }
  return { doc: after, results };
}

function fits(doc: Doc, update: Uint8Array): boolean {
  try {
    return inspectUpdate(doc, update) !== undefined;
  } catch {
    return false;
  }
}

/** Does to one document what another was told of. */
class Twin {
  /** Whether a change is made, was made, or is left out. */
  mode: "make" | "follow" | "leave" = "make";
  private readonly editor: Editor;
  private readonly units = new Map<Container, SameUnits>();
  /** Elements and tree nodes of the first, by what they are called in the second. */
  private readonly names = new Map<string, string>();

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** Casts: its type says what a node is told. */
  take({ container, node: from, change }: ContainerChange): void {
    const { type } = from as { readonly type: string };
    if (type === "text") this.sequence(container, from, change as RichDelta);
    else if (type === "list") this.sequence(container, from, change as ListDelta);
    else if (type === "tree") this.tree(container, from, change as readonly TreeChange[]);
    else if (this.mode === "make") this.keyed(type, container, change);
  }

  private sequence(container: Container, from: CrdtNode, delta: RichDelta | ListDelta): void {
    const isMade = this.mode === "make";
    const isLeft = this.mode === "leave";
    const to = isMade ? (this.node(container) as unknown as Sequential) : undefined; // cast: a text or a list
    const { length } = from as CrdtList; // cast: as above
    let units = this.units.get(container);
    if (units === undefined) {
      const before = length - growth(delta);
      units = new SameUnits(before, true);
      this.units.set(container, units);
    }
    let at = 0;
    for (const step of delta) {
      if ("retain" in step) {
        if ("marks" in step && step.marks !== undefined && to !== undefined) {
          for (const { index, length: count } of units.locate(at, step.retain))
            to.mark({ start: index, end: index + count }, step.marks);
        }
        at += step.retain;
      } else if ("delete" in step) {
        for (const { index, length: count } of units.delete(at, step.delete, isLeft))
          if (to !== undefined && to.length > 0) to.delete(index, count); // what was around it may have taken it along
      } else {
        const count = "embed" in step ? 1 : step.insert.length;
        const place = units.insert(at, count, isLeft);
        at += count;
        if (to === undefined) continue;
        if ("embed" in step) to.insertEmbed(place, step.embed);
        else if (typeof step.insert === "string") to.insert(place, step.insert);
        else this.elements(container, to as unknown as CrdtList, place, step.insert); // cast: texts hold text
        if (to.toDelta !== undefined)
          dress(to as unknown as Dressed, place, count, "marks" in step ? (step.marks ?? {}) : {});
      }
    }
  }

  private elements(container: Container, list: CrdtList, place: number, values: readonly CrdtValue[]): void {
    let at = place;
    for (const value of values) {
      if (!isCrdtNode(value)) {
        list.insert(at++, value);
        continue;
      }
      const now = this.childOf(container, this.names.get(value.name) ?? value.name, value);
      if (this.editor.model.containers.has(now.key)) {
        throw new CodedError("CRDT_NO_NODE", "An element that was moved with all in it is not made anew");
      }
      this.names.set(value.name, list.insertChild(at++, value.type).name);
    }
  }

  private tree(container: Container, from: CrdtNode, changes: readonly TreeChange[]): void {
    if (this.mode !== "make") return;
    const [known, to] = [from, this.node(container)] as unknown as [CrdtTree, CrdtTree]; // cast: known by its feature
    const nameOf = (node: string): string => this.names.get(node) ?? node;
    for (const { node, before, after } of changes) {
      const name = nameOf(node);
      if (after === undefined || !known.has(node)) {
        if (to.has(name)) to.delete(name); // by itself, or with what it was moved below
        continue;
      }
      const parent = after.parent === null ? null : nameOf(after.parent);
      const index = Math.min(after.index, to.children(parent).filter((child) => child !== name).length);
      if (before === undefined && !to.has(name)) this.names.set(node, to.add(parent, index));
      else to.move(name, parent, index);
    }
  }

  /** Casts: as in `take`. */
  private keyed(type: string, container: Container, change: unknown): void {
    const node: unknown = this.node(container);
    if (type === "counter") {
      const { before, after } = change as CounterChange;
      (node as CrdtCounter).add(after - before);
    } else if (type === "set") {
      const { added, deleted } = change as SetChanges;
      for (const value of deleted) (node as CrdtSet).delete(value);
      for (const value of added) (node as CrdtSet).add(value);
    } else if (type === "multiMap") {
      for (const [key, { after }] of change as MultiMapChanges) {
        if (after[0] === undefined) (node as CrdtMultiMap).delete(key);
        else (node as CrdtMultiMap).set(key, after[0]);
      }
    } else {
      const map = node as CrdtMap;
      for (const [key, { after }] of change as MapChanges) {
        if (after === undefined) map.delete(key);
        else if (!isCrdtNode(after)) map.set(key, after);
        else this.editor.edit(containerOf(this.editor.model, this.childOf(container, key, after)), () => undefined); // whatever is edited shows
      }
    }
  }

  private childOf(map: Container, key: string, { type }: CrdtNode): ContainerName {
    const kind = [...this.editor.model.kinds.values()].find(({ label }) => label === type);
    return containerName(kind?.type ?? MAP, key, this.nameOf(map));
  }

  private node(container: Container): CrdtNode {
    const node =
      container.parent === null
        ? this.editor.root(container.type, container.name)
        : this.editor.node(this.nameOf(container));
    return node as CrdtNode; // cast: the features are the same
  }

  /** @throws CodedError `CRDT_NO_NODE` when what holds it is not there. */
  private nameOf({ type, name, parent }: Container): ContainerName {
    if (parent === null) return containerName(type, name, null);
    if (parent.type === MAP) return containerName(type, name, this.nameOf(parent));
    const now = this.names.get(name) ?? name;
    if (!this.holds(parent, now)) throw new CodedError("CRDT_NO_NODE", "What this was in is not there");
    return containerName(type, now, this.nameOf(parent));
  }

  private holds(parent: Container, name: string): boolean {
    const node: unknown = this.node(parent);
    if (parent.type !== LIST) return typeof (node as CrdtTree).has !== "function" || (node as CrdtTree).has(name); // cast: a tree holds nodes
    return (node as CrdtList).toArray().some((value) => isCrdtNode(value) && value.name === name); // cast: its type says so
  }
}

/** A text, with marks or without, or a list. */
interface Sequential {
  readonly length: number;
  insert(index: number, content: string): void;
  delete(index: number, count: number): void;
  mark(range: { readonly start: number; readonly end: number }, marks: MarkValues): void;
  insertEmbed(index: number, value: WireValue): void;
  readonly toDelta?: () => RichDelta;
}

function growth(delta: RichDelta | ListDelta): number {
  let sum = 0;
  for (const step of delta) {
    if ("insert" in step) sum += step.insert.length;
    else if ("embed" in step) sum++;
    else if ("delete" in step) sum -= step.delete;
  }
  return sum;
}
