import { type Each, eachKeys, eachRow, type Html } from "../../html/index.ts";
import { OP_MOVE, OP_SPLICE } from "../../wire/index.ts";
import type { Around } from "./around.ts";
import { rowsContent } from "./cell-content.ts";
import { type Cell, CollectionHole, type Instance, type Key, List, release } from "./cells.ts";
import { unhole } from "./late.ts";
import { insertRows, placeOf, removeRows, rowAt } from "./list.ts";
import { joinMoves } from "./moves.ts";
import type { Rows } from "./rows-source.ts";
import { updateRow } from "./rows-walk.ts";
import type { Walker } from "./walker.ts";
import type { KeyedChanges, KeyedDelta, Watching } from "./watching.ts";

/** More moves than this at once are worth the sight of the whole list. */
const MAX_MOVES = 64;
/** Below this many changes nothing is given up. */
const MIN_PENDING = 64;

/** A slot that is to show the rows of a collection. */
export interface CollectionSlot {
  readonly cell: Cell;
  readonly owner: Instance;
  readonly at: number;
  readonly around: Around;
  readonly source: KeyedChanges;
  readonly each: Each;
}

/** Shows a collection: what is there of it goes on, another is followed from now on. */
export function followCollection(walker: Walker, watching: Watching, slot: CollectionSlot): Cell {
  const { cell, owner, at, around, source, each } = slot;
  if (cell instanceof CollectionHole && !cell.isGone && cell.given.source === source) {
    cell.given = each;
    cell.around = untracked(around);
    return cell;
  }
  const hole = new CollectionHole(walker, owner, at, unhole(cell), each, untracked(around));
  hole.watching = watching;
  try {
    watching.untracked(() => readCollection(walker, hole));
  } catch (error) {
    hole.stop();
    owner.cells[at] = hole.held;
    throw error;
  }
  return hole;
}

/** Shows what has happened to a collection since it was last shown. */
export function readCollection(walker: Walker, hole: CollectionHole): void {
  if (hole.isLost) readAll(walker, hole);
  else {
    const { held, pending } = hole;
    hole.pending = [];
    hole.isLost = true; // unless all of it works out
    if (!(held instanceof List) || !applyDeltas(walker, hole, held, pending)) readAll(walker, hole);
    hole.isLost = false;
  }
}

/** Follows the collection from the beginning. */
function readAll(walker: Walker, hole: CollectionHole): void {
  const { watching, given: each } = hole;
  hole.end?.();
  hole.end = undefined;
  let first: readonly KeyedDelta[] | undefined;
  const sink = (deltas: readonly KeyedDelta[]): void => {
    if (first === undefined) first = deltas;
    else record(hole, deltas);
  };
  hole.end = watching?.follow(each.source as KeyedChanges, sink); // cast: that is what makes it a collection hole
  first ??= []; // from now on all is a change
  const rows = new FirstRows(each, first);
  hole.held = walker.setList(hole.held, hole.owner, hole.at, rows, hole.around);
  hole.pending = [];
  hole.isLost = false;
}

function record(hole: CollectionHole, deltas: readonly KeyedDelta[]): void {
  if (!hole.isLost) {
    for (const delta of deltas) hole.pending.push(delta);
    const size = hole.held instanceof List ? hole.held.size : 0;
    if (hole.pending.length > Math.max(MIN_PENDING, size)) {
      hole.pending = [];
      hole.isLost = true;
    }
  }
  hole.invalidate();
}

/** What a collection held when it began to be followed. */
class FirstRows implements Rows {
  private readonly each: Each;
  private readonly rows: readonly KeyedDelta[];

  constructor(each: Each, rows: readonly KeyedDelta[]) {
    this.each = each;
    this.rows = rows;
  }

  get size(): number {
    return this.rows.length;
  }

  keyAt(index: number): unknown {
    return this.rows[index]?.key;
  }

  rowAt(index: number): Html {
    const delta = this.rows[index];
    return eachRow(this.each, delta !== undefined && "value" in delta ? delta.value : undefined, index);
  }

  keys(): readonly Key[] {
    const keys = this.rows.map((row) => row.key);
    return keys.every(isKey) ? keys : eachKeys(this.each, keys); // which refuses them
  }
}

function isKey(key: unknown): key is Key {
  return typeof key === "string" || typeof key === "number";
}

/**
 * Applies what has happened, neighbours that come or go together as one.
 * @returns false when the sight of the whole list is worth more; what has been done until then holds.
 */
function applyDeltas(walker: Walker, hole: CollectionHole, list: List, deltas: readonly KeyedDelta[]): boolean {
  for (let at = 0; at < deltas.length; ) {
    const delta = deltas[at] as KeyedDelta; // cast: in range
    let end = at + 1;
    while (end < deltas.length && isNeighbour(deltas[end - 1], deltas[end])) end++;
    const run = deltas.slice(at, end);
    at = end;
    switch (delta.type) {
      case "insert":
        insert(walker, hole, list, delta.index, run);
        break;
      case "delete":
        remove(walker, list, Math.min(...run.map((one) => ("index" in one ? one.index : 0))), run.length);
        break;
      case "update":
        update(walker, hole, list, delta.index, delta.value);
        break;
      default:
        if (run.length > MAX_MOVES) return false;
        move(walker, list, run);
    }
  }
  return true;
}

function isNeighbour(before: KeyedDelta | undefined, now: KeyedDelta | undefined): boolean {
  if (before === undefined || now === undefined || before.type !== now.type) return false;
  if (before.type === "move") return true;
  if (before.type === "insert" && now.type === "insert") return now.index === before.index + 1;
  return before.type === "delete" && now.type === "delete" && now.index === before.index;
}

function insert(walker: Walker, hole: CollectionHole, list: List, index: number, run: readonly KeyedDelta[]): void {
  const made: Instance[] = [];
  try {
    for (const [at, delta] of run.entries()) {
      const value = "value" in delta ? delta.value : undefined;
      made.push(walker.make(walker.named(eachRow(hole.given, value, index + at)), hole.around));
    }
    const keys = run.map((delta) => delta.key);
    if (!keys.every(isKey)) throw eachKeys(hole.given, keys); // which throws
    const [template, rows] = rowsContent(made, walker.templates);
    walker.out.push([OP_SPLICE, walker.address(), index, 0, template, ...rows]);
    insertRows(list, index, keys, made);
  } catch (error) {
    for (const row of made) release(row);
    throw error;
  }
}

function remove(walker: Walker, list: List, index: number, count: number): void {
  walker.out.push([OP_SPLICE, walker.address(), index, count]);
  for (const row of removeRows(list, index, count)) release(row);
}

function update(walker: Walker, hole: CollectionHole, list: List, index: number, value: unknown): void {
  const { block, row } = placeOf(list, index);
  updateRow(walker, block, row, index, eachRow(hole.given, value, index), hole.around);
}

/** Rows are taken out and put in at once here, one after another there: where each ends is the same. */
function move(walker: Walker, list: List, run: readonly KeyedDelta[]): void {
  const moves = joinMoves(run.map((delta) => (delta.type === "move" ? delta : { from: 0, to: 0 })));
  if (moves.length > 0) walker.out.push([OP_MOVE, walker.address(), ...moves]);
  for (const delta of run) {
    if (delta.type !== "move") continue;
    const { block, row } = placeOf(list, delta.from);
    const key = block.keys[row] as Key; // cast: in range
    const instance = rowAt(block, row);
    removeRows(list, delta.from, 1);
    insertRows(list, delta.to, [key], [instance]);
  }
}

/** Nobody notes what rows of collections read: they are made of their items. */
function untracked(around: Around): Around {
  return around.tracked ? { scope: around.scope, tracked: false } : around;
}
