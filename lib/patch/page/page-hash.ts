import { hash64 } from "../../pool/index.ts";
import type { Templates } from "../templates.ts";
import { type Cell, Hole, Instance, isPlain, List } from "./cells.ts";

/** See `hash` of a page. Every text goes behind its length: no two pages read the same. */
export function pageHash(root: Instance, templates: Templates): string {
  return hash64(instanceText(root, templates));
}

function instanceText({ template, cells }: Instance, templates: Templates): string {
  let text = `i${templates.number(template)}`;
  for (const cell of cells) text += cellText(cell, templates);
  return text;
}

function cellText(cell: Cell, templates: Templates): string {
  if (isPlain(cell)) {
    if (cell === null) return "n";
    if (cell === true) return "t";
    const text = String(cell); // a number reads as the text it shows
    return `${text.length}:${text}`;
  }
  if (cell instanceof Hole) return cellText(cell.held, templates);
  if (cell instanceof Instance) return instanceText(cell, templates);
  if (cell instanceof List) return listText(cell, templates);
  return `r${cell.markup.length}:${cell.markup}`;
}

function listText({ blocks, size }: List, templates: Templates): string {
  let text = `l${size}`;
  for (const { template, keys, cells } of blocks) {
    const head = template === undefined ? "" : `i${templates.number(template)}`;
    const stride = template === undefined ? 1 : template.slots.length;
    for (let row = 0; row < keys.length; row++) {
      text += head;
      for (let at = row * stride; at < (row + 1) * stride; at++) text += cellText(cells[at] as Cell, templates); // cast: in range
    }
  }
  return text;
}
