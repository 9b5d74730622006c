import type { RowsGap } from "../rows.ts";
import { type Instance, type Key, type List, release } from "./cells.ts";
import { insertRows, Packer, removeRows, rowAt } from "./list.ts";

/** Puts rows in and takes rows out, where all others stay in order: what that costs is what the blocks cost in which they stand. */
export function splice(
  list: List,
  keys: readonly Key[],
  gaps: readonly RowsGap[],
  made: ReadonlyMap<number, Instance>,
): void {
  for (const { first, remove, end } of gaps) {
    const gone = removeRows(list, first, remove);
    const fresh: Instance[] = [];
    for (let index = first; index < end; index++) fresh.push(made.get(index) as Instance); // cast: what was not there was made
    if (fresh.length > 0) insertRows(list, first, keys.slice(first, end), fresh);
    for (const row of gone) release(row);
  }
}

/** Lays the rows out in their new order, and ends those that are gone. */
export function relay(list: List, keys: readonly Key[], source: (index: number) => Instance | number): void {
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
