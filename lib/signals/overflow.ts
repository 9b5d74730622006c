import { CodedError } from "../errors/index.ts";

/** What a function threw, or where the stack came to its end, a named error: an engine's own says nothing of where. */
export function explain(error: unknown, name: string): unknown {
  // By message, as engines differ in the class, and V8 even throws a SyntaxError when a regular expression meets the end of the stack. And
  // without one here, for the same reason.
  if (!(error instanceof Error)) return error;
  const message: unknown = error.message;
  if (typeof message !== "string") return error; // it may have been set to anything
  if (!message.includes("call stack size exceeded") && !message.includes("too much recursion")) return error;
  return new CodedError("SIGNALS_TOO_DEEP", `"${name}" ran out of stack`, { value: name, cause: error });
}

/** Whether the stack came to its end, as `explain` puts it. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof CodedError && error.code === "SIGNALS_TOO_DEEP";
}

export function isCycle(error: unknown): boolean {
  return error instanceof CodedError && error.code === "SIGNALS_CYCLE";
}
