/** What rows hold. */
import { type Intervals, search } from "../intervals.ts";
import { TEXT_RUN } from "../model.ts";
import { HALVES } from "../names.ts";
import { bad } from "../refuse.ts";
import { append } from "../sequence/long-list.ts";
import { NONE, type Piece, type Row, type Update } from "./rows.ts";

/** The row's units, in pieces that show or are deleted by the update. Those that show are empty yet. */
export function cut({ kind, counter, length }: Row, bounds: Intervals): readonly Piece[] {
  let pieces: readonly Piece[] = NONE;
  const end = counter + length;
  let at = counter;
  for (let i = search(bounds, counter + 1); i < bounds.length && (bounds[i] as number) < end; i += 2) {
    // cast: within the list
    const start = Math.max(counter, bounds[i] as number); // cast: within the list
    const stop = Math.min(end, bounds[i + 1] as number); // cast: bounds come in pairs
    if (start > at) pieces = append(pieces, emptyPiece(kind, start - at));
    pieces = append(pieces, { length: stop - start, content: null });
    at = stop;
  }
  return at < end ? append(pieces, emptyPiece(kind, end - at)) : pieces;
}

function emptyPiece(kind: Row["kind"], length: number): Piece {
  return { length, content: kind === TEXT_RUN ? "" : length === 1 ? [null] : [] }; // room for one, where `[]` gets room for 17
}

/** Deals text out to the rows, unless they have theirs, and finds the pairs in it and among deleted units; a document's text stands elsewhere. */
export function dealText({ sections, pairs }: Update, text?: string): void {
  let used = 0;
  let units = 0;
  let next = 0;
  for (const { rows } of sections) {
    for (const row of rows) {
      if (row.kind !== TEXT_RUN) continue;
      let high: number[] | undefined;
      let offset = 0;
      for (const piece of row.pieces) {
        const { length } = piece;
        if (piece.content === null) {
          for (; next < pairs.length && (pairs[next] as number) < units + offset + length; next++) {
            // casts: within the list
            const pair = (pairs[next] as number) - units;
            if (pair < offset || pair + 2 > offset + length) throw bad("pair");
            high ??= [];
            high.push(pair);
          }
        } else {
          if (text !== undefined) {
            piece.content = used === 0 && length === text.length ? text : text.slice(used, used + length);
            if (piece.content.length < length) throw bad("text");
            used += length;
          }
          high = notePairs(piece.content as string, offset, high); // cast: a text's
        }
        offset += length;
      }
      row.pairs = high ?? NONE;
      units += row.length;
    }
  }
  if ((text !== undefined && used < text.length) || next < pairs.length) throw bad("left over");
}

/** Adds the offsets of the high surrogates; refuses halves. */
export function notePairs(piece: string, offset: number, known: number[] | undefined): number[] | undefined {
  let high = known;
  if (piece.length > 16 && !HALVES.test(piece)) return high;
  for (let i = 0; i < piece.length; i++) {
    const half = piece.charCodeAt(i) & 0xfc00;
    if (half === 0xdc00 || (half === 0xd800 && i + 1 === piece.length)) throw bad("pair");
    if (half !== 0xd800) continue;
    high ??= [];
    high.push(offset + i++); // the text is valid UTF-8, so a low one follows
  }
  return high;
}
