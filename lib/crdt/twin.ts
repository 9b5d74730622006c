/** Does to one document what another was told of, where the one lacks some of the other. */
import { CodedError } from "../errors/index.ts";
import type { WireValue } from "../wire/index.ts";
import { containerName } from "./container-name.ts";
import { containerOf } from "./containers.ts";
import {
  type Carried,
  type Container,
  type ContainerName,
  type Editor,
  LIST,
  MAP,
  type MapContainer,
} from "./model.ts";
import type { CrdtMultiMap, MultiMapChanges } from "./multi-map.ts";
import { isCrdtNode } from "./nodes.ts";
import type { ContainerChange } from "./observe.ts";
import { type Dressed, dress } from "./rich-change.ts";
import type { MarkValues, RichDelta } from "./rich-delta.ts";
import { SameUnits, type Stretch } from "./same-units.ts";
import { shownIn } from "./shown.ts";
import type { CrdtTree, TreeChange } from "./tree.ts";
import type {
  CounterChange,
  CrdtCounter,
  CrdtList,
  CrdtMap,
  CrdtNode,
  CrdtSet,
  CrdtValue,
  ListDelta,
  MapChanges,
  SetChanges,
} from "./types.ts";

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
  private readonly units = new Map<Container, SameUnits>();
  /** Elements and tree nodes of the first, by what they are called in the second. */
  private readonly names = new Map<string, string>();

  /** Both hold the same, and nothing has been told. */
  constructor(first: Editor, second: Editor) {
    this.first = first;
    this.second = second;
    for (const container of first.model.containers.values()) {
      const names = namesIn(first, container);
      if (names !== undefined) this.units.set(container, new SameUnits(names.map(unitOf)));
    }
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
    if (type === "text" || type === "list") this.sequence(container, from, change as RichDelta | ListDelta, isMade);
    else if (type === "tree") this.tree(container, from, change as readonly TreeChange[]);
    else if (isMade) this.keyed(type, container, change);
  }

  /**
   * Units of a text, elements of a list:
   * 1. What went from the first, goes; what comes back in another place has been moved.
   * 2. What came, comes behind what it stands behind in the first, as far as that is there.
   */
  private sequence(container: Container, from: CrdtNode, delta: RichDelta | ListDelta, isMade: boolean): void {
    const to = isMade ? (this.node(container) as unknown as Sequential) : undefined;
    const isLeft = this.mode === "leave";
    const units = this.unitsOf(container, from as CrdtList, delta);
    const gone: Stretch[] = [];
    let at = 0;
    for (const step of delta)
      if ("retain" in step) at += step.retain;
      else if ("delete" in step) gone.push(...units.remove(at, step.delete));
    const came = gone.length > 0 ? this.elementsIn(container, delta) : [];
    const moved = came.filter((unit) => gone.some((stretch) => includes(stretch, unit)));
    const left =
      moved.length > 0 ? gone.flatMap(singles).filter((unit) => !moved.some((o) => includes(unit, o))) : gone;
    if (!isLeft) for (const { index, length } of units.drop(left)) to?.delete(index, length);

    at = 0;
    for (const step of delta) {
      if ("delete" in step) continue;
      if ("retain" in step) {
        if ("marks" in step && step.marks !== undefined && to !== undefined)
          for (const { index, length } of units.locate(at, step.retain))
            to.mark({ start: index, end: index + length }, step.marks);
        at += step.retain;
      } else if ("insert" in step && typeof step.insert !== "string") {
        for (const [i, value] of step.insert.entries()) this.element(container, units, at + i, value, moved, isMade);
        at += step.insert.length;
      } else {
        const count = "embed" in step ? 1 : step.insert.length;
        const place = units.insert(at, count, isLeft);
        at += count;
        if (to === undefined) continue;
        if ("embed" in step) to.insertEmbed(place, step.embed);
        else to.insert(place, step.insert as string);
        if (to.toDelta !== undefined)
          dress(to as unknown as Dressed, place, count, "marks" in step ? (step.marks ?? {}) : {});
      }
    }
  }

  private unitsOf(container: Container, { length }: CrdtList, delta: RichDelta | ListDelta): SameUnits {
    let units = this.units.get(container);
    if (units === undefined) {
      const before = length - growth(delta);
      units = new SameUnits(before > 0 ? [{ id: 0, from: 0, length: before }] : []);
      this.units.set(container, units);
    }
    return units;
  }

  /** What a delta brought into a list whose elements move. */
  private elementsIn(container: Container, delta: RichDelta | ListDelta): Stretch[] {
    const came: Stretch[] = [];
    let at = 0;
    for (const step of delta) {
      if ("retain" in step) at += step.retain;
      else if ("insert" in step) {
        came.push(...(namesIn(this.first, container, at, at + step.insert.length) ?? []).map(unitOf));
        at += step.insert.length;
      }
    }
    return came;
  }

  private element(
    container: Container,
    units: SameUnits,
    at: number,
    value: CrdtValue,
    moved: readonly Stretch[],
    isMade: boolean,
  ): void {
    const isLeft = this.mode === "leave";
    const [unit] = (namesIn(this.first, container, at, at + 1) ?? []).map(unitOf);
    const wasThere = unit !== undefined && moved.some((other) => includes(other, unit));
    if (wasThere) {
      const places = units.move(at, unit, isLeft);
      if (isMade && places !== undefined) (this.node(container) as Movable).move(places.from, places.to);
      return;
    }
    const place = units.insert(at, 1, isLeft, unit);
    if (isLeft || (this.mode === "make" && !isMade)) return;
    const list = this.node(container) as CrdtList;
    if (isMade && !isCrdtNode(value)) list.insert(place, value);
    if (!isCrdtNode(value)) return;
    const twin = isMade ? list.insertChild(place, value.type) : list.get(place);
    if (isCrdtNode(twin)) this.names.set(value.name, twin.name);
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

/** A text, with marks or without, or a list. */
interface Sequential {
  readonly length: number;
  insert(index: number, content: string): void;
  delete(index: number, count: number): void;
  mark(range: { readonly start: number; readonly end: number }, marks: MarkValues): void;
  insertEmbed(index: number, value: WireValue): void;
  readonly toDelta?: () => RichDelta;
}

interface Movable extends CrdtList {
  move(from: number, to: number): void;
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
  const node: unknown = editor.node(home);
  if (home.type !== LIST) return (node as CrdtTree).has(name);
  return (node as CrdtList).toArray().some((value) => isCrdtNode(value) && value.name === name);
}

/** What the elements of a list are called, where they move. */
function namesIn({ model }: Editor, container: Container, from?: number, to?: number): string[] | undefined {
  return (container.kind as Carried | undefined)?.names?.(model, container, from, to);
}

function unitOf(name: string): Stretch {
  const [id, from] = name.split(".").map(Number) as [number, number]; // cast: units are named so
  return { id, from, length: 1 };
}

function singles({ id, from, length }: Stretch): Stretch[] {
  return Array.from({ length }, (_, i) => ({ id, from: from + i, length: 1 }));
}

function includes(stretch: Stretch, { id, from }: Stretch): boolean {
  return stretch.id === id && from >= stretch.from && from < stretch.from + stretch.length;
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
