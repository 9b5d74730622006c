/** The children of a unit, in FugueMax's order (`fugue.ts`): found by binary search among the spans that hang on its span. */

import { LEFT, RIGHT, type Sequence, type Side, type Span } from "../model.ts";
import { placeOf } from "./leaves.ts";
import { firstAfter, itemAt, type List } from "./long-list.ts";
import { compareRuns } from "./runs.ts";

/** A unit, standing for its subtree. */
export interface Node {
  readonly span: Span;
  readonly offset: number;
}

export interface Siblings {
  /** The last sibling before `node`. */
  readonly lesser: Node | undefined;
  /** The first sibling after `node`. */
  readonly greater: Node | undefined;
  /** Where `node` belongs in the list of kids. */
  readonly at: number;
}

const NO_KIDS: Span[] = [];

function kidsOf(home: Sequence, parent: Span | null): List<Span> {
  return parent === null ? home.roots : (parent.kids ?? NO_KIDS);
}

/** The children on one side of a unit next to `node`, which is one of them or about to be. O(log kids x log n). */
export function siblingsOf(home: Sequence, parent: Span | null, offset: number, side: Side, node: Node): Siblings {
  const kids = kidsOf(home, parent);
  const start = kidsStart(kids, offset, side);
  const end = side === LEFT ? kidsStart(kids, offset, RIGHT) : kidsStart(kids, offset + 1, LEFT);
  let low = start;
  for (let high = end; low < high; ) {
    const middle = (low + high) >>> 1;
    if (precedes(side, node, first(itemAt(kids, middle) as Span)))
      high = middle; // cast: within the list
    else low = middle + 1;
  }
  const before = low - (node.offset === 0 && itemAt(kids, low - 1) === node.span ? 2 : 1); // not the node itself
  let lesser = before >= start ? first(itemAt(kids, before) as Span) : undefined; // cast: within the list
  let greater = low < end ? first(itemAt(kids, low) as Span) : undefined; // cast: within the list
  if (side === RIGHT && parent !== null && offset + 1 < parent.length) {
    const next = { span: parent, offset: offset + 1 }; // the rest of the parent's span is its child too
    if (precedes(side, node, next)) {
      if (greater === undefined || precedes(side, next, greater)) greater = next;
    } else if (precedes(side, next, node) && (lesser === undefined || precedes(side, lesser, next))) lesser = next;
  }
  return { lesser, greater, at: low };
}

/** The first left child. */
export function firstLeftChild({ span, offset }: Node): Node | undefined {
  if (span.kids === null) return undefined;
  const kid = itemAt(span.kids, kidsStart(span.kids, offset, LEFT));
  return kid !== undefined && kid.parentOffset === offset && kid.side === LEFT ? first(kid) : undefined;
}

/** The last right child. */
export function lastRightChild({ span, offset }: Node): Node | undefined {
  const next = offset + 1 < span.length ? { span, offset: offset + 1 } : undefined;
  if (span.kids === null) return next;
  const kid = itemAt(span.kids, kidsStart(span.kids, offset + 1, LEFT) - 1);
  if (kid === undefined || kid.parentOffset !== offset || kid.side !== RIGHT) return next;
  return next !== undefined && precedes(RIGHT, first(kid), next) ? next : first(kid);
}

/** Index of the first kid at or after (offset, side). */
export function kidsStart(kids: List<Span>, offset: number, side: Side): number {
  return firstAfter(kids, (kid) => kid.parentOffset > offset || (kid.parentOffset === offset && kid.side >= side));
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
  const order = compareRuns(placeOf(a.right, a.rightOffset), placeOf(b.right, b.rightOffset));
  return order !== 0 ? order : a.rightOffset - b.rightOffset; // in one run the offsets decide
}
