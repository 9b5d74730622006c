import {
  OP_COMMAND,
  OP_EDIT,
  OP_FILL,
  OP_INSERT_ROWS,
  OP_MOVE,
  OP_PERMUTE,
  OP_REMOVE,
  OP_REMOVE_ROWS,
  OP_SPLICE,
  OP_STREAM,
  OP_TEMPLATE,
  type Operation,
  type Path,
  type RowContent,
  STREAM_APPEND,
  STREAM_OPEN,
  STREAM_REMOVE,
  STREAM_RESET,
  type StreamOperation,
  unpackOrder,
  unpackPicks,
  type WireValue,
} from "../../lib/wire/index.ts";
import { addToStream, fill, openStream, removeFromStream, rowNode, spliceRows, streamOf, toRows } from "./fill.ts";
import {
  compileTemplate,
  type Instance,
  nodesOf,
  type PageHooks,
  type PageTemplate,
  parentOf,
  rowsOf,
  type Slot,
  slotAt,
} from "./slots.ts";

/** What operations act on. */
export interface Target extends PageHooks {
  readonly root: Slot;
  readonly templates: PageTemplate[];
  command(name: string, args: readonly WireValue[]): void;
}

/** Applies an operation to the page. @throws Error when the page is not what it expects. */
export function applyOperation(target: Target, operation: Operation): void {
  const { root, templates } = target;
  if (operation[0] === OP_COMMAND) target.command(operation[1], operation.slice(2));
  else if (operation[0] === OP_TEMPLATE) {
    const [, number, ...source] = operation;
    if (number !== templates.length) throw new Error(`template ${number} comes when ${templates.length} is the next`);
    templates.push(compileTemplate(source));
  } else if (operation[0] === OP_FILL) {
    const [, path, picks, rest, ...values] = operation;
    for (const [at, step] of unpackPicks(picks, MAX_STEP).entries()) {
      const slot = slotAt(root, [...stepsOf(path), step, ...stepsOf(rest)]);
      fill(slot, values[Math.min(at, values.length - 1)] ?? null, templates, target);
    }
  } else {
    const slot = slotAt(root, operation[1]);
    if (operation[0] === OP_SPLICE) {
      const [, , index, remove, template = -1, ...rows] = operation;
      // cast: what follows the template is rows
      spliceRows(slot, index, remove, toRows(template, rows as readonly RowContent[]), templates, target);
    } else if (operation[0] === OP_MOVE)
      moveRows(slot, operation.slice(2) as number[]); // cast: so it is in a move
    else if (operation[0] === OP_EDIT) editText(slot, operation[2], operation[3], operation[4]);
    else if (operation[0] === OP_STREAM) changeStream(slot, operation, target);
    else if (operation[0] === OP_PERMUTE) permuteRows(slot, operation[2], operation[3], operation[4]);
    else if (operation[0] === OP_REMOVE_ROWS) {
      for (const row of unpackPicks(operation[2], rowsOf(slot).length).toReversed())
        spliceRows(slot, row, 1, [], templates, target);
    } else if (operation[0] === OP_INSERT_ROWS) {
      const [, , picks, template, ...rows] = operation;
      const places = unpackPicks(picks, rowsOf(slot).length + rows.length);
      if (places.length !== rows.length) throw new Error(`${places.length} places for ${rows.length} rows`);
      for (const [at, row] of toRows(template, rows).entries())
        spliceRows(slot, places[at] as number, 0, [row], templates, target); // cast: as many as rows
    } else fill(slot, operation[0] === OP_REMOVE ? "" : operation[2], templates, target);
  }
}

/** No list is longer: where a step leads nowhere the path says so. */
const MAX_STEP = 2 ** 31;

function stepsOf(path: Path): readonly number[] {
  return typeof path === "number" ? [path] : path;
}

/** Part of a text is another one now. */
function editText(slot: Slot, start: number, remove: number, text: string): void {
  const { held } = slot;
  const before = held !== undefined && "value" in held ? held.value : undefined;
  if (before === undefined || before.length < start + remove)
    throw new Error(`no text of ${start + remove} letters to be edited`);
  (held as { value: string }).value = before.slice(0, start) + text + before.slice(start + remove); // cast: it has one, as asked above
}

function changeStream(slot: Slot, operation: StreamOperation, target: Target): void {
  switch (operation[2]) {
    case STREAM_OPEN: {
      const [, , , id, limit, ...keys] = operation;
      openStream(slot, { id, limit, keys });
      return;
    }
    case STREAM_REMOVE:
      removeFromStream(slot, operation.slice(3) as (string | number)[]); // cast: what follows is keys
      return;
    case STREAM_RESET:
      removeFromStream(slot, [...streamOf(slot).keys]);
      return;
    default: {
      const [, , action, template, ...rows] = operation;
      addToStream(slot, action === STREAM_APPEND, template, rows, target.templates, target);
    }
  }
}

/** Takes every run out, then puts each in at its place. */
function moveRows(slot: Slot, numbers: readonly number[]): void {
  const old = [...rowsOf(slot)];
  const moves: { readonly to: number; readonly rows: readonly Instance[] }[] = [];
  for (let at = 0; at < numbers.length; ) {
    const run = (numbers[at] ?? 0) < 0 ? -(numbers[at++] ?? 0) : 1;
    const [from = 0, to = 0] = [numbers[at++], numbers[at++]];
    moves.push({ to, rows: old.slice(from, from + run) });
  }
  const moved = new Set(moves.flatMap(({ rows }) => rows));
  const rows = old.filter((row) => !moved.has(row));
  for (const move of moves) rows.splice(move.to, 0, ...move.rows);
  order(slot, rows);
}

/** Entry i of the order says which of the rows, counted from `start`, comes i-th. */
function permuteRows(slot: Slot, start: number, count: number, packed: Uint8Array): void {
  const rows = rowsOf(slot);
  const part = rows.slice(start, start + count);
  if (part.length !== count) throw new Error(`no ${count} rows to be ordered`);
  const ordered = unpackOrder(packed, count).map((from) => part[from] as Instance); // cast: it is an order of these rows
  order(slot, [...rows.slice(0, start), ...ordered, ...rows.slice(start + count)]);
}

function order(slot: Slot, rows: readonly Instance[]): void {
  const parent = parentOf(slot);
  const behind = rowNode(slot, rows.length);
  const nodes = rows.map(nodesOf);
  slot.held = [...rows];
  const listed = new Set(nodes.flat());
  // All at once: one by one, a shuffle of n rows would look n times through the parent.
  const others = parent.childNodes.filter((node) => !listed.has(node));
  const at = behind === undefined ? others.length : others.indexOf(behind);
  parent.childNodes = [...others.slice(0, at), ...nodes.flat(), ...others.slice(at)];
}
