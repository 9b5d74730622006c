import { CodedError, isCodedError } from "../errors/index.ts";
import type { CrdtLimits } from "./types.ts";

/** The error for an update that contradicts itself or the document: `what` names where. */
export function bad(what: string, cause?: unknown): CodedError {
  return new CodedError("CRDT_BAD_UPDATE", `Damaged: ${what}`, cause === undefined ? {} : { cause });
}

/** @throws CodedError CRDT_LIMIT. What is one's own has no limits. */
export function checkLimit(limit: keyof CrdtLimits, value: number, most: number = Number.POSITIVE_INFINITY): void {
  if (value > most) throw over(limit, value, most);
}

/** The error for what is above a limit. */
export function over(limit: string, value: number, most: number): CodedError {
  return new CodedError("CRDT_LIMIT", `${value} is above ${limit}, ${most}`, { value });
}

/** Runs a reader of strange bytes; what it throws becomes ours. */
export function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw ours(error);
  }
}

/** What a reader of strange bytes threw, as an error of ours. */
export function ours(error: unknown): unknown {
  return isCodedError(error) && error.code.startsWith("CRDT_") ? error : bad("bytes", error);
}
