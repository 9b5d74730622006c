/*
 * Rows in order, in blocks of a few hundred: one that comes or goes moves the values of its block and no others, whose number is what an index costs
 * to find. Rows of plain values are kept flat: 1,000 rows of 3 slots take 34 KB, as objects 150 KB.
 */
import type { Template } from "../../html/index.ts";
import { Block, type Cell, Instance, isPlain, type Key, type List } from "./cells.ts";

/** Most rows of a block. */
const MAX_ROWS = 256;

/** A block, and a row in it. */
export interface Place {
  readonly block: Block;
  readonly row: number;
}

/** Where a row stands. @throws RangeError when there is none, which is a mistake of ours. */
export function placeOf(list: List, index: number): Place {
  const { blocks } = list;
  const starts = startsOf(list);
  let low = 0;
  for (let high = blocks.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= index)
      low = middle; // cast: there is one per block
    else high = middle - 1;
  }
  const block = blocks[low];
  const row = index - (starts[low] ?? 0);
  if (block === undefined || row < 0 || row >= block.keys.length)
    throw new RangeError(`no row ${index} of ${list.size}`);
  return { block, row };
}

/** The index of each block's first row, kept until rows come or go. */
function startsOf(list: List): readonly number[] {
  if (list.starts !== undefined) return list.starts;
  const starts: number[] = [];
  let start = 0;
  for (const { keys } of list.blocks) {
    starts.push(start);
    start += keys.length;
  }
  list.starts = starts;
  return starts;
}

/** A row as an instance: itself, or a copy of flat values. */
export function rowAt(block: Block, row: number): Instance {
  const { template, cells } = block;
  if (template === undefined) return cells[row] as Instance; // cast: such a block has instances
  const stride = template.slots.length;
  return new Instance(template, cells.slice(row * stride, (row + 1) * stride));
}

/** The keys in order. */
export function keysIn(list: List): readonly Key[] {
  const [only] = list.blocks;
  if (list.blocks.length === 1 && only !== undefined) return only.keys;
  const keys: Key[] = [];
  for (const block of list.blocks) for (const key of block.keys) keys.push(key); // ten times as fast as flatMap
  return keys;
}

/** Gives a block an instance a row. */
export function unflatten(block: Block): void {
  if (block.template === undefined) return;
  const rows = block.keys.map((_, row) => rowAt(block, row));
  for (const row of rows) row.parent = block;
  block.template = undefined;
  block.cells = rows;
}

/** Puts another row in the place of one. */
export function setRow(block: Block, row: number, instance: Instance): void {
  unflatten(block);
  instance.parent = block;
  block.cells[row] = instance;
}

/** Takes rows out. @returns Those of them that were instances. */
export function removeRows(list: List, index: number, count: number): Instance[] {
  const gone: Instance[] = [];
  for (let left = count; left > 0; ) {
    const { block, row } = placeOf(list, index);
    const taken = Math.min(left, block.keys.length - row);
    const stride = block.template === undefined ? 1 : block.template.slots.length;
    const cells = block.cells.splice(row * stride, taken * stride);
    if (block.template === undefined) gone.push(...(cells as Instance[])); // cast: such a block has instances
    block.keys.splice(row, taken);
    if (block.keys.length === 0) list.blocks.splice(list.blocks.indexOf(block), 1);
    left -= taken;
    list.starts = undefined;
  }
  list.size -= count;
  return gone;
}

/** Puts rows in. */
export function insertRows(list: List, index: number, keys: readonly Key[], rows: readonly Instance[]): void {
  const last = list.blocks[list.blocks.length - 1];
  if (last === undefined || rows.length > MAX_ROWS) {
    insertMany(list, index, keys, rows);
    return;
  }
  const { block, row } = index < list.size ? placeOf(list, index) : { block: last, row: last.keys.length };
  block.keys.splice(row, 0, ...keys);
  if (block.template !== undefined && rows.every((one) => isFlat(one) && one.template === block.template)) {
    block.cells.splice(row * block.template.slots.length, 0, ...rows.flatMap((one) => one.cells));
  } else {
    // The keys are in already, and `unflatten` reads the values by them.
    block.keys.splice(row, keys.length);
    unflatten(block);
    block.keys.splice(row, 0, ...keys);
    for (const one of rows) one.parent = block;
    block.cells.splice(row, 0, ...rows);
  }
  list.size += rows.length;
  list.starts = undefined;
  if (block.keys.length > MAX_ROWS) split(list, block);
}

/** Takes rows out, and puts each where it stands in the end: by rising `to`. */
export function moveRows(list: List, moved: readonly { readonly from: number; readonly to: number }[]): void {
  const rows = moved.map(({ from, to }) => {
    const { block, row } = placeOf(list, from);
    return { from, to, key: block.keys[row] as Key, instance: rowAt(block, row) }; // cast: in range
  });
  for (const { from } of rows.toSorted((a, b) => b.from - a.from)) removeRows(list, from, 1);
  for (const { to, key, instance } of rows) insertRows(list, to, [key], [instance]);
}

function insertMany(list: List, index: number, keys: readonly Key[], rows: readonly Instance[]): void {
  const packer = new Packer(list);
  let at = 0;
  const add = (): void => {
    for (const [i, one] of rows.entries()) packer.add(keys[i] ?? i, one);
  };
  for (const block of list.blocks) {
    for (let row = 0; row < block.keys.length; row++, at++) {
      if (at === index) add();
      packer.add(block.keys[row] ?? row, rowAt(block, row));
    }
  }
  if (index >= at) add();
  packer.done();
}

function split(list: List, block: Block): void {
  const half = block.keys.length >> 1;
  const stride = block.template === undefined ? 1 : block.template.slots.length;
  const second = new Block(list, block.template, block.keys.splice(half), block.cells.splice(half * stride));
  if (second.template === undefined) for (const row of second.cells as Instance[]) row.parent = second; // cast: such a block has instances
  list.blocks.splice(list.blocks.indexOf(block) + 1, 0, second);
}

function isFlat(row: Instance): boolean {
  return row.cells.every(isPlain);
}

/** Lays rows out anew, in blocks that fit exactly. */
export class Packer {
  private readonly list: List;
  private readonly blocks: Block[] = [];
  private block: Block;
  private size = 0;

  constructor(list: List) {
    this.list = list;
    this.block = new Block(list, undefined, [], []);
  }

  add(key: Key, row: Instance): void {
    const { list } = this;
    if (this.block.keys.length === MAX_ROWS) this.close();
    const { block } = this;
    const flat = isFlat(row);
    if (block.keys.length === 0) this.block = new Block(list, flat ? row.template : undefined, [key], []);
    else {
      if (block.template !== undefined && !(flat && block.template === row.template)) unflatten(block);
      block.keys.push(key);
    }
    const into = this.block;
    if (into.template !== undefined) for (const cell of row.cells) into.cells.push(cell);
    else {
      row.parent = into;
      into.cells.push(row);
    }
    this.size++;
  }

  /** A row of plain values, for which no instance need be made. @param cells - Copied. */
  addFlat(key: Key, template: Template, cells: readonly Cell[]): void {
    const { block } = this;
    const { length } = block.keys;
    if (length === 0 || length === MAX_ROWS || block.template !== template) {
      this.add(key, new Instance(template, cells.slice()));
      return;
    }
    block.keys.push(key);
    for (const cell of cells) block.cells.push(cell);
    this.size++;
  }

  /** From now on these are the rows of the list. */
  done(): void {
    this.close();
    this.list.blocks = this.blocks;
    this.list.size = this.size;
    this.list.starts = undefined;
  }

  private close(): void {
    const { block } = this;
    if (block.keys.length === 0) return;
    // Lists that have grown have room to grow; these are as long as they are.
    block.keys = block.keys.slice();
    block.cells = block.cells.slice();
    this.blocks.push(block);
    this.block = new Block(this.list, undefined, [], []);
  }
}
