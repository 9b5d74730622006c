/**
 * Runs within their leaf, and how a span finds its own.
 *
 * A span knows the leaves it stands in, not its runs: those are looked for among the few of the leaf. Its units follow each other in the sequence as in the
 * span, so it has one stretch in each of its leaves, and cutting and joining runs within a leaf changes none.
 *
 * Casts in this file: places are within their leaf, and whoever asks for a unit asks for one that is there.
 */

import type { Branch, Content, Leaf, Place, ReplicaLog, Run, Sequence, Side, Span, Stretch } from "../model.ts";
import { firstAfter, insertItem, itemAt } from "./long-list.ts";

export function createLeaf(
  parent: Branch | null,
  next: Leaf | null,
  spans: Span[],
  offsets: number[],
  lengths: number[],
  contents: Leaf["contents"],
): Leaf {
  return { isLeaf: true, parent, visible: 0, spans, offsets, lengths, contents, next };
}

/** One without units; any leaf will do until it has a place. */
export function createSpan(
  kind: Span["kind"],
  log: ReplicaLog,
  counter: number,
  home: Sequence,
  side: Side,
  parent: Span | null,
  parentOffset: number,
  right: Span | null,
  rightOffset: number,
  where: Leaf,
): Span {
  return {
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
    where,
    pairs: null,
  };
}

export function runAt(leaf: Leaf, at: number): Run {
  const length = leaf.lengths[at] as number;
  const content = contentsOf(leaf)[at] as Content | null;
  return {
    leaf,
    at,
    span: leaf.spans[at] as Span,
    offset: leaf.offsets[at] as number,
    length: Math.abs(length),
    content: length > 0 ? content : null,
    aside: length > 0 ? null : content,
  };
}

/** What its runs hold, one by one. */
export function contentsOf(leaf: Leaf): (Content | null)[] {
  const { contents: text, lengths } = leaf;
  if (typeof text !== "string") return text;
  let to = 0;
  const contents = lengths.map((length) => {
    if (length < 0) return null;
    to += length;
    return text.slice(to - length, to);
  });
  leaf.contents = contents;
  return contents;
}

/** The run that holds unit `offset` of the span. */
export function partAt(span: Span, offset: number): Run {
  const leaf = leafOf(span, offset);
  return runAt(leaf, placeIn(leaf, span, offset));
}

export function placeOf(span: Span, offset: number): Place {
  const leaf = leafOf(span, offset);
  return { leaf, at: placeIn(leaf, span, offset) };
}

/** The leaf that unit `offset` of the span stands in. O(log leaves). */
export function leafOf({ where }: Span, offset: number): Leaf {
  return isLeaf(where) ? where : (itemAt(where, firstAfter(where, ({ from }) => from > offset) - 1) as Stretch).leaf;
}

function isLeaf(where: Span["where"]): where is Leaf {
  return (where as Partial<Leaf>).isLeaf === true;
}

/** Its run's place in that leaf. */
export function placeIn({ spans, offsets, lengths }: Leaf, span: Span, offset: number): number {
  for (let at = 0; ; at++)
    if (spans[at] === span && offset < (offsets[at] as number) + Math.abs(lengths[at] as number)) return at;
}

/** The offset behind the run. */
export function endOf({ leaf, at }: Place): number {
  return (leaf.offsets[at] as number) + Math.abs(leaf.lengths[at] as number);
}

/** The span's units from this one on, as far as they stood in one leaf or in none, stand in `leaf`. */
export function goOn(span: Span, offset: number, leaf: Leaf): void {
  const { where } = span;
  if (isLeaf(where)) {
    if (where === leaf) return;
    const first = { from: 0, leaf: where };
    span.where = offset === 0 ? leaf : [first, { from: offset, leaf }];
  } else {
    const next = firstAfter(where, ({ from }) => from > offset);
    const stretch = itemAt(where, next - 1) as Stretch;
    if (stretch.from === offset) stretch.leaf = leaf;
    else if (stretch.leaf !== leaf) span.where = insertItem(where, next, { from: offset, leaf });
  }
}

export function put(leaf: Leaf, at: number, span: Span, offset: number, length: number, content: Content | null): void {
  const contents = contentsOf(leaf); // first of all: it looks at the lengths
  const { spans, offsets, lengths } = leaf;
  const size = spans.length;
  spans.push(span);
  offsets.push(offset);
  lengths.push(length);
  contents.push(content);
  if (at === size) return;
  // One walk over four lists; four times `splice` takes three times as long.
  for (let i = size; i > at; i--) {
    spans[i] = spans[i - 1] as Span;
    offsets[i] = offsets[i - 1] as number;
    lengths[i] = lengths[i - 1] as number;
    contents[i] = contents[i - 1] as Content | null;
  }
  spans[at] = span;
  offsets[at] = offset;
  lengths[at] = length;
  contents[at] = content;
}

/** Drops the content of what does not show, and joins the run with deleted neighbours of the same span. */
export function dropContent(leaf: Leaf, at: number): void {
  const span = leaf.spans[at] as Span;
  contentsOf(leaf)[at] = null;
  if (isGone(leaf, at + 1, span)) joinNext(leaf, at);
  if (isGone(leaf, at - 1, span)) joinNext(leaf, at - 1);
}

function joinNext(leaf: Leaf, at: number): void {
  const { spans, offsets, lengths } = leaf;
  lengths[at] = (lengths[at] as number) + (lengths[at + 1] as number);
  spans.splice(at + 1, 1);
  offsets.splice(at + 1, 1);
  lengths.splice(at + 1, 1);
  contentsOf(leaf).splice(at + 1, 1);
}

export function isGone(leaf: Leaf, at: number, span: Span): boolean {
  const { spans, lengths } = leaf;
  if (at < 0 || at >= spans.length || spans[at] !== span) return false;
  return (lengths[at] as number) < 0 && contentsOf(leaf)[at] === null;
}
