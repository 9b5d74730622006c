/** What a transaction did to a sequence, as one delta. */

import type { Content, SequenceChange, Span } from "../model.ts";
import { partAt } from "./leaves.ts";
import { visibleBefore } from "./runs.ts";

interface Piece {
  /** Visible index after the transaction. */
  readonly index: number;
  readonly inserted: Content | null;
  readonly deleted: number;
}

/** What the steps of a delta are told to, in order. */
export interface DeltaSink {
  retain(count: number): void;
  insert(content: Content): void;
  delete(count: number): void;
}

/**
 * Only the places after the transaction are needed: units inserted at i take up [i, i + length), and whether units deleted at the same index
 * stood before or after them makes no difference to the result.
 * @param oldUnits - How many units of a span are older than the transaction: younger ones that were deleted again leave no trace.
 */
export function tellDelta(changes: readonly SequenceChange[], oldUnits: (span: Span) => number, sink: DeltaSink): void {
  const pieces: Piece[] = [];
  for (const change of changes) {
    const { span, offset, added } = change;
    const end = offset + change.length;
    collect(span, offset, added ? end : Math.min(end, oldUnits(span)), added, pieces);
  }
  pieces.sort((a, b) => a.index - b.index || (b.inserted?.length ?? 0) - (a.inserted?.length ?? 0));
  let deleted = 0;
  let at = 0;
  const flush = (): void => {
    if (deleted > 0) sink.delete(deleted);
    deleted = 0;
  };
  for (const piece of pieces) {
    if (piece.index > at) {
      flush();
      sink.retain(piece.index - at);
      at = piece.index;
    }
    if (piece.inserted !== null) {
      sink.insert(piece.inserted);
      at = piece.index + piece.inserted.length; // a deletion at the index of an insert comes after it
    }
    deleted += piece.deleted;
  }
  flush();
}

function collect(span: Span, offset: number, end: number, added: boolean, pieces: Piece[]): void {
  for (let at = offset; at < end; ) {
    const run = partAt(span, at);
    const stop = Math.min(end, run.offset + run.length);
    const before = visibleBefore(run);
    if (!added) pieces.push({ index: before, inserted: null, deleted: stop - at });
    else if (run.content !== null) {
      const inserted = run.content.slice(at - run.offset, stop - run.offset);
      pieces.push({ index: before + at - run.offset, inserted, deleted: 0 });
    }
    at = stop;
  }
}
