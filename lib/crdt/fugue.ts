/**
 * FugueMax, from "The Art of the Fugue: Minimizing Interleaving in Collaborative Text Editing" (Weidner, Kleppmann).
 *
 * Every unit of text is a node of a tree, the left or the right child of its parent; the text is the in-order walk: left children,
 * the node, right children. Left siblings are ordered by id. Right siblings are ordered by their right origins, the one furthest right
 * first, then by id. That is all: where a node stands follows from its own fields, whatever arrived before or after.
 *
 * A unit inserted after L, with R the next unit in the walk (deleted ones count), becomes
 *   - the right child of L, with right origin R, when L has no right child;
 *   - else the left child of R.
 * So what is typed in one place, forwards or backwards, hangs together, and no concurrent insertion comes between.
 *
 * Twin: test/oracle/fugue-max.ts does the same with one object per unit and no index.
 */
import { LEFT, RIGHT, type Run, type Side, type Span, type TextModel } from "./model.ts";
import { addRun, compareRuns, partAt, runBefore, splitRun } from "./runs.ts";

/** True when the unit has a right child: the next unit of its span, or a span that hangs there. O(log kids). */
export function hasRightChild(span: Span, offset: number): boolean {
  if (offset < span.length - 1) return true;
  return span.kids !== null && kidsStart(span.kids, offset, RIGHT) < kidsStart(span.kids, offset + 1, LEFT);
}

/**
 * Places the next units of `span`: `pieces` are texts that show, or numbers of units that are deleted already. A new span joins its siblings.
 * 1. Gather the siblings on the same side of the parent, in order.
 * 2. Without any, stand right next to the parent.
 * 3. Else stand before the first greater sibling's subtree, or at the end of that side.
 */
export function integrate(span: Span, pieces: readonly (string | number)[]): void {
  const { text, length: from } = span;
  let run =
    from === 0 ? spotFor(span, span.parent, span.parentOffset, span.side) : spotFor(span, span, from - 1, RIGHT);
  if (from === 0) adopt(text, span);
  for (const piece of pieces) {
    const shown = typeof piece === "string" ? piece : null;
    const length = typeof piece === "string" ? piece.length : piece;
    run = addRun(text.tree, run, span, span.length, length, shown);
    span.length += length;
  }
}

/** The run after which the next unit of `span` stands; null is the start of the text. */
function spotFor(span: Span, parent: Span | null, offset: number, side: Side): Run | null {
  const { text } = span;
  const { greater, last } = siblingsOf(text, parent, offset, side, { span, offset: span.length });
  if (greater !== undefined) return cutBefore(leftmost(greater));
  if (side === LEFT && parent !== null) return cutBefore({ span: parent, offset });
  if (last === undefined) return parent === null ? null : cutAfter({ span: parent, offset });
  return cutAfter(rightmost(last));
}

/** Adds a new span to its parent's children, without placing it. */
export function adopt(text: TextModel, span: Span): void {
  const { parent, parentOffset, side } = span;
  const kids = kidsOf(text, parent);
  const { at } = siblingsOf(text, parent, parentOffset, side, { span, offset: 0 });
  if (parent !== null) parent.kids ??= [span];
  if (kids !== NO_KIDS) kids.splice(at, 0, span);
}

/** A unit, standing for its subtree. */
interface Node {
  readonly span: Span;
  readonly offset: number;
}

const NO_KIDS: Span[] = [];

function kidsOf(text: TextModel, parent: Span | null): Span[] {
  return parent === null ? text.roots : (parent.kids ?? NO_KIDS);
}

interface Siblings {
  /** The first sibling that `node` precedes. */
  readonly greater: Node | undefined;
  readonly last: Node | undefined;
  /** Where `node` belongs in the list of kids. */
  readonly at: number;
}

/** The children on one side of a unit, seen from `node`, which is about to be one. O(log kids x log n). */
function siblingsOf(text: TextModel, parent: Span | null, offset: number, side: Side, node: Node): Siblings {
  const kids = kidsOf(text, parent);
  const start = kidsStart(kids, offset, side);
  const end = side === LEFT ? kidsStart(kids, offset, RIGHT) : kidsStart(kids, offset + 1, LEFT);
  let low = start;
  for (let high = end; low < high; ) {
    const middle = (low + high) >>> 1;
    if (precedes(side, node, first(kids[middle] as Span)))
      high = middle; // cast: within the list
    else low = middle + 1;
  }
  let greater = low < end ? first(kids[low] as Span) : undefined; // cast: within the list
  let last = start < end ? first(kids[end - 1] as Span) : undefined; // cast: within the list
  if (side === RIGHT && parent !== null && offset + 1 < parent.length) {
    const next = { span: parent, offset: offset + 1 }; // the rest of the parent's span is its child too
    if (precedes(side, node, next) && (greater === undefined || precedes(side, next, greater))) greater = next;
    if (last === undefined || precedes(side, last, next)) last = next;
  }
  return { greater, last, at: low };
}

function first(span: Span): Node {
  return { span, offset: 0 };
}

function precedes(side: Side, a: Node, b: Node): boolean {
  if (side === RIGHT) {
    const order = compareRights(a.span, b.span);
    if (order !== 0) return order > 0;
  }
  if (a.span.log !== b.span.log) return a.span.log.id < b.span.log.id;
  return a.span.counter + a.offset < b.span.counter + b.offset;
}

/** Positive when the right origin of `a` stands further right. */
function compareRights(a: Span, b: Span): number {
  if (a.right === b.right && a.rightOffset === b.rightOffset) return 0;
  if (a.right === null) return 1;
  if (b.right === null) return -1;
  const order = compareRuns(partAt(a.right, a.rightOffset), partAt(b.right, b.rightOffset));
  return order !== 0 ? order : a.rightOffset - b.rightOffset; // in one run the offsets decide
}

/** The first unit of the node's subtree. */
function leftmost(node: Node): Node {
  let { span, offset } = node;
  while (span.kids !== null) {
    const kid = span.kids[kidsStart(span.kids, offset, LEFT)];
    if (kid === undefined || kid.parentOffset !== offset || kid.side !== LEFT) break;
    span = kid;
    offset = 0;
  }
  return { span, offset };
}

/** The last unit of the node's subtree. */
function rightmost(node: Node): Node {
  let at = node;
  for (;;) {
    at = skipOnlyChildren(at);
    const { last } = siblingsOf(at.span.text, at.span, at.offset, RIGHT, at);
    if (last === undefined) return at;
    at = last;
  }
}

/** Down the span to the next unit that has other right children beside its continuation, or to the last unit. */
function skipOnlyChildren(node: Node): Node {
  const { span } = node;
  if (span.kids !== null) {
    for (let i = kidsStart(span.kids, node.offset, RIGHT); i < span.kids.length; i++) {
      const kid = span.kids[i] as Span; // cast: within the list
      if (kid.side === RIGHT) return { span, offset: kid.parentOffset };
    }
  }
  return { span, offset: span.length - 1 };
}

/** Index of the first kid at or after (offset, side). */
function kidsStart(kids: readonly Span[], offset: number, side: Side): number {
  let low = 0;
  let high = kids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const kid = kids[middle] as Span; // cast: within the list
    if (kid.parentOffset < offset || (kid.parentOffset === offset && kid.side < side)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The run that ends right after the unit. Cuts a run when it must. */
function cutAfter({ span, offset }: Node): Run {
  const run = partAt(span, offset);
  if (offset + 1 < run.offset + run.length) splitRun(span.text.tree, run, offset + 1);
  return run;
}

/** The run that ends right before the unit; null when the unit is the very first. Cuts a run when it must. */
function cutBefore({ span, offset }: Node): Run | null {
  const run = partAt(span, offset);
  if (offset === run.offset) return runBefore(run);
  splitRun(span.text.tree, run, offset);
  return run;
}
