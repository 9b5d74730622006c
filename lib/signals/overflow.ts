import { CodedError } from "../errors/index.ts";
import type { Target } from "./kinds.ts";
import { type Refusal, refusal } from "./refusals.ts";

/** What a function threw, or where the stack came to its end, a named error: an engine's own says nothing of where. */
export function explain(error: unknown, target: Target): unknown {
  // By message, as engines differ in the class, and V8 even throws a SyntaxError when a regular expression meets the end of the stack. And
  // without one here, for the same reason.
  const message: unknown = error instanceof Error && error.message;
  return typeof message === "string" && // it may have been set to anything
    (message.includes("call stack size") || message.includes("much recursion"))
    ? refusal("SIGNALS_TOO_DEEP", target, undefined, error)
    : error;
}

/** Whether it is an error of ours with this code. */
export function isCoded(error: unknown, code: Refusal): boolean {
  return error instanceof CodedError && error.code === code;
}
