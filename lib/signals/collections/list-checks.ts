import { CodedError } from "../../errors/index.ts";
import { told } from "../arguments.ts";

/** The items by key, in order. @throws when two have the same. */
export function byKey<K, V>(items: readonly V[], keyOf: (value: V) => K): Map<K, V> {
  const found = new Map<K, V>();
  for (const item of items) {
    const key = keyOf(item);
    if (found.has(key)) throw duplicate(key);
    found.set(key, item);
  }
  return found;
}

/** @throws when an item that is to take a row's place has another key. */
export function checkKey(key: unknown, before: unknown): void {
  if (key === before || (Number.isNaN(key) && Number.isNaN(before))) return; // as maps compare
  throw new CodedError("SIGNALS_KEY_CHANGED", "A row was to be updated to a value of another key");
}

export function duplicate(key: unknown): CodedError {
  const shown = typeof key === "number" ? ` ${key}` : "";
  return new CodedError("SIGNALS_DUPLICATE_KEY", `Two rows would have the same key${shown}`);
}

export function unknownKey(): CodedError {
  return new CodedError("SIGNALS_UNKNOWN_KEY", "The list has no row of this key");
}

export function badIndex(index: number, size: number): CodedError {
  return new CodedError("SIGNALS_BAD_INDEX", `There is no place ${told(index)} in a list of ${size}`, { value: index });
}

/** Where an index points, counted from the end when negative; -1 for what is no index. */
export function placeOf(index: number, size: number): number {
  if (!Number.isInteger(index)) return -1;
  return index < 0 ? size + index : index;
}
