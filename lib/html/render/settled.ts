import { CALL, CLASSES, isEvaluation, JSON_DATA, kindOf, RAW, STYLES } from "../brand.ts";

/** How many templates and lists within a template are looked into before it gets a frame. Each is looked at again where that was not enough. */
const LOOK_AHEAD = 3;
/** Longer lists have a frame of their own, and may stop half-way. */
const SHORT_LIST = 16;

/** Texts, numbers, nothing, or templates and short lists of these: no promise, and nothing that could hold one. */
export function isSettled(values: readonly unknown[], depth: number = LOOK_AHEAD): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "function") return false;
    if (typeof value !== "object" || value === null) continue;
    if (depth === 0) return false;
    if (isEvaluation(value)) {
      if (!isSettled(value.values, depth - 1)) return false;
    } else if (Array.isArray(value)) {
      if (value.length > SHORT_LIST || !isSettled(value, depth - 1)) return false;
    } else if (!isPlainKind(kindOf(value))) return false;
  }
  return true;
}

/** Kinds that are there at once. */
function isPlainKind(kind: number | undefined): boolean {
  return kind === RAW || kind === JSON_DATA || kind === CALL || kind === CLASSES || kind === STYLES;
}
