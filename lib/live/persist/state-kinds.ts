import { DELTAS, READ } from "../../pool/index.ts";
import { nodeKind } from "../../signals/index.ts";
import { shapeOf } from "./shape.ts";

/** What stands at a path of the state. */
export const PLAIN = 0;
export const SIGNAL = 1;
export const KEYED_MAP = 2;
export const KEYED_LIST = 3;
/** What `mount` makes, and what follows from the rest: functions, computeds, derived collections. */
export const MADE = 4;
export const OBJECT = 5;
export const ARRAY = 6;
/** A signal or a collection that stands at another path as well. */
export const SEEN = 7;

/** How what stands at a path is packed. */
export function kindAt(value: unknown): number {
  if (typeof value === "function") return MADE;
  if (typeof value !== "object" || value === null) return PLAIN;
  if (nodeKind(value) === "signal") return SIGNAL;
  if (DELTAS in value) {
    if (!("replaceAll" in value)) return MADE;
    return "insertAt" in value ? KEYED_LIST : KEYED_MAP;
  }
  if (READ in value) return MADE;
  const isArray = Array.isArray(value);
  if (!isArray && shapeOf(value) === undefined) return PLAIN; // or what cannot be packed: the writer tells
  if (isPlainInside(value)) return PLAIN;
  return isArray ? ARRAY : OBJECT;
}

/** Whether a container holds nothing but plain values, all the way down; what it holds besides may still be unpackable. */
function isPlainInside(value: object): boolean {
  // The set grows while it is walked: no recursion, and what holds itself is walked once.
  const met = new Set<object>([value]);
  for (const container of met) {
    const items: Iterable<unknown> = Array.isArray(container) ? container : propertiesOf(container);
    for (const item of items) {
      if (typeof item === "function") return false;
      if (typeof item !== "object" || item === null || met.has(item)) continue;
      if (READ in item || DELTAS in item || nodeKind(item) !== undefined) return false;
      if (Array.isArray(item) || shapeOf(item) !== undefined) met.add(item);
    }
  }
  return true;
}

function propertiesOf(object: object): unknown[] {
  return Object.values(Object.getOwnPropertyDescriptors(object)).map((property) =>
    property.get === undefined ? property.value : property.get,
  );
}
