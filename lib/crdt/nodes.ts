import { CodedError } from "../errors/index.ts";
import { Node } from "./editor.ts";
import type { DocModel } from "./model.ts";
import type { CrdtNode, CrdtNodes } from "./types.ts";

/** The number of a type in the format. */
export function typeOf({ kinds }: DocModel, label: keyof CrdtNodes): number {
  for (const kind of kinds.values()) if (kind.label === label) return kind.type;
  throw new CodedError(
    "CRDT_NO_FEATURE",
    `No feature brings the type ${typeof label === "string" ? label : typeof label}`,
  );
}

/**
 * Tells a text, map, list, counter or set of a document from a value.
 * @public
 */
export function isCrdtNode(value: unknown): value is CrdtNode {
  return value instanceof Node;
}
