/** The containers that hold the marks of a text each, and what undo does with them. */
import { removeWrite } from "../clear.ts";
import { childName, containerName } from "../container-name.ts";
import { containerOf, Home, write } from "../containers.ts";
import { nextTime } from "../map/kernel.ts";
import type { Container, Editor, Kind, Sequence, Span } from "../model.ts";
import type { CrdtText } from "../types.ts";
import type { Inverter } from "../undo/inverters.ts";
import type { Reborn } from "../undo/reborn.ts";
import { entryAt } from "../update/log.ts";
import {
  type Anchor,
  checkMark,
  commitMark,
  MARKS,
  type Mark,
  type MarksContainer,
  markBody,
  markOf,
  removeMark,
} from "./kernel.ts";

class MarksHome extends Home implements MarksContainer {
  readonly marks: MarksContainer["marks"] = new Map();
  last = "";
  isChanged = false;
}

/** Casts in this: its kind's `home` made it. */
export const marksKind: Kind & { readonly inverter: Inverter } = {
  type: MARKS,
  label: "marks",
  home: MarksHome,
  surface: (home, editor) => editor.node(home.parent as Container) as CrdtText, // what it marks
  check: checkMark,
  commit: commitMark,
  remove: removeMark,
  isEmpty: () => true,
  clear: () => undefined,
  inverter: {
    read: (home, key) => (home as MarksContainer).marks.get(key),
    isSame: (before, after) => before === after,
    rank: (before) => ((before as Mark | undefined)?.isRemoved === false ? (before as Mark).time : 0),
    restore(home, key, before, after, editor, reborn) {
      const own = home as MarksContainer;
      const [old, then] = [before as Mark | undefined, after as Mark];
      const isMark = old !== undefined && !old.isRemoved;
      if (then.isRemoved) {
        const now = own.marks.get(key);
        const isOther = now !== undefined && now.write.log !== then.write.log; // another has marked the same since
        if (isMark && !isOther) remark(editor, own, reborn, old, old);
      } else
        for (const write of reborn.standIns(then.write)) {
          const now = write.home === own ? markOf(own, write) : undefined;
          if (now === undefined) continue;
          if (isMark) remark(editor, own, reborn, old, now);
          else editor.edit(own, (log) => removeWrite(editor.model, log, write));
        }
    },
  },
};

/** Marks anew what a mark did, or one in its place: its ends may have come back as other units. */
function remark(editor: Editor, own: MarksContainer, reborn: Reborn, old: Mark, place: Mark): void {
  const { model } = editor;
  const [start, end] = [anchorNow(reborn, place.start), anchorNow(reborn, place.end)];
  const isElsewhere = start !== place.start || end !== place.end;
  const isHere = [start, end].every((anchor) => anchor === null || anchor.span.home === own.parent);
  const now = own.marks.get(place.register);
  editor.edit(own, (log) => {
    if (now?.isRemoved === false && isElsewhere) removeWrite(model, log, now.write);
    if (!isHere) return;
    write(model, log, own, markBody(log.id, nextTime(model), start, end, old.key, old.bytes));
    model.hooks.rewritten?.(old.write, lastMark(own).write);
  });
}

export function lastMark({ marks, last }: MarksContainer): Mark {
  return marks.get(last) as Mark; // cast: callers have just made it
}

export function knownMarks({ model }: Editor, text: Sequence): MarksContainer | undefined {
  return model.containers.get(containerName(MARKS, "", text).key) as MarksContainer | undefined; // cast: its kind is loaded
}

export function marksOf(editor: Editor, text: Sequence): MarksContainer {
  return containerOf(editor.model, childName(MARKS, "", text)) as MarksContainer; // cast: its kind is loaded
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
