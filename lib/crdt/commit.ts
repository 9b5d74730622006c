/** Carries out staged steps. Nothing here can fail: `stage.ts` has checked whatever could be wrong. */

import { createLog, entryAt, logDeletion, logGap } from "./log.ts";
import { assign, createMap } from "./map-kernel.ts";
import {
  DELETE,
  type DocModel,
  INSERT,
  LEFT,
  type MapModel,
  type ReplicaLog,
  RIGHT,
  SET,
  type Span,
  type TextModel,
} from "./model.ts";
import type { InsertRow, Ref, RootName } from "./rows.ts";
import type { Step } from "./stage.ts";
import { createText, receiveDeletion, receiveInsert } from "./text-kernel.ts";

export function commitSteps(doc: DocModel, steps: readonly Step[]): void {
  const hidden: Hidden[] = [];
  for (const { replica, row, skip } of steps) {
    const log = logOf(doc, replica);
    touch(doc, log);
    if (row.kind === INSERT) commitInsert(doc, log, row, skip);
    else if (row.kind === DELETE) {
      const text = textOf(doc, row.root.name);
      const length = row.length - skip;
      const target = row.back ? row.target.counter - skip : row.target.counter + skip;
      const targets = logOf(doc, row.target.replica);
      const start = row.back ? target - length + 1 : target;
      hidden.push({ text, targets, start, end: start + length });
      logDeletion(log, text, targets, target, length, row.back);
    } else if (row.kind === SET) {
      assign(doc, mapOf(doc, row.root.name), log, row.key, row.bytes, row.value, row.lamport);
    } else logGap(log, row.length - skip);
  }
  hideAll(hidden);
}

/** Operations `start` up to, not including, `end` of a replica, which a deletion covers. */
interface Hidden {
  readonly text: TextModel;
  readonly targets: ReplicaLog;
  readonly start: number;
  end: number;
}

/** Last and joined: thousands of deletions of the same units then cost one walk over them. */
function hideAll(hidden: Hidden[]): void {
  if (hidden.length > 1) {
    hidden.sort((a, b) => compareNames(a.text, b.text) || a.targets.id - b.targets.id || a.start - b.start);
  }
  let last: Hidden | undefined;
  for (const next of hidden) {
    if (last?.text === next.text && last.targets === next.targets && next.start <= last.end) {
      last.end = Math.max(last.end, next.end);
      continue;
    }
    if (last !== undefined) receiveDeletion(last.text, last.targets, last.start, last.end);
    last = next;
  }
  if (last !== undefined) receiveDeletion(last.text, last.targets, last.start, last.end);
}

function compareNames(a: TextModel, b: TextModel): number {
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}

/** Remembers where the log stood before this transaction. Call it before appending. */
export function touch(doc: DocModel, log: ReplicaLog): void {
  if (!doc.touched.has(log)) doc.touched.set(log, log.next);
}

export function logOf(doc: DocModel, replica: number): ReplicaLog {
  return found(doc.logs, replica, createLog);
}

export function textOf(doc: DocModel, name: RootName["name"]): TextModel {
  return found(doc.texts, name, createText);
}

export function mapOf(doc: DocModel, name: RootName["name"]): MapModel {
  return found(doc.maps, name, createMap);
}

function found<K, V>(map: Map<K, V>, key: K, create: (key: K) => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = create(key);
  map.set(key, made);
  return made;
}

function commitInsert(doc: DocModel, log: ReplicaLog, row: InsertRow, skip: number): void {
  const text = textOf(doc, row.root.name);
  const pairs = row.pairs.filter((pair) => pair >= skip).map((pair) => pair - skip);
  const parentRef = skip > 0 ? { replica: log.id, counter: row.counter + skip - 1 } : row.parent;
  const side = skip > 0 ? RIGHT : row.side;
  const parent = unitOf(doc, parentRef);
  let right: { span: Span | null; offset: number } | null =
    parent === null ? null : side === LEFT ? parent : { span: parent.span.right, offset: parent.span.rightOffset };
  if (skip === 0 && row.right !== undefined) right = unitOf(doc, row.right);
  receiveInsert(
    text,
    log,
    side,
    parent === null ? null : parent.span,
    parent === null ? 0 : parent.offset,
    right === null ? null : right.span,
    right === null ? 0 : right.offset,
    skip > 0 ? cutPieces(row.pieces, skip) : row.pieces,
    pairs,
  );
}

function unitOf(doc: DocModel, ref: Ref | null): { span: Span; offset: number } | null {
  if (ref === null) return null;
  const span = entryAt(logOf(doc, ref.replica), ref.counter) as Span; // cast: staging checked that it is an insert
  return { span, offset: ref.counter - span.counter };
}

/** The pieces without their first `skip` units. */
function cutPieces(pieces: readonly (string | number)[], skip: number): (string | number)[] {
  const rest: (string | number)[] = [];
  let cut = skip;
  for (const piece of pieces) {
    const length = typeof piece === "string" ? piece.length : piece;
    if (cut < length) rest.push(typeof piece === "string" ? piece.slice(cut) : piece - cut);
    cut = Math.max(0, cut - length);
  }
  return rest;
}
