/** Edits of one text: local ones by visible index, those of other replicas by id. */
import { CodedError } from "../errors/index.ts";
import { adopt, hasRightChild, integrate } from "./fugue.ts";
import { continued, entryAt, entryIndex, logDeletion } from "./log.ts";
import { itemAt } from "./long-list.ts";
import {
  DELETE,
  type Entry,
  INSERT,
  LEFT,
  type ReplicaLog,
  RIGHT,
  type Run,
  type Side,
  type Span,
  TEXT,
  type TextModel,
} from "./model.ts";
import { addRun, createRunTree, firstRun, growRun, hideRun, partAt, partIndex, runAt, seek, splitRun } from "./runs.ts";

export function createText(name: string): TextModel {
  return { type: TEXT, name, tree: createRunTree(), roots: [], place: -1, changes: null };
}

/** Typing on copies the text of a run now and then, so runs grow only so far. */
const MAX_GROWN = 512;

/** Inserts at a visible index and appends the operation to the log. O(log n); typing on is O(1) but for the counts above its leaf. */
export function insertAt(text: TextModel, log: ReplicaLog, index: number, content: string): void {
  const { tree } = text;
  const left = index > 0 ? seek(tree, index - 1) : null;
  if (left === null) startOf(text);
  const offset = left === null ? 0 : left.offset + tree.offset;
  if (left !== null && isHigh(left.span, offset)) throw splitPair(index);
  const inside = left !== null && tree.offset < left.length - 1;
  const next = left === null ? firstRun(tree) : inside ? left : runAt(left.leaf, tree.at + 1);
  const nextOffset = next === null ? 0 : inside ? offset + 1 : next.offset;
  const nextSpan = next === null ? null : next.span;
  const parent = left === null ? null : left.span;
  const hangsLeft = nextSpan !== null && (parent === null || hasRightChild(parent, offset));

  let span = hangsLeft ? undefined : continued(log, parent, offset, nextSpan, nextOffset);
  if (span !== undefined && left !== null) {
    if (left.length < MAX_GROWN) growRun(left, content);
    else addRun(tree, left, span, span.length, content.length, content);
  } else {
    if (inside) splitRun(tree, left, offset + 1);
    span = hangsLeft
      ? createSpan(log, text, LEFT, nextSpan, nextOffset, nextSpan, nextOffset)
      : createSpan(log, text, RIGHT, parent, offset, nextSpan, nextOffset);
    adopt(text, span);
    addRun(tree, left, span, 0, content.length, content);
  }
  const from = span.length;
  span.length += content.length;
  log.next += content.length;
  notePairs(span, from, content);
  if (text.changes !== null) text.changes.push({ span, offset: from, length: content.length, added: true });
}

/** Deletes visible units and appends the operations to the log. O(runs touched x log n). */
export function deleteAt(text: TextModel, log: ReplicaLog, index: number, count: number): void {
  const { tree } = text;
  for (const edge of [index - 1, index + count - 1]) {
    if (edge < 0) continue;
    const run = seek(tree, edge);
    if (isHigh(run.span, run.offset + tree.offset)) throw splitPair(edge + 1);
  }
  const pieces: Piece[] = [];
  for (let left = count; left > 0; ) {
    const run = seek(tree, index);
    const { span } = run;
    const offset = run.offset + tree.offset;
    const length = Math.min(left, run.length - tree.offset);
    hidePart(text, run, offset, length);
    pieces.push({ log: span.log, start: span.counter + offset, end: span.counter + offset + length });
    left -= length;
  }
  if (pieces.length > 1) pieces.sort((a, b) => a.log.id - b.log.id || a.start - b.start);
  let piece = pieces[0] as Piece; // cast: count is above 0
  for (const next of pieces) {
    if (next === piece) continue;
    if (next.log === piece.log && isDeleted(text, piece.log, piece.end, next.start)) piece.end = next.end;
    else {
      logPiece(text, log, piece);
      piece = next;
    }
  }
  logPiece(text, log, piece);
}

interface Piece {
  readonly log: ReplicaLog;
  readonly start: number;
  end: number;
}

/** Numbers between two deleted places that one deletion may cover as well: each is used up, so a gap must be worth it. */
const MAX_BRIDGE = 256;

/**
 * Appends a deletion, joined to the one before where only deleted units (or no units of this text at all) lie between: deleting them
 * again changes nothing, and text that was typed with corrections and then removed stays one entry.
 */
function logPiece(text: TextModel, log: ReplicaLog, { log: targets, start, end }: Piece): void {
  const last = log.entries[log.entries.length - 1];
  if (last?.kind === DELETE && last.text === text && last.targetLog === targets) {
    const low = last.back ? last.target - last.length + 1 : last.target;
    const high = low + last.length;
    if ((last.back || last.length === 1) && end <= low && isDeleted(text, targets, end, low)) {
      logDeletion(log, text, targets, low - 1, low - start, true);
      return;
    }
    if (!last.back && start >= high && isDeleted(text, targets, high, start)) {
      logDeletion(log, text, targets, high, end - high, false);
      return;
    }
  }
  logDeletion(log, text, targets, start, end - start, false);
}

/** True when no operation from `start` to `end` inserted a unit that shows in this text. */
function isDeleted(text: TextModel, log: ReplicaLog, start: number, end: number): boolean {
  if (end - start > MAX_BRIDGE) return false;
  for (let counter = start; counter < end; ) {
    const entry = entryAt(log, counter);
    const stop = Math.min(end, entry.counter + entry.length);
    if (entry.kind === INSERT && entry.text === text) {
      for (let at = counter; at < stop; ) {
        const run = partAt(entry, at - entry.counter);
        if (run.text !== null) return false;
        at = entry.counter + run.offset + run.length;
      }
    }
    counter = stop;
  }
  return true;
}

/** Starts a span and appends it to the log, empty and without a place. */
export function createSpan(
  log: ReplicaLog,
  text: TextModel,
  side: Side,
  parent: Span | null,
  parentOffset: number,
  right: Span | null,
  rightOffset: number,
): Span {
  const span: Span = {
    kind: INSERT,
    log,
    counter: log.next,
    length: 0,
    text,
    side,
    parent,
    parentOffset,
    right,
    rightOffset,
    kids: null,
    parts: [],
    pairs: null,
  };
  log.entries.push(span);
  return span;
}

/** Takes in units another replica inserted; `pairs` are the offsets of high surrogates among them. */
export function receiveInsert(
  text: TextModel,
  log: ReplicaLog,
  side: Side,
  parent: Span | null,
  parentOffset: number,
  right: Span | null,
  rightOffset: number,
  pieces: readonly (string | number)[],
  pairs: readonly number[],
): void {
  text.tree.near = null;
  const grown = side === RIGHT ? continued(log, parent, parentOffset, right, rightOffset) : undefined;
  const span = grown ?? createSpan(log, text, side, parent, parentOffset, right, rightOffset);
  const from = span.length;
  integrate(span, pieces);
  log.next += span.length - from;
  for (const pair of pairs) {
    span.pairs ??= [];
    span.pairs.push(from + pair);
  }
  if (text.changes !== null) text.changes.push({ span, offset: from, length: span.length - from, added: true });
}

/** Takes in a deletion by another replica: of operations `target` up to, not including, `end`, those that inserted into this text. */
export function receiveDeletion(text: TextModel, targetLog: ReplicaLog, target: number, end: number): void {
  text.tree.near = null;
  for (let i = entryIndex(targetLog, target); i < targetLog.entries.length; i++) {
    const entry = targetLog.entries[i] as Entry; // cast: within the list
    if (entry.counter >= end) return;
    if (entry.kind !== INSERT || entry.text !== text) continue;
    hideUnits(text, entry, Math.max(0, target - entry.counter), Math.min(entry.length, end - entry.counter));
  }
}

function hideUnits(text: TextModel, span: Span, from: number, to: number): void {
  for (let at = from > 0 ? partIndex(span, from) : 0; at < span.parts.length; at++) {
    const run = itemAt(span.parts, at) as Run; // cast: within the list
    if (run.offset >= to) return;
    if (run.text === null) continue;
    const offset = Math.max(from, run.offset);
    const stop = Math.min(to, run.offset + run.length);
    hidePart(text, run, offset, stop - offset);
    at = partIndex(span, stop - 1); // runs were cut or joined
  }
}

/** True when the unit is the first half of a surrogate pair. */
export function isHigh(span: Span, offset: number): boolean {
  return span.pairs !== null && hasPair(span.pairs, offset);
}

/** True when the sorted list holds `offset`. */
export function hasPair(pairs: readonly number[], offset: number): boolean {
  let low = 0;
  let high = pairs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((pairs[middle] as number) <= offset)
      low = middle; // cast: within the list
    else high = middle - 1;
  }
  return pairs[low] === offset;
}

/** Offsets of the high surrogates in well-formed text. */
export function* highSurrogates(content: string): Generator<number> {
  for (let i = 0; i < content.length; i++) {
    if ((content.charCodeAt(i) & 0xfc00) === 0xd800) yield i;
  }
}

function notePairs(span: Span, from: number, content: string): void {
  if (content.length === 1) return; // a single unit is no pair
  for (const offset of highSurrogates(content)) {
    span.pairs ??= [];
    span.pairs.push(from + offset);
  }
}

function hidePart(text: TextModel, run: Run, offset: number, length: number): void {
  const part = offset > run.offset ? splitRun(text.tree, run, offset) : run;
  if (length < part.length) splitRun(text.tree, part, offset + length);
  if (text.changes !== null) text.changes.push({ span: part.span, offset, length, added: false });
  hideRun(part);
}

function startOf(text: TextModel): void {
  text.tree.near = text.tree.first;
  text.tree.nearStart = 0;
}

function splitPair(index: number): CodedError {
  return new CodedError("CRDT_SPLIT_PAIR", `Index ${index} lies inside a surrogate pair`, { value: index });
}
