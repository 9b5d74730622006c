import { CodedError } from "../errors/index.ts";

/**
 * Refuses what has no bytes: an ArrayBuffer has no `length`, so that loops over it end at once and it hashes, writes and sends as if it were empty.
 * @throws CodedError `POOL_BAD_ARGUMENT`
 */
export function checkBytes(bytes: Uint8Array): void {
  if (!ArrayBuffer.isView(bytes) || bytes.BYTES_PER_ELEMENT !== 1) throw wrong("What should be a Uint8Array is none");
  if (bytes.length === 0 && isDetached(bytes.buffer)) throw wrong("The memory was handed on and is gone");
}

/** Looks like memory of no bytes, until somebody asks for a view of it. */
function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

export function wrong(what: string): CodedError {
  return new CodedError("POOL_BAD_ARGUMENT", what);
}

/** A number as a message may have it, or what was given for one: an object's own text is code that may throw. */
export function told(value: unknown): string {
  return typeof value === "number" ? String(value) : typeof value;
}

/** @throws CodedError `POOL_BAD_ARGUMENT`, before anything is borrowed for it. */
export function checkFunction(f: unknown): void {
  if (typeof f !== "function") throw wrong("What should be a function is none");
}

/** @throws CodedError `POOL_BAD_ARGUMENT` */
export function checkText(text: string): void {
  if (typeof text !== "string") throw wrong("What should be text is none");
}

/** @throws CodedError `POOL_BAD_ARGUMENT` */
export function checkList(list: unknown): void {
  if (typeof Object(list)[Symbol.iterator] !== "function") throw wrong("What should be a list is none");
  if (ArrayBuffer.isView(list) && isDetached(list.buffer)) throw wrong("The memory was handed on and is gone");
}

/**
 * A setting as it was given, or its default. NaN is for whoever asks: beside it no bound holds.
 * @throws CodedError `POOL_OUT_OF_RANGE` for what is no number.
 */
export function numberOf(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number") return value;
  throw new CodedError("POOL_OUT_OF_RANGE", `${name} is no number`, { value: typeof value });
}

/** Two integers: what is none would be taken for 0, the seed that protects nothing. @throws CodedError `POOL_BAD_ARGUMENT` */
export function checkSeed(seed: readonly [number, number]): void {
  if (seed === null || !isWord(seed[0]) || !isWord(seed[1]))
    throw wrong("What should be two integers below 2^32 is none");
}

function isWord(half: unknown): boolean {
  return typeof half === "number" && half === half >>> 0;
}
