/** Carries out staged rows. Nothing here can fail: `stage.ts` has checked whatever could be wrong. */

import { containerOf, removeIn, writeIn } from "../containers.ts";
import type { Operation, Piece, Row, Section, Update } from "../encoding/rows.ts";
import {
  type Container,
  type ContainerName,
  type DocModel,
  type Entry,
  GAP,
  type ReplicaLog,
  RIGHT,
  type Sequence,
  type Span,
  TEXT_RUN,
  WRITE,
} from "../model.ts";
import { integrate } from "../sequence/fugue.ts";
import { hideUnits, type Placing, receiveInsert } from "../sequence/sequence.ts";
import { entryAt, entryIndex, isSpan, logDeletion, logGap, logOf, touch } from "./log.ts";
import type { Turn } from "./stage.ts";

/** `place` is what puts new units where they belong. For an order of texts alone the rest is but numbers. */
export function commitRows(
  doc: DocModel,
  { sections }: Update,
  turns: readonly Turn[],
  place: Placing = integrate,
  onlyTexts = false,
): void {
  for (const section of sections) {
    section.log ??= logOf(doc, section.id);
    section.known = section.log.next;
    section.hidden = 0;
  }
  let named: ContainerName | undefined;
  let home: Container | undefined; // of that name: neighbours are often written to one container
  for (const { section, from, to } of turns) {
    const log = section.log as ReplicaLog; // cast: each section has found its log, here and below
    touch(doc, log);
    for (let i = from; i < to; i++) {
      const row = section.rows[i] as Operation; // cast: within the list
      if (row.kind === WRITE) {
        if (onlyTexts) logGap(log, 1);
        else {
          if (row.home !== named || home === undefined) {
            named = row.home;
            home = containerOf(doc, named);
          }
          row.log = log;
          row.home = home;
          writeIn(doc, row);
        }
      } else if (row.kind === GAP || (onlyTexts && row.kind !== TEXT_RUN)) logGap(log, row.length - row.skip);
      else commitInsert(doc, log, row, place);
    }
  }
  if (onlyTexts) return;
  for (const { log, deletions, goneTo } of sections) {
    if (deletions.length === 0 || log === undefined || goneTo <= log.gone) continue;
    touch(doc, log);
    for (const { of, bounds } of deletions)
      for (let i = 0; i < bounds.length; i += 2)
        of.hidden += logDeletion(log, of.log as ReplicaLog, bounds[i] as number, bounds[i + 1] as number); // casts: bounds come in pairs
  }
  // All that is deleted of a replica at once: thousands of deletions of the same units then cost one walk over them.
  for (const section of sections) if (section.hidden > 0) hideAll(doc, section);
}

/** Units that are new with this update came without the content that it deletes. */
function hideAll(doc: DocModel, { log, known, deleted: bounds }: Section): void {
  const targets = log as ReplicaLog; // cast: see above
  for (let n = 0; n < bounds.length; n += 2) {
    const start = bounds[n] as number; // cast: within the list
    const end = bounds[n + 1] as number; // cast: bounds come in pairs
    for (let i = entryIndex(targets, start); i < targets.entries.length; i++) {
      const entry = targets.entries[i] as Entry; // cast: within the list
      const { counter } = entry;
      if (counter >= end) break;
      if (isSpan(entry)) {
        if (counter >= known) continue;
        hideUnits(entry, Math.max(0, start - counter), Math.min(entry.length, Math.min(end, known) - counter));
      } else if (entry.kind === WRITE) removeIn(doc, entry);
    }
  }
}

function commitInsert(doc: DocModel, log: ReplicaLog, row: Row, place: Placing): void {
  const { skip, side } = row;
  let { pieces, pairs } = row;
  let parent: Span | null;
  let offset: number;
  if (skip > 0) {
    parent = entryAt(log, log.next - 1) as Span; // cast: staging checked that the run continues one
    offset = parent.length - 1;
    pieces = cutPieces(pieces, skip);
    pairs = pairs.filter((pair) => pair >= skip).map((pair) => pair - skip);
  } else {
    parent = row.parent === null ? null : unitOf(row.parent, row.parentCounter);
    offset = parent === null ? 0 : row.parentCounter - parent.counter;
  }
  let right = parent;
  let rightOffset = offset;
  if (skip > 0 || (side === RIGHT && row.right === undefined)) {
    right = parent === null ? null : parent.right;
    rightOffset = parent === null ? 0 : parent.rightOffset;
  } else if (side === RIGHT) {
    right = row.right ? unitOf(row.right, row.rightCounter) : null;
    rightOffset = right === null ? 0 : row.rightCounter - right.counter;
  }
  const home = parent === null ? (containerOf(doc, row.home as ContainerName) as Sequence) : parent.home; // casts: staging checked both
  receiveInsert(home, log, skip > 0 ? RIGHT : side, parent, offset, right, rightOffset, pieces, pairs, place);
}

function unitOf({ log }: Section, counter: number): Span {
  return entryAt(log as ReplicaLog, counter) as Span; // casts: staging checked that it is an insert
}

/** The pieces without their first `skip` units. */
function cutPieces(pieces: readonly Piece[], skip: number): Piece[] {
  const rest: Piece[] = [];
  let cut = skip;
  for (const { length, content } of pieces) {
    if (cut < length) rest.push({ length: length - cut, content: content === null ? null : content.slice(cut) });
    cut = Math.max(0, cut - length);
  }
  return rest;
}
