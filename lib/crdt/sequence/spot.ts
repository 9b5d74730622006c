/**
 * Where in the text a new child belongs: between the subtrees of two neighbours in the walk.
 *
 * Either neighbour says where, and either may be at the end of a chain as long as the text. So both are looked for in turns, step by step,
 * and the first one found decides: a crafted chain is walked at most a few times, because what is placed beside it makes the next search short.
 */

import { LEFT, type Place, RIGHT, type Sequence, type Side, type Span } from "../model.ts";
import { endOf, placeOf } from "./leaves.ts";
import { itemAt } from "./long-list.ts";
import { lastPlace, splitRun } from "./runs.ts";
import { firstLeftChild, kidsStart, lastRightChild, type Node, type Siblings, siblingsOf } from "./siblings.ts";

/** The place behind which a new child on that side of a unit stands, next to these siblings; -1 is the start of a leaf. Cuts a run when it must. */
export function spotFor(
  home: Sequence,
  parent: Span | null,
  offset: number,
  side: Side,
  { lesser, greater }: Siblings,
): Place {
  const above = parent === null ? null : { span: parent, offset };
  if (side === LEFT && greater === undefined && above !== null) return cutBefore(above);
  if (side === RIGHT && lesser === undefined) return above === null ? start(home) : cutAfter(above);
  let left: Search = lesser === undefined ? { phase: OUT, of: above } : { phase: INTO, of: lesser };
  let right: Search = greater === undefined ? { phase: OUT, of: above } : { phase: INTO, of: greater };
  for (;;) {
    left = step(home, left, false);
    if (left.phase === FOUND) return left.of === null ? start(home) : cutAfter(left.of);
    right = step(home, right, true);
    if (right.phase === FOUND) return right.of === null ? lastPlace(home.tree.root) : cutBefore(right.of);
  }
}

const INTO = 0;
const OUT = 1;
const FOUND = 2;

/**
 * A search under way, forward or back: in a subtree, for its first or last unit; out of it, for what comes next to it; or the unit has been found, before or
 * after which the place is. null is the root: nothing is before it, and after everything comes the end.
 */
interface Search {
  readonly phase: typeof INTO | typeof OUT | typeof FOUND;
  readonly of: Node | null;
}

function step(home: Sequence, search: Search, isForward: boolean): Search {
  const { phase, of } = search;
  if (of === null) return { phase: FOUND, of };
  if (phase === OUT) return stepOut(home, of, isForward);
  if (phase === FOUND) return search;
  let child: Node | undefined;
  if (isForward) child = firstLeftChild(of);
  else {
    const at = downSpan(of);
    child = at === of ? lastRightChild(of) : at;
  }
  return child === undefined ? { phase: FOUND, of } : { phase, of: child };
}

function stepOut(home: Sequence, node: Node, isForward: boolean): Search {
  const top = isForward ? upSpan(node) : node;
  if (top !== node) return { phase: OUT, of: top };
  const { span, offset } = node;
  const isInner = offset > 0;
  const side = isInner ? RIGHT : span.side;
  const parent = isInner ? span : span.parent;
  const parentOffset = isInner ? offset - 1 : span.parentOffset;
  const { lesser, greater } = siblingsOf(home, parent, parentOffset, side, node);
  const next = isForward ? greater : lesser;
  if (next !== undefined) return { phase: INTO, of: next };
  const of = parent === null ? null : { span: parent, offset: parentOffset };
  return { phase: side === (isForward ? LEFT : RIGHT) ? FOUND : OUT, of };
}

/** Down the span to the next unit that has kids, or to the last unit: on the way each unit has one child, the next. */
function downSpan(node: Node): Node {
  const { span, offset } = node;
  const kid = span.kids === null ? undefined : itemAt(span.kids, kidsStart(span.kids, offset, RIGHT));
  const to = kid === undefined ? span.length - 1 : kid.parentOffset;
  return to === offset ? node : { span, offset: to };
}

/** Up the span to the unit whose parent has kids, or to the first unit. */
function upSpan(node: Node): Node {
  const { span, offset } = node;
  if (offset === 0) return node;
  const kid = span.kids === null ? undefined : itemAt(span.kids, kidsStart(span.kids, offset, LEFT) - 1);
  const to = kid === undefined ? 0 : kid.parentOffset + 1;
  return to === offset ? node : { span, offset: to };
}

function start({ tree }: Sequence): Place {
  return { leaf: tree.first, at: -1 };
}

/** The run that ends right after the unit. */
function cutAfter({ span, offset }: Node): Place {
  const place = placeOf(span, offset);
  if (offset + 1 < endOf(place)) splitRun(span.home.tree, place, offset + 1);
  return place;
}

/** The place right before the unit. */
function cutBefore({ span, offset }: Node): Place {
  const place = placeOf(span, offset);
  if (offset === place.leaf.offsets[place.at]) place.at--;
  else splitRun(span.home.tree, place, offset);
  return place;
}
