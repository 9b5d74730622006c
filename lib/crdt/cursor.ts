import { CodedError } from "../errors/index.ts";
import { createReader, createWriter } from "../pool/index.ts";
import { containerKey } from "./containers.ts";
import { spanAt } from "./log.ts";
import { type DocModel, type Sequence, TEXT } from "./model.ts";
import { partAt, seek, visibleBefore } from "./runs.ts";
import { isHigh } from "./sequence.ts";
import type { Cursor, CursorSide } from "./types.ts";

/** The cursor before the visible unit at `index`, which must be in range. */
export function cursorAt(text: Sequence, index: number, side: CursorSide): Cursor {
  const { tree, name } = text;
  if (index > 0) {
    const run = seek(tree, index - 1);
    const offset = run.offset + tree.offset;
    if (isHigh(run.span, offset)) {
      throw new CodedError("CRDT_SPLIT_PAIR", `Index ${index} lies inside a surrogate pair`, { value: index });
    }
    if (side === "left")
      return { text: name, side, unit: { replica: run.span.log.id, counter: run.span.counter + offset } };
  }
  if (side === "left" || index === tree.root.visible) return { text: name, side, unit: null };
  const run = seek(tree, index);
  return { text: name, side, unit: { replica: run.span.log.id, counter: run.span.counter + run.offset + tree.offset } };
}

/** The index a cursor stands at; undefined when its unit is not known. */
export function resolveCursor(doc: DocModel, cursor: Cursor): number | undefined {
  const text = doc.containers.get(containerKey(TEXT, cursor.text)) as Sequence | undefined; // cast: texts are sequences
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

/**
 * Encodes a cursor, to send it to others.
 * @public
 */
export function encodeCursor(cursor: Cursor): Uint8Array {
  const out = createWriter({ minBytes: 32 });
  out.u8((cursor.side === "right" ? 1 : 0) + (cursor.unit === null ? 0 : 2));
  if (cursor.unit !== null) {
    out.varint(cursor.unit.replica);
    out.varint(cursor.unit.counter);
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
    const from = createReader(bytes);
    const flags = from.u8();
    const unit = flags & 2 ? { replica: from.varint(), counter: from.varint() } : null;
    const text = from.string();
    if (flags > 3 || from.remaining > 0) throw new RangeError("unknown flags or bytes left over");
    return { text, side: flags & 1 ? "right" : "left", unit };
  } catch (cause) {
    throw new CodedError("CRDT_BAD_CURSOR", "The bytes are no cursor", { cause });
  }
}
