import { childName, containerName, unitName } from "../container-name.ts";
import { containerOf, Home, write } from "../containers.ts";
import { listenTo } from "../hooks.ts";
import { nextTime } from "../map/kernel.ts";
import {
  type Carried,
  type Container,
  type Content,
  type DocModel,
  type Editor,
  type Kind,
  LIST,
  type Recalled,
  type ReplicaLog,
  type Sequence,
  type Span,
} from "../model.ts";
import { checkIndex } from "../names.ts";
import { ListSurface, listKind } from "../sequence/list.ts";
import { allRuns, seek } from "../sequence/runs.ts";
import { insertAt, insertBehind } from "../sequence/sequence.ts";
import { itemAt, nameOf, type Unit, unitOf } from "../sequence/units.ts";
import type { CrdtList, CrdtValue, DocFeature } from "../types.ts";
import type { Inverter } from "../undo/inverters.ts";
import { childOf, type Item, ItemChild } from "../values.ts";
import { followMoves } from "./anew.ts";
import {
  checkMove,
  commitMove,
  deleteUnit,
  type Element,
  isAside,
  isSlot,
  MOVES,
  type MovesContainer,
  moveBody,
  settle,
} from "./kernel.ts";

/**
 * A list whose elements can be moved, in documents made with `moves()`.
 * @public
 */
export interface MovableList extends CrdtList {
  /**
   * Moves the element at `from` to `to`, which counts after the element has been taken out. It stays the same element: what is edited in it at the same time
   * is kept, and of concurrent moves the last one counts.
   * @throws CodedError `CRDT_BAD_INDEX`, `CRDT_NO_REPLICA_ID`.
   * @remarks Time: O(log n). Observers are told of an element deleted and one inserted.
   */
  move(from: number, to: number): void;
}

/**
 * What a document has by `moves()`.
 * @public
 */
export interface MovesFeature extends DocFeature {
  /** For the type of the document. */
  readonly adds?: { list(name: string): MovableList };
}

/**
 * Moves within lists: `createDoc({ features: [moves()] })` makes every list of the document a `MovableList`.
 * @public
 */
export function moves(): MovesFeature {
  const movable: Kind & Recalled & Carried = {
    ...listKind,
    surface: (home, editor) => new MovableSurface(home as Sequence, editor), // cast: as in listKind
    elementOf: (editor, home, item) => elementOf(editor.model, home, item),
    drop: (editor, home, log, unit) => {
      const element = moved(editor.model, home)?.elements.get(nameOf(unit));
      if (element === undefined) return;
      deleteElement(editor.model, log, element);
      for (const { slot } of element.claims) deleteUnit(log, slot);
    },
    follow(from, home, carrier) {
      const { model } = carrier.source;
      followMoves(from as CrdtList, home, carrier, (list) => elementNames(model, list)); // cast: its kind is this
    },
    names: elementNames,
  };
  return {
    name: "moves",
    parts: {
      kinds: [movable, movesKind],
      setup({ model }: Editor) {
        const dirty = new Set<MovesContainer>();
        const look = (span: Span, offset: number, content: Content): void => {
          if (span.home.type !== LIST) return;
          const home = moved(model, span.home);
          if (home === undefined) return;
          const items = content as readonly Item[]; // cast: lists hold items
          items.forEach((item, i) => {
            const element = isSlot(item)
              ? elementOf(model, span.home, item)
              : home.elements.get(nameOf({ span, offset: offset + i }));
            if (element === undefined) return;
            home.dirty.add(element);
            dirty.add(home);
          });
        };
        listenTo(model.hooks, {
          hidden: (span, offset, _, content) => look(span, offset, content),
          dropped: look,
          written: (home) => {
            if (home.type === MOVES) dirty.add(home as MovesContainer); // cast: its kind's `home` made it
          },
          finished() {
            for (const home of dirty) settle(home);
            dirty.clear();
          },
        });
      },
    },
  };
}

class MovesHome extends Home implements MovesContainer {
  readonly elements: MovesContainer["elements"] = new Map();
  readonly slots: MovesContainer["slots"] = new Map();
  readonly dirty: MovesContainer["dirty"] = new Set();
}

/** Casts: its kind's `home` made it, and `read` what comes back. */
const movesKind: Kind & { readonly inverter: Inverter } = {
  type: MOVES,
  label: "moves",
  home: MovesHome,
  surface: (home, editor) => editor.node(home.parent as Container) as CrdtList, // what it is about
  check: checkMove,
  commit(doc, write) {
    commitMove(doc, write);
    doc.hooks.written?.(write.home);
  },
  isEmpty: () => true,
  /** Of a slot: the element that shows there goes with it. */
  clear(doc, log, { name, parent }) {
    const element = moved(doc, parent as Sequence)?.slots.get(name);
    if (element !== undefined) deleteElement(doc, log, element);
  },
  inverter: {
    read(home, key): Unit | undefined {
      const element = (home as MovesContainer).elements.get(key);
      return element?.winner?.slot ?? element?.unit;
    },
    isSame: (before, after) => before === after,
    hasUnits: true,
    restore(home, key, before, after, editor, reborn) {
      const element = (home as MovesContainer).elements.get(key);
      const unit = element?.unit ?? unitOf(editor.model, home.parent as Sequence, key);
      const slot = element?.winner?.slot;
      if (slot !== undefined && slot.span.log !== (after as Unit | undefined)?.span.log) return; // another has moved it since
      if (unit === undefined || itemAt(unit) === undefined) return; // or deleted it
      const list = home.parent as Sequence;
      const { span, offset } = (before as Unit | undefined) ?? unit;
      if (span.home === list) {
        place(editor, list, unit, (log, items) => insertBehind(list, log, span, offset, items));
        return;
      }
      const last = reborn.lastBefore(list, span.home, span.log, span.counter + offset); // a list that stands for a deleted one
      const left = last && unitOf(editor.model, list, unitName(last.log.id, last.counter));
      place(editor, list, unit, (log, items) => {
        if (left === undefined) insertAt(list, log, 0, items);
        else insertBehind(list, log, left.span, left.offset, items);
      });
    },
  },
};

/** What is moved in a list; undefined where nothing ever was. */
function moved({ containers }: DocModel, list: Sequence): MovesContainer | undefined {
  return containers.get(containerName(MOVES, "", list).key) as MovesContainer | undefined; // cast: its kind is loaded
}

function elementOf(doc: DocModel, list: Sequence, item: Item): Element | undefined {
  const child = childOf(item);
  return child?.type === MOVES ? moved(doc, list)?.slots.get(child.name) : undefined;
}

/** What shows in a list, in order: elements are called as they were when they were inserted. */
function elementNames(doc: DocModel, list: Container, from = 0, to = Number.POSITIVE_INFINITY): string[] {
  const names: string[] = [];
  let at = 0;
  for (const { span, offset, length, content } of allRuns((list as Sequence).tree)) {
    if (content === null) continue;
    for (let i = Math.max(0, from - at); i < Math.min(length, to - at); i++) {
      const item = content[i] as Item; // casts: lists are sequences that hold items
      names.push(nameOf(elementOf(doc, list as Sequence, item)?.unit ?? { span, offset: offset + i }));
    }
    at += length;
  }
  return names;
}

function deleteElement(doc: DocModel, log: ReplicaLog, { unit, item, claims }: Element): void {
  const child = childOf(item);
  const container =
    child === undefined ? undefined : doc.containers.get(containerName(child.type, child.name, unit.span.home).key);
  container?.kind?.clear(doc, log, container);
  deleteUnit(log, unit);
  for (const { slot } of claims) if (isAside(slot)) deleteUnit(log, slot); // the one that shows is what is being deleted
}

/** Inserts a slot for an element, and takes those away that it had. */
function place(editor: Editor, list: Sequence, unit: Unit, insert: (log: ReplicaLog, items: Item[]) => void): void {
  const { model } = editor;
  editor.edit(list, (log) => {
    const home = containerOf(model, childName(MOVES, "", list)) as MovesContainer; // cast: its kind is loaded
    const key = nameOf(unit);
    const item = itemAt(unit);
    if (item !== undefined && !home.elements.has(key))
      home.elements.set(key, { unit, item, claims: [], winner: undefined });
    home.hooks.changing?.(home, key);
    const name = unitName(log.id, log.next);
    insert(log, [new ItemChild(MOVES, name)]);
    write(model, log, home, moveBody(log.id, nextTime(model), unit));
    settle(home);
    const element = home.elements.get(key);
    for (const { slot } of element?.claims ?? []) if (slot !== element?.winner?.slot) deleteUnit(log, slot);
    if (element !== undefined) home.dirty.add(element);
    settle(home);
  });
}

class MovableSurface extends ListSurface implements MovableList {
  move(from: number, to: number): void {
    const { home, editor } = this;
    checkIndex(from, 0, this.length - 1);
    checkIndex(to, 0, this.length - 1);
    if (from === to) return;
    const { tree } = home;
    const { span, offset, content } = seek(tree, from);
    const shown = { span, offset: offset + tree.offset };
    const unit = elementOf(editor.model, home, (content as readonly Item[])[tree.offset] as Item)?.unit ?? shown; // casts: lists hold items, and seek finds what shows
    place(editor, home, unit, (log, items) => insertAt(home, log, to < from ? to : to + 1, items));
  }

  protected override read(item: Item): CrdtValue {
    const element = elementOf(this.editor.model, this.home, item);
    if (element?.item !== undefined) return super.read(element.item);
    return isSlot(item) ? null : super.read(item);
  }
}
