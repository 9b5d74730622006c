/** The marks of a text, written anew for the same text without what was deleted. */
import { write } from "../containers.ts";
import { nextTime } from "../map/kernel.ts";
import type { Editor, Sequence } from "../model.ts";
import { type Anchor, isLater, type Mark, type MarksContainer, markBody } from "./kernel.ts";
import { edge } from "./places.ts";
import { indexOf, pairs, stretchesOf } from "./stretches.ts";

/** Marks times kinds of marks, which is what looking at all of them costs: half a second. A hub does this in one go. */
const MAX_STEPS = 10_000_000;

/**
 * Writes those marks that show somewhere, in their order, each over the units it is on now. That keeps how each grows, which stands in its anchors, so that it makes no
 * difference what the document at hand was told of its kinds. False for more marks than can be looked at in one go.
 */
export function copyMarks(
  text: Sequence,
  known: MarksContainer,
  to: Editor,
  home: Sequence,
  marksIn: () => MarksContainer,
): boolean {
  const kinds = new Set([...known.marks.values()].map(({ key }) => key)).size;
  if (known.marks.size * kinds > MAX_STEPS) return false;
  const marks = shownIn(text, known);
  if (marks.length === 0) return true;
  const own = marksIn();
  to.edit(own, (log) => {
    for (const { start, end, key, bytes } of marks) {
      const [from, upTo] = [anchorIn(home, start), anchorIn(home, end)];
      write(to.model, log, own, markBody(log.id, nextTime(to.model), from, upTo, key, bytes));
    }
  });
  return true;
}

/** One that takes away is needed only where it hides another. */
function shownIn(text: Sequence, known: MarksContainer): Mark[] {
  const stretches = stretchesOf(text, known.marks.values());
  const shown = new Set<Mark>();
  for (const { marks } of stretches) for (const mark of marks.values()) if (mark.value !== null) shown.add(mark);
  for (const [hiding, hidden] of pairs(stretches, stretchesOf(text, [...shown])))
    for (const [key, mark] of hiding) if (mark.value === null && hidden.has(key)) shown.add(mark);
  return [...shown].sort((a, b) => (isLater(a, b) ? 1 : -1));
}

function anchorIn(home: Sequence, anchor: Anchor | null): Anchor | null {
  return anchor === null ? null : edge(home, indexOf(anchor), anchor.after);
}
