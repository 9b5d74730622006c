import type { WireValue } from "../wire/index.ts";
import { clearItems } from "./clear.ts";
import { containerName, unitName } from "./container-name.ts";
import { Node, watchSequence } from "./editor.ts";
import { type Content, type Kind, LIST, type Sequence } from "./model.ts";
import { checkIndex } from "./names.ts";
import { childName, typeOf } from "./nodes.ts";
import { allRuns, seek } from "./runs.ts";
import { createSequence, deleteAll, deleteAt, insertAt, isHidden } from "./sequence.ts";
import type { CrdtList, CrdtNodes, CrdtValue, ListDelta, ListDeltaStep } from "./types.ts";
import { contentOf, type Item, ItemChild, keep } from "./values.ts";

/** Casts: `create` made it. */
export const listKind: Kind = {
  type: LIST,
  label: "list",
  create: createSequence,
  surface: (home, editor) => new ListSurface(home as Sequence, editor, "list"),
  isEmpty: isHidden,
  clear(doc, log, home) {
    clearItems(doc, log, home as Sequence, 0, (home as Sequence).tree.root.visible);
    deleteAll(home as Sequence, log);
  },
};

export class ListSurface extends Node<Sequence, "list"> implements CrdtList {
  get length(): number {
    return this.home.tree.root.visible;
  }

  get(index: number): CrdtValue | undefined {
    const { tree } = this.home;
    if (!(Number.isInteger(index) && index >= 0 && index < tree.root.visible)) return undefined;
    const { content } = seek(tree, index);
    return this.read((content as readonly Item[])[tree.offset] as Item); // casts: runs of a list hold items, and seek finds what shows
  }

  insert(index: number, ...values: readonly WireValue[]): void {
    const { home, editor } = this;
    checkIndex(index, 0, home.tree.root.visible);
    const items = values.map(keep);
    if (items.length > 0) editor.edit(home, (log) => insertAt(home, log, index, items));
  }

  insertChild<T extends keyof CrdtNodes>(index: number, type: T): CrdtNodes[T] {
    const { home, editor } = this;
    checkIndex(index, 0, home.tree.root.visible);
    const number = typeOf(editor.model, type);
    let name = "";
    editor.edit(home, (log) => {
      name = unitName(log.id, log.next);
      childName(number, name, home); // where it would be too deep, nothing is inserted
      insertAt(home, log, index, [new ItemChild(number, name)]);
    });
    return editor.node(containerName(number, name, home)) as CrdtNodes[T]; // cast: the type says which
  }

  delete(index: number, count: number): void {
    const { home, editor } = this;
    const { visible } = home.tree.root;
    checkIndex(index, 0, visible);
    checkIndex(count, 0, visible - index);
    if (count === 0) return;
    editor.edit(home, (log) => {
      clearItems(editor.model, log, home, index, count);
      deleteAt(home, log, index, count);
    });
  }

  toArray(): CrdtValue[] {
    const values: CrdtValue[] = [];
    for (const { content } of allRuns(this.home.tree))
      for (const item of (content ?? []) as readonly Item[]) values.push(this.read(item)); // cast: see above
    return values;
  }

  observe(listener: (delta: ListDelta, origin: unknown) => void): () => void {
    const sink = (): ReturnType<typeof listSteps> => listSteps((item) => this.read(item));
    return this.editor.observe(this.home, watchSequence(this.home, sink), listener);
  }

  protected read(item: Item): CrdtValue {
    if (!(item instanceof ItemChild)) return contentOf(item);
    item.node ??= this.editor.node(containerName(item.type, item.name, this.home)) ?? null;
    return item.node;
  }
}

function listSteps(read: (item: Item) => CrdtValue): {
  steps: ListDeltaStep[];
  retain(count: number): void;
  insert(content: Content): void;
  delete(count: number): void;
} {
  const steps: ListDeltaStep[] = [];
  return {
    steps,
    retain: (retain) => steps.push({ retain }),
    insert(content) {
      const insert = (content as readonly Item[]).map(read); // cast: runs of a list hold items
      const last = steps[steps.length - 1];
      if (last !== undefined && "insert" in last) steps[steps.length - 1] = { insert: [...last.insert, ...insert] };
      else steps.push({ insert });
    },
    delete: (count) => steps.push({ delete: count }),
  };
}
