import { containerName, MAX_DEPTH } from "./container-name.ts";
import { Node } from "./editor.ts";
import { COUNTER, type ContainerName, LIST, MAP, SET, TEXT } from "./model.ts";
import { over } from "./refuse.ts";
import type { CrdtNode, CrdtNodes } from "./types.ts";

/** The number of a type in the format. */
export function typeOf(type: keyof CrdtNodes): number {
  const types: { readonly [Type in keyof CrdtNodes]: number } = {
    text: TEXT,
    map: MAP,
    list: LIST,
    counter: COUNTER,
    set: SET,
  };
  return types[type];
}

/** The name of a child. @throws CodedError CRDT_LIMIT when it would be in too many others. */
export function childName(type: number, name: string, parent: ContainerName): ContainerName {
  if (parent.depth === MAX_DEPTH) throw over("the depth of containers", MAX_DEPTH + 1, MAX_DEPTH);
  return containerName(type, name, parent);
}

/**
 * Tells a text, map, list, counter or set of a document from a value.
 * @public
 */
export function isCrdtNode(value: unknown): value is CrdtNode {
  return value instanceof Node;
}
