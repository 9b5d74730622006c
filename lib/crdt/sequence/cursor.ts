import { CodedError } from "../../errors/index.ts";
import { containerName, holds, MAX_DEPTH } from "../container-name.ts";
import { Reader, Writer } from "../encoding/bytes.ts";
import { type ContainerName, type DocModel, type Sequence, TEXT } from "../model.ts";
import type { Cursor, CursorSide } from "../types.ts";
import { spanAt } from "../update/log.ts";
import { partAt } from "./leaves.ts";
import { seek, visibleBefore } from "./runs.ts";
import { isHigh, splitPair } from "./sequence.ts";

/** The cursor before the visible unit at `index`, which must be in range. */
export function cursorAt(text: Sequence, index: number, side: CursorSide): Cursor {
  const { tree, name } = text;
  const place = within(text);
  const cursor = { text: name, ...(place.length > 0 ? { within: place } : {}), side };
  const unitAt = (at: number): Cursor["unit"] => {
    if (at < 0 || at === tree.root.visible) return null;
    const { span, offset } = seek(tree, at);
    const of = offset + tree.offset;
    if (at < index && isHigh(span, of)) throw splitPair(index);
    return { replica: span.log.id, counter: span.counter + of };
  };
  const left = unitAt(index - 1);
  return { ...cursor, unit: side === "left" ? left : unitAt(index) };
}

/** What a text is in, from the root on. */
function within(text: ContainerName): { type: number; name: string }[] {
  const path: { type: number; name: string }[] = [];
  for (let at = text.parent; at !== null; at = at.parent) path.unshift({ type: at.type, name: at.name });
  return path;
}

/** The index a cursor stands at; undefined when its unit is not known. */
export function resolveCursor(doc: DocModel, cursor: Cursor): number | undefined {
  checkCursor(cursor);
  let parent: ContainerName | null = null;
  for (const { type, name } of cursor.within ?? []) parent = containerName(type, name, parent);
  const { key } = containerName(TEXT, cursor.text, parent);
  const text = doc.containers.get(key) as Sequence | undefined; // cast: texts are sequences
  const { unit, side } = cursor;
  if (unit === null) return side === "left" ? 0 : (text?.tree.root.visible ?? 0);
  const log = doc.logs.get(unit.replica);
  if (text === undefined || log === undefined || unit.counter >= log.next) return undefined;
  const span = spanAt(log, unit.counter, text);
  if (span === undefined) return undefined;
  const offset = unit.counter - span.counter;
  const run = partAt(span, offset);
  const before = visibleBefore(run);
  if (run.content === null) return before;
  return before + offset - run.offset + (side === "left" ? 1 : 0);
}

/** @throws CodedError CRDT_BAD_CURSOR for what is none: cursors may come as JSON. */
function checkCursor(cursor: Cursor): void {
  try {
    const { text, within: path = [], side, unit } = cursor;
    const isNamed = typeof text === "string" && path.length <= MAX_DEPTH;
    const isWithin = [...path].every(({ type, name }) => isCount(type) && typeof name === "string");
    const isBeside = unit === null || (isCount(unit.replica) && isCount(unit.counter));
    if (isNamed && isWithin && isBeside && (side === "left" || side === "right")) return;
  } catch {
    // A part is missing.
  }
  throw new CodedError("CRDT_BAD_CURSOR", "The value is no cursor");
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Encodes a cursor, to send it to others.
 * @throws CodedError `CRDT_BAD_CURSOR` for what is no cursor.
 * @public
 */
export function encodeCursor(cursor: Cursor): Uint8Array {
  checkCursor(cursor);
  const out = new Writer();
  const path = cursor.within ?? [];
  out.u8((cursor.side === "right" ? 1 : 0) + (cursor.unit === null ? 0 : 2) + 4 * path.length);
  if (cursor.unit !== null) {
    out.varint(cursor.unit.replica);
    out.varint(cursor.unit.counter);
  }
  for (const { type, name } of path) {
    out.varint(type);
    out.string(name);
  }
  out.string(cursor.text);
  return out.toBytes();
}

/**
 * Decodes what `encodeCursor` made.
 * @throws CodedError `CRDT_BAD_CURSOR` for anything else.
 * @public
 */
export function decodeCursor(bytes: Uint8Array): Cursor {
  try {
    const from = new Reader(bytes);
    const flags = from.u8();
    const unit = flags & 2 ? { replica: from.varint(), counter: from.varint() } : null;
    let parent: ContainerName | null = null;
    for (let depth = flags >> 2; depth > 0; depth--) {
      const outer: ContainerName | null = parent;
      parent = containerName(from.varint(), from.string(), outer);
      if ((outer !== null && !holds(outer, parent.type, parent.name)) || parent.depth === MAX_DEPTH)
        throw new RangeError("an impossible place");
    }
    const text = from.string();
    if (from.remaining > 0 || (parent !== null && !holds(parent, TEXT, text)))
      throw new RangeError("no text, or bytes left over");
    const place = within(containerName(TEXT, text, parent));
    return { text, ...(place.length > 0 ? { within: place } : {}), side: flags & 1 ? "right" : "left", unit };
  } catch (cause) {
    throw new CodedError("CRDT_BAD_CURSOR", "The bytes are no cursor", { cause });
  }
}
