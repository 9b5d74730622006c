/** Where marks are anchored, and where text goes that is inserted at an end of one. */

import type { Run, Sequence, Span } from "../model.ts";
import { runAfter, seek } from "../sequence/runs.ts";
import { isHigh } from "../sequence/sequence.ts";
import type { Anchor, Mark } from "./kernel.ts";

interface Unit {
  readonly span: Span;
  readonly offset: number;
}

/**
 * Between two units that show there may be deleted ones. Text goes behind the last of those after which a mark begins or ends, and before the first behind that before
 * which one does: a mark that grows there takes it in, one that does not leaves it out. Answers the unit it goes behind, or undefined where any place will do.
 */
export function unitBefore({ tree }: Sequence, marks: Iterable<Mark>, index: number): Unit | undefined {
  if (index > tree.root.visible) return undefined;
  const left = seek(tree, index - 1);
  const leftUnit = { span: left.span, offset: left.offset + tree.offset };
  if (tree.offset < left.length - 1 || isHigh(leftUnit.span, leftUnit.offset)) return undefined;
  const gone: Run[] = [];
  for (let run = runAfter(left); run !== null && run.content === null; ) {
    gone.push(run);
    run = runAfter(run);
  }
  if (gone.length === 0) return undefined;
  const anchors: { readonly at: number; readonly anchor: Anchor }[] = [];
  for (const { start, end, isRemoved } of marks) {
    for (const anchor of isRemoved ? [] : [start, end]) {
      if (anchor === null) continue;
      const at = gone.findIndex(
        ({ span, offset, length }) =>
          span === anchor.span && anchor.offset >= offset && anchor.offset < offset + length,
      );
      if (at >= 0) anchors.push({ at, anchor });
    }
  }
  if (anchors.length === 0) return undefined;
  anchors.sort((a, b) => a.at - b.at || a.anchor.offset - b.anchor.offset);
  const behind = anchors.filter(({ anchor }) => anchor.after).at(-1);
  const next = anchors
    .slice(behind === undefined ? 0 : anchors.indexOf(behind) + 1)
    .find(({ anchor }) => !anchor.after);
  if (next === undefined) return undefined; // behind them all
  const { at, anchor } = next;
  const run = gone[at] as Run; // cast: found there
  if (anchor.offset > run.offset) return { span: run.span, offset: anchor.offset - 1 };
  const before = gone[at - 1];
  return before === undefined ? leftUnit : { span: before.span, offset: before.offset + before.length - 1 };
}

/** The anchor at an index: after the unit before it, or before the unit behind. */
export function edge({ tree }: Sequence, index: number, after: boolean): Anchor | null {
  if (after ? index === 0 : index === tree.root.visible) return null;
  const run = seek(tree, after ? index - 1 : index);
  return { span: run.span, offset: run.offset + tree.offset, after };
}
