/** The containers that hold the marks of a text each, and what undo does with them. */
import { removeWrite } from "./clear.ts";
import { childName, containerName } from "./container-name.ts";
import { containerOf, Home, write } from "./containers.ts";
import type { Inverter } from "./inverters.ts";
import { entryAt } from "./log.ts";
import { nextTime } from "./map-kernel.ts";
import {
  type Anchor,
  checkMark,
  commitMark,
  MARKS,
  type Mark,
  type MarksContainer,
  markBody,
  removeMark,
} from "./marks-kernel.ts";
import type { Container, Editor, Kind, Sequence, Span } from "./model.ts";
import type { Reborn } from "./reborn.ts";
import type { CrdtText } from "./types.ts";

class MarksHome extends Home implements MarksContainer {
  readonly marks: MarksContainer["marks"] = new Map();
  readonly repeats: MarksContainer["repeats"] = new Map();
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
    isFirst: (before) => (before as Mark | undefined)?.isRemoved !== false,
    restore(home, key, before, after, editor, reborn) {
      const own = home as MarksContainer;
      const repeats = own.repeats.get(key) ?? [];
      own.repeats.delete(key); // marks may repeat each other
      for (const repeat of repeats) {
        const now = own.marks.get(repeat);
        const old = before as Mark | undefined;
        if (now === undefined || now.isRemoved || now.write.log !== (after as Mark).write.log) continue;
        const held =
          old === undefined ? { ...now, isRemoved: true } : { ...now, bytes: old.bytes, isRemoved: old.isRemoved };
        marksKind.inverter.restore(home, repeat, held, now, editor, reborn);
      }
      if (repeats.length > 0) own.repeats.set(key, repeats);
      const now = own.marks.get(key);
      const old = before as Mark | undefined;
      const then = (after as Mark).write;
      const isOther = now === undefined ? own === then.home : now.write.log !== then.log;
      if (isOther) return; // another has marked the same since; a text that stands for a deleted one has no mark yet
      editor.edit(own, (log) => {
        const start = anchorNow(reborn, old?.start ?? null);
        const end = anchorNow(reborn, old?.end ?? null);
        const isElsewhere = start !== (old?.start ?? null) || end !== (old?.end ?? null);
        const isHere = [start, end].every((anchor) => anchor === null || anchor.span.home === own.parent);
        if (now !== undefined && (old === undefined || old.isRemoved || isElsewhere))
          removeWrite(editor.model, log, now.write);
        if (old !== undefined && !old.isRemoved && isHere) {
          const { bytes } = old;
          write(editor.model, log, own, markBody(log.id, nextTime(editor.model), start, end, old.key, bytes));
          if (isElsewhere) own.repeats.set(key, [...(own.repeats.get(key) ?? []), own.last]); // earlier steps know it by the units that were
        }
      });
    },
  },
};

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
