import { attributeOf, type Html, type HtmlValue, rowOf, type Slot } from "../../html/index.ts";
import { OP_SPLICE } from "../../wire/index.ts";
import { diffRows, type RowsDiff } from "../rows.ts";
import { isTree } from "../tree.ts";
import type { Around } from "./around.ts";
import { rowsContent } from "./cell-content.ts";
import { type Block, type Cell, compact, type Instance, isPlain, type List, type Plain, release } from "./cells.ts";
import { someLate } from "./late.ts";
import { layRows } from "./lay-rows.ts";
import { keysIn, rowAt, setRow, unflatten } from "./list.ts";
import { isAsItWas, type Plan, planOf } from "./plan.ts";
import { relay, splice } from "./relay.ts";
import type { Rows } from "./rows-source.ts";
import { tellValue } from "./tell-value.ts";
import type { Node, Walker } from "./walker.ts";

/** First the list takes its new order, then its rows are compared where they now stand. */
export function updateList(walker: Walker, list: List, rows: Rows, around: Around): void {
  if (list.size === 0 && walker.isMuted) {
    layRows(walker, list, rows, around);
    return;
  }
  const { size } = rows;
  const made = list.size === size && sameKeys(list, rows) ? undefined : reorder(walker, list, rows, around);
  if (made?.size === size) return;
  const stops: Stops = { indexes: made === undefined ? [] : [...made.keys()], next: 0 };
  let first = 0;
  for (const block of list.blocks) {
    const plan = block.template === undefined || !rows.areFresh ? undefined : planOf(block.template);
    const end = block.keys.length;
    let row = 0;
    if (plan?.isPlain === true) row = updatePlain(walker, { block, plan, rows, first, made }, stops, around);
    else if (plan !== undefined) row = updateFresh(walker, { block, plan, rows, first, made }, around);
    // From where the block is flat no more.
    for (; row < end; row++) {
      if (!made?.has(first + row)) updateRow(walker, block, row, first + row, rows.rowAt(first + row), around);
    }
    first += end;
  }
}

/** Compares one row with what it is to be. */
export function updateRow(walker: Walker, block: Block, row: number, index: number, node: Node, around: Around): void {
  if (block.template !== undefined && updateTexts(walker, block, row, index, node)) return;
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

/** Rows of one block that are compared with what they are to be. */
interface Run {
  readonly block: Block;
  readonly plan: Plan;
  readonly rows: Rows;
  /** The index of the block's first row. */
  readonly first: number;
  /** What was made just now, by index. */
  readonly made: ReadonlyMap<number, Instance> | undefined;
}

/** Where rows were made just now, rising, and which of these places comes next. */
interface Stops {
  readonly indexes: readonly number[];
  next: number;
}

/** Rows that hold nothing but texts. @returns how many, the block being flat up to there. */
function updatePlain(walker: Walker, { block, plan, rows, first }: Run, stops: Stops, around: Around): number {
  const other: Other = { value: undefined };
  const { indexes } = stops;
  const end = block.keys.length;
  let row = 0;
  for (; block.template !== undefined && row < end; row++) {
    while ((indexes[stops.next] ?? Number.POSITIVE_INFINITY) < first + row) stops.next++;
    const until = Math.min(end, (indexes[stops.next] ?? Number.POSITIVE_INFINITY) - first);
    row = passTexts(walker, block, plan, rows, row, until, first, other);
    if (row < until) updateRow(walker, block, row, first + row, rowOf(other.value), around);
  }
  return Math.min(row, end);
}

/** What a row is made of that takes a closer look. */
interface Other {
  value: HtmlValue;
}

/**
 * The fast way past most rows. What has the template of the block was made by it, and is asked nothing else; nor does it leave this function while its slots are
 * texts, so that engines need not make it (bench: live, "a text in a row", plain: an eighth).
 * @returns the first row that takes a closer look, or `end`.
 */
function passTexts(
  walker: Walker,
  block: Block,
  plan: Plan,
  rows: Rows,
  from: number,
  end: number,
  first: number,
  other: Other,
): number {
  const { cells } = block;
  const { holes, source } = plan;
  const count = holes.length;
  for (let row = from; row < end; row++) {
    const value = rows.valueAt(first + row);
    const node = value as Html | null | undefined; // cast: anything else has no template
    if (node?.template !== source) {
      other.value = value;
      return row;
    }
    const { values } = node;
    let place = row * count;
    for (let slot = 0; slot < count; slot++, place++) {
      const now = values[holes[slot] as number]; // cast: in range
      if (now === cells[place]) continue;
      if (typeof now !== "string" && typeof now !== "number") {
        other.value = value;
        return row;
      }
      setFlatText(walker, cells, place, first + row, slot, now);
    }
  }
  return end;
}

/** A row of the template of its block, that shows texts now as before. @returns false when it takes a closer look; what was done then holds. */
function updateTexts(walker: Walker, { template, cells }: Block, row: number, index: number, node: Node): boolean {
  if (template === undefined || node.template !== template || isTree(node)) return false;
  const { holes, isPlain } = planOf(template);
  if (!isPlain) return false;
  const { values } = node;
  for (let slot = 0, place = row * holes.length; slot < holes.length; slot++, place++) {
    const now = values[holes[slot] as number]; // cast: in range
    if (now === cells[place]) continue;
    if (typeof now !== "string" && typeof now !== "number") return false;
    setFlatText(walker, cells, place, index, slot, now);
  }
  return true;
}

function setFlatText(
  walker: Walker,
  cells: Cell[],
  place: number,
  index: number,
  slot: number,
  text: string | number,
): void {
  walker.path.push(index, slot);
  cells[place] = walker.setText(cells[place] as Cell, text); // cast: in range
  walker.path.pop();
  walker.path.pop();
}

/** Rows with attributes. @returns how many, the block being flat up to there. */
function updateFresh(walker: Walker, { block, plan, rows, first, made }: Run, around: Around): number {
  let row = 0;
  for (; row < block.keys.length && block.template !== undefined; row++) {
    if (made?.has(first + row)) continue;
    const node = rows.rowAt(first + row) as Html; // cast: they are made anew
    const isSame =
      node.template === plan.source &&
      isAsItWas(plan, block.template, block.cells, row * plan.holes.length, node.values);
    if (!isSame) updateRow(walker, block, row, first + row, node, around);
  }
  return row;
}

/** @returns false when the row will not be flat any more; nothing has been done then. */
function updateFlat(walker: Walker, block: Block, row: number, named: Node): boolean {
  const { slots } = named.template;
  for (let at = 0; at < slots.length; at++) if (!isFlatSlot(named, at, slots[at] as Slot)) return false; // cast: in range
  for (let at = 0, place = row * slots.length; at < slots.length; at++, place++) {
    const slot = slots[at] as Slot; // cast: in range
    const cell = block.cells[place] as Cell; // cast: there is one per slot
    const value = plainOf(named, at, slot);
    if (cell === value) continue;
    walker.path.push(at);
    // cast: of a child, nothing else is plain
    if (slot.kind === "child") block.cells[place] = walker.setText(cell, value as string | number);
    else {
      if (!walker.isMuted) tellValue(walker.out, walker.address(), slot.kind, value);
      block.cells[place] = value;
    }
    walker.path.pop();
  }
  return true;
}

function isFlatSlot(named: Node, at: number, slot: Slot): boolean {
  if (isTree(named)) return isPlain(named.values[at] as Cell); // cast: there is one, and of tree values all but the plain ones are refused
  if (slot.kind !== "child") return !someLate(slot, named.values);
  const value = named.values[slot.first];
  return value === null || (typeof value !== "object" && typeof value !== "function");
}

/** What a slot holds that is flat. */
function plainOf(named: Node, at: number, slot: Slot): Plain {
  if (isTree(named)) {
    const value = named.values[at] as Plain; // cast: it is flat
    return slot.kind === "child" ? compact(String(value)) : value;
  }
  if (slot.kind !== "child") return attributeOf(named.template, slot, named.values);
  const value = named.values[slot.first];
  if (typeof value === "string" || typeof value === "number") return value;
  return typeof value === "bigint" ? String(value) : ""; // what else is flat shows nothing
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

/** With more places than this in which rows come and go, laying all of them out anew is as fast. */
const FEW_GAPS = 16;

/** @returns What was made, by index, rising; all other rows were there before. */
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
  let diff: RowsDiff;
  try {
    const into = walker.isMuted ? [] : walker.out;
    diff = diffRows(old, keys, walker.address(), into, (first, end) => {
      const fresh: Instance[] = [];
      for (let index = first; index < end; index++) fresh.push(make(index));
      return walker.isMuted ? [-1, []] : rowsContent(fresh, walker.templates);
    });
  } catch (error) {
    // Nothing has happened to the rows yet, so nothing may be said of them.
    walker.out.length = mark;
    for (const instance of made.values()) release(instance);
    throw error;
  }
  const { gaps, sourceOf } = diff;
  if (gaps !== undefined && gaps.length <= FEW_GAPS) splice(list, keys, gaps, made);
  else relay(list, keys, (index) => made.get(index) ?? sourceOf(index) ?? -1);
  return made;
}
