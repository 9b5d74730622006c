/**
 * Errors with a stable code and a hint.
 * @packageDocumentation
 */
export { CodedError, type CodedErrorOptions, type ErrorCode, isCodedError } from "./coded-error.ts";
export { HINTS } from "./hints.ts";
