import { CodedError } from "../errors/index.ts";
import type { Refusal } from "./refusals.ts";

/*
 * The same errors for browsers, where whoever shortens the program has shortened the names too: their codes, and where it happened, without the
 * way that led there.
 */

export function refusal(code: Refusal, { name }: { readonly name: string }): CodedError {
  return new CodedError(code, `${code}: ${name}`, { value: name });
}

export function suspectLoop(_state: unknown): void {}

/** Calling what is no function throws by itself. */
export function callable<F>(f: F): F {
  return f;
}
