/** What callers without types pass, as JSON from somewhere or an environment variable: refused before anything has changed. */
import { CodedError } from "../errors/index.ts";

/** @throws CodedError CRDT_BAD_ARGUMENT, which says what was wanted. */
export function demand(isRight: boolean, wanted: string): asserts isRight {
  if (!isRight) throw new CodedError("CRDT_BAD_ARGUMENT", `Not ${wanted}`);
}

export function demandFunction(value: unknown): void {
  demand(typeof value === "function", "a function");
}

/** A number for a message, and of all else what it is: symbols and objects may have no text. */
export function told(value: unknown): string {
  return typeof value === "number" ? `${value}` : `A value of type ${typeof value}`;
}
