import type { WireValue } from "./value.ts";

/**
 * What one field of a frame may be: a type guard over decoded values. Those below cover most; any other guard does as well.
 * @public
 */
export type Field<T extends WireValue = WireValue> = (value: WireValue | undefined) => value is T;

/** A whole number from 0 to 2^53 - 1. @public */
export const int: Field<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0; // cast: a safe integer is a number
/** Any number. @public */
export const number: Field<number> = (value): value is number => typeof value === "number";
/** Text. @public */
export const text: Field<string> = (value): value is string => typeof value === "string";
/** True or false. @public */
export const bool: Field<boolean> = (value): value is boolean => typeof value === "boolean";
/** Bytes. @public */
export const bytes: Field<Uint8Array> = (value): value is Uint8Array => value instanceof Uint8Array;
/** Any value, unchecked. @public */
export const any: Field = (value): value is WireValue => value !== undefined;

/**
 * An array of one kind of entry.
 * @public
 */
/* @__NO_SIDE_EFFECTS__ */
export function listOf<T extends WireValue>(entry: Field<T>): Field<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(entry);
}

/**
 * An array with a kind for each place.
 * @example tupleOf(int, text) // readonly [number, string]
 * @public
 */
/* @__NO_SIDE_EFFECTS__ */
export function tupleOf<const T extends readonly WireValue[]>(
  ...places: { readonly [K in keyof T]: Field<T[K]> }
): Field<T> {
  const fields: readonly Field[] = places;
  return (value): value is T =>
    Array.isArray(value) && value.length === fields.length && fields.every((field, at) => field(value[at]));
}

/**
 * One of the given texts or numbers.
 * @public
 */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const T extends string | number>(...values: readonly T[]): Field<T> {
  return (value): value is T => values.some((known) => known === value);
}

/**
 * What another field takes, or null.
 * @public
 */
/* @__NO_SIDE_EFFECTS__ */
export function nullable<T extends WireValue>(field: Field<T>): Field<T | null> {
  return (value): value is T | null => value === null || field(value);
}
