import { decodeValue, encodeValue, type WireValue } from "../../wire/index.ts";
import { removeWrite, rewrite } from "../clear.ts";
import { Home } from "../containers.ts";
import { Node } from "../editor.ts";
import { type Kind, SET, type SetContainer } from "../model.ts";
import type { CrdtSet, SetChanges } from "../types.ts";
import { commitMember, memberKey, removeMember } from "./kernel.ts";

class SetHome extends Home implements SetContainer {
  readonly members: SetContainer["members"] = new Map();
  changes: SetContainer["changes"] = null;
}

/** Casts: its kind's `home` made it. */
export const setKind: Kind = {
  type: SET,
  label: "set",
  home: SetHome,
  surface: (home, editor) => new SetSurface(home as SetContainer, editor),
  check(body) {
    decodeValue(body as Uint8Array);
    return undefined;
  },
  commit: (_, write) => commitMember(write),
  remove: removeMember,
  isEmpty: (home) => (home as SetContainer).members.size === 0,
  clear(doc, log, home) {
    for (const { adds } of [...(home as SetContainer).members.values()])
      for (const add of [...adds.values()]) removeWrite(doc, log, add);
  },
};

class SetSurface extends Node<SetContainer, "set"> implements CrdtSet {
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
      for (const add of [...member.adds.values()]) removeWrite(editor.model, log, add);
    });
  }

  values(): WireValue[] {
    return [...this.home.members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { value }]) => value);
  }

  observe(listener: (changes: SetChanges, origin: unknown) => void): () => void {
    const { members } = this.home;
    return this.gather(
      listener,
      () => new Map<string, { readonly value: WireValue; readonly had: boolean }>(),
      (changes) => {
        const added: WireValue[] = [];
        const deleted: WireValue[] = [];
        for (const [key, { value, had }] of changes) if (members.has(key) !== had) (had ? deleted : added).push(value);
        return added.length + deleted.length > 0 ? { added, deleted } : undefined;
      },
    );
  }
}
