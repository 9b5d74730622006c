/** Edits of one text or list: local ones by visible index, those of other replicas by id. Both are sequences of units; only their content differs. */
import { CodedError } from "../../errors/index.ts";
import { Home } from "../containers.ts";
import { notePairs } from "../encoding/fill.ts";
import type { Piece } from "../encoding/rows.ts";
import {
  type Container,
  type Content,
  LEFT,
  type Leaf,
  LIST_RUN,
  type Place,
  type ReplicaLog,
  RIGHT,
  type RunTree,
  type Sequence,
  type Side,
  type Span,
  TEXT,
  TEXT_RUN,
} from "../model.ts";
import { noteParents } from "../shown.ts";
import { continued, logDeletion } from "../update/log.ts";
import { adoptOwn, hasRightChild, MAX_GROWN, placeNext } from "./fugue.ts";
import { contentsOf, createSpan, dropContent, endOf, leafOf, partAt, placeIn, placeOf } from "./leaves.ts";
import { firstAfter } from "./long-list.ts";
import {
  addRun,
  createRunTree,
  endTyping,
  find,
  growRun,
  hide,
  lastPlace,
  moveAside,
  noteTyped,
  placeBefore,
  splitRun,
} from "./runs.ts";

export class SequenceHome extends Home implements Sequence {
  declare readonly type: Sequence["type"];
  readonly tree: RunTree = createRunTree();
  roots: Sequence["roots"] = [];
  changes: Sequence["changes"] = null;
}

/** True when nothing of it shows. */
export function isHidden(home: Container): boolean {
  return (home as Sequence).tree.root.visible === 0; // cast: a text or a list
}

export function deleteAll(home: Sequence, log: ReplicaLog): void {
  if (!isHidden(home)) deleteAt(home, log, 0, home.tree.root.visible);
}

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
  let left: Place = { leaf: tree.first, at: -1 };
  let offset = 0;
  let inside = false;
  let continues = false;
  if (index > 0) {
    const leaf = find(tree, index - 1);
    left = { leaf, at: tree.at };
    offset = (leaf.offsets[tree.at] as number) + tree.offset; // casts: `find` points into the leaf
    const span = leaf.spans[tree.at] as Span;
    if (isHigh(span, offset)) throw splitPair(index);
    inside = tree.offset < (leaf.lengths[tree.at] as number) - 1;
    continues = offset === span.length - 1 && span === log.entries[log.entries.length - 1];
  }
  if (!inside && !continues && isHiddenAfter(left)) {
    left =
      index < tree.root.visible ? placeBefore(tree, { leaf: find(tree, index), at: tree.at }) : lastPlace(tree.root);
    offset = endOf(left) - 1;
  }
  if (left.leaf !== tree.near) tree.near = null; // what is counted before it will be wrong
  placeBetween(home, log, left, offset, inside, content);
  noteTyped(tree, left, index + content.length);
}

function isHiddenAfter({ leaf, at }: Place): boolean {
  const length = at + 1 < leaf.lengths.length ? leaf.lengths[at + 1] : leaf.next?.lengths[0];
  return length !== undefined && length < 0;
}

/** Inserts right behind a unit, deleted or not. O(log n). */
export function insertBehind(home: Sequence, log: ReplicaLog, span: Span, offset: number, content: Content): void {
  if (home.parent !== null) noteParents(home);
  forget(home);
  const left = placeOf(span, offset);
  placeBetween(home, log, left, offset, offset < endOf(left) - 1, content);
}

/** `left` is the place of the unit before, at `offset` of its span: it is `inside` of its run, or the run's last. Moves on to where the content is. */
function placeBetween(
  home: Sequence,
  log: ReplicaLog,
  left: Place,
  offset: number,
  inside: boolean,
  content: Content,
): void {
  const { tree } = home;
  const { leaf, at } = left;
  const parent = at < 0 ? null : (leaf.spans[at] as Span); // casts: places are within their leaf
  let next = parent;
  let nextOffset = offset + 1;
  if (!inside) {
    const isLast = at + 1 === leaf.spans.length;
    const after = isLast ? leaf.next : leaf;
    next = after?.spans[isLast ? 0 : at + 1] ?? null;
    nextOffset = after?.offsets[isLast ? 0 : at + 1] ?? 0;
  }
  const hangsLeft = next !== null && (parent === null || hasRightChild(parent, offset));
  let span = hangsLeft ? undefined : continued(log, parent, offset, next, nextOffset);
  if (span !== undefined) placeNext(tree, left, span, content.length, content);
  else {
    if (inside) splitRun(tree, left, offset + 1);
    span = hangsLeft
      ? startSpan(log, home, LEFT, next, nextOffset, next, nextOffset)
      : startSpan(log, home, RIGHT, parent, offset, next, nextOffset);
    adoptOwn(home, span);
    addRun(tree, left, span, 0, content.length, content);
  }
  grown(home, log, span, content);
}

/** What is typed right behind what was typed last, while nothing else has happened, continues it: no search (bench: `crdt`, B4, 1.2 times as fast). */
function typeOn(home: Sequence, log: ReplicaLog, index: number, content: Content): boolean {
  const { tree } = home;
  const { typed: leaf, typedAt: at } = tree;
  if (leaf === null || tree.typedTo !== index || typeof content !== "string") return false;
  const span = leaf.spans[at] as Span; // casts: it is a run's place
  if ((leaf.lengths[at] as number) >= MAX_GROWN || span.log !== log || span.counter + span.length !== log.next)
    return false;
  if (leaf !== tree.near) tree.near = null; // what is counted before it will be wrong
  growRun(leaf, at, content);
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
    if (content.length > 1) span.pairs = notePairs(content, from, span.pairs ?? undefined) ?? null; // a single unit is no pair
  }
  log.next += content.length;
  noteAdded(home, span, from);
}

/** Deletes visible units. O(runs touched x log n). */
export function deleteAt(home: Sequence, log: ReplicaLog, index: number, count: number): void {
  const { tree } = home;
  let leaf = find(tree, index + count - 1);
  if (isHigh(leaf.spans[tree.at] as Span, (leaf.offsets[tree.at] as number) + tree.offset))
    throw splitPair(index + count); // casts: `find` points into the leaf, here and below
  for (let left = count; left > 0; ) {
    if (count > 1) leaf = find(tree, index);
    const { at, offset: skip } = tree;
    const span = leaf.spans[at] as Span;
    const offset = (leaf.offsets[at] as number) + skip;
    if (left === count && skip > 0 && isHigh(span, offset - 1)) throw splitPair(index);
    const length = Math.min(left, (leaf.lengths[at] as number) - skip);
    hidePart(home, leaf, at, offset, length);
    logDeletion(log, span.log, span.counter + offset, span.counter + offset + length);
    left -= length;
  }
}

/** Starts a span and appends it to the log, empty and without a place. */
function startSpan(
  log: ReplicaLog,
  home: Sequence,
  side: Side,
  parent: Span | null,
  parentOffset: number,
  right: Span | null,
  rightOffset: number,
): Span {
  const kind = home.type === TEXT ? TEXT_RUN : LIST_RUN;
  const span = createSpan(kind, log, log.next, home, side, parent, parentOffset, right, rightOffset, home.tree.first);
  log.entries.push(span);
  return span;
}

/** Puts the next units of a span where they belong, and makes it that much longer. */
export type Placing = (span: Span, pieces: readonly Piece[]) => void;

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
  place: Placing,
): void {
  if (home.parent !== null) noteParents(home);
  const grown = side === RIGHT ? continued(log, parent, parentOffset, right, rightOffset) : undefined;
  const span = grown ?? startSpan(log, home, side, parent, parentOffset, right, rightOffset);
  const from = span.length;
  place(span, pieces);
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
  endTyping(tree);
}

/** Hides the units `from` up to, not including, `to` of a span, for good. */
export function hideUnits(span: Span, from: number, to: number): void {
  const { home } = span;
  forget(home);
  for (let offset = from; offset < to; ) {
    const leaf = leafOf(span, offset);
    const at = placeIn(leaf, span, offset);
    const stop = Math.min(to, endOf({ leaf, at }));
    const aside = contentsOf(leaf)[at] as Content | null; // casts: it is a run's place
    if ((leaf.lengths[at] as number) > 0) hidePart(home, leaf, at, offset, stop - offset);
    else if (aside !== null) {
      home.hooks.dropped?.(span, offset, aside);
      dropContent(leaf, at);
    }
    offset = stop;
  }
}

/** @throws CodedError CRDT_SPLIT_PAIR. */
export function checkPair({ tree }: Sequence, index: number): void {
  if (index === 0) return;
  const leaf = find(tree, index - 1);
  if (isHigh(leaf.spans[tree.at] as Span, (leaf.offsets[tree.at] as number) + tree.offset)) throw splitPair(index); // casts: `find` points into the leaf
}

/** True when the unit is the first half of a surrogate pair. */
export function isHigh(span: Span, offset: number): boolean {
  return span.pairs !== null && hasPair(span.pairs, offset);
}

/** True when the sorted list holds `offset`. */
export function hasPair(pairs: readonly number[], offset: number): boolean {
  return pairs[firstAfter(pairs as number[], (pair) => pair >= offset)] === offset; // cast: nothing is changed
}

/** Takes one unit out of what shows, or puts it back; its content stays. */
export function setAside(span: Span, offset: number, isAside: boolean): void {
  const { home } = span;
  const { leaf, at, offset: from, length, content, aside } = partAt(span, offset);
  if ((isAside ? content : aside) === null) return;
  forget(home);
  if (home.parent !== null) noteParents(home);
  if (home.changes !== null) home.changes.push({ span, offset, length: 1, added: !isAside });
  const place = { leaf, at };
  if (offset + 1 < from + length) splitRun(home.tree, place, offset + 1);
  if (offset > from) {
    splitRun(home.tree, place, offset);
    moveAside(home.tree, partAt(span, offset));
  } else moveAside(home.tree, place);
}

function noteAdded(home: Sequence, span: Span, offset: number): void {
  const length = span.length - offset;
  if (home.changes !== null) home.changes.push({ span, offset, length, added: true });
  home.hooks.inserted?.(span, offset, length);
}

function hidePart(home: Sequence, leaf: Leaf, at: number, offset: number, length: number): void {
  const span = leaf.spans[at] as Span; // casts: it is a run's place
  span.log.typedAt = -1;
  if (home.parent !== null) noteParents(home);
  if (home.changes !== null) home.changes.push({ span, offset, length, added: false });
  if (home.hooks.hidden !== undefined) {
    const from = offset - (leaf.offsets[at] as number);
    home.hooks.hidden(span, offset, length, (contentsOf(leaf)[at] as Content).slice(from, from + length));
  }
  hide(home.tree, leaf, at, offset, offset + length);
}

export function splitPair(index: number): CodedError {
  return new CodedError("CRDT_SPLIT_PAIR", `Index ${index} lies inside a surrogate pair`, { value: index });
}
