/**
 * FugueMax, from "The Art of the Fugue: Minimizing Interleaving in Collaborative Text Editing" (Weidner, Kleppmann).
 *
 * Every unit is a node of a tree, the left or the right child of its parent; the sequence is the in-order walk: left children,
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

import type { Piece } from "../encoding/rows.ts";
import { type Content, LEFT, type Place, RIGHT, type RunTree, type Sequence, type Span } from "../model.ts";
import { placeOf } from "./leaves.ts";
import { insertItem } from "./long-list.ts";
import { addRun, growRun, noteTyped } from "./runs.ts";
import { kidsStart, siblingsOf } from "./siblings.ts";
import { spotFor } from "./spot.ts";

/** True when the unit has a right child: the next unit of its span, or a span that hangs there. O(log kids). */
export function hasRightChild(span: Span, offset: number): boolean {
  if (offset < span.length - 1) return true;
  return span.kids !== null && kidsStart(span.kids, offset, RIGHT) < kidsStart(span.kids, offset + 1, LEFT);
}

/** Places the next units of `span`, piece by piece. A new span joins its siblings. */
export function integrate(span: Span, pieces: readonly Piece[]): void {
  const { home, length: from } = span;
  const { tree } = home;
  const { typed, typedAt } = tree;
  let place: Place;
  if (from === 0) {
    const { parent, parentOffset, side } = span;
    const siblings = siblingsOf(home, parent, parentOffset, side, { span, offset: 0 });
    place = spotFor(home, parent, parentOffset, side, siblings);
    adopt(home, span, siblings.at);
  } else if (span.kids !== null)
    place = spotFor(home, span, from - 1, RIGHT, siblingsOf(home, span, from - 1, RIGHT, { span, offset: from }));
  else if (typed?.spans[typedAt] === span) place = { leaf: typed, at: typedAt };
  else place = placeOf(span, from - 1);
  for (const { length, content } of pieces) {
    placeNext(tree, place, span, length, content);
    span.length += length;
  }
  tree.near = null; // what is counted before it may be wrong
  noteTyped(tree, place, -1);
}

/** Typing on copies the text of a run now and then, so runs grow only so far. */
export const MAX_GROWN = 512;

/** Adds the next units of a span right behind the place, which moves there. A document's come without their text: it is dealt out last. */
export function placeNext(tree: RunTree, place: Place, span: Span, length: number, content: Content | null): void {
  const { leaf, at } = place;
  if (typeof content === "string" && content.length === length && at >= 0 && leaf.spans[at] === span) {
    const before = leaf.lengths[at] as number; // cast: it is a run's place
    if (before > 0 && before < MAX_GROWN) {
      growRun(leaf, at, content);
      return;
    }
  }
  addRun(tree, place, span, span.length, length, content);
}

/** Adds a new span to its parent's children, of which it is the one at `at`. */
function adopt(home: Sequence, span: Span, at: number): void {
  const { parent } = span;
  if (parent === null) home.roots = insertItem(home.roots, at, span);
  else parent.kids = insertItem(parent.kids ?? [], at, span);
}

/** Adds a new span to its parent's children; where it stands is known. */
export function adoptOwn(home: Sequence, span: Span): void {
  const { parent, parentOffset, side } = span;
  adopt(home, span, siblingsOf(home, parent, parentOffset, side, { span, offset: 0 }).at);
}
