import { decodeValue, encodeValue, type WireValue } from "../wire/index.ts";
import { type Editor, watchSequence } from "./editor.ts";
import type { Content, Item, Sequence } from "./model.ts";
import { checkIndex } from "./names.ts";
import { allRuns, seek } from "./runs.ts";
import { deleteAt, insertAt } from "./sequence.ts";
import type { CrdtList, ListDeltaStep } from "./types.ts";

export function listSurface(home: Sequence, editor: Editor): CrdtList {
  const { tree, name } = home;
  return {
    name,
    get length() {
      return tree.root.visible;
    },
    get(index) {
      if (!(Number.isInteger(index) && index >= 0 && index < tree.root.visible)) return undefined;
      const { content } = seek(tree, index);
      return (content as readonly Item[])[tree.offset]?.value; // cast: runs of a list hold items, and seek finds what shows
    },
    insert(index, ...values) {
      checkIndex(index, 0, tree.root.visible);
      const items = values.map(itemOf);
      if (items.length > 0) editor.edit((log) => insertAt(home, log, index, items));
    },
    delete(index, count) {
      checkIndex(index, 0, tree.root.visible);
      checkIndex(count, 0, tree.root.visible - index);
      if (count > 0) editor.edit((log) => deleteAt(home, log, index, count));
    },
    toArray() {
      const values: WireValue[] = [];
      for (const { content } of allRuns(tree))
        for (const item of (content ?? []) as readonly Item[]) values.push(item.value); // cast: see above
      return values;
    },
    observe: (listener) => editor.observe(home, watchSequence(home, listSteps), listener),
  };
}

/** Encoded at once: what others will see, and out of reach of whoever holds `value`. */
function itemOf(value: WireValue): Item {
  const bytes = encodeValue(value);
  return { bytes, value: decodeValue(bytes) };
}

function listSteps(): {
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
      const insert = (content as readonly Item[]).map(({ value }) => value); // cast: runs of a list hold items
      const last = steps[steps.length - 1];
      if (last !== undefined && "insert" in last) steps[steps.length - 1] = { insert: [...last.insert, ...insert] };
      else steps.push({ insert });
    },
    delete: (count) => steps.push({ delete: count }),
  };
}
