import { isTree } from "../tree.ts";
import type { Around } from "./around.ts";
import { compact, type Instance, type Key, type List, type Plain, release } from "./cells.ts";
import { Packer } from "./list.ts";
import { planOf } from "./plan.ts";
import type { Rows } from "./rows-source.ts";
import type { Node, Walker } from "./walker.ts";

/**
 * Gives a list that is not on the page yet its first rows. For those that hold nothing but texts no instance is made.
 * @throws what making a row throws: then the list has none.
 */
export function layRows(walker: Walker, list: List, rows: Rows, around: Around): void {
  const packer = new Packer(list);
  const made: Instance[] = [];
  const texts: Plain[] = [];
  try {
    for (const [index, key] of rows.keys().entries()) {
      const node = rows.rowAt(index);
      if (readTexts(node, texts)) packer.addFlat(key, node.template, texts);
      else made.push(addMade(walker, packer, key, index, node, around));
    }
  } catch (error) {
    for (const instance of made) release(instance);
    throw error;
  }
  packer.done();
}

function addMade(walker: Walker, packer: Packer, key: Key, index: number, node: Node, around: Around): Instance {
  walker.path.push(index);
  const instance = walker.make(walker.named(node), around);
  walker.path.pop();
  packer.add(key, instance);
  return instance;
}

/** @param texts - Gets what the row shows in its slots. @returns false when it holds something else. */
function readTexts(node: Node, texts: Plain[]): boolean {
  const { isPlain, hasSpread, holes } = planOf(node.template);
  if (!isPlain || hasSpread) return false;
  const values: readonly unknown[] = node.values;
  const isRead = isTree(node);
  for (let slot = 0; slot < holes.length; slot++) {
    // A tree has a value a slot, an evaluation one a hole.
    const value = values[isRead ? slot : (holes[slot] as number)]; // cast: there is one per slot
    if (typeof value === "string") texts[slot] = isRead ? compact(value) : value;
    else if (typeof value === "number") texts[slot] = value;
    else return false;
  }
  texts.length = holes.length;
  return true;
}
