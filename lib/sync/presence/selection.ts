import { type CrdtText, type Cursor, type Doc, decodeCursor, encodeCursor } from "../../crdt/index.ts";
import type { WireMap, WireValue } from "../../wire/index.ts";
import { demandOption } from "../options.ts";
import type { Peer } from "./presence.ts";

/**
 * A selection in a text, as UTF-16 indexes.
 * @public
 */
export interface TextSelection {
  /** Where it was begun. */
  readonly anchor: number;
  /** Where the caret is: before `anchor` where it was drawn backwards. */
  readonly head: number;
}

/**
 * A selection as a presence state, `{ anchor, head }`: places that stay right while the text changes. Indexes inside a surrogate pair move
 * before it.
 * @public
 */
export function encodeSelection(doc: Doc, text: CrdtText, selection: TextSelection): WireMap {
  const { anchor, head }: Partial<TextSelection> = selection ?? {};
  demandOption(typeof anchor === "number" && typeof head === "number", "selection");
  const encode = (index: number): Uint8Array => {
    const inside = Math.max(0, Math.min(index, text.length));
    try {
      return encodeCursor(doc.cursor(text, inside));
    } catch {
      return encodeCursor(doc.cursor(text, inside - 1)); // one back from the middle of a pair
    }
  };
  return { anchor: encode(anchor), head: encode(head) };
}

/**
 * The selection in that text a presence state names; undefined when it names none: states come from strangers.
 * @public
 */
export function decodeSelection(doc: Doc, text: CrdtText, state: WireValue): TextSelection | undefined {
  const { text: name, within }: Cursor = doc.cursor(text, 0);
  const path = JSON.stringify([name, within]);
  const anchor = resolve(doc, path, property(state, "anchor"));
  const head = resolve(doc, path, property(state, "head"));
  return anchor === undefined || head === undefined ? undefined : { anchor, head };
}

/**
 * A name and a colour for a peer: `name` and `color` of its user, else no name and a colour by its number.
 * @public
 */
export function describePeer({ id, user }: Peer): { name: string; color: string } {
  const name = property(user, "name") ?? user;
  const color = property(user, "color");
  // The golden angle: numbers next to each other get colours far apart.
  const fallback = `hsl(${Math.round((id * 137.5) % 360)} 70% 40%)`;
  return { name: typeof name === "string" ? name : "", color: typeof color === "string" ? color : fallback };
}

/** Texts in other nodes may have the same name. */
function resolve(doc: Doc, path: string, value: WireValue | undefined): number | undefined {
  const cursor = readCursor(value);
  return cursor && JSON.stringify([cursor.text, cursor.within]) === path ? doc.resolve(cursor) : undefined;
}

function readCursor(value: WireValue | undefined): Cursor | undefined {
  try {
    return value instanceof Uint8Array ? decodeCursor(value) : undefined;
  } catch {
    return undefined;
  }
}

function property(value: WireValue | undefined, key: string): WireValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array)
    return undefined;
  return Object.hasOwn(value, key) ? (value as WireMap)[key] : undefined; // cast: what is left of the union
}
