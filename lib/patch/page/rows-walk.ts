import { attributeOf, type Html, type Slot } from "../../html/index.ts";
import { OP_ATTRIBUTE, OP_SPLICE, OP_TEXT, type Operation } from "../../wire/index.ts";
import { diffRows } from "../rows.ts";
import { isTree } from "../tree.ts";
import type { Around } from "./around.ts";
import { rowsContent } from "./cell-content.ts";
import { type Block, type Cell, type Instance, isPlain, type List, type Plain, release } from "./cells.ts";
import { someLate } from "./late.ts";
import { keysIn, Packer, rowAt, setRow, unflatten } from "./list.ts";
import { planOf } from "./plan.ts";
import type { Rows } from "./rows-source.ts";
import type { Node, Walker } from "./walker.ts";

/** First the list takes its new order, then its rows are compared where they now stand. */
export function updateList(walker: Walker, list: List, rows: Rows, around: Around): void {
  const { size } = rows;
  const made = list.size === size && sameKeys(list, rows) ? undefined : reorder(walker, list, rows, around);
  if (made?.size === size) return;
  let index = 0;
  for (const block of list.blocks) {
    for (let row = 0; row < block.keys.length; row++, index++) {
      if (made === undefined || !made.has(index)) updateRow(walker, block, row, index, rows.rowAt(index), around);
    }
  }
}

/** Compares one row with what it is to be. */
export function updateRow(walker: Walker, block: Block, row: number, index: number, node: Node, around: Around): void {
  if (block.template === node.template && isAsItWas(block, row, node)) return;
  const named = walker.named(node);
  walker.path.push(index);
  if (block.template !== undefined && block.template === named.template && !updateFlat(walker, block, row, named)) {
    unflatten(block);
  }
  if (block.template === undefined) {
    const instance = rowAt(block, row);
    if (instance.template === named.template) walker.fill(instance, named, around);
    else replaceRow(walker, block, row, index, named, around);
  } else if (block.template !== named.template) replaceRow(walker, block, row, index, named, around);
  walker.path.pop();
}

function sameKeys(list: List, rows: Rows): boolean {
  let index = 0;
  for (const { keys } of list.blocks) {
    for (let row = 0; row < keys.length; row++) if (keys[row] !== rows.keyAt(index++)) return false;
  }
  return true;
}

/** The fast way past most rows: nothing between the tags of a flat row has changed, and it has nothing else. */
function isAsItWas(block: Block, row: number, { values }: Node): boolean {
  const { holes } = planOf(block.template as Html["template"]); // cast: only asked of flat blocks
  const first = row * holes.length;
  const { cells } = block;
  for (let slot = 0; slot < holes.length; slot++) {
    const hole = holes[slot] as number; // cast: in range
    if (hole < 0 || values[hole] !== cells[first + slot]) return false;
  }
  return true;
}

/** @returns false when the row will not be flat any more; nothing has been done then. */
function updateFlat(walker: Walker, block: Block, row: number, named: Node): boolean {
  const { slots } = named.template;
  const now: Plain[] = [];
  for (const [at, slot] of slots.entries()) {
    const value = isTree(named) ? named.values[at] : plainOf(named, slot);
    if (value === undefined || !isPlain(value as Cell)) return false; // cast: of a tree value, all but the plain ones are refused
    now.push(value as Plain); // cast: as above
  }
  const first = row * slots.length;
  for (const [at, slot] of slots.entries()) {
    const cell = block.cells[first + at];
    const value = now[at] as Plain; // cast: one was pushed per slot
    if (cell === value) continue;
    walker.path.push(at);
    if (slot.kind === "child")
      block.cells[first + at] = walker.setText(cell as Cell, value as string | number); // casts: in range; of a child, nothing else is plain
    else {
      if (!walker.isMuted) walker.out.push(valueOperation(walker, slot, value));
      block.cells[first + at] = value;
    }
    walker.path.pop();
  }
  return true;
}

function valueOperation(walker: Walker, slot: Slot, value: Plain): Operation {
  if (slot.kind === "attribute")
    return [OP_ATTRIBUTE, walker.address(), typeof value === "number" ? String(value) : value];
  return [OP_TEXT, walker.address(), String(value ?? "")];
}

/** What a slot holds, if that is plain and nothing to follow. */
function plainOf({ template, values }: Html, slot: Slot): Plain | undefined {
  if (slot.kind !== "child") return someLate(slot, values) ? undefined : attributeOf(template, slot, values);
  const value = values[slot.first];
  switch (typeof value) {
    case "string":
    case "number":
      return value;
    case "bigint":
      return String(value);
    case "boolean":
    case "undefined":
      return "";
    default:
      return value === null ? "" : undefined;
  }
}

function replaceRow(walker: Walker, block: Block, row: number, index: number, named: Node, around: Around): void {
  const made = walker.make(named, around);
  if (!walker.isMuted) {
    const last = walker.path.pop();
    try {
      const [template, rows] = rowsContent([made], walker.templates);
      walker.out.push([OP_SPLICE, walker.address(), index, 1, template, ...rows]);
    } catch (error) {
      release(made);
      throw error;
    }
    walker.path.push(last ?? index);
  }
  if (block.template === undefined) release(block.cells[row]);
  setRow(block, row, made);
}

/** @returns What was made, by index; all other rows were there before. */
function reorder(walker: Walker, list: List, rows: Rows, around: Around): ReadonlyMap<number, Instance> {
  const old = keysIn(list);
  const keys = rows.keys();
  const made = new Map<number, Instance>();
  const make = (index: number): Instance => {
    walker.path.push(index);
    const instance = walker.make(walker.named(rows.rowAt(index)), around);
    walker.path.pop();
    made.set(index, instance);
    return instance;
  };
  const mark = walker.out.length;
  let kept: (index: number) => number;
  try {
    if (old.length === 0 && walker.isMuted) {
      for (let index = 0; index < keys.length; index++) make(index);
      kept = () => -1;
    } else {
      const into = walker.isMuted ? [] : walker.out;
      kept = diffRows(old, keys, walker.address(), into, (first, end) => {
        const fresh: Instance[] = [];
        for (let index = first; index < end; index++) fresh.push(make(index));
        return walker.isMuted ? [-1, []] : rowsContent(fresh, walker.templates);
      });
    }
  } catch (error) {
    // Nothing has happened to the rows yet, so nothing may be said of them.
    walker.out.length = mark;
    for (const instance of made.values()) release(instance);
    throw error;
  }
  relay(list, keys, (index) => made.get(index) ?? kept(index));
  return made;
}

/** Lays the rows out in their new order, and ends those that are gone. */
function relay(list: List, keys: readonly (string | number)[], source: (index: number) => Instance | number): void {
  const old: Instance[] = [];
  const live = list.blocks.some((block) => block.template === undefined);
  for (const block of list.blocks) for (let row = 0; row < block.keys.length; row++) old.push(rowAt(block, row));
  const packer = new Packer(list);
  const stays = new Uint8Array(old.length);
  for (const [index, key] of keys.entries()) {
    const from = source(index);
    if (typeof from === "number") stays[from] = 1;
    packer.add(key, typeof from === "number" ? (old[from] as Instance) : from); // cast: a row that is kept was there
  }
  packer.done();
  if (live) for (const [index, row] of old.entries()) if (stays[index] === 0) release(row);
}
