import { type Each, eachKeys, eachRow, type Html, type HtmlValue, rowOf } from "../../html/index.ts";
import { CHANGES } from "../../pool/index.ts";
import { OP_MOVE, OP_SPLICE, type Operation, type Path } from "../../wire/index.ts";
import { reorderOperations, wireBytes } from "../reorder.ts";
import type { Around } from "./around.ts";
import { rowsContent } from "./cell-content.ts";
import { type Cell, CollectionHole, type Hole, type Instance, type Key, List, release } from "./cells.ts";
import { type FollowedSlot, watchHole } from "./holes.ts";
import { collectionOf, unhole } from "./late.ts";
import { insertRows, moveRows, placeOf, removeRows } from "./list.ts";
import type { Rows } from "./rows-source.ts";
import { updateRow } from "./rows-walk.ts";
import type { Walker } from "./walker.ts";
import type { KeyedChange, KeyedChanges, KeyedRow, Watching } from "./watching.ts";

/** A move takes 10 bytes at most, a row of a permutation some bits: among so many rows a move, moves are always smaller. */
const MANY = 40;

/** A slot that is to show the rows of a collection. */
export interface CollectionSlot extends FollowedSlot {
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
  return watchHole(
    watching,
    new CollectionHole(walker, owner, at, unhole(cell), each, untracked(around), source[CHANGES]()),
  );
}

/** Whether a hole is given the readable or the collection it follows already, in the same surroundings: most are, at most updates. */
export function goesOn(hole: Hole, given: HtmlValue, around: Around): boolean {
  if (hole.isGone || around.scope !== hole.around.scope) return false;
  if (!(hole instanceof CollectionHole)) {
    return hole.given === given && around.tracked === hole.around.tracked && typeof given === "object";
  }
  if (hole.given.source !== collectionOf(given)) return false;
  hole.given = given as Each; // cast: it has a collection
  return true;
}

/** Shows what has happened to a collection since it was last shown. */
export function readCollection(walker: Walker, watching: Watching, hole: CollectionHole): void {
  const { reader } = hole;
  reader.track();
  watching.untracked(() => {
    const change = hole.isLost ? undefined : reader.take();
    hole.isLost = true; // unless all of it works out
    if (change !== undefined && hole.held instanceof List) applyChange(walker, hole, hole.held, change);
    else {
      const rows = new CollectionRows(hole.given, reader.all());
      hole.held = walker.setList(hole.held, hole.owner, hole.at, rows, hole.around);
    }
    hole.isLost = false;
  });
}

/** All rows of a collection. */
export class CollectionRows implements Rows {
  readonly areFresh = true;
  private readonly each: Each;
  private readonly rows: readonly KeyedRow[];

  constructor(each: Each, rows: readonly KeyedRow[]) {
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
    return rowOf(this.valueAt(index));
  }

  valueAt(index: number): HtmlValue {
    return this.each.row(this.rows[index]?.value, index);
  }

  keys(): readonly Key[] {
    return checkedKeys(this.each, this.rows);
  }
}

function checkedKeys(each: Each, rows: readonly KeyedRow[]): readonly Key[] {
  const keys = rows.map((row) => row.key);
  return keys.every(isKey) ? keys : eachKeys(each, keys); // which refuses them
}

function isKey(key: unknown): key is Key {
  return typeof key === "string" || typeof key === "number";
}

/** Rows that go or come together are one operation. */
function applyChange(walker: Walker, hole: CollectionHole, list: List, change: KeyedChange): void {
  const { gone, moved, fresh, changed } = change;
  for (let end = gone.length; end > 0; ) {
    let start = end - 1;
    while (start > 0 && gone[start - 1] === (gone[start] as number) - 1) start--; // cast: in range
    remove(walker, list, gone[start] as number, end - start); // cast: in range
    end = start;
  }
  if (moved.length > 0) move(walker, list, moved);
  for (let start = 0; start < fresh.length; ) {
    let end = start + 1;
    while (end < fresh.length && fresh[end]?.index === (fresh[start]?.index ?? 0) + end - start) end++;
    insert(walker, hole, list, fresh.slice(start, end));
    start = end;
  }
  for (const { index, row } of changed) update(walker, hole, list, index, row.value);
}

function insert(walker: Walker, hole: CollectionHole, list: List, run: KeyedChange["fresh"]): void {
  const index = run[0]?.index ?? 0;
  const made: Instance[] = [];
  try {
    for (const [at, { row }] of run.entries()) {
      made.push(walker.make(walker.named(eachRow(hole.given, row.value, index + at)), hole.around));
    }
    const keys = checkedKeys(
      hole.given,
      run.map(({ row }) => row),
    );
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

function move(walker: Walker, list: List, moved: KeyedChange["moved"]): void {
  const flat: number[] = [];
  for (let at = 0; at < moved.length; ) {
    const { from, to } = moved[at] as KeyedChange["moved"][number]; // cast: in range
    let run = 1;
    while (moved[at + run]?.from === from + run && moved[at + run]?.to === to + run) run++;
    if (run > 1) flat.push(-run);
    flat.push(from, to);
    at += run;
  }
  walker.out.push(...smallerOf([[OP_MOVE, walker.address(), ...flat]], moved, walker.address()));
  moveRows(list, moved);
}

/** Moves, unless many rows have moved among few. */
function smallerOf(moves: Operation[], moved: KeyedChange["moved"], path: Path): Operation[] {
  let [first, end] = [Number.POSITIVE_INFINITY, 0];
  for (const { from, to } of moved) {
    first = Math.min(first, from, to);
    end = Math.max(end, from + 1, to + 1);
  }
  if (end - first > moved.length * MANY) return moves;
  const gone = new Set(moved.map(({ from }) => from));
  const order: number[] = [];
  for (let at = first; at < end; at++) if (!gone.has(at)) order.push(at - first);
  for (const { from, to } of moved) order.splice(to - first, 0, from - first);
  const operations = reorderOperations(order, first, path);
  return wireBytes(operations) < wireBytes(moves) ? operations : moves;
}

/** Nobody notes what rows of collections read: they are made of their items. */
function untracked(around: Around): Around {
  return around.tracked ? { scope: around.scope, tracked: false } : around;
}
