/** A document becomes another one in place: whoever holds it, its nodes and its observers go on. */
import { containerName } from "../container-name.ts";
import { emptyContainer } from "../containers.ts";
import { editorOf } from "../doc.ts";
import { type Announcer, type Container, type DocModel, type Recalled, type Sequence, TEXT } from "../model.ts";
import { textOf } from "../sequence/runs.ts";
import type { TextSurface } from "../sequence/text.ts";
import type { Doc } from "../types.ts";
import { commit, readUpdate, stage } from "../update/load.ts";

/**
 * Makes `doc` hold what `other` holds, and nothing else: operations that `other` lacks are dropped, as if they had never been. Nodes stay the same objects. Their
 * observers hear of the difference, for a text that is a root as one delta, for all else first what goes and then what comes. `onUpdate` hears nothing, undos
 * are cleared, and later edits go on as `other`'s replica: `other` must not be used any more.
 * @remarks Time: O(both documents).
 * @public
 */
export function renewDoc(doc: Doc, other: Doc, input?: { readonly origin?: unknown }): void {
  const origin = input?.origin;
  const editor = editorOf(doc);
  const source = editorOf(other);
  const { model, limits } = editor;
  const bytes = other.encode();
  hold(editor.events, () => {
    doc.transact(
      () => {
        for (const container of [...model.containers.values()]) {
          const { parent, kind, type, name } = container;
          if (parent !== null || kind === undefined) continue;
          const target = source.model.containers.get(containerName(type, name, null).key);
          if (isPlainText(container)) {
            const next = target === undefined ? "" : textOf(target as Sequence); // cast: of the same type
            imitate(editor.node(container) as TextSurface, next); // cast: a text's
          } else editor.edit(container, (log) => kind.clear(model, log, container));
        }
      },
      { origin },
    );
    model.logs.clear();
    model.clock = 0;
    for (const container of model.containers.values()) empty(model, container);
    editor.forget(other.replicaId);
    doc.transact(
      () => {
        const update = readUpdate(model, bytes, limits);
        commit(model, update, stage(model, update, limits).turns);
        for (const container of model.containers.values()) {
          const home = container as Sequence; // cast: a text's
          if (container.parent === null && isPlainText(container) && home.changes !== null) home.changes = [];
        }
      },
      { origin },
    );
    model.hooks.renewed?.();
  });
}

/** Observers are told what happens in `f` once all of it has happened; it is announced as no update. */
function hold(events: Announcer, f: () => void): void {
  const { isDelivering, isMuted } = events;
  events.isDelivering = events.isMuted = true;
  try {
    f();
  } finally {
    events.isDelivering = isDelivering;
    events.isMuted = isMuted;
    events.deliver();
  }
}

function isPlainText({ type, kind }: Container): boolean {
  return type === TEXT && (kind as Recalled).recall === undefined; // cast: who has marks recalls them
}

/** What a container keeps: what it is, who gathers its changes, and what is in it. */
const KEPT = ["type", "name", "parent", "key", "depth", "kind", "hooks", "place", "node", "changes", "children"];

function empty(doc: DocModel, container: Container): void {
  const fields = Object.entries(emptyContainer(doc, container, container.parent)).filter(
    ([field]) => !KEPT.includes(field),
  );
  Object.assign(container, Object.fromEntries(fields));
}

/** The one change that leads from what a text is to what it is to be. */
function imitate(text: TextSurface, next: string): void {
  const now = text.toString();
  let start = 0;
  while (start < now.length && start < next.length && now[start] === next[start]) start++;
  if (isHigh(now, start - 1)) start--;
  let end = 0;
  const most = Math.min(now.length, next.length) - start;
  while (end < most && now[now.length - 1 - end] === next[next.length - 1 - end]) end++;
  if (isHigh(now, now.length - end - 1)) end--;
  text.delete(start, now.length - end - start);
  text.insert(start, next.slice(start, next.length - end));
}

/** Whether the unit at `index` is the first half of a pair. */
function isHigh(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit < 0xdc00;
}
