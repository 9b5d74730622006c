/** Does to one document what another was told of, where the one lacks some of the other. */
import { CodedError } from "../../errors/index.ts";
import { containerName } from "../container-name.ts";
import { containerOf } from "../containers.ts";
import type { CrdtMultiMap, MultiMapChanges } from "../map/multi-map.ts";
import {
  type Container,
  type ContainerName,
  type Editor,
  LIST,
  MAP,
  type MapContainer,
  type Sequence,
} from "../model.ts";
import { isCrdtNode } from "../nodes.ts";
import type { ContainerChange } from "../observe.ts";
import { itemAt, unitOf } from "../sequence/units.ts";
import { shownIn } from "../shown.ts";
import type { CrdtTree, TreeChange } from "../tree/tree.ts";
import type {
  CounterChange,
  CrdtCounter,
  CrdtList,
  CrdtMap,
  CrdtNode,
  CrdtSet,
  ListDelta,
  MapChanges,
  SetChanges,
} from "../types.ts";
import { childOf } from "../values.ts";
import { UnitTwins } from "./twin-units.ts";

/** Whether a change is made, was made, or is left out. */
export type Mode = "make" | "follow" | "leave";

const SHOWN = 0;
const HIDDEN = 1;
const GONE = 2;
type Standing = typeof SHOWN | typeof HIDDEN | typeof GONE;

/** Casts in this: its type says what a node is, and what it is told. */
export class Twin {
  private readonly first: Editor;
  private readonly second: Editor;
  private mode: Mode = "make";
  private readonly units: UnitTwins;
  /** Elements and tree nodes of the first, by what they are called in the second. */
  private readonly names = new Map<string, string>();

  /** Both hold the same, and nothing has been told. */
  constructor(first: Editor, second: Editor) {
    this.first = first;
    this.second = second;
    this.units = new UnitTwins(first.model, this.names);
  }

  /** What a transaction has changed. Gives what went wrong first: of one container, all others are done all the same. */
  take(changes: readonly ContainerChange[], mode: Mode): unknown {
    this.mode = mode;
    let error: unknown;
    const sorted = [...changes].sort((a, b) => a.container.depth - b.container.depth);
    const standings = sorted.map(({ container }) => this.standing(container));
    for (const standing of [GONE, HIDDEN, SHOWN])
      sorted.forEach((change, i) => {
        if (standings[i] !== standing) return;
        try {
          if (standing === SHOWN) this.change(change, this.mode === "make");
          else this.unseen(change, standing);
        } catch (cause) {
          if (mode === "make" && standing === SHOWN) error ??= cause;
        }
      });
    return error;
  }

  /** Where a container of the first is: hidden ones lost their key, or their node of a tree is deleted, and may come back. */
  private standing({ type, name, parent }: Container): Standing {
    if (parent === null) return SHOWN;
    const around = this.standing(parent);
    if (around !== SHOWN) return around;
    if (parent.type === MAP) return shownIn(parent as MapContainer, name)?.child === type ? SHOWN : HIDDEN;
    if (hasNode(this.first, parent, name)) return SHOWN;
    return parent.type === LIST ? GONE : HIDDEN;
  }

  /** What is gone went with what it was in, where that is done. What is hidden is emptied where it has been; else its map shows again what it shows. */
  private unseen(change: ContainerChange, standing: Standing): void {
    const { container } = change;
    const { type, name, parent } = container;
    const isMade = this.mode === "make" && standing === HIDDEN;
    const isEmpty = container.kind?.isEmpty(container) !== false;
    const shown = parent?.type === MAP ? shownIn(parent as MapContainer, name)?.child : type;
    this.change(change, isMade && !isEmpty && (shown ?? 0) > 0);
    if (!isMade) return;
    const { model } = this.second;
    const named = this.nameOf(container);
    const twin = model.containers.get(named.key);
    if (twin === undefined) return;
    const other = isEmpty || !shown ? rootOf(twin) : containerOf(model, containerName(shown, named.name, named.parent));
    this.second.edit(other, (log) => {
      if (isEmpty) twin.kind?.clear(model, log, twin);
    }); // whatever is edited shows
  }

  private change({ container, node: from, change }: ContainerChange, isMade: boolean): void {
    const { type } = from as { readonly type: string };
    if (type === "text" || type === "list") this.sequence(container, from as CrdtList, change as ListDelta, isMade);
    else if (type === "tree") this.tree(container, from, change as readonly TreeChange[]);
    else if (isMade) this.keyed(type, container, change);
  }

  private sequence(container: Container, from: CrdtList, delta: ListDelta, isMade: boolean): void {
    const { units, mode } = this;
    if (isMade) units.make(container, from, delta, this.node(container));
    else if (mode === "follow") units.follow(container, from, delta, this.node(container));
    else units.follow(container, from, delta, undefined, mode === "leave");
  }

  private tree(container: Container, from: CrdtNode, changes: readonly TreeChange[]): void {
    if (this.mode === "leave") return;
    const [known, to] = [from, this.node(container)] as unknown as [Tree, Tree];
    const nameOf = (node: string): string => this.names.get(node) ?? node;
    for (const { node, before, after } of changes) {
      const name = nameOf(node);
      if (after === undefined) {
        if (this.mode === "make") to.drop(name);
        continue;
      }
      const parent = after.parent === null ? null : nameOf(after.parent);
      const there = to.below(parent).filter((child) => child !== name);
      const left = known.below(after.parent).slice(0, after.index).map(nameOf);
      const index = there.indexOf(left.findLast((child) => there.includes(child)) ?? "") + 1;
      const twin = this.mode === "make" ? to.bring(name, parent, index) : before === undefined ? there[index] : name;
      if (twin !== undefined) this.names.set(node, twin);
      else if (known.has(node)) throw new CodedError("CRDT_NO_NODE", "The node this was below is not there");
    }
  }

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
        else this.second.edit(containerOf(this.second.model, this.childOf(container, key, after)), () => undefined); // whatever is edited shows
      }
    }
  }

  private childOf(map: Container, key: string, { type }: CrdtNode): ContainerName {
    const kind = [...this.second.model.kinds.values()].find(({ label }) => label === type);
    return containerName(kind?.type ?? MAP, key, this.nameOf(map));
  }

  /** The node of the second that stands for a container of the first. */
  private node(container: Container): CrdtNode {
    const node =
      container.parent === null
        ? this.second.root(container.type, container.name)
        : this.second.node(this.nameOf(container));
    return node as CrdtNode; // cast: the features are the same
  }

  /** @throws CodedError `CRDT_NO_NODE` when what holds it is not there. */
  private nameOf({ type, name, parent }: Container): ContainerName {
    if (parent === null) return containerName(type, name, null);
    const around = this.nameOf(parent);
    if (parent.type === MAP) return containerName(type, name, around);
    const now = this.names.get(name) ?? name;
    const home = containerOf(this.second.model, around);
    if (!hasNode(this.second, home, now)) throw new CodedError("CRDT_NO_NODE", "What this was in is not there");
    return containerName(type, now, around);
  }
}

interface Tree extends CrdtTree {
  bring(node: string, parent: string | null, index: number): string | undefined;
  below(parent: string | null): string[];
  drop(node: string): void;
}

function rootOf(container: Container): Container {
  return container.parent === null ? container : rootOf(container.parent);
}

/** Whether a list has an element of that name, or a tree a node. */
function hasNode(editor: Editor, home: Container, name: string): boolean {
  if (home.type !== LIST) return (editor.node(home) as unknown as CrdtTree).has(name);
  const unit = unitOf(editor.model, home as Sequence, name);
  return unit !== undefined && childOf(itemAt(unit)) !== undefined; // named as the unit is
}
