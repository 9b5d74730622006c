/**
 * Marks that an undo writes anew. They have their place by time, so what is written anew hides all that is there: what stood above is written once more, and what
 * stood beneath on units that came back is kept beside, as one mark there stands for all of a kind.
 */
import { encodeValue } from "../../wire/index.ts";
import { removeWrite } from "../clear.ts";
import { write } from "../containers.ts";
import { nextTime } from "../map/kernel.ts";
import type { DocModel, Editor, Span } from "../model.ts";
import type { Reborn } from "../undo/reborn.ts";
import { entryAt } from "../update/log.ts";
import { type Anchor, isLater, type Mark, type MarksContainer, markBody, markOf } from "./kernel.ts";
import { indexOf } from "./stretches.ts";

/** Marks anew what a mark did, or one in its place: its ends may have come back as other units. */
export function remark(
  editor: Editor,
  own: MarksContainer,
  reborn: Reborn,
  old: Mark,
  place: Mark,
  below: readonly Mark[],
): Mark | undefined {
  const { model } = editor;
  const [start, end] = [anchorNow(reborn, place.start), anchorNow(reborn, place.end)];
  const isElsewhere = start !== place.start || end !== place.end;
  const isHere = [start, end].every((anchor) => anchor === null || anchor.span.home === own.parent);
  const now = own.marks.get(place.register);
  let made: Mark | undefined;
  editor.edit(own, (log) => {
    if (now?.isRemoved === false && isElsewhere) removeWrite(model, log, now.write);
    if (!isHere) return;
    write(model, log, own, markBody(log.id, nextTime(model), start, end, old.key, old.bytes));
    made = standIn(model, own, old, below, place.isPart);
  });
  return made;
}

/** The mark made last stands for this one, with others beneath. */
export function standIn(
  { hooks }: DocModel,
  { marks, last }: MarksContainer,
  mark: Mark,
  below: readonly Mark[],
  isPart: boolean,
): Mark {
  const made = marks.get(last) as Mark; // cast: callers have just made it
  made.isPart = isPart;
  made.below = below;
  if (!isCover(mark)) {
    made.origin = originOf(mark);
    hooks.rewritten?.(mark.write, made.write);
  }
  return made;
}

/**
 * Marks that were above one that has been made anew are so again, and with them those above them that cover others, lest these show.
 * @param gone - What it stands in for: that is being taken back.
 */
export function raise(
  editor: Editor,
  own: MarksContainer,
  made: Mark,
  gone: Mark,
  isAbove: (mark: Mark) => boolean,
): void {
  const { model } = editor;
  const all = [...own.marks.values()].filter(
    (mark) => mark !== made && originOf(mark) !== originOf(gone) && meets(mark, made),
  );
  const above = all.filter((mark) => (!mark.isPart || mark.origin !== undefined) && isAbove(mark));
  const first = Math.min(...above.map(({ time }) => time));
  const covering = all.filter((mark) => covers(mark) && mark.time > first);
  const { isReminding } = editor;
  editor.isReminding = true;
  for (const mark of [...new Set([...above, ...covering])].sort((a, b) => (isLater(a, b) ? 1 : -1)))
    editor.edit(own, (log) => {
      write(model, log, own, markBody(log.id, nextTime(model), mark.start, mark.end, mark.key, mark.bytes));
      standIn(model, own, mark, mark.below, mark.isPart);
    });
  editor.isReminding = isReminding;
}

function meets(a: Mark, b: Mark): boolean {
  if (a.isRemoved || a.key !== b.key) return false;
  return isBefore(a.start, b.end) && isBefore(b.start, a.end);
}

function isBefore(start: Anchor | null, end: Anchor | null): boolean {
  return start === null || end === null || indexOf(start) < indexOf(end);
}

/** Beneath all that stands on units which came back: it hides marks that they did not have, and is nobody's to take back. */
export function coverOf(mark: Mark): Mark {
  return { ...mark, value: null, bytes: encodeValue(null), isRemoved: true };
}

/** Nothing beneath it can come to show. */
export function covers({ isPart, origin, below: [last] }: Mark): boolean {
  return isPart && (origin === undefined || (last !== undefined && isCover(last)));
}

export function isCover({ isRemoved }: Mark): boolean {
  return isRemoved;
}

export function originOf(mark: Mark): Mark {
  return mark.origin ?? mark;
}

/** What is to be on units that came back once the latest is taken off, in order of time: one beneath may have been taken back by itself, and one that held before is again. */
export function stackOf(own: MarksContainer, reborn: Reborn, old: Mark | undefined, now: Mark): Mark[] {
  const isThere = (mark: Mark): boolean =>
    isCover(mark) ||
    reborn.standIns(originOf(mark).write).some((write) => write !== now.write && markOf(own, write) !== undefined);
  const before = old === undefined ? [] : [...old.below.filter(isThere), old];
  const time = (mark: Mark): number => (isCover(mark) ? 0 : originOf(mark).time);
  return distinct([...now.below.filter(isThere), ...before]).sort((a, b) => time(a) - time(b));
}

/** Of those that stand for one the last. */
export function distinct(marks: readonly Mark[]): Mark[] {
  const last = new Map(marks.map((mark) => [originOf(mark), mark]));
  return marks.filter((mark) => last.get(originOf(mark)) === mark);
}

/** The unit may have come back as another one. */
function anchorNow(reborn: Reborn, anchor: Anchor | null): Anchor | null {
  if (anchor === null) return null;
  const { span, offset, after } = anchor;
  let now = anchor;
  reborn.follow(span.log, span.counter + offset, 1, (log, counter) => {
    const found = entryAt(log, counter) as Span; // cast: units come back as units
    if (found !== span || counter !== span.counter + offset)
      now = { span: found, offset: counter - found.counter, after };
  });
  return now;
}
