/** Carries out staged rows. Nothing here can fail: `stage.ts` has checked whatever could be wrong. */

import { containerOf, write } from "./containers.ts";
import { type Intervals, unite } from "./intervals.ts";
import { entryAt, entryIndex, isSpan, logDeletion, logGap, logOf, touch } from "./log.ts";
import { append } from "./long-list.ts";
import {
  type ContainerName,
  type DocModel,
  type Entry,
  GAP,
  LEFT,
  type ReplicaLog,
  RIGHT,
  type Sequence,
  type Span,
  WRITE,
} from "./model.ts";
import { type InsertRow, type Piece, type Row, type Section, START, type Update, USUAL } from "./rows.ts";
import { hideUnits, receiveInsert } from "./sequence.ts";

export function commitRows(doc: DocModel, { replicas, sections }: Update, rows: readonly Row[]): void {
  for (let place = 0; place < replicas.length; place++) {
    const section = sections[place] as Section; // cast: one for each replica
    section.log = logOf(doc, replicas[place] as number); // cast: within the list
    section.known = section.log.next;
  }
  for (const row of rows) {
    const log = logAt(sections, row.place);
    touch(doc, log);
    if (row.kind === WRITE) write(doc, log, containerOf(doc, row.container), row.body);
    else if (row.kind === GAP) logGap(log, row.length - row.skip);
    else commitInsert(doc, sections, log, row);
  }
  let hidden: (readonly Intervals[])[] | undefined;
  for (let place = 0; place < sections.length; place++) {
    const { deletions, goneTo } = sections[place] as Section; // cast: within the list
    const log = logAt(sections, place);
    if (deletions.length === 0 || goneTo <= log.gone) continue;
    touch(doc, log);
    for (const { of, bounds } of deletions) {
      const targets = logAt(sections, of);
      let added = 0;
      for (let i = 0; i < bounds.length; i += 2)
        added += logDeletion(log, targets, bounds[i] as number, bounds[i + 1] as number); // cast: bounds come in pairs
      if (added === 0) continue;
      hidden ??= new Array<readonly Intervals[]>(sections.length).fill(NONE);
      hidden[of] = append(hidden[of] as readonly Intervals[], bounds); // cast: there is one for each
    }
  }
  // United first: thousands of deletions of the same units then cost one walk over them.
  hidden?.forEach((lists, of) => {
    if (lists.length > 0) hideAll(doc, sections[of] as Section, unite(lists)); // cast: places are within the table
  });
}

const NONE: readonly Intervals[] = [];

function logAt(sections: readonly Section[], place: number): ReplicaLog {
  return (sections[place] as Section).log as ReplicaLog; // casts: places are within the table, and each section has found its log
}

/** Units that are new with this update came without the content that it deletes. */
function hideAll(doc: DocModel, { log, known }: Section, bounds: Intervals): void {
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
      } else if (entry.kind === WRITE) entry.home.kind?.remove?.(entry, doc);
    }
  }
}

function commitInsert(doc: DocModel, sections: readonly Section[], log: ReplicaLog, row: InsertRow): void {
  const { skip, pieces, pairs } = row;
  if (skip > 0) {
    const span = entryAt(log, log.next - 1) as Span; // cast: staging checked that the run continues one
    const rest = pairs.filter((pair) => pair >= skip).map((pair) => pair - skip);
    receiveInsert(
      span.home,
      log,
      RIGHT,
      span,
      span.length - 1,
      span.right,
      span.rightOffset,
      cutPieces(pieces, skip),
      rest,
    );
    return;
  }
  const parent = row.parent === START ? null : unitOf(sections, row.parent, row.parentCounter);
  const offset = parent === null ? 0 : row.parentCounter - parent.counter;
  let right: Span | null = null;
  let rightOffset = 0;
  if (row.right >= 0) {
    right = unitOf(sections, row.right, row.rightCounter);
    rightOffset = row.rightCounter - right.counter;
  } else if (parent !== null && row.right === USUAL) {
    right = row.side === LEFT ? parent : parent.right;
    rightOffset = row.side === LEFT ? offset : parent.rightOffset;
  }
  const home = parent === null ? (containerOf(doc, row.container as ContainerName) as Sequence) : parent.home; // casts: staging checked both
  receiveInsert(home, log, row.side, parent, offset, right, rightOffset, pieces, pairs);
}

function unitOf(sections: readonly Section[], place: number, counter: number): Span {
  return entryAt(logAt(sections, place), counter) as Span; // cast: staging checked that it is an insert
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
