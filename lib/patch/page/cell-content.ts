import type { Content, InstanceContent, RowContent } from "../../wire/index.ts";
import { LIST_MIXED, LIST_STREAM, LIST_UNIFORM, RAW } from "../../wire/index.ts";
import { shownText } from "../shown-text.ts";
import type { Templates } from "../templates.ts";
import { type Cell, Hole, Instance, isPlain, type Key, List, StreamHole } from "./cells.ts";
import { keysIn, rowAt } from "./list.ts";

/** What a cell holds, as it travels. */
export function cellContent(cell: Cell, templates: Templates): Content {
  if (typeof cell === "string") return shownText(cell);
  if (isPlain(cell)) return typeof cell === "number" ? String(cell) : cell;
  if (cell instanceof StreamHole) return streamContent(cell, templates);
  if (cell instanceof Hole) return cellContent(cell.held, templates);
  if (cell instanceof Instance) return instanceContent(cell, templates);
  if (!(cell instanceof List)) return [RAW, cell.markup];
  const [template, rows] = rowsContent(rowsOf(cell), templates);
  if (template >= 0) return [LIST_UNIFORM, template, ...rows];
  return [LIST_MIXED, ...(rows as readonly InstanceContent[])]; // cast: rows of template -1 are instances
}

function streamContent({ id, feed, held }: StreamHole, templates: Templates): Content {
  const rows = held instanceof List ? rowsOf(held) : [];
  const keys = held instanceof List ? keysIn(held) : [];
  return [LIST_STREAM, id, feed.limit, ...withKeys(rowsContent(rows, templates), keys)];
}

/** Rows as they travel: one template and the values of each, or -1 and an instance each. */
export function rowsContent(rows: readonly Instance[], templates: Templates): [template: number, rows: RowContent[]] {
  const shared = rows[0]?.template;
  if (shared === undefined || rows.some((row) => row.template !== shared)) {
    return [-1, rows.map((row) => instanceContent(row, templates))];
  }
  const number = templates.number(shared);
  return [number, rows.map((row) => row.cells.map((cell) => cellContent(cell, templates)))];
}

function instanceContent(row: Instance, templates: Templates): InstanceContent {
  // The outer template first, so that numbers follow the order in which a page names them.
  const number = templates.number(row.template);
  return [number, ...row.cells.map((cell) => cellContent(cell, templates))];
}

function rowsOf(list: List): Instance[] {
  const rows: Instance[] = [];
  for (const block of list.blocks) for (let row = 0; row < block.keys.length; row++) rows.push(rowAt(block, row));
  return rows;
}

/** A template and rows, each behind its key. */
export function withKeys(
  [template, rows]: readonly [template: number, rows: readonly RowContent[]],
  keys: readonly Key[],
): [template: number, ...keysAndRows: (Key | RowContent)[]] {
  return [template, ...rows.flatMap((row, at) => [keys[at] as Key, row])]; // cast: as many as rows
}
