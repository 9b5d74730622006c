import type { Operation, WireValue } from "../../lib/wire/index.ts";
import {
  OP_COMMAND,
  OP_MOVE,
  OP_PERMUTE,
  OP_REMOVE,
  OP_SPLICE,
  OP_TEMPLATE,
  type RowContent,
} from "../../lib/wire/index.ts";
import { fill, type Instance, type LiveSlot, placeRow, rowNode, slotAt, splice, toRows } from "./page.ts";
import { compileTemplate, type LiveTemplate } from "./template.ts";

/** What operations act on. */
export interface Page {
  readonly _root: LiveSlot;
  _templates: LiveTemplate[];
  /** Hears commands. */
  _command(name: string, args: readonly WireValue[]): void;
}

/** Applies operations to the page, keeping focus and selection. Throws when the page is not what they expect. */
export const applyOperations = (page: Page, operations: readonly Operation[]): void => {
  keepFocus(() => {
    for (const operation of operations) apply(page, operation);
  });
};

/** Runs something that may move the focused element, and gives it focus, selection and what the user typed back. */
export const keepFocus = (change: () => void): void => {
  const active = (document.activeElement ?? document.body) as HTMLInputElement; // cast: what follows takes any element
  const { selectionStart, selectionEnd, value } = active;
  const isTouched = value !== (active.getAttribute("value") ?? "");
  change();
  if (!active.isConnected || active === document.activeElement) return;
  // While it was out of the document nothing told it from any other control. A button's value is the server's alone.
  if (isTouched && active.value !== value) active.value = value;
  active.focus({ preventScroll: true });
  if (selectionEnd != null) active.setSelectionRange(selectionStart, selectionEnd);
};

const apply = ({ _root: root, _templates: templates, _command: command }: Page, operation: Operation): void => {
  if (operation[0] === OP_COMMAND) command(operation[1], operation.slice(2));
  else if (operation[0] === OP_TEMPLATE) {
    const [, number, ...source] = operation;
    templates[number] = compileTemplate(source);
  } else {
    const slot = slotAt(root, operation[1]);
    if (operation[0] === OP_SPLICE) {
      const [, , index, remove, template = -1, ...rows] = operation;
      splice(slot, index, remove, toRows(template, rows as RowContent[]), templates);
    } else if (operation[0] === OP_MOVE) {
      move(slot, operation.slice(2) as number[]); // cast: so it is in a move
    } else if (operation[0] === OP_PERMUTE) permute(slot, operation[2], operation[3], operation[4]);
    else fill(slot, operation[0] === OP_REMOVE ? "" : operation[2], templates);
  }
};

/** Takes the moved rows out of the list, puts each in at its new place, then moves nodes from the last to the first: what follows is in place. */
const move = (slot: LiveSlot, numbers: number[]): void => {
  const old = slot._held as Instance[]; // cast: else this throws, as it should
  const moves: [to: number, rows: Instance[]][] = [];
  let rows = old;
  while (numbers.length) {
    const run = numbers[0] as number; // casts: the server writes them in pairs
    if (run < 0) numbers.shift();
    const [from, to] = numbers.splice(0, 2) as [number, number];
    const taken = old.slice(from, from + Math.max(1, -run));
    moves.push([to, taken]);
    rows = rows.filter((row) => !taken.includes(row));
  }
  slot._held = rows;
  for (const [to, moved] of moves) rows.splice(to, 0, ...moved);
  for (const [to, moved] of moves.reverse()) {
    const before = rowNode(slot, to + moved.length);
    for (const row of moved) placeRow(slot, row, before);
  }
};

/** Each row's place is packed in as many bits as the last one needs, low bits first. */
const permute = (slot: LiveSlot, start: number, count: number, packed: Uint8Array): void => {
  const rows = slot._held as Instance[]; // cast: else the next line throws, as it should
  const before = rowNode(slot, start + count);
  const width = 32 - Math.clz32(count - 1);
  const moved = Array.from({ length: count }, (_, index) => {
    let from = start;
    for (let bit = 0, at = index * width; bit < width; bit++, at++) {
      from += (((packed[at >> 3] as number) >> (at & 7)) & 1) << bit; // cast: as many bytes as the count needs
    }
    return rows[from] as Instance; // cast: the order is of these rows
  });
  rows.splice(start, count, ...moved);
  for (const row of moved) placeRow(slot, row, before);
};
