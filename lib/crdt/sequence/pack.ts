/** A sequence that was loaded, in as little room as it takes. Casts: places are within their lists. */

import type { Branch, Content, Leaf, RunTree, Span } from "../model.ts";
import { contentsOf, createLeaf, goOn } from "./leaves.ts";
import { branchOf, MAX_CHILDREN, MAX_RUNS } from "./runs.ts";

/** Runs in the order of the sequence, as leaves hold them. */
export interface Runs {
  readonly spans: Span[];
  readonly offsets: number[];
  readonly lengths: number[];
  readonly contents: (Content | null)[];
}

export function noRuns(): Runs {
  return { spans: [], offsets: [], lengths: [], contents: [] };
}

export function runsOf(tree: RunTree): Runs {
  const runs = noRuns();
  for (let leaf: Leaf | null = tree.first; leaf !== null; leaf = leaf.next) {
    runs.spans.push(...leaf.spans);
    runs.offsets.push(...leaf.offsets);
    runs.lengths.push(...leaf.lengths);
    runs.contents.push(...contentsOf(leaf));
  }
  return runs;
}

/** Fills its leaves anew, one after the other, and deals out the text among them, if it is one. What was loaded takes half the room then. O(n). */
export function pack(tree: RunTree, { spans, offsets, lengths, contents }: Runs, text: string | undefined): void {
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
  tree.near = tree.typed = null;
  tree.first = leaves[0] as Leaf;
  let level: (Leaf | Branch)[] = leaves;
  while (level.length > 1) {
    const above: Branch[] = [];
    for (let at = 0; at < level.length; at += MAX_CHILDREN)
      above.push(branchOf(null, level.slice(at, at + MAX_CHILDREN)));
    level = above;
  }
  tree.root = level[0] as Leaf | Branch;
}
