/**
 * Text that an undo brings back has the marks it had, the hidden ones too, as what hides them may be taken back later: its own would be those of its neighbours.
 */
import { removeWrite } from "../clear.ts";
import type { Editor, Returned, Sequence, Span } from "../model.ts";
import { partAt } from "../sequence/leaves.ts";
import { visibleBefore } from "../sequence/runs.ts";
import { type Held, HeldMarks, Leaving, within } from "./held.ts";
import type { Mark, MarksContainer } from "./kernel.ts";
import { knownMarks, marksOf } from "./kind.ts";
import type { Dressed } from "./rich-change.ts";
import { coverOf, covers, distinct, isCover, originOf, standIn } from "./stand-in.ts";
import { indexOf, pairs } from "./stretches.ts";

export function recall(
  editor: Editor,
  span: Span,
  offset: number,
  length: number,
  memory: { kept?: unknown },
): readonly Held[] | undefined {
  const own = knownMarks(editor, span.home);
  if (own === undefined || own.marks.size === 0) return undefined;
  const run = partAt(span, offset);
  const from = visibleBefore(run) + offset - run.offset;
  let leaving = memory.kept as Leaving | undefined; // cast: nobody else keeps something there
  if (leaving?.goesOn(span.home, own) !== true) {
    leaving = new Leaving(span.home, own);
    memory.kept = leaving;
  }
  return leaving.next(span.home, own, from, length);
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

/** What one of them is given stands on it alone, so what is on all of them is looked for once. */
export function remind(editor: Editor, home: Sequence, returned: readonly Returned[]): void {
  const own = marksOf(editor, home);
  const from = returned.reduce((least, { index }) => Math.min(least, index), Number.POSITIVE_INFINITY);
  const to = returned.reduce((most, { index, length }) => Math.max(most, index + length), 0);
  const now = new HeldMarks(home, own, from, to - from);
  const present = presentOf(own);
  for (const { index, length, recalled, skip } of returned) {
    let at = index;
    const had = within(recalled as readonly Held[], skip, length); // cast: `recall` gave it
    for (const [before, after, count] of pairs(had, now.in(index, length))) {
      const has = standing(own, present, before, after);
      for (const key of new Set([...has, ...after].map((mark) => mark.key))) {
        const isOf = (mark: Mark): boolean => mark.key === key;
        dress(editor, home, at, at + count, uncovered(has.filter(isOf)), uncovered(after.filter(isOf)));
      }
      at += count;
    }
  }
}

/** The first mark that stands for each that is there, if by others. */
function presentOf({ marks }: MarksContainer): ReadonlyMap<Mark, Mark> {
  const present = new Map<Mark, Mark>();
  for (const mark of marks.values())
    if (!mark.isRemoved && !present.has(originOf(mark))) present.set(originOf(mark), mark);
  return present;
}

/** What marks now in place of those: the same, another on its ends, or what an undo has written in its place. Those that others have taken back meanwhile stay so. */
function standing(
  { marks }: MarksContainer,
  present: ReadonlyMap<Mark, Mark>,
  recalled: readonly Mark[],
  there: readonly Mark[],
): Mark[] {
  const found = new Set<Mark>();
  for (const mark of recalled) {
    const isSame = (other: Mark): boolean => !other.isRemoved && originOf(other) === originOf(mark);
    const now = marks.get(mark.register);
    const first = present.get(originOf(mark));
    const isThere = first === undefined || marks.get(first.register) === first; // what stands for nothing any more goes meanwhile
    const other = isThere ? first : [...marks.values()].find(isSame);
    const shown = now?.isRemoved === false ? now : (there.find(isSame) ?? other);
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
