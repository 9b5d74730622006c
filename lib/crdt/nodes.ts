import { CodedError } from "../errors/index.ts";
import { containerName, MAX_DEPTH } from "./container-name.ts";
import { Node } from "./editor.ts";
import type { ContainerName, DocModel } from "./model.ts";
import { over } from "./refuse.ts";
import type { CrdtNode, CrdtNodes } from "./types.ts";

/** The number of a type in the format. */
export function typeOf({ kinds }: DocModel, label: keyof CrdtNodes): number {
  for (const kind of kinds.values()) if (kind.label === label) return kind.type;
  throw new CodedError("CRDT_NO_FEATURE", `No feature brings the type ${label}`);
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
