/** A text with marks as stretches of units that have the same ones: a sweep over the places where marks begin and end. */

import { NONE } from "../encoding/rows.ts";
import type { Sequence } from "../model.ts";
import { partAt } from "../sequence/leaves.ts";
import { firstAfter } from "../sequence/long-list.ts";
import { visibleBefore } from "../sequence/runs.ts";
import { type Anchor, isLater, type Mark } from "./kernel.ts";

/** Units next to each other that have the same marks: of each kind the latest, those of null too. */
export interface Stretch {
  length: number;
  readonly marks: ReadonlyMap<string, Mark>;
  /** All on them, each kind's in order of time; none unless a part was asked for. */
  readonly all: readonly Mark[];
  /** The anchors of marks that begin or end where it begins. */
  readonly from: readonly Anchor[];
}

interface Edge {
  readonly at: number;
  readonly anchor: Anchor | null;
  readonly opens: boolean;
  readonly mark: Mark;
  readonly end: number;
}

const PLAIN: ReadonlyMap<string, Mark> = new Map();

/**
 * The whole text in stretches. O(m log n + m log m + stretches x marks there).
 * @param lost - Takes up the anchors at which no stretch begins: of marks that show nowhere, and at the end of the text.
 * @param part - Where it is to be right, with all marks: elsewhere some may be missing.
 */
export function stretchesOf(text: Sequence, marks: Iterable<Mark>, lost: Anchor[] = [], part?: Part): Stretch[] {
  const { visible } = text.tree.root;
  const edges = edgesOf(marks, visible, lost, part);
  const stretches: Stretch[] = [];
  const open = new Map<string, Edge[]>();
  let at = 0;
  let now = PLAIN;
  let all: readonly Mark[] = NONE;
  let from: Anchor[] = [];
  for (let i = 0; i < edges.length; ) {
    const { at: next } = edges[i] as Edge; // cast: within the list
    if (next > at) stretches.push({ length: next - at, marks: now, all, from });
    at = next;
    const changed = new Map(now);
    from = [];
    for (; edges[i]?.at === next; i++) {
      const edge = edges[i] as Edge; // cast: within the list
      const { key } = edge.mark;
      if (edge.anchor !== null) from.push(edge.anchor);
      const latest = latestOf(open, edge);
      if (latest === undefined) changed.delete(key);
      else changed.set(key, latest.mark);
    }
    now = changed;
    if (part !== undefined) all = [...open.values()].flat().flatMap(({ mark, end }) => (end > next ? [mark] : []));
  }
  if (visible > at) stretches.push({ length: visible - at, marks: now, all, from });
  else lost.push(...from);
  return stretches;
}

interface Part {
  readonly from: number;
  readonly to: number;
}

function edgesOf(marks: Iterable<Mark>, visible: number, lost: Anchor[], part?: Part): Edge[] {
  const { from, to } = part ?? { from: 0, to: Number.POSITIVE_INFINITY };
  const edges: Edge[] = [];
  for (const mark of marks) {
    if (mark.isRemoved) continue;
    const start = mark.start === null ? 0 : indexOf(mark.start);
    if (start >= to) continue;
    const end = mark.end === null ? visible : indexOf(mark.end);
    if (end < from) continue;
    if (start < end) {
      edges.push({ at: start, anchor: mark.start, opens: true, mark, end });
      edges.push({ at: end, anchor: mark.end, opens: false, mark, end });
    } else for (const anchor of [mark.start, mark.end]) if (anchor !== null) lost.push(anchor);
  }
  return edges.sort((a, b) => a.at - b.at);
}

/** The latest mark of the edge's kind behind it. The open ones of a kind stand in order of time; those that have ended go when they come to be the last. */
function latestOf(open: Map<string, Edge[]>, edge: Edge): Edge | undefined {
  const { key } = edge.mark;
  const list = open.get(key) ?? [];
  open.set(key, list);
  if (edge.opens) {
    let at = list.length;
    if (at > 0 && !isLater(edge.mark, (list[at - 1] as Edge).mark))
      at = firstAfter(list, ({ mark }) => isLater(mark, edge.mark)); // cast: within the list
    list.splice(at, 0, edge);
  }
  while (list.length > 0 && (list[list.length - 1] as Edge).end <= edge.at) list.pop(); // cast: within the list
  return list[list.length - 1];
}

/** How many visible units stand before the anchor. */
export function indexOf({ span, offset, after }: Anchor): number {
  const run = partAt(span, offset);
  const before = visibleBefore(run);
  return run.content === null ? before : before + offset - run.offset + (after ? 1 : 0);
}

/** Units next to each other, and their marks. */
interface Held<Marks> {
  readonly length: number;
  readonly marks: Marks;
}

/** What both say of the same units. */
export function* pairs<Marks>(a: readonly Held<Marks>[], b: readonly Held<Marks>[]): Generator<[Marks, Marks, number]> {
  let [left, right, usedLeft, usedRight] = [0, 0, 0, 0];
  for (let [one, other] = [a[0], b[0]]; one !== undefined && other !== undefined; ) {
    const length = Math.min(one.length - usedLeft, other.length - usedRight);
    yield [one.marks, other.marks, length];
    usedLeft += length;
    usedRight += length;
    if (usedLeft === one.length) [one, usedLeft] = [a[++left], 0];
    if (usedRight === other.length) [other, usedRight] = [b[++right], 0];
  }
}
