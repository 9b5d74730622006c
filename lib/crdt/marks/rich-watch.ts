/**
 * What observers of a text with marks are told. What is typed or deleted changes no mark: then only the places it happens at are looked at, as the whole
 * text takes a millisecond for every two thousand marks. Casts in this file: places are within their lists.
 */

import { oldUnits } from "../editor.ts";
import { listenTo } from "../hooks.ts";
import type { RunTree, Sequence, SequenceChange, Span, Watch } from "../model.ts";
import { tellDelta } from "../sequence/delta.ts";
import { runAfter, seek } from "../sequence/runs.ts";
import { stepsOf } from "../sequence/surface.ts";
import { asText } from "../sequence/text.ts";
import type { DeltaStep, TextDelta } from "../types.ts";
import type { Anchor, MarksContainer } from "./kernel.ts";
import { changeOf, type RichDelta, RichSink } from "./rich-delta.ts";
import { type Stretch, stretchesOf } from "./stretches.ts";

export function watchRich(home: Sequence, own: MarksContainer): Watch<RichDelta> {
  let changes: SequenceChange[] = [];
  let stretches: Stretch[] = [];
  let lost: Anchor[] = [];
  let stop: (() => void) | undefined;
  const lookAtAll = (): void => {
    lost = [];
    stretches = stretchesOf(home, own.marks.values(), lost);
  };
  const note = (span: Span, offset: number, length: number, added: boolean): void => {
    if (span.home === home) changes.push({ span, offset, length, added });
  };
  return {
    gather(on) {
      stop?.();
      stop = undefined;
      if (!on) return;
      lookAtAll();
      stop = listenTo(home.hooks, {
        inserted: (span, offset, length) => note(span, offset, length, true),
        hidden: (span, offset, length) => note(span, offset, length, false),
      });
    },
    take() {
      if (changes.length === 0 && !own.isChanged) return undefined;
      const plain = stepsOf(asText);
      tellDelta(changes, oldUnits, plain);
      changes = [];
      const { steps } = plain;
      let delta = own.isChanged ? undefined : follow(home.tree, stretches, lost, steps);
      if (delta === undefined) {
        const before = stretches;
        lookAtAll();
        delta = changeOf(before, stretches, steps);
      } else if (steps.some(isDelete)) stretches = stretches.filter(({ length }) => length > 0);
      own.isChanged = false;
      return delta.length > 0 ? delta : undefined;
    },
  };
}

/** Makes stretches longer or shorter where that is all there is to it. */
function follow(
  tree: RunTree,
  stretches: readonly Stretch[],
  lost: readonly Anchor[],
  steps: TextDelta,
): RichDelta | undefined {
  const isTyped = steps.some(isInsert);
  if (isTyped && steps.some(isDelete)) return undefined;
  const grown: Stretch[] = [];
  for (let [at, now, place, start, i] = [0, 0, 0, 0, 0]; isTyped && i < steps.length; i++) {
    const step = steps[i] as DeltaStep;
    if ("retain" in step) {
      at += step.retain;
      now += step.retain;
    } else if (isInsert(step)) {
      const { length } = step.insert;
      for (; place < stretches.length && start + (stretches[place] as Stretch).length < at; place++)
        start += (stretches[place] as Stretch).length;
      const isEdge = start + (stretches[place]?.length ?? 0) === at;
      const into = takes(
        tree,
        now,
        length,
        stretches[place],
        isEdge ? (stretches[place + 1] ?? null) : undefined,
        lost,
      );
      if (into === undefined) return undefined;
      grown.push(into);
      now += length;
    }
  }
  const sink = new RichSink();
  let [place, used] = [0, 0]; // where the walk over what is deleted stands
  for (const step of steps) {
    if (isInsert(step)) {
      const into = grown.shift() as Stretch;
      into.length += step.insert.length;
      sink.insert(step.insert, into.marks);
      continue;
    }
    const count = "retain" in step ? step.retain : step.delete;
    if ("retain" in step) sink.retain(count, undefined);
    else sink.delete(count);
    for (let left = isTyped ? 0 : count; left > 0; ) {
      const stretch = stretches[place] as Stretch;
      const part = Math.min(left, stretch.length - used);
      left -= part;
      if ("retain" in step) used += part;
      else stretch.length -= part;
      if (used < stretch.length) continue;
      place++;
      used = 0;
    }
  }
  return sink.done();
}

/**
 * The stretch that takes in what has been inserted at `index`: the one it is in the midst of, or one of the two that it is between (`right` is null at
 * the end of the text), where all marks that begin or end there are anchored at the other. Undefined: it must be looked at more closely.
 */
function takes(
  tree: RunTree,
  index: number,
  length: number,
  left: Stretch | undefined,
  right: Stretch | null | undefined,
  lost: readonly Anchor[],
): Stretch | undefined {
  if (index === 0 || left === undefined) return undefined;
  let run = seek(tree, index - 1);
  const before = { span: run.span, offset: run.offset + tree.offset };
  for (let known = run.length - tree.offset; known < length + 2; known += run.length) {
    const next = runAfter(run);
    if (next === null) break;
    if (next.content === null) return undefined; // deleted units between may have anchors of their own
    run = next;
  }
  const after = unitAt(tree, index + length);
  if (lost.some((anchor) => isAt(anchor, before) || (after !== undefined && isAt(anchor, after)))) return undefined;
  if (right === undefined || right === null) return left;
  if (after !== undefined && right.from.every((anchor) => !anchor.after && isAt(anchor, after))) return left;
  return right.from.every((anchor) => anchor.after && isAt(anchor, before)) ? right : undefined;
}

interface Unit {
  readonly span: Span;
  readonly offset: number;
}

function unitAt(tree: RunTree, index: number): Unit | undefined {
  if (index >= tree.root.visible) return undefined;
  const { span, offset } = seek(tree, index);
  return { span, offset: offset + tree.offset };
}

function isAt(anchor: Anchor, { span, offset }: Unit): boolean {
  return anchor.offset === offset && anchor.span === span;
}

function isInsert(step: DeltaStep): step is Extract<DeltaStep, { readonly insert: string }> {
  return "insert" in step;
}

function isDelete(step: DeltaStep): boolean {
  return "delete" in step;
}
