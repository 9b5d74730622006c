import { encodeValue, type WireValue } from "../wire/index.ts";
import { removeWrite, rewrite } from "./clear.ts";
import { type Editor, Node } from "./editor.ts";
import type { Watch } from "./events.ts";
import type { SetContainer } from "./model.ts";
import { memberKey } from "./set-kernel.ts";
import type { CrdtSet, SetChanges } from "./types.ts";

export function setSurface(set: SetContainer, editor: Editor): CrdtSet {
  return new SetSurface(set, editor);
}

class SetSurface extends Node<SetContainer> implements CrdtSet {
  get type(): "set" {
    return "set";
  }

  get size(): number {
    return this.home.members.size;
  }

  has(value: WireValue): boolean {
    return this.home.members.has(memberKey(encodeValue(value)));
  }

  add(value: WireValue): void {
    const { home, editor } = this;
    const body = encodeValue(value);
    const before = home.members.get(memberKey(body))?.adds;
    editor.edit(home, (log) => rewrite(editor.model, log, home, body, before?.get(log)));
  }

  delete(value: WireValue): void {
    const { home, editor } = this;
    const member = home.members.get(memberKey(encodeValue(value)));
    if (member === undefined) return;
    editor.edit(home, (log) => {
      for (const add of [...member.adds.values()]) removeWrite(log, add);
    });
  }

  values(): WireValue[] {
    return [...this.home.members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { value }]) => value);
  }

  observe(listener: (changes: SetChanges, origin: unknown) => void): () => void {
    const { home } = this;
    const watch: Watch<SetChanges> = {
      gather(on) {
        home.changes = on ? new Map() : null;
      },
      take() {
        const { changes } = home;
        if (changes === null) return undefined;
        const added: WireValue[] = [];
        const deleted: WireValue[] = [];
        for (const [key, { value, had }] of changes)
          if (home.members.has(key) !== had) (had ? deleted : added).push(value);
        home.changes = new Map();
        return added.length + deleted.length > 0 ? { added, deleted } : undefined;
      },
    };
    return this.editor.observe(home, watch, listener);
  }
}
