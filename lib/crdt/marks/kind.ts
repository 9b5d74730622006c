/** The containers that hold the marks of a text each, and what undo does with them. */
import { removeWrite } from "../clear.ts";
import { childName, containerName } from "../container-name.ts";
import { containerOf, Home } from "../containers.ts";
import type { Container, Editor, Kind, Sequence } from "../model.ts";
import type { CrdtText } from "../types.ts";
import type { Inverter } from "../undo/inverters.ts";
import { checkMark, commitMark, MARKS, type Mark, type MarksContainer, markOf, removeMark } from "./kernel.ts";
import { originOf, raise, remark, stackOf } from "./stand-in.ts";

class MarksHome extends Home implements MarksContainer {
  readonly marks: MarksContainer["marks"] = new Map();
  last = "";
  isChanged = false;
  version = 0;
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
        if (isMark && !isOther) remark(editor, own, reborn, old, old, old.below);
      } else
        for (const write of reborn.standIns(then.write)) {
          const now = write.home === own ? markOf(own, write) : undefined;
          if (now === undefined) continue;
          const shown = now.isPart ? stackOf(own, reborn, isMark ? old : undefined, now) : isMark ? [old] : [];
          const top = shown.pop();
          if (top === undefined) {
            editor.edit(own, (log) => removeWrite(editor.model, log, write));
            continue;
          }
          const made = remark(editor, own, reborn, top, now, shown);
          if (made === undefined) continue;
          const isSince = (mark: Mark): boolean => !now.isPart || mark.time > now.time;
          raise(editor, own, made, then, (mark) => isSince(mark) && originOf(mark).time > originOf(top).time);
        }
    },
  },
};

export function knownMarks({ model }: Editor, text: Sequence): MarksContainer | undefined {
  return model.containers.get(containerName(MARKS, "", text).key) as MarksContainer | undefined; // cast: its kind is loaded
}

export function marksOf(editor: Editor, text: Sequence): MarksContainer {
  return containerOf(editor.model, childName(MARKS, "", text)) as MarksContainer; // cast: its kind is loaded
}
