import { decodeValue } from "../wire/index.ts";
import type { Reader } from "./bytes.ts";
import { CHILD_MARK, childType, unitName } from "./container-name.ts";
import { type Intervals, search, unite } from "./intervals.ts";
import { append } from "./long-list.ts";
import { type Item, LIST_RUN, TEXT_RUN, WRITE } from "./model.ts";
import { bad } from "./refuse.ts";
import type { InsertRow, Piece, Section } from "./rows.ts";

/**
 * Deals bodies and text out to the rows: units that this update deletes have none. In a document the text stands in the order of the sequence,
 * which is not known yet: pieces that show stay empty. Returns where the text ended, or undefined in a document.
 */
export function fillContents(
  replicas: readonly number[],
  sections: readonly Section[],
  pairs: readonly number[],
  from: Reader,
  isDocument: boolean,
): number | undefined {
  const deleted = deletedUnits(sections);
  let runs: readonly InsertRow[] = NO_RUNS;
  for (let place = 0; place < sections.length; place++) {
    const bounds = (deleted === NO_BOUNDS ? undefined : deleted[place]) ?? NONE;
    for (const row of (sections[place] as Section).rows) {
      // cast: within the list
      if (row.kind === WRITE) row.body = from.bytes(from.varint()).slice();
      else if (row.kind === LIST_RUN)
        row.pieces = cut(row, bounds, (counter) => readItem(from, replicas[place] as number, counter)); // cast: one for each section
      else if (row.kind === TEXT_RUN) {
        row.pieces = cut(row, bounds, undefined);
        runs = append(runs, row);
      }
    }
  }
  if (isDocument && from.remaining > 0) throw bad("left over");
  const text = isDocument ? "" : from.utf8(from.remaining);
  dealText(runs, text, pairs, isDocument);
  return isDocument ? undefined : from.position;
}

const NONE: Intervals = [];
const NO_RUNS: readonly InsertRow[] = [];
export const NO_PIECES: readonly Piece[] = [];
export const NO_PAIRS: readonly number[] = [];

/** The row's units, in pieces that show or are deleted. */
function cut(
  { counter, length }: InsertRow,
  bounds: Intervals,
  read: ((counter: number) => Item) | undefined,
): Piece[] {
  if (bounds.length === 0 && read === undefined) return [{ length, content: "" }];
  const pieces: Piece[] = [];
  const end = counter + length;
  const show = (from: number, count: number): void => {
    const content: Item[] | string = read === undefined ? "" : [];
    if (typeof content !== "string" && read !== undefined) for (let i = 0; i < count; i++) content.push(read(from + i));
    pieces.push({ length: count, content });
  };
  let at = counter;
  for (let i = search(bounds, counter + 1); i < bounds.length && (bounds[i] as number) < end; i += 2) {
    // cast: within the list
    const start = Math.max(counter, bounds[i] as number); // cast: within the list
    const stop = Math.min(end, bounds[i + 1] as number); // cast: bounds come in pairs
    if (start > at) show(at, start - at);
    pieces.push({ length: stop - start, content: null });
    at = stop;
  }
  if (at < end) show(at, end - at);
  return pieces;
}

function readItem(from: Reader, replica: number, counter: number): Item {
  const bytes = from.bytes(from.varint()).slice();
  if (bytes[0] !== CHILD_MARK) return { bytes, value: decodeValue(bytes), child: undefined };
  const type = childType(bytes);
  if (type === 0 || type !== bytes[1]) throw bad("child");
  return { bytes, value: null, child: { type, name: unitName(replica, counter) } };
}

function dealText(runs: readonly InsertRow[], text: string, pairs: readonly number[], isDocument: boolean): void {
  let used = 0;
  let units = 0;
  let next = 0;
  for (const row of runs) {
    let high: number[] | undefined;
    const { pieces } = row;
    let offset = 0;
    for (let i = 0; i < pieces.length; i++) {
      const one = pieces[i] as Piece; // cast: within the list
      const { length, content } = one;
      if (content === null) {
        for (; next < pairs.length && (pairs[next] as number) < units + offset + length; next++) {
          // cast: within the list
          const pair = (pairs[next] as number) - units; // cast: within the list
          if (pair < offset || pair + 2 > offset + length) throw bad("pair");
          high ??= [];
          high.push(pair);
        }
      } else if (!isDocument) {
        const piece = used === 0 && length === text.length ? text : text.slice(used, used + length);
        if (piece.length < length) throw bad("text");
        used += length;
        high = notePairs(piece, offset, high);
        one.content = piece;
      }
      offset += length;
    }
    if (high !== undefined) row.pairs = high;
    units += row.length;
  }
  if (used < text.length || next < pairs.length) throw bad("left over");
}

/** Adds the offsets of the high surrogates; refuses halves. */
export function notePairs(piece: string, offset: number, known: number[] | undefined): number[] | undefined {
  let high = known;
  for (let i = 0; i < piece.length; i++) {
    const half = piece.charCodeAt(i) & 0xfc00;
    if (half === 0xdc00 || (half === 0xd800 && i + 1 === piece.length)) throw bad("pair");
    if (half !== 0xd800) continue;
    high ??= [];
    high.push(offset + i++); // the text is valid UTF-8, so a low one follows
  }
  return high;
}

/** The units deleted by the update, by the place of the replica that made them. */
function deletedUnits(sections: readonly Section[]): readonly (Intervals | undefined)[] {
  let found: (Intervals | undefined)[] = NO_BOUNDS;
  for (const { deletions } of sections) {
    for (const { of, bounds } of deletions) {
      if (found === NO_BOUNDS) found = new Array(sections.length).fill(undefined);
      const known = found[of];
      found[of] = known === undefined ? bounds : unite([known, bounds]);
    }
  }
  return found;
}

const NO_BOUNDS: Intervals[] = [];
