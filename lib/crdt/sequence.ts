/** Edits of one text or list: local ones by visible index, those of other replicas by id. Both are sequences of units; only their content differs. */
import { CodedError } from "../errors/index.ts";
import { adopt, hasRightChild, integrate } from "./fugue.ts";
import { continued, logDeletion } from "./log.ts";
import { itemAt } from "./long-list.ts";
import {
  type Container,
  type Content,
  LEFT,
  LIST_RUN,
  type ReplicaLog,
  RIGHT,
  type Run,
  type Sequence,
  type Side,
  type Span,
  TEXT,
  TEXT_RUN,
} from "./model.ts";
import type { Piece } from "./rows.ts";
import {
  addRun,
  createRunTree,
  dropAside,
  firstRun,
  growRun,
  hideRun,
  lastRun,
  moveAside,
  moveEdge,
  partAt,
  partIndex,
  runAfter,
  runBefore,
  seek,
  splitRun,
} from "./runs.ts";
import { noteParents } from "./shown.ts";

export function createSequence(bare: Container): Sequence {
  return { ...bare, type: bare.type as Sequence["type"], tree: createRunTree(), roots: [], changes: null }; // cast: those two are made here
}

/** True when nothing of it shows. */
export function isHidden(home: Container): boolean {
  return (home as Sequence).tree.root.visible === 0; // cast: `createSequence` made it
}

export function deleteAll(home: Sequence, log: ReplicaLog): void {
  if (!isHidden(home)) deleteAt(home, log, 0, home.tree.root.visible);
}

/** Typing on copies the text of a run now and then, so runs grow only so far. */
const MAX_GROWN = 512;

/**
 * Inserts at a visible index and appends the operation to the log. O(log n); typing on is O(1) but for the counts above its leaf.
 *
 * Deleted units may stand between the visible neighbours. What continues the replica's last run goes right behind it; all else goes behind the
 * deleted ones, so that a correction (typed, deleted, typed again) continues its run as well.
 */
export function insertAt(home: Sequence, log: ReplicaLog, index: number, content: Content): void {
  const { tree } = home;
  if (home.parent !== null) noteParents(home);
  if (typeOn(home, log, index, content)) return;
  const last = log.entries[log.entries.length - 1];
  let left: Run | null = index > 0 ? seek(tree, index - 1) : null;
  let offset = left === null ? 0 : left.offset + tree.offset;
  if (left !== null && isHigh(left.span, offset)) throw splitPair(index);
  let next: Run | null = null;
  const inside = left !== null && tree.offset < left.length - 1;
  if (inside) next = left;
  else {
    next = left === null ? firstRun(tree) : runAfter(left, tree.at);
    const continues = left !== null && left.span === last && offset === left.span.length - 1;
    if (!continues && next !== null && next.content === null) {
      next = index < tree.root.visible ? seek(tree, index) : null;
      left = next === null ? lastRun(tree) : runBefore(next);
      if (left !== null) offset = left.offset + left.length - 1;
    }
  }
  if (left === null || left.leaf !== tree.near) tree.near = null; // what is counted before it will be wrong
  tree.typed = placeBetween(home, log, left, offset, next, inside, content);
  tree.typedTo = index + content.length;
}

/** Inserts right behind a unit, deleted or not. O(log n). */
export function insertBehind(home: Sequence, log: ReplicaLog, span: Span, offset: number, content: Content): void {
  if (home.parent !== null) noteParents(home);
  forget(home);
  const left = partAt(span, offset);
  const inside = offset < left.offset + left.length - 1;
  const next = inside ? left : runAfter(left, left.leaf.items.indexOf(left));
  placeBetween(home, log, left, offset, next, inside, content);
}

/** `left` is the run of the unit before, at `offset` of its span; `next` that of the unit behind: the same where the place is `inside` of it. */
function placeBetween(
  home: Sequence,
  log: ReplicaLog,
  left: Run | null,
  offset: number,
  next: Run | null,
  inside: boolean,
  content: Content,
): Run | null {
  const { tree } = home;
  const nextOffset = next === null ? 0 : inside ? offset + 1 : next.offset;
  const nextSpan = next === null ? null : next.span;
  const parent = left === null ? null : left.span;
  const hangsLeft = nextSpan !== null && (parent === null || hasRightChild(parent, offset));

  let span = hangsLeft ? undefined : continued(log, parent, offset, nextSpan, nextOffset);
  let run = left;
  if (span !== undefined && left !== null) {
    if (typeof content === "string" && left.content !== null && left.length < MAX_GROWN) growRun(left, content);
    else run = addRun(tree, left, span, span.length, content.length, content);
  } else {
    if (inside && left !== null) splitRun(tree, left, offset + 1);
    span = hangsLeft
      ? createSpan(log, home, LEFT, nextSpan, nextOffset, nextSpan, nextOffset)
      : createSpan(log, home, RIGHT, parent, offset, nextSpan, nextOffset);
    adopt(home, span);
    run = addRun(tree, left, span, 0, content.length, content);
  }
  grown(home, log, span, content);
  return run;
}

/** What is typed right behind what was typed last, while nothing else has happened, continues it: no search (bench: `crdt`, B4, 1.2 times as fast). */
function typeOn(home: Sequence, log: ReplicaLog, index: number, content: Content): boolean {
  const { tree } = home;
  const { typed: run } = tree;
  if (run === null || tree.typedTo !== index || typeof content !== "string" || run.length >= MAX_GROWN) return false;
  const { span } = run;
  if (span.log !== log || span.counter + span.length !== log.next) return false;
  if (run.leaf !== tree.near) tree.near = null; // what is counted before it will be wrong
  growRun(run, content);
  grown(home, log, span, content);
  tree.typedTo += content.length;
  return true;
}

/** The span has grown by this content, which stands in its place already. */
function grown(home: Sequence, log: ReplicaLog, span: Span, content: Content): void {
  const from = span.length;
  span.length += content.length;
  if (typeof content === "string") {
    log.typed = content;
    log.typedAt = log.next;
    notePairs(span, from, content);
  }
  log.next += content.length;
  noteAdded(home, span, from);
}

/** Deletes visible units. O(runs touched x log n). */
export function deleteAt(home: Sequence, log: ReplicaLog, index: number, count: number): void {
  const { tree } = home;
  let run = seek(tree, index + count - 1);
  if (isHigh(run.span, run.offset + tree.offset)) throw splitPair(index + count);
  for (let left = count; left > 0; ) {
    if (count > 1) run = seek(tree, index);
    const { span } = run;
    const offset = run.offset + tree.offset;
    if (left === count && offset > run.offset && isHigh(span, offset - 1)) throw splitPair(index);
    const length = Math.min(left, run.length - tree.offset);
    hidePart(home, run, offset, length);
    logDeletion(log, span.log, span.counter + offset, span.counter + offset + length);
    left -= length;
  }
}

/** Starts a span and appends it to the log, empty and without a place. */
function createSpan(
  log: ReplicaLog,
  home: Sequence,
  side: Side,
  parent: Span | null,
  parentOffset: number,
  right: Span | null,
  rightOffset: number,
): Span {
  const kind = home.type === TEXT ? TEXT_RUN : LIST_RUN;
  const counter = log.next;
  const span: Span = {
    kind,
    log,
    counter,
    length: 0,
    home,
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
  home: Sequence,
  log: ReplicaLog,
  side: Side,
  parent: Span | null,
  parentOffset: number,
  right: Span | null,
  rightOffset: number,
  pieces: readonly Piece[],
  pairs: readonly number[],
): void {
  if (home.parent !== null) noteParents(home);
  forget(home);
  const grown = side === RIGHT ? continued(log, parent, parentOffset, right, rightOffset) : undefined;
  const span = grown ?? createSpan(log, home, side, parent, parentOffset, right, rightOffset);
  const from = span.length;
  integrate(span, pieces);
  log.next += span.length - from;
  for (const pair of pairs) {
    span.pairs ??= [];
    span.pairs.push(from + pair);
  }
  noteAdded(home, span, from);
}

/** What is known of places in the sequence will be wrong. */
function forget({ tree }: Sequence): void {
  tree.near = null;
  tree.typed = null;
}

/** Hides the units `from` up to, not including, `to` of a span, for good. */
export function hideUnits(span: Span, from: number, to: number): void {
  const { home } = span;
  forget(home);
  for (let at = from > 0 ? partIndex(span, from) : 0; at < span.parts.length; at++) {
    const run = itemAt(span.parts, at) as Run; // cast: within the list
    if (run.offset >= to) return;
    if (run.aside !== null) {
      const { offset } = run;
      home.hooks.dropped?.(span, offset, run.aside);
      dropAside(run);
      at = partIndex(span, offset); // runs were joined
      continue;
    }
    if (run.content === null) continue;
    const offset = Math.max(from, run.offset);
    const stop = Math.min(to, run.offset + run.length);
    hidePart(home, run, offset, stop - offset);
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

/** Takes one unit out of what shows, or puts it back; its content stays. */
export function setAside(span: Span, offset: number, isAside: boolean): void {
  const { home } = span;
  let run = partAt(span, offset);
  if (isAside ? run.content === null : run.aside === null) return;
  forget(home);
  if (home.parent !== null) noteParents(home);
  if (home.changes !== null) home.changes.push({ span, offset, length: 1, added: !isAside });
  if (offset > run.offset) run = splitRun(home.tree, run, offset);
  if (run.length > 1) splitRun(home.tree, run, offset + 1);
  moveAside(run, isAside);
}

function notePairs(span: Span, from: number, content: string): void {
  if (content.length === 1) return; // a single unit is no pair
  for (let i = 0; i < content.length; i++) {
    if ((content.charCodeAt(i) & 0xfc00) !== 0xd800) continue;
    span.pairs ??= [];
    span.pairs.push(from + i);
  }
}

function noteAdded(home: Sequence, span: Span, offset: number): void {
  const length = span.length - offset;
  if (home.changes !== null) home.changes.push({ span, offset, length, added: true });
  home.hooks.inserted?.(span, offset, length);
}

function hidePart(home: Sequence, run: Run, offset: number, length: number): void {
  run.span.log.typedAt = -1;
  if (home.parent !== null) noteParents(home);
  if (home.changes !== null) home.changes.push({ span: run.span, offset, length, added: false });
  if (home.hooks.hidden !== undefined && run.content !== null) {
    const from = offset - run.offset;
    home.hooks.hidden(run.span, offset, length, run.content.slice(from, from + length));
  }
  if (moveEdge(run, offset, length)) return;
  const part = offset > run.offset ? splitRun(home.tree, run, offset) : run;
  if (length < part.length) splitRun(home.tree, part, offset + length);
  hideRun(part);
}

function splitPair(index: number): CodedError {
  return new CodedError("CRDT_SPLIT_PAIR", `Index ${index} lies inside a surrogate pair`, { value: index });
}
