import { CodedError } from "../../errors/index.ts";
import { eachRow, type Html } from "../../html/index.ts";
import { READ } from "../../pool/index.ts";
import type { Around } from "./around.ts";
import { type Cell, CollectionHole, Hole, Instance, isPlain, List } from "./cells.ts";
import { rowAt } from "./list.ts";

/** Makes a row that follows nothing. */
type MakeRow = (row: Html, around: Around) => Instance;

/**
 * Looks for rows of collections that would be others if they were made now: the page has no way to see that.
 * @remarks Makes all rows once more.
 */
export function findStaleRow(cell: Cell, make: MakeRow): CodedError | undefined {
  if (isPlain(cell)) return undefined;
  if (cell instanceof Hole) {
    const found = cell instanceof CollectionHole ? staleIn(cell, make) : undefined;
    return found ?? findStaleRow(cell.held, make);
  }
  if (cell instanceof Instance) return first(cell.cells, (inner) => findStaleRow(inner, make));
  if (!(cell instanceof List)) return undefined;
  return first(cell.blocks, (block) =>
    block.template === undefined ? first(block.cells, (row) => findStaleRow(row, make)) : undefined,
  );
}

function staleIn({ held, given: each, around }: CollectionHole, make: MakeRow): CodedError | undefined {
  if (!(held instanceof List)) return undefined;
  const items = (each.source as { [READ](): readonly unknown[] })[READ](); // cast: it is a keyed source
  let index = 0;
  for (const block of held.blocks) {
    for (let row = 0; row < block.keys.length; row++, index++) {
      if (isSameCell(rowAt(block, row), make(eachRow(each, items[index], index), around))) continue;
      return new CodedError("PATCH_STALE_ROW", `row ${index} of a collection shows what is not in its item`, {
        value: index,
      });
    }
  }
  return undefined;
}

function isSameCell(a: Cell, b: Cell | undefined): boolean {
  if (b === undefined) return false;
  if (a instanceof Hole) return isSameCell(a.held, b);
  if (isPlain(a) || isPlain(b)) return isPlain(a) && isPlain(b) && String(a) === String(b);
  if (a instanceof Instance && b instanceof Instance) {
    return a.template === b.template && a.cells.every((cell, at) => isSameCell(cell, b.cells[at]));
  }
  if (a instanceof List && b instanceof List) {
    const [rows, others] = [rowsOf(a), rowsOf(b)];
    return rows.length === others.length && rows.every((row, at) => isSameCell(row, others[at]));
  }
  return "markup" in a && "markup" in b && a.markup === b.markup;
}

function rowsOf(list: List): Instance[] {
  return list.blocks.flatMap((block) => block.keys.map((_, row) => rowAt(block, row)));
}

function first<T>(all: readonly T[], find: (one: T) => CodedError | undefined): CodedError | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
