/**
 * The units of one sequence in document order, as runs in a B+tree whose nodes count the visible units below them. It knows nothing of replicas or
 * of Fugue.
 *
 * A span knows the leaves it stands in, not its runs: those are looked for among the few of the leaf. Its units follow each other in the sequence as in the
 * span, so it has one stretch in each of its leaves, and cutting and joining runs within a leaf changes none.
 */
import { firstAfter, insertItem, itemAt } from "./long-list.ts";
import type { Branch, Content, Leaf, Place, ReplicaLog, Run, RunTree, Sequence, Side, Span, Stretch } from "./model.ts";

const MAX_RUNS = 64;
const MAX_CHILDREN = 32;

/** Casts in this file: places are within their leaf, branches have children, and whoever asks for a unit asks for one that is there. */

export function createRunTree(): RunTree {
  const first = createLeaf(null, null, [], [], [], []);
  return { root: first, first, near: null, nearStart: 0, typed: null, typedAt: 0, typedTo: 0, at: 0, offset: 0 };
}

function createLeaf(
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

function runAt(leaf: Leaf, at: number): Run {
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

export function placeOf(span: Span, offset: number): Place {
  const leaf = leafOf(span, offset);
  return { leaf, at: placeIn(leaf, span, offset) };
}

/** The offset behind the run. */
export function endOf({ leaf, at }: Place): number {
  return (leaf.offsets[at] as number) + Math.abs(leaf.lengths[at] as number);
}

/** The run that holds unit `offset` of the span. */
export function partAt(span: Span, offset: number): Run {
  const leaf = leafOf(span, offset);
  return runAt(leaf, placeIn(leaf, span, offset));
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
  tree.typed = null;
  after.at++;
  goOn(span, offset, leaf);
  put(leaf, after.at, span, offset, content === null ? -length : length, content);
  if (content !== null) count(leaf, length);
  const cut = spill(tree, leaf, after.at);
  if (after.at < cut) return;
  after.leaf = leaf.next as Leaf;
  after.at -= cut;
}

/** The span's units from this one on, as far as they stood in one leaf or in none, stand in `leaf`. */
export function goOn(span: Span, offset: number, leaf: Leaf): void {
  const { where } = span;
  if (isLeaf(where)) {
    const first = { from: 0, leaf: where };
    if (where !== leaf) span.where = offset === 0 ? leaf : [first, { from: offset, leaf }];
  } else {
    const next = firstAfter(where, ({ from }) => from > offset);
    const stretch = itemAt(where, next - 1) as Stretch;
    if (stretch.from === offset) stretch.leaf = leaf;
    else if (stretch.leaf !== leaf) span.where = insertItem(where, next, { from: offset, leaf });
  }
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
  tree.typed = null;
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
  tree.typed = null;
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
  tree.typed = null;
  const length = -(leaf.lengths[at] as number);
  leaf.lengths[at] = length;
  count(leaf, length);
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

function isGone(leaf: Leaf, at: number, span: Span): boolean {
  const { spans, lengths } = leaf;
  if (at < 0 || at >= spans.length || spans[at] !== span) return false;
  return (lengths[at] as number) < 0 && contentsOf(leaf)[at] === null;
}

function count(leaf: Leaf, change: number): void {
  for (let node: Leaf | Branch | null = leaf; node !== null; node = node.parent) node.visible += change;
}

function put(leaf: Leaf, at: number, span: Span, offset: number, length: number, content: Content | null): void {
  const contents = contentsOf(leaf); // first of all: it looks at the lengths
  const { spans, offsets, lengths } = leaf;
  if (at === spans.length) {
    spans.push(span);
    offsets.push(offset);
    lengths.push(length);
    contents.push(content);
  } else {
    spans.splice(at, 0, span);
    offsets.splice(at, 0, offset);
    lengths.splice(at, 0, length);
    contents.splice(at, 0, content);
  }
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

/** Fills its leaves anew, one after the other, and deals out the text among them, if it is one. What was loaded takes half the room then. O(n). */
export function pack(tree: RunTree, text: string | undefined): void {
  const spans: Span[] = [];
  const offsets: number[] = [];
  const lengths: number[] = [];
  const contents: (Content | null)[] = [];
  for (let leaf: Leaf | null = tree.first; leaf !== null; leaf = leaf.next) {
    for (let at = 0; at < leaf.spans.length; at++) {
      spans.push(leaf.spans[at] as Span);
      offsets.push(leaf.offsets[at] as number);
      lengths.push(leaf.lengths[at] as number);
      if (text === undefined) contents.push(contentsOf(leaf)[at] as Content | null);
    }
  }
  const leaves: Leaf[] = [];
  for (let at = 0, start = 0; at < spans.length; at += MAX_RUNS) {
    const to = at + MAX_RUNS;
    const own = lengths.slice(at, to); // as long as it is, where a list that was pushed to is longer
    const visible = own.reduce((sum, length) => sum + Math.max(0, length), 0);
    const leaf = createLeaf(
      null,
      null,
      spans.slice(at, to),
      offsets.slice(at, to),
      own,
      text?.slice(start, start + visible) ?? contents.slice(at, to),
    );
    start += leaf.visible = visible;
    for (let i = 0; i < own.length; i++) {
      const span = leaf.spans[i] as Span;
      const offset = leaf.offsets[i] as number;
      if (offset === 0) span.where = leaf;
      else goOn(span, offset, leaf);
    }
    const before = leaves[leaves.length - 1];
    if (before !== undefined) before.next = leaf;
    leaves.push(leaf);
  }
  if (leaves.length === 0) return;
  tree.first = leaves[0] as Leaf;
  let level: (Leaf | Branch)[] = leaves;
  while (level.length > 1) {
    const above: Branch[] = [];
    for (let at = 0; at < level.length; at += MAX_CHILDREN) {
      const branch: Branch = { isLeaf: false, parent: null, visible: 0, items: level.slice(at, at + MAX_CHILDREN) };
      for (const child of branch.items) {
        child.parent = branch;
        branch.visible += child.visible;
      }
      above.push(branch);
    }
    level = above;
  }
  tree.root = level[0] as Leaf | Branch;
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
