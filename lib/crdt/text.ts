import { CodedError } from "../errors/index.ts";
import type { Editor } from "./editor.ts";
import type { Events } from "./events.ts";
import type { TextModel } from "./model.ts";
import { hasLoneSurrogate } from "./names.ts";
import { allRuns } from "./runs.ts";
import { deleteAt, insertAt } from "./text-kernel.ts";
import type { CrdtText } from "./types.ts";

export function textSurface(text: TextModel, editor: Editor, events: Events): CrdtText {
  return {
    name: text.name,
    get length() {
      return text.tree.root.visible;
    },
    insert(index, content) {
      checkIndex(index, 0, text.tree.root.visible);
      if (hasLoneSurrogate(content))
        throw new CodedError("CRDT_LONE_SURROGATE", "The text holds half a surrogate pair");
      if (content.length > 0) editor.edit((log) => insertAt(text, log, index, content));
    },
    delete(index, count) {
      checkIndex(index, 0, text.tree.root.visible);
      checkIndex(count, 0, text.tree.root.visible - index);
      if (count > 0) editor.edit((log) => deleteAt(text, log, index, count));
    },
    toString() {
      let shown = "";
      for (const run of allRuns(text.tree)) if (run.text !== null) shown += run.text;
      return shown;
    },
    observe: (listener) => events.onText(text, listener),
  };
}

export function checkIndex(index: number, least: number, most: number): void {
  if (Number.isInteger(index) && index >= least && index <= most) return;
  throw new CodedError("CRDT_BAD_INDEX", `${index} is no integer from ${least} to ${most}`, { value: index });
}
