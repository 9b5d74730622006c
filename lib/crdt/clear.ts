/** Takes away what the deleter of a key or an element saw in the containers there: what others put in at the same time stays. */
import { containerName } from "./container-name.ts";
import { removeIn, write } from "./containers.ts";
import { nextTime, Written } from "./map/kernel.ts";
import type { Body, Container, DocModel, MapContainer, ReplicaLog, Sequence, Write } from "./model.ts";
import { seek } from "./sequence/runs.ts";
import { logDeletion } from "./update/log.ts";
import { childOf, type Item } from "./values.ts";

/** Deletes a key, and what the containers of that key hold. */
export function clearKey(doc: DocModel, log: ReplicaLog, map: MapContainer, key: string): void {
  clearChildren(doc, log, map, key);
  write(doc, log, map, new Written(nextTime(doc), key, undefined, 0, null));
}

/** Empties the containers of a key, also those that do not show. */
export function clearChildren(doc: DocModel, log: ReplicaLog, map: MapContainer, key: string): void {
  for (const child of map.children?.get(key) ?? []) child.kind?.clear(doc, log, child);
}

/** Empties the containers in some elements of a list. */
export function clearItems(doc: DocModel, log: ReplicaLog, list: Sequence, index: number, count: number): void {
  const { tree } = list;
  for (let at = index; at < index + count; at++) {
    const { content } = seek(tree, at);
    const child = childOf((content as readonly Item[])[tree.offset]); // cast: runs of a list hold items, and seek finds what shows
    if (child === undefined) continue;
    const container = doc.containers.get(containerName(child.type, child.name, list).key);
    container?.kind?.clear(doc, log, container);
  }
}

/**
 * Writes in place of a replica's own write before. That is deleted as well: whoever knows it, and hears of this one only when this is superseded too, would
 * keep it for ever.
 */
export function rewrite(doc: DocModel, log: ReplicaLog, home: Container, body: Body, before: Write | undefined): void {
  write(doc, log, home, body);
  if (before !== undefined) logDeletion(log, log, before.counter, before.counter + 1);
}

/** Deletes one write. */
export function removeWrite(doc: DocModel, log: ReplicaLog, gone: Write): void {
  logDeletion(log, gone.log, gone.counter, gone.counter + 1);
  removeIn(doc, gone);
}
