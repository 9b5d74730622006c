import { CodedError, isCodedError } from "../errors/index.ts";

/** Whether the stack came to its end: an engine's error, or ours made from one. */
export function isTooDeep(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // By message, as engines differ in the class, and V8 even throws a SyntaxError when a regular expression meets the end of the stack. And
  // without one here, for the same reason.
  const { message } = error;
  return (
    message.includes("call stack size exceeded") || message.includes("too much recursion") || isCoded(error, "TOO_DEEP")
  );
}

/** The error a function threw, or a named one where the stack came to its end. */
export function explain(error: unknown, name: string): unknown {
  if (!isTooDeep(error) || isCoded(error, "TOO_DEEP")) return error;
  const said = `"${name}" ran out of stack: it reads too long a chain of computeds, or recurses`;
  return new CodedError("SIGNALS_TOO_DEEP", said, { value: name, cause: error });
}

/** Two errors tell about the read and not about the sources: each read meets those anew. */
export function isOfTheRead(error: unknown): boolean {
  return isCoded(error, "TOO_DEEP") || isCoded(error, "CYCLE");
}

function isCoded(error: unknown, what: string): boolean {
  return isCodedError(error) && error.code === `SIGNALS_${what}`;
}
