/**
 * Where in the text a new child belongs: between the subtrees of two neighbours in the walk.
 *
 * Either neighbour says where, and either may be at the end of a chain as long as the text. So both are looked for in turns, step by step,
 * and the first one found decides: a crafted chain is walked at most a few times, because what is placed beside it makes the next search short.
 */

import { endOf, placeOf } from "./leaves.ts";
import { itemAt } from "./long-list.ts";
import { LEFT, type Place, RIGHT, type Sequence, type Side, type Span } from "./model.ts";
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
  let left: Search = lesser === undefined ? { kind: "previous", of: above } : { kind: "last", of: lesser };
  let right: Search = greater === undefined ? { kind: "next", of: above } : { kind: "first", of: greater };
  for (;;) {
    left = step(home, left);
    if (left.kind === "after") return left.of === null ? start(home) : cutAfter(left.of);
    right = step(home, right);
    if (right.kind === "before") return right.of === null ? lastPlace(home.tree.root) : cutBefore(right.of);
  }
}

/**
 * A search under way. In a subtree: for its "first" or "last" unit. Out of it: for what comes "previous" or "next" to it. Found: the place "before"
 * or "after" a unit. null is the root: nothing is before it, and after everything comes the end.
 */
type Search =
  | { readonly kind: "first" | "last"; readonly of: Node }
  | { readonly kind: "previous" | "next" | "before" | "after"; readonly of: Node | null };

function step(home: Sequence, { kind, of }: Search): Search {
  if (of === null) return kind === "previous" || kind === "after" ? { kind: "after", of } : { kind: "before", of };
  if (kind === "first") {
    const child = firstLeftChild(of);
    return child === undefined ? { kind: "before", of } : { kind, of: child };
  }
  if (kind === "last") {
    const at = downSpan(of);
    const child = at === of ? lastRightChild(of) : at;
    return child === undefined ? { kind: "after", of } : { kind, of: child };
  }
  return kind === "previous" || kind === "next" ? stepOut(home, kind, of) : { kind, of };
}

function stepOut(home: Sequence, kind: "previous" | "next", node: Node): Search {
  if (node.offset > 0 && kind === "next") {
    const top = upSpan(node);
    if (top !== node) return { kind, of: top };
  }
  const { span, offset } = node;
  const side = offset > 0 ? RIGHT : span.side;
  const parent = offset > 0 ? span : span.parent;
  const parentOffset = offset > 0 ? offset - 1 : span.parentOffset;
  const { lesser, greater } = siblingsOf(home, parent, parentOffset, side, node);
  const above = parent === null ? null : { span: parent, offset: parentOffset };
  if (kind === "next") {
    if (greater !== undefined) return { kind: "first", of: greater };
    return side === LEFT ? { kind: "before", of: above } : { kind, of: above };
  }
  if (lesser !== undefined) return { kind: "last", of: lesser };
  return side === RIGHT ? { kind: "after", of: above } : { kind, of: above };
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
