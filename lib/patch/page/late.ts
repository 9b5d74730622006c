import { type Each, type HtmlValue, nodeKind, type Slot } from "../../html/index.ts";
import { CHANGES, READ } from "../../pool/index.ts";
import type { Around } from "./around.ts";
import { type Cell, Hole } from "./cells.ts";
import type { KeyedChanges } from "./watching.ts";

/** Functions and readables inside each other, at most. */
const MAX_WRAPPINGS = 100;

/** Whether a slot between tags is followed by itself. Parts and components are, where nobody else notes what they read. */
export function isLate(value: unknown, around: Around, inline: boolean): boolean {
  if (typeof value === "function") return !inline;
  if (typeof value !== "object" || value === null) return false;
  if (READ in value) return true;
  const kind = nodeKind(value);
  if (kind === "each") return isUnread((value as Each).source); // cast: its kind says so
  return kind === "part" && !around.tracked;
}

/** Whether one of the holes of an attribute is followed. */
export function someLate({ first, count }: Slot, values: readonly HtmlValue[]): boolean {
  for (let at = first; at < first + count; at++) if (isUnread(values[at])) return true;
  return false;
}

/** Calls functions and reads readables until something else comes out. */
export function settle(given: unknown): unknown {
  let value = given;
  for (let i = 0; i < MAX_WRAPPINGS && isUnread(value); i++) {
    value = typeof value === "function" && !(READ in value) ? value() : (value as { [READ](): unknown })[READ](); // cast: it has READ
  }
  return value; // what is still unread is refused by whoever reads it
}

/** The collection whose rows `each` makes of their items alone: rows that take their index change with others. */
export function collectionOf(value: unknown): KeyedChanges | undefined {
  if (nodeKind(value) !== "each") return undefined;
  const { source, row } = value as Each; // cast: its kind says so
  const isKeyed = typeof source === "object" && source !== null && CHANGES in source;
  return isKeyed && row.length < 2 ? (source as KeyedChanges) : undefined; // cast: it has CHANGES
}

/** A cell that is no hole: what a hole holds, which is followed no more. */
export function unhole(cell: Cell): Cell {
  let current = cell;
  while (current instanceof Hole) {
    current.stop();
    current = current.held;
  }
  return current;
}

/** Whether a hole is given what it was given. */
export function isSame(slot: Slot | undefined, before: unknown, now: unknown): boolean {
  if (before === now || slot === undefined || slot.kind === "child") return before === now;
  const [a, b] = [before, now] as readonly (readonly unknown[])[]; // cast: what the hole of an attribute is given
  for (let at = slot.first; at < slot.first + slot.count; at++) if (a?.[at] !== b?.[at]) return false;
  return true;
}

function isUnread(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null && READ in value);
}
