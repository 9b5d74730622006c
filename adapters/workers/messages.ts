import { CodedError, type ErrorCode, HINTS } from "../../lib/errors/index.ts";

/** From the pool to a thread. */
export type ToThread =
  | {
      readonly kind: "render";
      readonly id: number;
      readonly name: string;
      readonly props: unknown;
      readonly nonce: string | undefined;
    }
  | { readonly kind: "abort"; readonly id: number };

/** From a thread to the pool. */
export type FromThread =
  | { readonly kind: "ready" }
  | { readonly kind: "unusable"; readonly error: SentError }
  | { readonly kind: "rendered"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: "failed"; readonly id: number; readonly error: SentError };

/** An error on its way between threads: a structured clone would drop its code and its class. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly cause: SentError | undefined;
}

const MAX_CAUSES = 8;

/** Takes an error apart; anything else that was thrown is its text. */
export function packError(thrown: unknown, depth = 0): SentError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: textOf(thrown), stack: undefined, code: undefined, cause: undefined };
  }
  const { name, message, stack, cause } = thrown;
  const code: unknown = "code" in thrown ? thrown.code : undefined;
  return {
    name: String(name),
    message: String(message),
    stack: typeof stack === "string" ? stack : undefined,
    code: typeof code === "string" ? code : undefined,
    cause: cause === undefined || depth === MAX_CAUSES ? undefined : packError(cause, depth + 1),
  };
}

/** Puts an error together again: a `CodedError` when it was one, else an `Error` with the name and code it had. */
export function unpackError(sent: SentError): Error {
  const options = sent.cause === undefined ? {} : { cause: unpackError(sent.cause) };
  const error = isOurs(sent)
    ? new CodedError(sent.code, sent.message, options)
    : Object.assign(new Error(sent.message, options), sent.code === undefined ? {} : { code: sent.code });
  if (error.name !== sent.name) define(error, "name", sent.name);
  if (sent.stack !== undefined) define(error, "stack", sent.stack);
  return error;
}

function isOurs(sent: SentError): sent is SentError & { readonly code: ErrorCode } {
  return sent.name === "CodedError" && sent.code !== undefined && Object.hasOwn(HINTS, sent.code);
}

function define(error: Error, key: string, value: string): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "a value that has no text was thrown";
  }
}
