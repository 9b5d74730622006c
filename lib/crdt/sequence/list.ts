import type { WireValue } from "../../wire/index.ts";
import { clearItems } from "../clear.ts";
import { childName, containerName, unitName } from "../container-name.ts";
import { type Kind, LIST, type Sequence } from "../model.ts";
import { checkIndex } from "../names.ts";
import { typeOf } from "../nodes.ts";
import type { CrdtList, CrdtNodes, CrdtValue, ListDelta } from "../types.ts";
import { contentOf, type Item, ItemChild, keep } from "../values.ts";
import { allRuns, seek } from "./runs.ts";
import { deleteAll, insertAt, isHidden, SequenceHome } from "./sequence.ts";
import { SequenceSurface } from "./surface.ts";

/** Casts: its kind's `home` made it. */
export const listKind: Kind = {
  type: LIST,
  label: "list",
  home: SequenceHome,
  surface: (home, editor) => new ListSurface(home as Sequence, editor),
  isEmpty: isHidden,
  clear(doc, log, home) {
    clearItems(doc, log, home as Sequence, 0, (home as Sequence).tree.root.visible);
    deleteAll(home as Sequence, log);
  },
};

export class ListSurface extends SequenceSurface<"list"> implements CrdtList {
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
    childName(number, "", home); // where it would be too deep, nothing is inserted
    let name = "";
    editor.edit(home, (log) => {
      name = unitName(log.id, log.next);
      insertAt(home, log, index, [new ItemChild(number, name)]);
    });
    return editor.node(containerName(number, name, home)) as CrdtNodes[T]; // cast: the type says which
  }

  toArray(): CrdtValue[] {
    const values: CrdtValue[] = [];
    for (const { content } of allRuns(this.home.tree))
      for (const item of (content ?? []) as readonly Item[]) values.push(this.read(item)); // cast: see above
    return values;
  }

  observe(listener: (delta: ListDelta, origin: unknown) => void): () => void {
    return this.observeSteps(listener, (content) => (content as readonly Item[]).map((item) => this.read(item))); // cast: see above
  }

  protected read(item: Item): CrdtValue {
    if (!(item instanceof ItemChild)) return contentOf(item);
    item.node ??= this.editor.node(containerName(item.type, item.name, this.home)) ?? null;
    return item.node;
  }
}
