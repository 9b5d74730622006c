/** Carries out staged steps. Nothing here can fail: `stage.ts` has checked whatever could be wrong. */

import { containerOf, write } from "./containers.ts";
import { type Intervals, unite } from "./intervals.ts";
import { entryAt, entryIndex, isSpan, logDeletion, logGap, logOf, touch } from "./log.ts";
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
import { type InsertRow, type Piece, START, type Update, USUAL } from "./rows.ts";
import { hideUnits, receiveInsert } from "./sequence.ts";
import type { Step } from "./stage.ts";

export function commitSteps(doc: DocModel, update: Update, steps: readonly Step[]): void {
  const logs: ReplicaLog[] = [];
  const { replicas, sections } = update;
  for (let place = 0; place < replicas.length; place++) logs.push(logOf(doc, replicas[place] as number)); // cast: within the list
  for (const { place, row, skip } of steps) {
    const log = logs[place] as ReplicaLog; // cast: places are within the table
    touch(doc, log);
    if (row.kind === WRITE) {
      write(doc, log, containerOf(doc, row.container), row.body);
    } else if (row.kind === GAP) logGap(log, row.length - skip);
    else commitInsert(doc, logs, log, row, skip);
  }
  const hidden: Intervals[][] = [];
  for (let place = 0; place < sections.length; place++) {
    const log = logs[place] as ReplicaLog; // cast: one for each replica
    const { deletions, goneTo } = sections[place] as Update["sections"][0]; // cast: within the list
    if (goneTo <= log.gone) continue;
    touch(doc, log);
    for (const { of, bounds } of deletions) {
      const targets = logs[of] as ReplicaLog; // cast: places are within the table
      let added = 0;
      for (let i = 0; i < bounds.length; i += 2)
        added += logDeletion(log, targets, bounds[i] as number, bounds[i + 1] as number); // cast: bounds come in pairs
      if (added === 0) continue;
      const lists = hidden[of];
      if (lists === undefined) hidden[of] = [bounds];
      else lists.push(bounds);
    }
  }
  // United first: thousands of deletions of the same units then cost one walk over them.
  hidden.forEach((lists, of) => {
    hideAll(doc, logs[of] as ReplicaLog, lists.length === 1 ? (lists[0] as Intervals) : unite(lists)); // cast: places are within the table
  });
}

function hideAll(doc: DocModel, targets: ReplicaLog, bounds: Intervals): void {
  for (let n = 0; n < bounds.length; n += 2) {
    const start = bounds[n] as number; // cast: within the list
    const end = bounds[n + 1] as number; // cast: bounds come in pairs
    for (let i = entryIndex(targets, start); i < targets.entries.length; i++) {
      const entry = targets.entries[i] as Entry; // cast: within the list
      if (entry.counter >= end) break;
      if (isSpan(entry))
        hideUnits(entry, Math.max(0, start - entry.counter), Math.min(entry.length, end - entry.counter));
      else if (entry.kind === WRITE) entry.home.kind?.remove?.(entry, doc);
    }
  }
}

function commitInsert(doc: DocModel, logs: readonly ReplicaLog[], log: ReplicaLog, row: InsertRow, skip: number): void {
  if (skip > 0) {
    const span = entryAt(log, log.next - 1) as Span; // cast: staging checked that the run continues one
    const { right, rightOffset } = span;
    const pairs = row.pairs.filter((pair) => pair >= skip).map((pair) => pair - skip);
    receiveInsert(span.home, log, RIGHT, span, span.length - 1, right, rightOffset, cutPieces(row.pieces, skip), pairs);
    return;
  }
  if (row.parent === START) {
    const { container } = row;
    const home = containerOf(doc, container as ContainerName) as Sequence; // casts: the decoder checked that there is one, and staging its type
    const right = row.right >= 0 ? unitOf(logs, row.right, row.rightCounter) : null;
    receiveInsert(
      home,
      log,
      RIGHT,
      null,
      0,
      right,
      right === null ? 0 : row.rightCounter - right.counter,
      row.pieces,
      row.pairs,
    );
    return;
  }
  const parent = unitOf(logs, row.parent, row.parentCounter);
  const offset = row.parentCounter - parent.counter;
  let right: Span | null = row.side === LEFT ? parent : parent.right;
  let rightOffset = row.side === LEFT ? offset : parent.rightOffset;
  if (row.right !== USUAL) {
    right = row.right === START ? null : unitOf(logs, row.right, row.rightCounter);
    rightOffset = right === null ? 0 : row.rightCounter - right.counter;
  }
  receiveInsert(parent.home, log, row.side, parent, offset, right, rightOffset, row.pieces, row.pairs);
}

function unitOf(logs: readonly ReplicaLog[], place: number, counter: number): Span {
  return entryAt(logs[place] as ReplicaLog, counter) as Span; // cast: staging checked that it is an insert
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
