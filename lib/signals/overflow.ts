import { CodedError, type ErrorCode } from "../errors/index.ts";

/** What a function threw, or where the stack came to its end, a named error: an engine's own says nothing of where. */
export function explain(error: unknown, name: string): unknown {
  // By message, as engines differ in the class, and V8 even throws a SyntaxError when a regular expression meets the end of the stack. And
  // without one here, for the same reason.
  if (!(error instanceof Error)) return error;
  const message = String(error.message); // it may be anything
  if (!message.includes("call stack size exceeded") && !message.includes("too much recursion")) return error;
  return new CodedError("SIGNALS_TOO_DEEP", `"${name}" ran out of stack`, { value: name, cause: error });
}

/** Whether it is the error of that name, also one from another copy of the package. */
export function isCoded(error: unknown, code: ErrorCode): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
