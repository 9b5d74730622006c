import { CodedError, isCodedError } from "../errors/index.ts";

/** The error for an update that contradicts itself or the document: `what` names where, in a word, as browsers carry these. */
export function bad(what: string, cause?: unknown): CodedError {
  return new CodedError("CRDT_BAD_UPDATE", `Damaged: ${what}`, cause === undefined ? {} : { cause });
}

/** The error for an update above a limit. */
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
