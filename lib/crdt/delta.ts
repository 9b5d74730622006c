/** What a transaction did to a text, as one delta. */
import type { Span, TextChange } from "./model.ts";
import { partAt, visibleBefore } from "./runs.ts";
import type { DeltaStep, TextDelta } from "./types.ts";

interface Piece {
  /** Visible index after the transaction. */
  readonly index: number;
  readonly inserted: string;
  readonly deleted: number;
}

/**
 * Only the places after the transaction are needed: units inserted at i take up [i, i + length), and whether units deleted at the same index
 * stood before or after them makes no difference to the result.
 * @param oldUnits - How many units of a span are older than the transaction: younger ones that were deleted again leave no trace.
 */
export function deltaOf(changes: readonly TextChange[], oldUnits: (span: Span) => number): TextDelta {
  const pieces: Piece[] = [];
  for (const change of changes) {
    const { span, offset, added } = change;
    const end = offset + change.length;
    collect(span, offset, added ? end : Math.min(end, oldUnits(span)), added, pieces);
  }
  pieces.sort((a, b) => a.index - b.index || b.inserted.length - a.inserted.length);
  const steps: DeltaStep[] = [];
  let inserted = "";
  let deleted = 0;
  let at = 0;
  const flush = (): void => {
    if (inserted !== "") steps.push({ insert: inserted });
    if (deleted > 0) steps.push({ delete: deleted });
    inserted = "";
    deleted = 0;
  };
  for (const piece of pieces) {
    if (piece.index > at) {
      flush();
      steps.push({ retain: piece.index - at });
    }
    inserted += piece.inserted;
    deleted += piece.deleted;
    at = Math.max(at, piece.index + piece.inserted.length); // a deletion at the index of an insert comes after it
  }
  flush();
  return steps;
}

function collect(span: Span, offset: number, end: number, added: boolean, pieces: Piece[]): void {
  for (let at = offset; at < end; ) {
    const run = partAt(span, at);
    const stop = Math.min(end, run.offset + run.length);
    const before = visibleBefore(run);
    if (!added) pieces.push({ index: before, inserted: "", deleted: stop - at });
    else if (run.text !== null) {
      pieces.push({
        index: before + at - run.offset,
        inserted: run.text.slice(at - run.offset, stop - run.offset),
        deleted: 0,
      });
    }
    at = stop;
  }
}
