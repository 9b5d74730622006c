/**
 * The units of one sequence in document order, as runs in a B+tree whose nodes count the visible units below them.
 * A run is part of one span; its units are all visible or all deleted. It knows nothing of replicas or of Fugue.
 */
import { firstAfter, insertItem, itemAt, removeItem } from "./long-list.ts";
import type { Branch, Content, Leaf, Run, RunTree, Span } from "./model.ts";

const MAX_RUNS = 64;
const MAX_CHILDREN = 32;

export function createRunTree(): RunTree {
  const leaf: Leaf = { isLeaf: true, parent: null, visible: 0, items: [], next: null };
  return { root: leaf, first: leaf, near: null, nearStart: 0, typed: null, typedTo: 0, at: 0, offset: 0 };
}

/** Finds the run of the visible unit `index`, which must exist, and points `tree.at` and `tree.offset` at it. O(log n), O(1) near the last one. */
export function seek(tree: RunTree, index: number): Run {
  let leaf = tree.near;
  let rest = index - tree.nearStart;
  if (leaf === null || rest < 0 || rest >= leaf.visible) {
    rest = index;
    let node = tree.root;
    while (!node.isLeaf) {
      let i = 0;
      let child = node.items[0] as Leaf | Branch; // cast: a branch has children, and index is below its visible count
      while (rest >= child.visible) {
        rest -= child.visible;
        child = node.items[++i] as Leaf | Branch; // cast: see above
      }
      node = child;
    }
    leaf = node;
    tree.near = leaf;
    tree.nearStart = index - rest;
  }
  const runs = leaf.items;
  for (let at = 0; ; at++) {
    const run = runs[at] as Run; // cast: rest is below the leaf's visible count
    if (run.content === null) continue;
    if (rest < run.length) {
      tree.at = at;
      tree.offset = rest;
      return run;
    }
    rest -= run.length;
  }
}

/** The run after the one that stands at place `at` of its leaf; null at the end. */
export function runAfter({ leaf }: Run, at: number): Run | null {
  const run = leaf.items[at + 1];
  if (run !== undefined) return run;
  return leaf.next === null ? null : (leaf.next.items[0] ?? null);
}

/** The run before, across leaves; null at the start. O(log n). */
export function runBefore(run: Run): Run | null {
  const at = run.leaf.items.indexOf(run);
  if (at > 0) return run.leaf.items[at - 1] as Run; // cast: at is within the leaf
  let node: Leaf | Branch = run.leaf;
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    const place = parent.items.indexOf(node);
    if (place > 0) {
      let below = parent.items[place - 1] as Leaf | Branch; // cast: place is above 0
      while (!below.isLeaf) below = below.items[below.items.length - 1] as Leaf | Branch; // cast: branches have children
      return below.items[below.items.length - 1] as Run; // cast: only an empty sequence has an empty leaf
    }
    node = parent;
  }
  return null;
}

export function firstRun(tree: RunTree): Run | null {
  return tree.first.items[0] ?? null;
}

/** null in an empty sequence. O(log n). */
export function lastRun(tree: RunTree): Run | null {
  let node = tree.root;
  while (!node.isLeaf) node = node.items[node.items.length - 1] as Leaf | Branch; // cast: branches have children
  return node.items[node.items.length - 1] ?? null;
}

export function* allRuns(tree: RunTree): Generator<Run> {
  for (let leaf: Leaf | null = tree.first; leaf !== null; leaf = leaf.next) yield* leaf.items;
}

/** The part of `span` that holds its unit `offset`. O(log parts). */
export function partAt(span: Span, offset: number): Run {
  return itemAt(span.parts, partIndex(span, offset)) as Run; // cast: parts cover the span
}

/** Its place among the parts. */
export function partIndex(span: Span, offset: number): number {
  return firstAfter(span.parts, (run) => run.offset > offset) - 1;
}

/** How many visible units stand before the run. O(log n). */
export function visibleBefore(run: Run): number {
  let sum = 0;
  for (const other of run.leaf.items) {
    if (other === run) break;
    if (other.content !== null) sum += other.length;
  }
  let node: Leaf | Branch = run.leaf;
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
export function compareRuns(a: Run, b: Run): number {
  if (a === b) return 0;
  const left = pathOf(a);
  const right = pathOf(b);
  for (let i = left.length - 1; i >= 0; i--) {
    const order = (left[i] as number) - (right[i] as number); // cast: all leaves are equally deep
    if (order !== 0) return order;
  }
  return 0;
}

function pathOf(run: Run): number[] {
  const path = [run.leaf.items.indexOf(run)];
  let node: Leaf | Branch = run.leaf;
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    path.push(parent.items.indexOf(node));
    node = parent;
  }
  return path;
}

/** Adds a part to the end of its span, right after `after` (null: first of all). */
export function addRun(
  tree: RunTree,
  after: Run | null,
  span: Span,
  offset: number,
  length: number,
  content: Content | null,
): Run {
  const leaf = after === null ? tree.first : after.leaf;
  tree.typed = null;
  const run: Run = { span, offset, length, content: null, aside: null, leaf };
  span.parts = span.parts.length === 0 ? [run] : insertItem(span.parts, span.parts.length, run); // a literal has room for one
  insert(tree, leaf, after === null ? 0 : leaf.items.indexOf(after) + 1, run);
  run.content = content; // only now: a leaf that split has not counted it
  if (content !== null) count(run.leaf, length);
  return run;
}

/** Grows a visible run of text at its end. */
export function growRun(run: Run, text: string): void {
  run.content = (run.content as string) + text; // cast: callers grow visible runs of text only
  run.length += text.length;
  count(run.leaf, text.length);
}

/** Cuts a run so that one part ends before unit `offset` of the span; returns the right part. */
export function splitRun(tree: RunTree, run: Run, offset: number): Run {
  const keep = offset - run.offset;
  tree.typed = null;
  const { span, leaf, content } = run;
  const rest = content === null ? null : content.slice(keep);
  const right: Run = { span, offset, length: run.length - keep, content: rest, aside: null, leaf }; // what is aside is one unit
  run.length = keep;
  if (content !== null) run.content = content.slice(0, keep);
  span.parts = insertItem(span.parts, partIndex(span, run.offset) + 1, right);
  insert(tree, leaf, leaf.items.indexOf(run) + 1, right);
  return right;
}

/**
 * Deletes units at an end of a visible run by moving the edge to a deleted neighbour of the same span, which spares cutting and joining:
 * backspace after backspace. False when that is not how they lie.
 */
export function moveEdge(run: Run, offset: number, length: number): boolean {
  const { leaf, content } = run;
  if (length >= run.length || content === null) return false;
  const runs = leaf.items;
  run.span.home.tree.typed = null;
  const end = run.offset + run.length;
  if (offset + length === end) {
    const right = runs[runs.indexOf(run) + 1];
    if (!isGone(right) || right.span !== run.span || right.offset !== end) return false;
    right.offset = offset;
    right.length += length;
    run.content = content.slice(0, offset - run.offset);
  } else if (offset === run.offset) {
    const left = runs[runs.indexOf(run) - 1];
    if (!isGone(left) || left.span !== run.span || left.offset + left.length !== offset) return false;
    left.length += length;
    run.offset += length;
    run.content = content.slice(length);
  } else return false;
  run.length -= length;
  count(leaf, -length);
  return true;
}

/** Drops a visible run's content and joins the run with deleted neighbours of the same span. */
export function hideRun(run: Run): void {
  run.span.home.tree.typed = null;
  run.content = null;
  count(run.leaf, -run.length);
  joinAround(run);
}

/** Moves one unit out of what shows, or back. */
export function moveAside(run: Run, isAside: boolean): void {
  run.span.home.tree.typed = null;
  if (isAside) [run.aside, run.content] = [run.content, null];
  else [run.content, run.aside] = [run.aside, null];
  count(run.leaf, isAside ? -run.length : run.length);
}

/** Drops what is aside for good. */
export function dropAside(run: Run): void {
  run.aside = null;
  joinAround(run);
}

function joinAround(run: Run): void {
  const runs = run.leaf.items;
  const at = runs.indexOf(run);
  join(run, runs[at + 1], at + 1);
  join(runs[at - 1], run, at);
}

function isGone(run: Run | undefined): run is Run {
  return run !== undefined && run.content === null && run.aside === null;
}

function join(left: Run | undefined, right: Run | undefined, at: number): void {
  if (!isGone(left) || !isGone(right)) return;
  if (left.span !== right.span || left.offset + left.length !== right.offset) return;
  right.leaf.items.splice(at, 1);
  removeItem(left.span.parts, partIndex(left.span, right.offset));
  left.length += right.length;
}

function count(leaf: Leaf, change: number): void {
  for (let node: Leaf | Branch | null = leaf; node !== null; node = node.parent) node.visible += change;
}

function insert(tree: RunTree, leaf: Leaf, at: number, run: Run): void {
  const runs = leaf.items;
  runs.splice(at, 0, run);
  if (runs.length <= MAX_RUNS) return;
  // A leaf filled from its end splits off only a little: what is written arrives mostly in order, and full leaves keep the tree small.
  const cut = at === MAX_RUNS ? MAX_RUNS - 4 : MAX_RUNS >>> 1;
  const right: Leaf = { isLeaf: true, parent: leaf.parent, visible: 0, items: runs.splice(cut), next: leaf.next };
  for (const moved of right.items) {
    moved.leaf = right;
    if (moved.content !== null) right.visible += moved.length;
  }
  leaf.next = right;
  leaf.visible -= right.visible;
  adopt(tree, leaf, right);
}

function adopt(tree: RunTree, left: Leaf | Branch, right: Leaf | Branch): void {
  const parent = left.parent;
  if (parent === null) {
    tree.root = { isLeaf: false, parent: null, visible: left.visible + right.visible, items: [left, right] };
    left.parent = tree.root;
    right.parent = tree.root;
    return;
  }
  parent.items.splice(parent.items.indexOf(left) + 1, 0, right);
  if (parent.items.length <= MAX_CHILDREN) return;
  const moved = parent.items.splice(MAX_CHILDREN >>> 1);
  const branch: Branch = { isLeaf: false, parent: parent.parent, visible: 0, items: moved };
  for (const child of moved) {
    child.parent = branch;
    branch.visible += child.visible;
  }
  parent.visible -= branch.visible;
  adopt(tree, parent, branch);
}

/** The whole text of a sequence of text. O(n). */
export function textOf({ tree }: { readonly tree: RunTree }): string {
  let shown = "";
  for (let leaf: Leaf | null = tree.first; leaf !== null; leaf = leaf.next) {
    for (const { content } of leaf.items) if (content !== null) shown += content as string; // cast: runs of a text hold text
  }
  return shown;
}
