import { isCodedError } from "../../../lib/errors/index.ts";

/** The code of what `f` throws. */
export function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (isCodedError(error)) return error.code;
    throw error;
  }
  return "nothing thrown";
}
