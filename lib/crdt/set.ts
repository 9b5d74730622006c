import { encodeValue, type WireValue } from "../wire/index.ts";
import { write } from "./containers.ts";
import type { Editor } from "./editor.ts";
import { logDeletion } from "./log.ts";
import { memberKey, type SetContainer, setKind } from "./set-kernel.ts";
import type { CrdtSet, SetChanges } from "./types.ts";

export function setSurface(set: SetContainer, editor: Editor): CrdtSet {
  const { model } = editor;
  const watch = {
    gather(on: boolean) {
      set.changes = on ? new Map() : null;
    },
    take(): SetChanges | undefined {
      const { changes } = set;
      if (changes === null) return undefined;
      const added: WireValue[] = [];
      const deleted: WireValue[] = [];
      for (const [key, { value, had }] of changes)
        if (set.members.has(key) !== had) (had ? deleted : added).push(value);
      set.changes = new Map();
      return added.length + deleted.length > 0 ? { added, deleted } : undefined;
    },
  };
  return {
    name: set.name,
    get size() {
      return set.members.size;
    },
    has: (value) => set.members.has(memberKey(encodeValue(value))),
    add(value) {
      const body = encodeValue(value);
      editor.edit((log) => write(model, log, set, body));
    },
    delete(value) {
      const member = set.members.get(memberKey(encodeValue(value)));
      if (member === undefined) return;
      editor.edit((log) => {
        for (const add of [...member.adds.values()]) {
          logDeletion(log, add.log, add.counter, add.counter + 1);
          setKind.remove?.(add);
        }
      });
    },
    values: () => [...set.members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { value }]) => value),
    observe: (listener) => editor.observe(set, watch, listener),
  };
}
