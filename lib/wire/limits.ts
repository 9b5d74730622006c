import { CodedError } from "../errors/index.ts";

/** A limit as it was given, or its default. One that is no number allows nothing: compared with NaN, nothing is too much. */
export function limitOf(value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  return typeof value === "number" && value >= 0 ? value : 0;
}

export function notBytes(): CodedError {
  return new CodedError("WIRE_BAD_ARGUMENT", "What should be a Uint8Array is none");
}
