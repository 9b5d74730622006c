/*
 * What is asked of arguments around the kernel, where the types can be passed by: each is refused before anything has changed.
 */
import { CodedError } from "../errors/index.ts";
import type { READ } from "../pool/index.ts";
import { kindOf } from "./probe.ts";

/** @param what - What was given, as the beginning of the message. */
export function wrong(what: string, value: unknown): CodedError {
  return new CodedError("SIGNALS_BAD_ARGUMENT", what, { value: value === null ? "null" : typeof value });
}

/** A value as a message may have it. Text of an object is its own code, which may throw; a symbol has none. */
export function told(value: unknown): string {
  if (typeof value === "function" || (typeof value === "object" && value !== null)) return typeof value;
  return String(value);
}

/**
 * A limit as it was given, or its default. Nothing is ever more than NaN: it would be no limit.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT`
 */
export function limitOf(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number" && value >= 0) return value;
  throw wrong(`${name} is no number from 0 on`, value);
}

/** @throws CodedError `SIGNALS_BAD_ARGUMENT` */
export function checkFunction(f: unknown, what: string = "A callback"): void {
  if (typeof f !== "function") throw wrong(`${what} is no function`, f);
}

/** What can be read: a signal, a computed, a view, a resource, a collection, or what others have made readable. */
export function checkReadable(source: unknown, method: "get" | typeof READ): void {
  if (typeof Object(source)[method] !== "function") throw wrong("What should be a signal cannot be read", source);
}

/** @throws CodedError `SIGNALS_BAD_ARGUMENT` for what `scope` did not make. */
export function checkScope(own: unknown): void {
  if (kindOf(own) !== "scope") throw wrong("What should be a scope is none", own);
}

/** @throws CodedError `SIGNALS_BAD_ARGUMENT` for what cannot be gone through. */
export function checkRows(rows: unknown, what: string = "Rows"): void {
  if (typeof Object(rows)[Symbol.iterator] !== "function") throw wrong(`${what} are no list`, rows);
  if (ArrayBuffer.isView(rows)) checkAttached(rows);
}

/** Names of columns are keys of an object. @throws CodedError `SIGNALS_BAD_ARGUMENT` */
export function checkObject(value: unknown, what: string): void {
  if (typeof value !== "object" || value === null) throw wrong(`${what} is no object`, value);
}

/**
 * Memory that was handed on to a thread looks empty, until an engine is asked for more of it.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT`
 */
export function checkAttached(bytes: ArrayBufferView): void {
  if (bytes.buffer.byteLength > 0) return;
  try {
    new Uint8Array(bytes.buffer);
  } catch {
    throw wrong("The memory was handed on and is gone", bytes);
  }
}
