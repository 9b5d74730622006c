import { HINTS } from "./hints.ts";

/**
 * A stable error code, `AREA_WHAT`.
 * @public
 */
export type ErrorCode = keyof typeof HINTS;

/**
 * What a `CodedError` may carry besides its code and message.
 * @public
 */
export interface CodedErrorOptions {
  /** The offending value: never a secret, never what a user typed. */
  readonly value?: unknown;
  /** The error this one was made from. */
  readonly cause?: unknown;
}

/**
 * The one error class of busbar. Match on `code`, not on `instanceof`: two copies of the package may be loaded.
 * @example
 * ```ts
 * try { router.add("GET", "/a", 1); } catch (error) { if (isCodedError(error)) console.error(error.code, error.hint); }
 * ```
 * @public
 */
export class CodedError extends Error {
  /** What happened, as a name that never changes meaning. */
  declare readonly code: ErrorCode;
  /** What to do about it; empty in browser bundles. */
  declare readonly hint: string;
  /** The offending value, when one is safe to show. */
  declare readonly value: unknown;

  /** Without a message it is the code: browser bundles leave out what else there is to say. */
  constructor(code: ErrorCode, message: string = code, options: CodedErrorOptions = {}) {
    super(message, options);
    this.name = "CodedError";
    this.code = code;
    this.hint = HINTS[code] ?? "";
    this.value = options.value;
  }
}

/**
 * Tells whether an unknown value is a `CodedError`, also one from another copy of the package.
 * @public
 */
export function isCodedError(error: unknown): error is CodedError {
  if (!(error instanceof Error) || error.name !== "CodedError") return false;
  return "code" in error && typeof error.code === "string";
}
