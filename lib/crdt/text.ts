import { CodedError } from "../errors/index.ts";
import { type Editor, watchSequence } from "./editor.ts";
import type { Content, Sequence } from "./model.ts";
import { checkIndex, hasLoneSurrogate } from "./names.ts";
import { textOf } from "./runs.ts";
import { deleteAt, insertAt } from "./sequence.ts";
import type { CrdtText, DeltaStep } from "./types.ts";

export function textSurface(home: Sequence, editor: Editor): CrdtText {
  const { tree, name } = home;
  return {
    name,
    get length() {
      return tree.root.visible;
    },
    insert(index, content) {
      checkIndex(index, 0, tree.root.visible);
      if (hasLoneSurrogate(content))
        throw new CodedError("CRDT_LONE_SURROGATE", "The text holds half a surrogate pair");
      if (content.length > 0) editor.edit((log) => insertAt(home, log, index, content));
    },
    delete(index, count) {
      checkIndex(index, 0, tree.root.visible);
      checkIndex(count, 0, tree.root.visible - index);
      if (count > 0) editor.edit((log) => deleteAt(home, log, index, count));
    },
    toString: () => textOf(home),
    observe: (listener) => editor.observe(home, watchSequence(home, textSteps), listener),
  };
}

function textSteps(): {
  steps: DeltaStep[];
  retain(count: number): void;
  insert(content: Content): void;
  delete(count: number): void;
} {
  const steps: DeltaStep[] = [];
  return {
    steps,
    retain: (retain) => steps.push({ retain }),
    insert(content) {
      const insert = content as string; // cast: runs of a text hold text
      const last = steps[steps.length - 1];
      if (last !== undefined && "insert" in last) steps[steps.length - 1] = { insert: last.insert + insert };
      else steps.push({ insert });
    },
    delete: (count) => steps.push({ delete: count }),
  };
}
