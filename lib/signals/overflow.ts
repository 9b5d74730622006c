import { CodedError, isCodedError } from "../errors/index.ts";

/** The error a function threw, or a named one where the stack came to its end. */
export function explain(error: unknown, name: string): unknown {
  if (!(error instanceof Error)) return error;
  // By message, as engines differ in the class, and V8 even throws a SyntaxError when a regular expression meets the end of the stack. And
  // without one here, for the same reason.
  const { message } = error;
  if (!message.includes("call stack size exceeded") && !message.includes("too much recursion")) return error;
  const said = `"${name}" ran out of stack: it reads too long a chain of computeds, or recurses`;
  return new CodedError("SIGNALS_TOO_DEEP", said, { value: name, cause: error });
}

/** Two errors tell about the read and not about the sources: each read meets those anew. */
export function isOfTheRead(error: unknown): boolean {
  return isCodedError(error) && (error.code === "SIGNALS_CYCLE" || error.code === "SIGNALS_TOO_DEEP");
}
