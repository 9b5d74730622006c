/**
 * Text that an undo brings back has the marks it had, the hidden ones too, as what hides them may be taken back later: its own would be those of its neighbours.
 */
import { removeWrite } from "../clear.ts";
import type { Editor, Sequence, Span } from "../model.ts";
import { partAt } from "../sequence/leaves.ts";
import { visibleBefore } from "../sequence/runs.ts";
import type { Mark, MarksContainer } from "./kernel.ts";
import { knownMarks, marksOf } from "./kind.ts";
import type { Dressed } from "./rich-change.ts";
import { coverOf, covers, distinct, isCover, originOf, standIn } from "./stand-in.ts";
import { indexOf, pairs, type Stretch, stretchesOf } from "./stretches.ts";

/** Units next to each other, and all marks on them. */
interface Held {
  readonly length: number;
  readonly marks: readonly Mark[];
}

export function recall(editor: Editor, span: Span, offset: number, length: number): readonly Held[] | undefined {
  const own = knownMarks(editor, span.home);
  if (own === undefined || own.marks.size === 0) return undefined;
  const run = partAt(span, offset);
  return heldIn(span.home, own, visibleBefore(run) + offset - run.offset, length);
}

function heldIn(text: Sequence, own: MarksContainer, from: number, length: number): Held[] {
  const stretches = stretchesOf(text, own.marks.values(), [], { from, to: from + length });
  const held = stretches.map(({ length: count, all }: Stretch) => ({ length: count, marks: all }));
  return within(held, from, length);
}

/** Units with other marks come back by themselves: between the units that stood there before, so that the ends of marks are where they were. */
export function alike(
  recalled: unknown,
  skip: number,
  length: number,
): { readonly length: number; readonly name: string }[] {
  return within(recalled as readonly Held[], skip, length).map((held) => ({
    length: held.length,
    name: held.marks.map(({ register }) => register).join(),
  }));
}

export function remind(
  editor: Editor,
  home: Sequence,
  index: number,
  length: number,
  recalled: unknown,
  skip: number,
): void {
  const own = marksOf(editor, home);
  const now = heldIn(home, own, index, length);
  let at = index;
  for (const [before, after, count] of pairs(within(recalled as readonly Held[], skip, length), now)) {
    const had = standing(own, before, after);
    for (const key of new Set([...had, ...after].map((mark) => mark.key))) {
      const isOf = (mark: Mark): boolean => mark.key === key;
      dress(editor, home, at, at + count, uncovered(had.filter(isOf)), uncovered(after.filter(isOf)));
    }
    at += count;
  }
}

/** What marks now in place of those: the same, another on its ends, or what an undo has written in its place. Those that others have taken back meanwhile stay so. */
function standing({ marks }: MarksContainer, recalled: readonly Mark[], there: readonly Mark[]): Mark[] {
  const found = new Set<Mark>();
  for (const mark of recalled) {
    const isSame = (other: Mark): boolean => !other.isRemoved && originOf(other) === originOf(mark);
    const now = marks.get(mark.register);
    const shown = now?.isRemoved === false ? now : (there.find(isSame) ?? [...marks.values()].find(isSame));
    if (shown !== undefined) found.add(shown);
  }
  return [...found];
}

/** Each once, without those that another hides for good. */
function uncovered(marks: readonly Mark[]): Mark[] {
  const known = distinct(marks);
  const top = known.findLastIndex(covers);
  return known.slice(known[top]?.origin === undefined ? top + 1 : top);
}

/** One mark goes on top of those of a kind that are there, for all that are to be: it knows what is beneath it. */
function dress(editor: Editor, home: Sequence, start: number, end: number, had: Mark[], has: readonly Mark[]): void {
  const { model } = editor;
  const own = marksOf(editor, home);
  const isStart = has.every((mark, i) => mark === had[i]);
  if (isStart && has.length === had.length) return;
  const isCovered = has.some((mark) => !had.includes(mark));
  const wanted = isStart ? had.slice(has.length) : had;
  const below = distinct(wanted.flatMap((mark) => [...mark.below.filter((other) => !isCover(other)), mark]));
  if (isCovered) below.unshift(coverOf(has[0] as Mark)); // cast: there is one
  const top = below.pop() as Mark; // cast: there is one
  const surface = editor.node(home) as unknown as Dressed; // cast: its kind has marks
  surface.mark({ start, end }, { [top.key]: top.value }, true);
  standIn(model, own, top, below, true);
  for (const { origin, start: from, end: to, write } of had)
    if (origin !== undefined && from !== null && to !== null && indexOf(from) >= indexOf(to))
      editor.edit(own, (log) => removeWrite(model, log, write));
}

function within(stretches: readonly Held[], from: number, length: number): Held[] {
  const found: Held[] = [];
  let at = -from;
  for (const stretch of stretches) {
    const count = Math.min(length, at + stretch.length) - Math.max(0, at);
    if (count > 0) found.push({ length: count, marks: stretch.marks });
    at += stretch.length;
  }
  return found;
}
