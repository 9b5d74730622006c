import { CodedError } from "../errors/index.ts";

/**
 * What was thrown, or an error where it is nothing: hosts take `null` and `undefined` for no error, and would hand the request on, or never
 * answer it.
 */
export function reasonOf(thrown: unknown): unknown {
  return thrown ?? new CodedError("APP_NO_REASON", "a handler, middleware or stream failed with nothing for a reason");
}
