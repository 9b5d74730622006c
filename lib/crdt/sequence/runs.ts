/**
 * The units of one sequence in document order, as runs in a B+tree whose nodes count the visible units below them. It knows nothing of replicas or
 * of Fugue; what lies within one leaf is in `leaves.ts`.
 *
 * Casts in this file: places are within their leaf, branches have children, and whoever asks for a unit asks for one that is there.
 */

import type { Branch, Content, Leaf, Place, Run, RunTree, Sequence, Span } from "../model.ts";
import { contentsOf, createLeaf, dropContent, goOn, isGone, put, runAt } from "./leaves.ts";

export const MAX_RUNS = 64;
export const MAX_CHILDREN = 32;

export function createRunTree(): RunTree {
  const first = createLeaf(null, null, [], [], [], []);
  return { root: first, first, near: null, nearStart: 0, typed: null, typedAt: 0, typedTo: 0, at: 0, offset: 0 };
}

/**
 * Finds the run of the visible unit `index`, which must exist: its leaf, its place `tree.at` there, and the unit's place `tree.offset` in the run.
 * O(log n), O(1) near the last one.
 */
export function find(tree: RunTree, index: number): Leaf {
  let leaf = tree.near;
  let rest = index - tree.nearStart;
  if (leaf === null || rest < 0 || rest >= leaf.visible) {
    rest = index;
    let node = tree.root;
    while (!node.isLeaf) {
      let i = 0;
      let child = node.items[0] as Leaf | Branch;
      while (rest >= child.visible) {
        rest -= child.visible;
        child = node.items[++i] as Leaf | Branch;
      }
      node = child;
    }
    leaf = node;
    tree.near = leaf;
    tree.nearStart = index - rest;
  }
  const { lengths } = leaf;
  for (let at = 0; ; at++) {
    const length = lengths[at] as number;
    if (length <= 0) continue;
    if (rest < length) {
      tree.at = at;
      tree.offset = rest;
      return leaf;
    }
    rest -= length;
  }
}

/** The same, as a run. */
export function seek(tree: RunTree, index: number): Run {
  return runAt(find(tree, index), tree.at);
}

/** The run after this one; null at the end. */
export function runAfter({ leaf, at }: Place): Run | null {
  if (at + 1 < leaf.spans.length) return runAt(leaf, at + 1);
  return leaf.next === null ? null : runAt(leaf.next, 0);
}

/** The place before, across leaves; the start where there is none. O(log n). */
export function placeBefore(tree: RunTree, { leaf, at }: Place): Place {
  if (at > 0) return { leaf, at: at - 1 };
  let node: Leaf | Branch = leaf;
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    const place = parent.items.indexOf(node);
    if (place > 0) return lastPlace(parent.items[place - 1] as Leaf | Branch);
    node = parent;
  }
  return { leaf: tree.first, at: -1 };
}

/** The last place below a node. O(log n). */
export function lastPlace(node: Leaf | Branch): Place {
  let leaf = node;
  while (!leaf.isLeaf) leaf = leaf.items[leaf.items.length - 1] as Leaf | Branch;
  return { leaf, at: leaf.spans.length - 1 };
}

export function* allRuns(tree: RunTree): Generator<Run> {
  for (let leaf: Leaf | null = tree.first; leaf !== null; leaf = leaf.next)
    for (let at = 0; at < leaf.spans.length; at++) yield runAt(leaf, at);
}

/** How many visible units stand before the run. O(log n). */
export function visibleBefore({ leaf, at }: Place): number {
  let sum = 0;
  for (let i = 0; i < at; i++) sum += Math.max(0, leaf.lengths[i] as number);
  let node: Leaf | Branch = leaf;
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    for (const other of parent.items) {
      if (other === node) break;
      sum += other.visible;
    }
    node = parent;
  }
  return sum;
}

/** Negative when `a` stands before `b`. O(log n). */
export function compareRuns(a: Place, b: Place): number {
  if (a.leaf === b.leaf) return a.at - b.at;
  const left = pathOf(a.leaf);
  const right = pathOf(b.leaf);
  for (let i = left.length - 1; i >= 0; i--) {
    const order = (left[i] as number) - (right[i] as number); // all leaves are equally deep
    if (order !== 0) return order;
  }
  return 0;
}

function pathOf(leaf: Leaf): number[] {
  const path: number[] = [];
  let node: Leaf | Branch = leaf;
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    path.push(parent.items.indexOf(node));
    node = parent;
  }
  return path;
}

/** Adds a run to the end of its span, right after the place, which moves there. */
export function addRun(
  tree: RunTree,
  after: Place,
  span: Span,
  offset: number,
  length: number,
  content: Content | null,
): void {
  const { leaf } = after;
  endTyping(tree);
  after.at++;
  goOn(span, offset, leaf);
  put(leaf, after.at, span, offset, content === null ? -length : length, content);
  if (content !== null) count(leaf, length);
  const cut = spill(tree, leaf, after.at);
  if (after.at < cut) return;
  after.leaf = leaf.next as Leaf;
  after.at -= cut;
}

/** The run was added to last; the visible index behind it is -1 where it is not known. What comes next may well be added to it. */
export function noteTyped(tree: RunTree, { leaf, at }: Place, to: number): void {
  if (tree.typed !== leaf || tree.typedAt !== at) endTyping(tree);
  tree.typed = leaf;
  tree.typedAt = at;
  tree.typedTo = to;
}

/** What was typed is over: what comes next stands elsewhere. */
export function endTyping(tree: RunTree): void {
  if (tree.typed === null) return;
  const content = contentsOf(tree.typed)[tree.typedAt];
  if (typeof content === "string") content.charCodeAt(0); // makes one piece of what was put together key by key
  tree.typed = null;
}

/** Grows a visible run of text at its end. */
export function growRun(leaf: Leaf, at: number, text: string): void {
  const contents = contentsOf(leaf);
  contents[at] = (contents[at] as string) + text; // callers grow visible runs of text only
  leaf.lengths[at] = (leaf.lengths[at] as number) + text.length;
  count(leaf, text.length);
}

/** Cuts a run in two, so that the run at the place ends before unit `offset` of the span. */
export function splitRun(tree: RunTree, place: Place, offset: number): void {
  const { leaf, at } = place;
  const { span, offset: from, length, content } = runAt(leaf, at);
  const keep = offset - from;
  endTyping(tree);
  const sign = content === null ? -1 : 1; // what is aside is one unit, and never cut
  leaf.lengths[at] = keep * sign;
  contentsOf(leaf)[at] = content?.slice(0, keep) ?? null;
  put(leaf, at + 1, span, offset, (length - keep) * sign, content?.slice(keep) ?? null);
  const cut = spill(tree, leaf, at + 1);
  if (at < cut) return;
  place.leaf = leaf.next as Leaf;
  place.at -= cut;
}

/**
 * Hides units of a visible run for good, from one offset of the span up to another.
 * At an end of the run they go to a deleted neighbour of the same span, where there is one: so backspace after backspace neither cuts nor joins.
 */
export function hide(tree: RunTree, leaf: Leaf, at: number, from: number, to: number): void {
  const { offsets, lengths } = leaf;
  const contents = contentsOf(leaf);
  const span = leaf.spans[at] as Span;
  const start = offsets[at] as number;
  const end = start + (lengths[at] as number);
  const content = contents[at] as Content;
  const gone = from - to;
  endTyping(tree);
  count(leaf, gone);
  if (from > start) {
    lengths[at] = from - start;
    contents[at] = content.slice(0, from - start);
    if (to === end && isGone(leaf, at + 1, span)) {
      offsets[at + 1] = from;
      lengths[at + 1] = (lengths[at + 1] as number) + gone;
      return;
    }
    put(leaf, at + 1, span, from, gone, null);
    if (to < end) put(leaf, at + 2, span, to, end - to, content.slice(to - start));
  } else if (to < end) {
    offsets[at] = to;
    lengths[at] = end - to;
    contents[at] = content.slice(to - start);
    if (isGone(leaf, at - 1, span)) {
      lengths[at - 1] = (lengths[at - 1] as number) + gone;
      return;
    }
    put(leaf, at, span, from, gone, null);
  } else {
    lengths[at] = gone;
    dropContent(leaf, at);
    return;
  }
  spill(tree, leaf, at + 1);
}

/** Moves one unit out of what shows, or back. */
export function moveAside(tree: RunTree, { leaf, at }: Place): void {
  endTyping(tree);
  const length = -(leaf.lengths[at] as number);
  leaf.lengths[at] = length;
  count(leaf, length);
}

function count(leaf: Leaf, change: number): void {
  for (let node: Leaf | Branch | null = leaf; node !== null; node = node.parent) node.visible += change;
}

/** Halves a leaf that is too full, after a run was put there; answers the place from which on it went to the next leaf. */
function spill(tree: RunTree, leaf: Leaf, at: number): number {
  const size = leaf.spans.length;
  if (size <= MAX_RUNS) return size;
  // A leaf filled from its end splits off only a little: what is written arrives mostly in order, and full leaves keep the tree small.
  const cut = at === size - 1 ? MAX_RUNS - 4 : size >>> 1;
  const { spans, offsets, lengths } = leaf;
  const right = createLeaf(
    leaf.parent,
    leaf.next,
    spans.splice(cut),
    offsets.splice(cut),
    lengths.splice(cut),
    contentsOf(leaf).splice(cut),
  );
  for (let i = 0; i < right.spans.length; i++) {
    right.visible += Math.max(0, right.lengths[i] as number);
    goOn(right.spans[i] as Span, right.offsets[i] as number, right);
  }
  leaf.next = right;
  leaf.visible -= right.visible;
  adopt(tree, leaf, right);
  return cut;
}

function adopt(tree: RunTree, left: Leaf | Branch, right: Leaf | Branch): void {
  const parent = left.parent;
  if (parent === null) {
    tree.root = branchOf(null, [left, right]);
    return;
  }
  parent.items.splice(parent.items.indexOf(left) + 1, 0, right);
  if (parent.items.length <= MAX_CHILDREN) return;
  const branch = branchOf(parent.parent, parent.items.splice(MAX_CHILDREN >>> 1));
  parent.visible -= branch.visible;
  adopt(tree, parent, branch);
}

export function branchOf(parent: Branch | null, items: (Leaf | Branch)[]): Branch {
  const branch: Branch = { isLeaf: false, parent, visible: 0, items };
  for (const child of items) {
    child.parent = branch;
    branch.visible += child.visible;
  }
  return branch;
}

/** The whole text of a sequence of text. O(n). */
export function textOf({ tree }: Pick<Sequence, "tree">): string {
  let shown = "";
  for (let leaf: Leaf | null = tree.first; leaf !== null; leaf = leaf.next) {
    const { lengths, contents } = leaf;
    if (typeof contents === "string") shown += contents;
    else for (let at = 0; at < lengths.length; at++) if ((lengths[at] as number) > 0) shown += contents[at] as string; // runs of a text hold text
  }
  return shown;
}
